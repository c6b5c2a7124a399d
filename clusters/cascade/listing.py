"""Puts the tasks of a knot on days one after the other, each on the first that suits everybody; often good enough."""

import random
from collections.abc import Iterable, Iterator, Sequence

from clusters.cascade.almanac import Almanac
from clusters.cascade.knots import Knot, Spot, Task

DISTURBANCE = 12.0
"""By how many training days chance may move a task in the order of a list."""


class Ledger:
    """The days of a knot's numbers as tasks are put down."""

    def __init__(self, knot: Knot, almanac: Almanac) -> None:
        self._almanac, self._numbers = almanac, knot.numbers
        self.busy = [number.blocked for number in knot.numbers]
        self._counts = [list(number.spent) for number in knot.numbers]
        self._full = [
            sum(
                month
                for month, spent in zip(almanac.months, number.spent, strict=True)
                if number.cap is not None and spent >= number.cap
            )
            for number in knot.numbers
        ]

    def closed(self, numbers: Iterable[int]) -> int:
        """The days, as bits, on which at least one of them cannot come."""
        taken = 0
        for number in numbers:
            taken |= self.busy[number] | self._full[number]
        return taken

    def under_cap(self, number: int, days: int) -> bool:
        """Do these days keep the monthly cap of this one?"""
        cap = self._numbers[number].cap
        if cap is None:
            return True
        counts = self._counts[number]
        return all(counts[month] + more <= cap for month, more in self._almanac.months_of(days))

    def change(self, numbers: Iterable[int], days: int, by: int = 1) -> None:
        """Take these days, or give them back with -1."""
        months = self._almanac.months_of(days)
        for number in numbers:
            self.busy[number] ^= days
            cap = self._numbers[number].cap
            if cap is None:
                continue
            for month, more in months:
                self._counts[number][month] += more * by
                if self._counts[number][month] >= cap:
                    self._full[number] |= self._almanac.months[month]
                else:
                    self._full[number] &= ~self._almanac.months[month]


def listed(knot: Knot, almanac: Almanac, order: Iterable[int]) -> list[Spot] | None:
    """Every task on its first day, in this order; None when one finds none."""
    ledger = Ledger(knot, almanac)
    spots: list[Spot | None] = [None] * len(knot.tasks)
    chain_end: dict[int, int] = {}
    for index in order:
        task = knot.tasks[index]
        spot = _first(task, ledger, almanac, chain_end.get(task.chain, -1) + 1)
        if spot is None:
            return None
        spots[index] = spot
        ledger.change((task.room, *task.crowd, *spot.leaders), days_of(task, spot))
        chain_end[task.chain] = max(chain_end.get(task.chain, -1), spot.start + task.length - 1)
    return [spot for spot in spots if spot is not None]


def days_of(task: Task, spot: Spot) -> int:
    """The days of a placed task, as bits."""
    days = ((1 << task.length) - 1) << spot.start
    return days if spot.returns is None else days | 1 << spot.returns


def best_listed(
    knot: Knot, almanac: Almanac, restarts: int, chance: random.Random, enough: int
) -> tuple[int, list[Spot]] | None:
    """The list that ends first, with its last day; no more orders are tried once it ends by day `enough`."""
    best: tuple[int, list[Spot]] | None = None
    for attempt in range(restarts):
        spots = listed(knot, almanac, _order(knot, None if attempt == 0 else chance, attempt))
        if spots is not None:
            end = end_of(knot, spots)
            if best is None or end < best[0]:
                best = end, spots
        if best is not None and best[0] <= enough:
            break
    return best


def end_of(knot: Knot, spots: Sequence[Spot]) -> int:
    """The last day on which any of the tasks meets."""
    return max(spot.last(task.length) for task, spot in zip(knot.tasks, spots, strict=True))


def _first(task: Task, ledger: Ledger, almanac: Almanac, after: int) -> Spot | None:
    length = task.length
    fixed = (task.room, *task.crowd)
    days = task.starts & (-1 << after) & ~_smeared(ledger.closed(fixed), length)
    free = [
        (leader.number, days & (-1 << leader.ready) & ~_smeared(ledger.closed((leader.number,)), length))
        for leader in task.leaders
    ]
    somebody = 0
    for _, theirs in free:
        somebody |= theirs
    for start in bits(somebody):
        run = ((1 << length) - 1) << start
        there = [
            number for number, theirs in free if theirs >> start & 1 and (length == 1 or ledger.under_cap(number, run))
        ]
        if len(there) < task.wanted or (length > 1 and not all(ledger.under_cap(each, run) for each in task.crowd)):
            continue
        there.sort(key=lambda number: (ledger.busy[number].bit_count(), number))
        leaders = tuple(sorted(there[: task.wanted]))
        if not task.returns:
            return Spot(start, None, leaders)
        returns = _return(task, ledger, almanac, (*fixed, *leaders), start)
        if returns is not None:
            return Spot(start, returns, leaders)
    return None


def _return(task: Task, ledger: Ledger, almanac: Almanac, numbers: Sequence[int], start: int) -> int | None:
    """The first day on which the same room, teachers and trainers are free again."""
    run = ((1 << task.length) - 1) << start
    # The module itself counts in the month that the return may fall into.
    ledger.change(numbers, run)
    open_days = almanac.return_days & ~ledger.closed(numbers) & (-1 << almanac.returns_from(start + task.length - 1))
    ledger.change(numbers, run, -1)
    return next(bits(open_days), None)


def _order(knot: Knot, chance: random.Random | None, attempt: int) -> list[int]:
    """Earliest possible first, turns of the groups next; chance disturbs that, in half of the tries for the busiest."""
    load: dict[int, float] = {}
    if attempt % 2:
        for task in knot.tasks:
            for leader in task.leaders:
                load[leader.number] = load.get(leader.number, 0.0) + task.total * task.wanted / len(task.leaders)
    keys: list[tuple[float, float, int, int]] = []
    for index, task in enumerate(knot.tasks):
        ready = min((leader.ready for leader in task.leaders), default=0)
        busiest = -max((load.get(leader.number, 0.0) for leader in task.leaders), default=0.0)
        noise = chance.uniform(0, DISTURBANCE) if chance else 0.0
        keys.append((busiest, ready + noise, task.turn, index) if load else (ready + noise, 0.0, task.turn, index))
    # Modules of one subject stay in their order, whatever chance says.
    chains: dict[int, list[int]] = {}
    for index, task in enumerate(knot.tasks):
        chains.setdefault(task.chain, []).append(index)
    for chain in chains.values():
        if len(chain) > 1:
            in_turn = sorted(chain, key=lambda index: knot.tasks[index].step)
            for index, key in zip(in_turn, sorted(keys[index] for index in chain), strict=True):
                keys[index] = key
    return sorted(range(len(knot.tasks)), key=lambda index: keys[index])


def bits(days: int) -> Iterator[int]:
    """The numbers of the days set in a mask, lowest first."""
    while days:
        bit = days & -days
        yield bit.bit_length() - 1
        days ^= bit


def _smeared(taken: int, length: int) -> int:
    blocked = taken
    for step in range(1, length):
        blocked |= taken >> step
    return blocked
