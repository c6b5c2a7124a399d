"""Whom to introduce to whom, so that as many as possible come within two steps of somebody who knows an answer.

Everything here is a number in an array; who reads it, and who asks these people, is elsewhere.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

STEPS = 2
"""Within so many steps of an answered problem: who knows its answer can be asked by somebody one knows."""
ACCEPTED = 0.05
"""How many of a hundred proposals are thought to be accepted by both, when the next one is chosen."""
NEAR = (0.7, 0.8, 0.9, 1.0)
"""What an introduction is worth by how many places, from the root down, the two have in common: nothing, the block,
the circle, the cluster. Who can meet is likelier to talk."""
OTHER_SUBJECT = 0.8
"""And what it is worth when they share no subject."""


@dataclass(frozen=True, slots=True)
class Community:
    """Everybody who takes part, by number."""

    src: NDArray[np.int32]
    dst: NDArray[np.int32]
    """Who is tied to whom; neither way counts more."""
    holds: NDArray[np.int32]
    """Of each person the subjects, as bits, in which she asked or answered what was answered, or wrote or successfully
    tried what worked; 0 for none."""
    teaches: NDArray[np.int32]
    """Of each person the subjects she teaches, as bits; 0 where that is not known."""
    asked: NDArray[np.bool_]
    """Who may be asked now: she let herself be asked, by a phone of her own, and was not asked lately."""
    woman: NDArray[np.int16]
    """1 a woman, 0 a man, -1 not known."""
    across: NDArray[np.bool_]
    """Who let herself be asked also across genders."""
    places: NDArray[np.int32]
    """Of each person her block, circle and cluster, as numbers: one row a person."""

    def __len__(self) -> int:
        return len(self.holds)


@dataclass(frozen=True, slots=True)
class Introduction:
    """Two people by their numbers: who would gain, who brings her nearer to an answer, and the subject's bit (0: none).

    Which of them is which is told to neither."""

    gains: int
    brings: int
    subject: int


def neighbours(people: int, src: NDArray[np.int32], dst: NDArray[np.int32]) -> sparse.csr_array:
    """Who is tied to whom, both ways, each pair once, nobody to herself."""
    apart = src != dst
    ends = np.concatenate([src[apart], dst[apart]]), np.concatenate([dst[apart], src[apart]])
    ties = sparse.csr_array((np.ones(len(ends[0]), np.int32), ends), shape=(people, people))
    ties.data[:] = 1
    return ties


def distances(ties: sparse.csr_array, holds: NDArray[np.int32]) -> NDArray[np.int8]:
    """Steps of each person to the nearest who holds an answered problem, `STEPS` + 1 for more than those."""
    found = np.full(len(holds), STEPS + 1, np.int8)
    there = holds != 0
    for steps in range(STEPS + 1):
        found[there & (found > steps)] = steps
        there = (ties @ there.astype(np.int32)) > 0
    return found


def within_reach(ties: sparse.csr_array, holds: NDArray[np.int32]) -> float:
    """The share of people within two steps of somebody who holds an answered problem; 0 where there is nobody."""
    return float((distances(ties, holds) <= STEPS).mean()) if len(holds) else 0.0


def introductions(among: Community, most: int, seed: int) -> list[Introduction]:
    """At most so many pairs, each person in one of them at most, the most worthwhile first.

    Greedy maximum coverage: the next pair is the one that may bring most people within two steps who are not there,
    each counted by how probable it is that no pair chosen before brings her there (Nemhauser, Wolsey and Fisher 1978;
    what is gained only falls, so a bound that was good enough once is looked at again only when it comes up). Pairs who
    are tied, who may not meet, or who would bring nobody nearer are never proposed. `seed` decides between equals.
    """
    return list(_Choice(among, most, np.random.default_rng(seed)).made())


@dataclass(slots=True)
class _Choice:
    among: Community
    most: int
    dice: np.random.Generator
    ties: sparse.csr_array = field(init=False)
    free: NDArray[np.bool_] = field(init=False)
    without: NDArray[np.float64] = field(init=False)
    away: NDArray[np.int8] = field(init=False)

    def made(self) -> Iterator[Introduction]:
        people = self.among
        self.ties = neighbours(len(people), people.src, people.dst)
        self.away = distances(self.ties, people.holds)
        self.free = people.asked.copy()
        self.without = (self.away > STEPS).astype(np.float64)
        order = self.dice.permutation(len(people))
        far = np.flatnonzero(people.asked & (self.away > 0))
        waiting = [(-self._alone(int(one), STEPS), int(order[one]), int(one)) for one in far]
        heapq.heapify(waiting)
        made = 0
        while waiting and made < self.most:
            bound, rank, one = heapq.heappop(waiting)
            if not self.free[one]:
                continue
            worth, other = self._best(one, order)
            if worth <= 0:
                continue
            if waiting and worth < -waiting[0][0] and worth < -bound:
                heapq.heappush(waiting, (-worth, rank, one))
                continue
            yield Introduction(one, other, self._subject(one, other))
            made += 1
            self._chosen(one, other)

    def _near(self, one: int) -> NDArray[np.int32]:
        found: NDArray[np.int32] = self.ties.indices[self.ties.indptr[one] : self.ties.indptr[one + 1]]
        return found

    def _alone(self, one: int, steps: int) -> float:
        """How many a tie of hers brings nearer that leaves so many steps: herself, and with two left who she knows."""
        own = float(self.without[one])
        return own + float(self.without[self._near(one)].sum()) if steps == STEPS else own

    def _best(self, one: int, order: NDArray[np.int64]) -> tuple[float, int]:
        """Who else is free and brings most if they are introduced, and how many that is; 0 when nobody does."""
        people = self.among
        others = np.flatnonzero(self.free & (self.away < STEPS) & (self.away < self.away[one]))
        others = others[~np.isin(others, self._near(one))]
        known = (people.woman[others] == people.woman[one]) & (people.woman[others] >= 0)
        others = others[known | (people.across[others] & people.across[one])]
        others = others[others != one]
        if not len(others):
            return 0.0, -1
        gained = np.where(self.away[others] == 0, self._alone(one, STEPS), self._alone(one, STEPS - 1))
        shared = (people.places[others] == people.places[one]).cumprod(axis=1).sum(axis=1)
        knows = np.where(people.holds[others] != 0, people.holds[others], people.teaches[others])
        same = (knows & people.teaches[one]) != 0
        worth = gained * np.array(NEAR)[shared] * np.where(same, 1.0, OTHER_SUBJECT)
        best = np.lexsort((order[others], -worth))[0]
        return float(worth[best]), int(others[best])

    def _chosen(self, one: int, other: int) -> None:
        self.free[[one, other]] = False
        reached = [one, *self._near(one)] if self.away[other] == 0 else [one]
        self.without[reached] *= 1 - ACCEPTED

    def _subject(self, one: int, other: int) -> int:
        """What they could talk about: one subject's bit that the other knows and she teaches, else that the other
        knows."""
        knows = int(self.among.holds[other]) or int(self.among.teaches[other])
        both = knows & int(self.among.teaches[one]) or int(self.among.holds[other])
        return both & -both
