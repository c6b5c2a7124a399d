"""How short a plan can be at best: a Lagrangian bound, the prices that prove it, and where it sees the hosts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from clusters.structure.candidates import Candidates, Real, Short, Truth, Whole
from clusters.structure.rules import Band

NEAREST = 120
"""Nearest schools and hosts on each list."""
STEPS = 300
START = 2 / 3
"""A school's first price is its way to the neighbour at this share of a cluster's size."""
STRIDE, SHORTER, PATIENCE = 1.5, 1.5, 10
"""The first stride; by how much it is divided after so many steps without a gain."""
MEMORY, FADING = 0.6, 0.95
"""How much of the last direction goes into the next, and of earlier votes for hosts into later ones."""
CLOSE = 1e-4
"""A gap below this share ends the search."""
BUCKETS = 8
FEW_ROWS = 2_000
"""Fewer hosts than this are not sorted into buckets: many short calls cost more than some empty places."""
WHOLE_EVERY, OF_FEW = 4, 2
"""Steps after which every host is looked at, sooner in short lists; between them only those near being chosen."""
NEAR = 6
"""So many times as many as are chosen count as near it."""


class Stepper(Protocol):
    """What both engines can do: see `Rows`."""

    def worth(self, prices: Real) -> Real:
        """For each host how much choosing it adds, with the schools it likes best; never too much."""

    def worth_of(self, rows: Whole, prices: Real) -> Real:
        """The same for some hosts alone; quick when they are those that were asked for last."""

    def taken(self, rows: Whole, prices: Real) -> Whole:
        """How often each point is taken when these hosts are chosen."""


@dataclass(slots=True)
class Bound:
    """What is proved: no plan for this number of clusters has fewer kilometres in all than `km`."""

    km: float
    prices: Real
    """One for each point; whoever has them can work out `km` again."""
    votes: Real
    """How often, and how lately, each point was chosen as a host."""
    steps: int = 0


class Rows:
    """The step in plain numpy: rows of about equal length together, the cheapest found by partition."""

    def __init__(self, lists: Candidates, counted: Truth, band: Band) -> None:
        self.lists, self.counted, self.band = lists, counted, band
        self.others_count = bool((~counted).any())
        length = np.diff(lists.ptr)
        order = np.argsort(length, kind="stable")
        self.buckets: list[tuple[Whole, Short, Real]] = []
        self.few: tuple[Whole, Short, Real] | None = None
        for rows in np.array_split(order, BUCKETS if len(order) >= FEW_ROWS else 1):
            self.buckets.append(self._bucket(rows))
        self.bucket_of = np.empty(len(order), dtype=np.int64)
        self.place_in = np.empty(len(order), dtype=np.int64)
        for number, (rows, _, _) in enumerate(self.buckets):
            self.bucket_of[rows], self.place_in[rows] = number, np.arange(len(rows))

    def _bucket(self, rows: Whole) -> tuple[Whole, Short, Real]:
        """These rows as tables, filled up to one width."""
        lists = self.lists
        length = lists.ptr[rows + 1] - lists.ptr[rows]
        width = max(int(length.max()), self.band.largest)
        column = np.arange(width)
        there = column < length[:, None]
        at = np.where(there, lists.ptr[rows, None] + column, 0)
        idx = lists.idx[at] if len(lists.idx) else np.zeros(at.shape, dtype=np.int32)
        km = np.where(there, lists.km[at], np.inf) if len(lists.idx) else np.full(at.shape, np.inf)
        return rows.astype(np.int64, copy=False), idx, km.astype(np.float64, copy=False)

    def worth(self, prices: Real) -> Real:
        """For each host how much choosing it adds, with the schools it likes best; never too much."""
        cap = unlisted(self.lists, prices, self.others_count)
        value = np.empty(self.lists.rows)
        for bucket in self.buckets:
            value[bucket[0]] = self._worth(bucket, prices, cap)
        return value

    def worth_of(self, rows: Whole, prices: Real) -> Real:
        """The same for some hosts alone; quick when they are those that were asked for last."""
        if self.few is None or self.few[0] is not rows:
            self.few = self._bucket(rows)
        return self._worth(self.few, prices, unlisted(self.lists, prices, self.others_count))

    def _worth(self, bucket: tuple[Whole, Short, Real], prices: Real, cap: Real) -> Real:
        rows, idx, km = bucket
        must, may = self.band.smallest - 1, self.band.largest - 1
        value: Real = -prices[self.lists.hosts[rows]]
        cost = km - prices[idx]
        if may:
            cost.partition(sorted({max(must - 1, 0), may - 1}), axis=1)
        value += np.minimum(cost[:, :must], cap[rows, None]).sum(axis=1)
        value += np.minimum(cost[:, must:may], 0.0).sum(axis=1)
        return value

    def taken(self, rows: Whole, prices: Real) -> Whole:
        """How often each point is taken when these hosts are chosen."""
        must, may = self.band.smallest - 1, self.band.largest - 1
        times = np.bincount(self.lists.hosts[rows], minlength=len(prices))
        for number, (_, idx, km) in enumerate(self.buckets):
            at = self.place_in[rows[self.bucket_of[rows] == number]]
            if not len(at) or not may:
                continue
            mine = idx[at]
            cost = km[at] - prices[mine]
            order = np.argpartition(cost, sorted({max(must - 1, 0), may - 1}), axis=1)[:, :may]
            cost = np.take_along_axis(cost, order, 1)
            kept = cost < 0.0
            kept[:, :must] = np.isfinite(cost[:, :must])
            times += np.bincount(np.take_along_axis(mine, order, 1)[kept], minlength=len(prices))
        return times


def unlisted(lists: Candidates, prices: Real, others_count: bool) -> Real:
    """For each host the least that a school not on its list can add: beyond its range, at the highest price there is.

    A school whose way does not count can be taken by anybody for nothing.
    """
    if others_count:
        return np.zeros(lists.rows)
    beyond: Real = np.maximum(0.0, lists.range - prices.max(initial=0.0))
    return beyond


def first_prices(lists: Candidates, points: int, counted: Truth, size: float) -> Real:
    """A school's way to a neighbour at two thirds of a cluster's size, as far as its list goes."""
    prices = np.zeros(points)
    if not len(lists.idx):
        return prices
    length = np.diff(lists.ptr)
    at = np.minimum(np.maximum(round(size * START) - 1, 0), np.maximum(length - 1, 0))
    row_km = lists.km[np.minimum(lists.ptr[:-1] + at, len(lists.km) - 1)]
    prices[lists.hosts] = np.where(length > 0, row_km, 0.0)
    prices[~counted] = 0.0
    return np.clip(prices, 0.0, np.where(counted, lists.reach, 0.0))


@dataclass(slots=True)
class Search:
    """Makes the bound higher, step by step; it may be left at any time and go on later from its prices."""

    stepper: Stepper
    lists: Candidates
    counted: Truth
    count: int
    bound: Bound
    prices: Real
    stride: float = STRIDE
    idle: int = 0
    direction: Real = field(default_factory=lambda: np.zeros(0))
    seen: Whole | None = None
    """The hosts a plan was last made from."""
    near: Whole | None = None
    """The hosts that were near being chosen when all were last looked at; what they alone say is no bound."""
    partly: int = 0
    """Steps since then."""
    high: float = 0.0
    """The most that was seen since the stride was shortened, and with which prices; no bound before all were asked."""
    highest: Real | None = None

    def go_on(self, upper: float, steps: int, late: Callable[[], bool], tell: Callable[[float], None]) -> None:
        """So many steps more, given a plan of `upper` kilometres."""
        bound, lists = self.bound, self.lists
        top = np.where(self.counted, lists.reach, 0.0)
        if not len(self.direction):
            self.direction = np.zeros(len(self.prices))
        for number in range(steps):
            if number and late():
                return
            worth, rows = self._looked_at()
            best = np.argpartition(worth, self.count - 1)[: self.count]
            chosen = best if rows is None else rows[best]
            km = float(self.prices.sum() + worth[best].sum())
            bound.votes *= FADING
            bound.votes[lists.hosts[chosen]] += 1.0
            bound.steps += 1
            self.idle += 1
            if rows is None:
                self._prove(km, self.prices)
            if km > self.high:
                self.high, self.highest, self.idle = km, self.prices, 0
            if upper - bound.km <= CLOSE * upper:
                return
            if self.idle >= PATIENCE:
                self._look_again()
                self.prices, self.stride, self.idle = bound.prices.copy(), self.stride / SHORTER, 0
                self.direction[:] = 0.0
                self.near = None
                continue
            amiss = 1.0 - self.stepper.taken(chosen, self.prices)
            amiss[~self.counted] = 0.0
            self.direction *= MEMORY
            self.direction += amiss
            square = float(self.direction @ self.direction)
            if square == 0.0:
                return
            # a plan shorter than proved so far is what the stride aims at; it never stands still
            self.prices = self.prices + self.stride * max(upper - km, upper / 1000) / square * self.direction
            np.clip(self.prices, 0.0, top, out=self.prices)
            tell((number + 1) / steps)
        self._look_again()

    def _prove(self, km: float, prices: Real) -> None:
        """Take what all hosts together say for the bound, if it is higher."""
        if km > self.bound.km:
            self.bound.km, self.bound.prices = km, prices.copy()

    def _look_again(self) -> None:
        """Ask all hosts about the prices that seemed best to those near being chosen."""
        if self.high > self.bound.km and self.highest is not None:
            worth = self.stepper.worth(self.highest)
            chosen = np.partition(worth, self.count - 1)[: self.count]
            self._prove(float(self.highest.sum() + chosen.sum()), self.highest)
        self.high, self.highest = self.bound.km, None

    def _looked_at(self) -> tuple[Real, Whole | None]:
        """What hosts add, and which these are: now and then all (None), else those near being chosen."""
        every = WHOLE_EVERY if self.lists.rows >= FEW_ROWS else OF_FEW
        if self.near is not None and self.partly < every - 1:
            self.partly += 1
            return self.stepper.worth_of(self.near, self.prices), self.near
        worth, many = self.stepper.worth(self.prices), NEAR * self.count
        self.partly = 0
        self.near = np.sort(np.argpartition(worth, many - 1)[:many]) if many < len(worth) else None
        return worth, None


def search(stepper: Stepper, lists: Candidates, counted: Truth, count: int, size: float, prices: Real | None) -> Search:
    """The beginning of a search, from nothing or from the prices of an earlier one."""
    points = len(counted)
    start = first_prices(lists, points, counted, size) if prices is None else prices
    start = np.clip(start, 0.0, np.where(counted, lists.reach, 0.0))
    return Search(stepper, lists, counted, count, Bound(0.0, np.zeros(points), np.zeros(points)), start)


def hosts_by_votes(lists: Candidates, votes: Real, count: int, near: Whole) -> Whole:
    """So many hosts: the most voted for, each clearing a fair share of the votes around it before the next is taken.

    `near` holds for each row the points around it, itself first.
    """
    left = votes.copy()
    share = left.sum() / count
    free = np.zeros(len(votes), dtype=bool)
    free[lists.hosts] = True
    row_of = np.full(len(votes), -1)
    row_of[lists.hosts] = np.arange(lists.rows)
    chosen = np.empty(count, dtype=np.int64)
    for number in range(count):
        best = int(np.argmax(np.where(free, left, -1.0)))
        chosen[number] = best
        free[best] = False
        around = near[row_of[best]]
        there = left[around]
        before = np.cumsum(there) - there
        left[around] = there - np.clip(share - before, 0.0, there)
    return np.sort(chosen)
