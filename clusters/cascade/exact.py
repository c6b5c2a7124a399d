"""Can a knot end by a day? Asked of an exact solver, which finds the plan or proves that there is none."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from itertools import pairwise

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from clusters.cascade.almanac import Almanac
from clusters.cascade.knots import Knot, Spot, Task
from clusters.cascade.listing import Ledger, bits, days_of

NODES = 5_000
"""Branches that the solver may follow in one question: work, not time, so that every machine gives the same answer."""
GUARD_SECONDS = 900.0
"""No question should ever take so long; the guard is for what nobody has foreseen, and where it cuts in it is said."""
_FEASIBLE, _TIME_UP, _PROVED_NOT = 0, 1, 2


class Verdict(StrEnum):
    """What the solver says of a day."""

    FOUND = "found"
    IMPOSSIBLE = "impossible"
    UNKNOWN = "unknown"
    CUT_SHORT = "cut_short"
    """Unknown because the guard over the clock cut in: another run may know."""


@dataclass
class Model:
    """Binary unknowns, the cost of each, and rows of a constraint matrix as they are written down."""

    costs: list[float] = field(default_factory=list)
    rows: list[tuple[list[int], list[float], float, float]] = field(default_factory=list)

    def unknown(self, cost: float = 0.0) -> int:
        """A new yes or no."""
        self.costs.append(cost)
        return len(self.costs) - 1

    def row(self, columns: Sequence[int], factors: Sequence[float], least: float, most: float) -> None:
        """least <= factors x columns <= most."""
        if columns:
            self.rows.append((list(columns), list(factors), least, most))

    def at_most(self, columns: Sequence[int], most: float) -> None:
        """So many of these at most."""
        if len(columns) > most:
            self.row(columns, [1.0] * len(columns), -np.inf, most)

    def exactly(self, columns: Sequence[int], many: float) -> None:
        """So many of these."""
        self.rows.append((list(columns), [1.0] * len(columns), many, many))

    def solve(self, *, nodes: int = NODES, gap: float = 0.0, whole: bool = True) -> tuple[Verdict, list[bool], float]:
        """An answer after so many branches at most, and what it costs; of an UNKNOWN, the best that was found.

        Unless `whole`, halves of a yes will do.
        """
        if any(not columns and least > 0 for columns, _, least, _ in self.rows):
            return Verdict.IMPOSSIBLE, [], 0.0
        if not self.costs:
            return Verdict.FOUND, [], 0.0
        columns = np.fromiter((c for row in self.rows for c in row[0]), dtype=np.int32)
        factors = np.fromiter((f for row in self.rows for f in row[1]), dtype=float)
        ends = np.cumsum([0, *(len(row[0]) for row in self.rows)])
        matrix = csr_array((factors, columns, ends), shape=(len(self.rows), len(self.costs)))
        limits = LinearConstraint(matrix, [row[2] for row in self.rows], [row[3] for row in self.rows])
        found = milp(
            np.array(self.costs),
            integrality=np.full(len(self.costs), int(whole)),
            bounds=Bounds(0, 1),
            constraints=limits,
            options={"time_limit": GUARD_SECONDS, "node_limit": nodes, "mip_rel_gap": gap},
        )
        if found.status == _PROVED_NOT:
            return Verdict.IMPOSSIBLE, [], 0.0
        verdict = {_FEASIBLE: Verdict.FOUND, _TIME_UP: Verdict.CUT_SHORT}.get(found.status, Verdict.UNKNOWN)
        if found.x is None:
            return verdict if verdict is Verdict.CUT_SHORT else Verdict.UNKNOWN, [], 0.0
        return verdict, [value > 0.5 for value in found.x], float(found.fun)


def ends_by(knot: Knot, almanac: Almanac, last: int, nodes: int = NODES) -> tuple[Verdict, list[Spot] | None]:
    """A plan of the knot in which nothing meets after day `last`, or the proof that there is none."""
    verdict, spots = _placed(knot, almanac, last, nodes, choosing=False)
    if verdict is Verdict.FOUND and spots is None:
        # The days fit all trainers together, but not one by one: who leads what becomes part of the question.
        return _placed(knot, almanac, last, nodes, choosing=True)
    return verdict, spots


def cannot_end_by(knot: Knot, almanac: Almanac, last: int) -> bool:
    """Is there no plan by day `last` even if training sessions could be split over several days? Quick, as no branch
    is followed; rooms, trainers, groups, their caps and the closures count all at once."""
    model = Model()
    writer = _Writer(knot, almanac, last, model, choosing=False)
    if not writer.possible:
        return True
    writer.write()
    return model.solve(whole=False)[0] is Verdict.IMPOSSIBLE


def _placed(
    knot: Knot, almanac: Almanac, last: int, nodes: int, *, choosing: bool
) -> tuple[Verdict, list[Spot] | None]:
    model = Model()
    writer = _Writer(knot, almanac, last, model, choosing)
    if not writer.possible:
        return Verdict.IMPOSSIBLE, None
    writer.write()
    verdict, chosen, _ = model.solve(nodes=nodes)
    if verdict is not Verdict.FOUND:
        return verdict, None
    return verdict, writer.read(chosen)


class _Writer:
    """A knot as yes-or-no unknowns: the first day of each task, its return, and who leads it where that is open."""

    def __init__(self, knot: Knot, almanac: Almanac, last: int, model: Model, choosing: bool) -> None:
        self._knot, self._almanac, self._model = knot, almanac, model
        self._horizon = (1 << (last + 1)) - 1
        self._choosing = choosing
        self._starts = [self._starts_of(task, last) for task in knot.tasks]
        self.possible = all(self._starts)
        self._begins: list[dict[int, int]] = []
        self._returns: list[dict[int, int]] = []
        self._leads: list[dict[int, int]] = []
        # For each number and day the unknowns that would take it there, and the same by month.
        self._days: defaultdict[tuple[int, int], list[int]] = defaultdict(list)

    def _starts_of(self, task: Task, last: int) -> list[int]:
        days = task.starts & (self._horizon >> (task.length - 1))
        found = []
        for start in bits(days):
            run = ((1 << task.length) - 1) << start
            able = sum(
                1
                for leader in task.leaders
                if leader.ready <= start and not self._knot.numbers[leader.number].blocked & run
            )
            if able < task.wanted:
                continue
            if task.returns and self._almanac.returns_from(start + task.length - 1) > last:
                continue
            found.append(start)
        return found

    def write(self) -> None:
        model, knot = self._model, self._knot
        for index, task in enumerate(knot.tasks):
            begins = {start: model.unknown() for start in self._starts[index]}
            model.exactly(list(begins.values()), 1)
            returns: dict[int, int] = {}
            if task.returns:
                blocked = 0
                for number in task.fixed:
                    blocked |= knot.numbers[number].blocked
                returns = {day: model.unknown() for day in bits(self._almanac.return_days & self._horizon & ~blocked)}
                model.exactly(list(returns.values()), 1)
                self._after(begins, returns, partial(self._back_from, task.length))
            self._begins.append(begins)
            self._returns.append(returns)
            for number in task.fixed:
                self._take(number, task, begins, returns)
            if self._choosing and not task.staffed:
                self._choose(task, begins, returns)
            else:
                self._leads.append({})
        self._chains()
        self._capacities()
        if not self._choosing:
            self._pools()

    def _take(self, number: int, task: Task, begins: dict[int, int], returns: dict[int, int]) -> None:
        for start, unknown in begins.items():
            for day in range(start, start + task.length):
                self._days[number, day].append(unknown)
        for day, unknown in returns.items():
            self._days[number, day].append(unknown)

    def _after(self, first: dict[int, int], then: dict[int, int], earliest: Callable[[int], int]) -> None:
        """What comes then on a day needs the first one early enough."""
        waits = sorted((earliest(start), unknown) for start, unknown in first.items())
        for day in sorted(then):
            early = [unknown for other, unknown in then.items() if other <= day]
            enough = [unknown for since, unknown in waits if since <= day]
            if len(enough) < len(waits):
                self._model.row(early + enough, [1.0] * len(early) + [-1.0] * len(enough), -np.inf, 0)

    def _back_from(self, length: int, start: int) -> int:
        return self._almanac.returns_from(start + length - 1)

    def _choose(self, task: Task, begins: dict[int, int], returns: dict[int, int]) -> None:
        """Who leads it: one unknown a trainer, and one for each of her days."""
        model, leads = self._model, {}
        by_start: defaultdict[int, list[int]] = defaultdict(list)
        by_return: defaultdict[int, list[int]] = defaultdict(list)
        for leader in task.leaders:
            lead = leads[leader.number] = model.unknown()
            blocked = self._knot.numbers[leader.number].blocked
            own = {
                start: model.unknown()
                for start in begins
                if leader.ready <= start and not blocked >> start & ((1 << task.length) - 1)
            }
            back = {day: model.unknown() for day in returns if not blocked >> day & 1}
            for days, sums in ((own, by_start), (back, by_return)):
                if days or sums is by_start or task.returns:
                    model.row([*days.values(), lead], [1.0] * len(days) + [-1.0], 0, 0)
                for day, unknown in days.items():
                    sums[day].append(unknown)
            if not task.returns:
                back = {}
            self._take(leader.number, task, own, back)
        for unknowns, sums in ((begins, by_start), (returns, by_return)):
            for day, unknown in unknowns.items():
                model.row([*sums[day], unknown], [1.0] * len(sums[day]) + [-float(task.wanted)], 0, 0)
        self._leads.append(leads)

    def _chains(self) -> None:
        chains: defaultdict[int, list[int]] = defaultdict(list)
        for index, task in enumerate(self._knot.tasks):
            chains[task.chain].append(index)
        for chain in chains.values():
            chain.sort(key=lambda index: self._knot.tasks[index].step)
            for before, then in pairwise(chain):
                length = self._knot.tasks[before].length
                self._after(self._begins[before], self._begins[then], length.__add__)

    def _capacities(self) -> None:
        """One thing a day, and no more days of a month than the cap."""
        months: defaultdict[tuple[int, int], dict[int, float]] = defaultdict(dict)
        for (number, day), unknowns in self._days.items():
            self._model.at_most(unknowns, 1)
            if self._knot.numbers[number].cap is not None:
                counts = months[number, self._almanac.month[day]]
                for unknown in unknowns:
                    counts[unknown] = counts.get(unknown, 0.0) + 1.0
        for (number, month), counts in months.items():
            left = (self._knot.numbers[number].cap or 0) - self._knot.numbers[number].spent[month]
            if sum(counts.values()) > left:
                self._model.row(list(counts), list(counts.values()), -np.inf, max(left, 0))

    def _pools(self) -> None:
        """Trainers who can stand in for each other, counted together: never more work a day or month than they give."""
        loose = [index for index, task in enumerate(self._knot.tasks) if not task.staffed]
        pools = {frozenset(leader.number for leader in self._knot.tasks[index].leaders) for index in loose}
        pools.add(frozenset[int]().union(*pools))
        for pool in sorted(pools, key=sorted):
            days: defaultdict[int, dict[int, float]] = defaultdict(dict)
            months: defaultdict[int, dict[int, float]] = defaultdict(dict)
            for index, task in enumerate(self._knot.tasks):
                if not pool.issuperset(leader.number for leader in task.leaders):
                    continue
                taken = [(day, unknown) for start, unknown in self._begins[index].items()
                         for day in range(start, start + task.length)]  # fmt: skip
                taken += self._returns[index].items()
                for day, unknown in taken:
                    days[day][unknown] = days[day].get(unknown, 0.0) + task.wanted
                    month = self._almanac.month[day]
                    months[month][unknown] = months[month].get(unknown, 0.0) + task.wanted
            for day, counts in days.items():
                able = sum(1 for number in pool if not self._knot.numbers[number].blocked >> day & 1)
                self._limit(counts, able)
            for month, counts in months.items():
                caps = [self._knot.numbers[number] for number in pool]
                if all(each.cap is not None for each in caps):
                    self._limit(counts, sum(max((each.cap or 0) - each.spent[month], 0) for each in caps))

    def _limit(self, counts: dict[int, float], most: float) -> None:
        if sum(counts.values()) > most:
            self._model.row(list(counts), list(counts.values()), -np.inf, most)

    def read(self, chosen: Sequence[bool]) -> list[Spot] | None:
        """The plan that an answer means; None when its days leave no choice of trainers that keeps their rules."""
        dates = []
        for begins, returns in zip(self._begins, self._returns, strict=True):
            start = next(day for day, unknown in begins.items() if chosen[unknown])
            dates.append((start, next((day for day, unknown in returns.items() if chosen[unknown]), None)))
        if self._choosing:
            return [
                Spot(start, returns, tuple(sorted(number for number, unknown in leads.items() if chosen[unknown])))
                if leads
                else Spot(start, returns, tuple(leader.number for leader in task.leaders))
                for task, (start, returns), leads in zip(self._knot.tasks, dates, self._leads, strict=True)
            ]
        return _staffed(self._knot, self._almanac, dates)


def _staffed(knot: Knot, almanac: Almanac, dates: Sequence[tuple[int, int | None]]) -> list[Spot] | None:
    """Trainers for tasks whose days are fixed, the least busy of those who can; None when somebody is missing."""
    ledger = Ledger(knot, almanac)
    spots: list[Spot | None] = [None] * len(knot.tasks)
    in_turn = sorted(range(len(knot.tasks)), key=lambda i: (not knot.tasks[i].staffed, dates[i][0]))
    for index in in_turn:
        task, (start, returns) = knot.tasks[index], dates[index]
        bare = Spot(start, returns, ())
        days = days_of(task, bare)
        able = [
            leader.number
            for leader in task.leaders
            if leader.ready <= start and not ledger.busy[leader.number] & days and ledger.under_cap(leader.number, days)
        ]
        if len(able) < task.wanted:
            return None
        able.sort(key=lambda number: (ledger.busy[number].bit_count(), number))
        leaders = tuple(sorted(able[: task.wanted]))
        ledger.change(leaders, days)
        spots[index] = Spot(start, returns, leaders)
    return [spot for spot in spots if spot is not None]
