"""Shares a finished plan out more evenly among the trainers, and spares them ways, without moving a single day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from clusters.cascade.almanac import Almanac
from clusters.cascade.knots import Knot, Spot, Task
from clusters.cascade.listing import Ledger, days_of

PASSES = 6
"""How often all tasks are looked at before the sharing out ends, improved or not."""


def shared_out(knot: Knot, almanac: Almanac, spots: Sequence[Spot]) -> list[Spot]:
    """The same days with other trainers where that evens out their days, or where it spares ways at equal days."""
    book = _Duties(knot, almanac, spots)
    loose = [index for index, task in enumerate(knot.tasks) if not task.staffed]
    for _ in range(PASSES):
        improved = False
        for index in loose:
            improved |= book.relieve(index)
        if not improved:
            break
    together = book.on_the_same_days(loose)
    for _ in range(PASSES):
        swapped = False
        for one, other in together:
            swapped |= book.swap(one, other)
        if not swapped:
            break
    return book.spots


class _Duties:
    """Who leads what, how many days that makes for each, and how often each goes from one cluster to another."""

    def __init__(self, knot: Knot, almanac: Almanac, spots: Sequence[Spot]) -> None:
        self._knot = knot
        self.spots = list(spots)
        self._ledger = Ledger(knot, almanac)
        self._load: defaultdict[int, int] = defaultdict(int)
        self._led: defaultdict[int, set[int]] = defaultdict(set)
        for index, (task, spot) in enumerate(zip(knot.tasks, spots, strict=True)):
            for number in spot.leaders:
                self._ledger.change((number,), days_of(task, spot))
                self._load[number] += task.total
                self._led[number].add(index)

    def relieve(self, index: int) -> bool:
        """Hand one task to somebody who has fewer days, or who has fewer ways to go; False when it stays."""
        task, spot = self._knot.tasks[index], self.spots[index]
        days = days_of(task, spot)
        for out in spot.leaders:
            for leader in task.leaders:
                number = leader.number
                if number in spot.leaders or leader.ready > spot.start or self._ledger.busy[number] & days:
                    continue
                gain = self._load[out] - self._load[number] - task.total
                if gain < 0 or not self._ledger.under_cap(number, days):
                    continue
                if gain == 0 and not self._saves_ways(task, index, out, number):
                    continue
                self._ledger.change((out,), days, -1)
                self._ledger.change((number,), days)
                self._load[out] -= task.total
                self._load[number] += task.total
                self._led[out].discard(index)
                self._led[number].add(index)
                leaders = tuple(sorted({*spot.leaders, number} - {out}))
                self.spots[index] = replace(spot, leaders=leaders)
                return True
        return False

    def on_the_same_days(self, indexes: Sequence[int]) -> list[tuple[int, int]]:
        """Pairs of these tasks that meet on the very same days, the earliest first."""
        groups: defaultdict[int, list[int]] = defaultdict(list)
        for index in sorted(indexes, key=lambda index: (self.spots[index].start, index)):
            groups[days_of(self._knot.tasks[index], self.spots[index])].append(index)
        return [pair for group in groups.values() for pair in combinations(group, 2)]

    def swap(self, one: int, other: int) -> bool:
        """Let two who lead on the same days change places where that spares ways; nobody's days change."""
        here, there = self.spots[one], self.spots[other]
        for out in here.leaders:
            for into in there.leaders:
                if out in there.leaders or into in here.leaders:
                    continue
                if not (self._may_lead(into, one) and self._may_lead(out, other)):
                    continue
                before = self._ways(self._led[out]) + self._ways(self._led[into])
                theirs = self._led[out] - {one} | {other}, self._led[into] - {other} | {one}
                far = self._far(into, one) + self._far(out, other) - self._far(out, one) - self._far(into, other)
                if sum(map(self._ways, theirs)) + far * self._knot.tasks[one].total >= before:
                    continue
                self._led[out], self._led[into] = theirs
                self.spots[one] = replace(here, leaders=tuple(sorted({*here.leaders, into} - {out})))
                self.spots[other] = replace(there, leaders=tuple(sorted({*there.leaders, out} - {into})))
                return True
        return False

    def _may_lead(self, number: int, index: int) -> bool:
        start = self.spots[index].start
        return any(leader.number == number and leader.ready <= start for leader in self._knot.tasks[index].leaders)

    def _far(self, number: int, index: int) -> int:
        return next(leader.far for leader in self._knot.tasks[index].leaders if leader.number == number)

    def _saves_ways(self, task: Task, index: int, out: int, into: int) -> bool:
        far = {leader.number: leader.far for leader in task.leaders}
        before = self._ways(self._led[out]) + self._ways(self._led[into]) + far[out] * task.total
        after = self._ways(self._led[out] - {index}) + self._ways(self._led[into] | {index}) + far[into] * task.total
        return after < before

    def _ways(self, led: set[int]) -> int:
        """How often the next duty is in another room than the one before."""
        rooms = [self._knot.tasks[index].room for index in sorted(led, key=lambda index: self.spots[index].start)]
        return sum(one != other for one, other in pairwise(rooms))
