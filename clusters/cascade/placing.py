"""The trainings of trainers put on days, rooms and trainers, each on the first day that suits everybody."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clusters.cascade.daybook import DayBook
from clusters.cascade.rules import CascadeRequest, Level, Member, level_above
from clusters.cascade.staffing import Staffing
from clusters.cascade.worklist import Work
from clusters.modules.rules import TaughtModule


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a work stands: numbers of training days (`returns` for the periodic return), room and trainers."""

    start: int
    returns: int | None
    room: str
    leading: tuple[Member, ...]


class Board:
    """The trainings of trainers of one request, and the day book in which they are placed attempt by attempt."""

    def __init__(
        self,
        request: CascadeRequest,
        staffing: Staffing,
        works: Sequence[Work],
        taken: Mapping[int | str, set[date]],
        away: Mapping[int | str, set[date]],
    ) -> None:
        self.works, self._rules, self._taken, self._away = works, request.rules, taken, away
        self._book = DayBook(request.days, self._rules.longest_pause)
        self._rooms = {
            room: self._book.add(None, [taken.get(room, ())], [away.get(room, ())])
            for room in sorted({r for work in works for r in work.rooms})
        }
        leading = dict.fromkeys(member.person for work in works for member in work.trainers)
        cap = self._rules.trainer_days_a_month
        self._persons = {
            person: self._book.add(cap, [taken.get(person, ())], [away.get(person, ())]) for person in leading
        }
        self._attending = self._booked_together()
        self._upper: defaultdict[tuple[Level, TaughtModule], list[Work]] = defaultdict(list)
        for work in works:
            self._upper[work.level, work.module].append(work)
        self._placed: dict[int, Placement] = {}
        # The first day on which a person may deliver what she learned at a level.
        self._ready: dict[tuple[Level, TaughtModule, int], int] = {}
        self._chain_end: dict[object, int] = {}

    def _booked_together(self) -> dict[int, tuple[int, ...]]:
        """The numbers of the day book that stand for the participants of each work.

        Those who lead nothing and are in the very same works always meet together, so they share one number.
        """
        seats: defaultdict[int, list[int]] = defaultdict(list)
        for work in self.works:
            for member in work.members:
                if member.person not in self._persons:
                    seats[member.person].append(work.key)
        together: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
        for person, keys in seats.items():
            together[tuple(keys)].append(person)
        cap = self._rules.trainer_days_a_month
        shared = {
            keys: self._book.add(
                cap,
                [self._taken[person] for person in members if person in self._taken],
                [self._away[person] for person in members if person in self._away],
            )
            for keys, members in together.items()
        }
        persons = self._persons | {person: shared[tuple(keys)] for person, keys in seats.items()}
        return {work.key: tuple(sorted({persons[member.person] for member in work.members})) for work in self.works}

    # Attempts

    def attempt(self, modules: Sequence[TaughtModule], lag: int) -> dict[int, Placement] | None:
        """Place everything afresh: modules in this order, each handed on when `lag` more have been opened."""
        self._wipe()
        for step in range(len(modules) + lag):
            if step < len(modules):
                self._place_all(self._upper[Level.MASTER, modules[step]])
            if step >= lag:
                self._place_all(self._upper[Level.CIRCLE, modules[step - lag]])
        return dict(self._placed) if len(self._placed) == len(self.works) else None

    def ready(self) -> dict[tuple[TaughtModule, int], int]:
        """The first day on which each circle trainer may deliver what she learned, after the last attempt."""
        return {(module, who): day for (level, module, who), day in self._ready.items() if level is Level.CIRCLE}

    # One work

    def _place_all(self, works: Iterable[Work]) -> None:
        for work in works:
            best: Placement | None = None
            dates = self._trainer_dates(work)
            ideal = self._first(work, None, dates)
            if ideal is None:
                continue
            # Rooms in use least come first, so that the load is shared where the day is the same.
            for room in sorted(work.rooms, key=lambda room: self._book.days_of(self._rooms[room])):
                found = self._first(work, room, dates)
                if found is not None and (best is None or found.start < best.start):
                    best = found
                    if best.start == ideal.start:
                        break
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

    def _first(self, work: Work, room: str | None, dates: Sequence[tuple[Member, int]]) -> Placement | None:
        free_room = -1 if room is None else ~self._book.blocked(self._rooms[room], work.days)
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
            return Placement(start, None, room or "", tuple(free[: work.wanted]))
        return None

    def _under_cap(self, numbers: Iterable[int], start: int, length: int) -> bool:
        # A single day in a full month is blocked already; only longer modules can overrun a cap.
        return length == 1 or all(self._book.under_cap(number, start, length) for number in numbers)

    def _put(self, work: Work, placement: Placement) -> None:
        self._placed[work.key] = placement
        leading = (self._persons[member.person] for member in placement.leading)
        numbers = (self._rooms[placement.room], *self._attending[work.key], *leading)
        self._book.book(numbers, placement.start, work.days)
        end = placement.start + work.days - 1
        self._chain_end[work.chain] = max(self._chain_end.get(work.chain, -1), end)
        for member in work.members:
            self._ready[work.level, work.module, member.person] = end + 1

    def _wipe(self) -> None:
        self._book.clear()
        self._placed.clear()
        self._ready.clear()
        self._chain_end.clear()


def _bits(days: int) -> Iterator[int]:
    """The numbers of the days set in a mask, lowest first."""
    while days:
        bit = days & -days
        yield bit.bit_length() - 1
        days ^= bit
