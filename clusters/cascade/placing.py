"""The works of a round put on days, rooms and trainers, each on the first day that suits everybody."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clusters.cascade.daybook import DayBook
from clusters.cascade.rules import CascadeRequest, Level, Member, level_above
from clusters.cascade.staffing import Staffing
from clusters.cascade.worklist import Work
from clusters.modules.rules import TaughtModule

DISTURBANCE = 12.0
"""By how many training days chance may move a work in the order in which a circle is planned."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a work stands: numbers of training days (`returns` for the periodic return), room and trainers."""

    start: int
    returns: int | None
    room: str
    leading: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attempt: what could be placed, and how good that is; the less the better."""

    unplaced: int
    last: int
    total: int
    placements: Mapping[int, Placement]

    @property
    def worth(self) -> tuple[int, int, int]:
        """Everything placed first, then an early end, then early ends of all."""
        return self.unplaced, self.last, self.total

    @property
    def length(self) -> int:
        """Training days from the first to the last."""
        return self.last - min((placement.start for placement in self.placements.values()), default=0) + 1


class Board:
    """The works of one request and the day book in which they are placed, one attempt after the other."""

    def __init__(self, request: CascadeRequest, staffing: Staffing, works: Sequence[Work]) -> None:
        self.works, self._rules = works, request.rules
        self._book = DayBook(request.days, self._rules.longest_pause)
        self._return_from = _return_days(request.days, self._rules.return_after)
        self._taken: defaultdict[int | str, set[date]] = defaultdict(set)
        for taken in request.taken:
            for who in (taken.person, taken.venue):
                if who is not None:
                    self._taken[who].add(taken.day)
        self._rooms = {
            room: self._book.add(None, [self._taken[room]])
            for room in sorted({r for work in works for r in work.rooms})
        }
        self._persons = {
            member.person: self._book.add(self._rules.trainer_days_a_month, [self._taken[member.person]])
            for team in (staffing.core, staffing.masters, *staffing.circle_trainers.values())
            for member in team
        }
        self._attending = self._booked_together()
        self._upper: defaultdict[tuple[Level, TaughtModule], list[Work]] = defaultdict(list)
        self._circles: defaultdict[str, list[Work]] = defaultdict(list)
        for work in works:
            if work.level is Level.TEACHER:
                self._circles[work.circle].append(work)
            else:
                self._upper[work.level, work.module].append(work)
        self._placed: dict[int, Placement] = {}
        # The first day on which a person may deliver what she learned at a level.
        self._ready: dict[tuple[Level, TaughtModule, int], int] = {}
        self._chain_end: dict[object, int] = {}

    def _booked_together(self) -> dict[int, tuple[int, ...]]:
        """The numbers of the day book that stand for the participants of each work.

        Teachers who are in the very same works always meet together, so they share one number.
        """
        seats: defaultdict[int, list[int]] = defaultdict(list)
        for work in self.works:
            if work.level is Level.TEACHER:
                for member in work.members:
                    seats[member.person].append(work.key)
        together: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
        for person, keys in seats.items():
            together[tuple(keys)].append(person)
        cap = self._rules.teacher_days_a_month
        shared = {
            keys: self._book.add(cap, [self._taken[person] for person in members if person in self._taken])
            for keys, members in together.items()
        }
        persons = self._persons | {person: shared[tuple(keys)] for person, keys in seats.items()}
        return {work.key: tuple(sorted({persons[member.person] for member in work.members})) for work in self.works}

    # Attempts

    def attempt(self, modules: Sequence[TaughtModule], lag: int) -> Outcome:
        """Place everything afresh: modules in this order, each handed on when `lag` more have been opened."""
        self._wipe()
        for step in range(len(modules) + lag):
            if step < len(modules):
                self._place_all(self._upper[Level.MASTER, modules[step]])
            if step >= lag:
                self._place_all(self._upper[Level.CIRCLE, modules[step - lag]])
        for works in self._circles.values():
            self._place_all(self._in_order(works, None))
        ends = [self.last_day(work) for work in self.works if work.key in self._placed]
        return Outcome(len(self.works) - len(ends), max(ends, default=0), sum(ends), dict(self._placed))

    def take_up(self, placements: Mapping[int, Placement]) -> None:
        """Return to the placements of an earlier attempt."""
        self._wipe()
        self._put_back(self.works, placements)

    def hasten_latest(self, restarts: int, chance: random.Random, out_of_time: Callable[[], bool]) -> None:
        """Try other orders in the circle that ends last, for as long as that helps."""
        while not out_of_time():
            latest = max(self._circles, key=lambda circle: (self._end_of(self._circles[circle]), circle))
            if not self._hasten(self._circles[latest], restarts, chance, out_of_time):
                return

    def placements(self) -> dict[int, Placement]:
        """Where every work stands now, by its key."""
        return dict(self._placed)

    def _hasten(
        self, works: Sequence[Work], restarts: int, chance: random.Random, out_of_time: Callable[[], bool]
    ) -> bool:
        before = self._end_of(works)
        kept = {work.key: self._placed[work.key] for work in works}
        for _ in range(restarts):
            self._lift(works)
            self._place_all(self._in_order(works, chance))
            if all(work.key in self._placed for work in works) and self._end_of(works) < before:
                return True
            if out_of_time():
                break
        self._lift(works)
        self._put_back(works, kept)
        return False

    def _in_order(self, works: Sequence[Work], chance: random.Random | None) -> list[Work]:
        """Earliest possible first, turns of the groups next; chance disturbs that order."""
        keys = {}
        for work in works:
            ready = min(self._ready.get((Level.CIRCLE, work.module, member.person), 0) for member in work.trainers)
            keys[work.key] = (ready + (chance.uniform(0, DISTURBANCE) if chance else 0), work.turn, work.key)
        # Modules of one subject stay in their order, whatever chance says.
        chains: defaultdict[object, list[Work]] = defaultdict(list)
        for work in works:
            chains[work.chain].append(work)
        for chain in chains.values():
            in_turn = sorted(chain, key=lambda work: work.module.number)
            keys.update(zip((work.key for work in in_turn), sorted(keys[work.key] for work in chain), strict=True))
        return sorted(works, key=lambda work: keys[work.key])

    # One work

    def _place_all(self, works: Iterable[Work]) -> None:
        for work in works:
            best: Placement | None = None
            dates = self._trainer_dates(work)
            # Rooms in use least come first, so that the load is shared where the day is the same.
            for room in sorted(work.rooms, key=lambda room: self._book.days_of(self._rooms[room])):
                found = self._first(work, room, dates)
                if found is not None and (best is None or found.start < best.start):
                    best = found
            if best is not None:
                self._put(work, best)

    def _trainer_dates(self, work: Work) -> list[tuple[Member, int]]:
        """The days, as bits, on which each trainer and all participants could begin."""
        after = self._chain_end.get(work.chain, -1) + 1
        open_days = self._book.runs(work.days) & (-1 << after)
        open_days &= ~self._book.any_blocked(self._attending[work.key], work.days)
        return [
            (member, open_days & (-1 << ready) & ~self._book.blocked(self._persons[member.person], work.days))
            for member in work.trainers
            if (ready := self._ready_on(work, member)) is not None
        ]

    def _ready_on(self, work: Work, trainer: Member) -> int | None:
        """The first day on which a trainer may deliver a module; None while she has no day to learn it herself."""
        above = level_above(work.level)
        return 0 if above is None else self._ready.get((above, work.module, trainer.person))

    def _first(self, work: Work, room: str, dates: Sequence[tuple[Member, int]]) -> Placement | None:
        free_room = ~self._book.blocked(self._rooms[room], work.days)
        somebody = 0
        for _, days in dates:
            somebody |= days & free_room
        for start in _bits(somebody):
            free = [
                member
                for member, days in dates
                if days >> start & 1 and self._under_cap((self._persons[member.person],), start, work.days)
            ]
            if len(free) < work.wanted or not self._under_cap(self._attending[work.key], start, work.days):
                continue
            free.sort(key=lambda member: (self._book.days_of(self._persons[member.person]), member.person))
            placement = Placement(start, None, room, tuple(free[: work.wanted]))
            if not self._rules.returns(work.level):
                return placement
            returns = self._return_for(work, placement)
            if returns is not None:
                return Placement(start, returns, room, placement.leading)
        return None

    def _under_cap(self, numbers: Iterable[int], start: int, length: int) -> bool:
        # A single day in a full month is blocked already; only longer modules can overrun a cap.
        return length == 1 or all(self._book.under_cap(number, start, length) for number in numbers)

    def _return_for(self, work: Work, placement: Placement) -> int | None:
        """The day of the periodic return: the same room, teachers and trainers, free again."""
        numbers = self._numbers(work, placement)
        # The module itself counts in the month that the return may fall into.
        self._book.book(numbers, placement.start, work.days)
        earliest = max(self._return_from[placement.start + work.days - 1], placement.start + work.days)
        open_days = self._book.runs(1) & ~self._book.any_blocked(numbers, 1) & (-1 << earliest)
        self._book.free(numbers, placement.start, work.days)
        return next(_bits(open_days), None)

    def _put(self, work: Work, placement: Placement) -> None:
        self._placed[work.key] = placement
        self._change(work, placement, self._book.book)
        end = placement.start + work.days - 1
        self._chain_end[work.chain] = max(self._chain_end.get(work.chain, -1), end)
        if work.level is not Level.TEACHER:
            for member in work.members:
                self._ready[work.level, work.module, member.person] = end + 1

    def _put_back(self, works: Iterable[Work], placements: Mapping[int, Placement]) -> None:
        for work in works:
            self._put(work, placements[work.key])

    def _lift(self, works: Iterable[Work]) -> None:
        """Take works of teachers off the book again."""
        for work in works:
            placement = self._placed.pop(work.key, None)
            if placement is not None:
                self._change(work, placement, self._book.free)
                self._chain_end.pop(work.chain, None)

    def _wipe(self) -> None:
        self._book.clear()
        self._placed.clear()
        self._ready.clear()
        self._chain_end.clear()

    def _change(self, work: Work, placement: Placement, change: Callable[[Iterable[int], int, int], None]) -> None:
        numbers = self._numbers(work, placement)
        change(numbers, placement.start, work.days)
        if placement.returns is not None:
            change(numbers, placement.returns, 1)

    def _numbers(self, work: Work, placement: Placement) -> tuple[int, ...]:
        leading = (self._persons[member.person] for member in placement.leading)
        return (self._rooms[placement.room], *self._attending[work.key], *leading)

    def last_day(self, work: Work) -> int:
        """The training day on which a placed work meets last."""
        placement = self._placed[work.key]
        return max(placement.start + work.days - 1, placement.returns or 0)

    def _end_of(self, works: Iterable[Work]) -> int:
        return max(self.last_day(work) for work in works)


def _bits(days: int) -> Iterator[int]:
    """The numbers of the days set in a mask, lowest first."""
    while days:
        bit = days & -days
        yield bit.bit_length() - 1
        days ^= bit


def _return_days(days: Sequence[date], wait: int | None) -> list[int]:
    """For each training day the first one on which a module that ends then may be returned to."""
    if wait is None:
        return []
    later, found = 0, []
    for day in days:
        while later < len(days) and days[later] < day + timedelta(days=wait):
            later += 1
        found.append(later)
    return found
