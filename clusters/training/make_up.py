"""Whom a make-up session gathers, and on which days it can be held: the rules, apart from where the facts stand."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from clusters.cascade.rules import may_be_away

SENSIBLE = 8
"""Fewer absent of one training session are joined by those of the neighbouring clusters, as far as there are any."""
FEWEST = 2
"""For one person alone no session is held: she joins another one."""
NOTICE = timedelta(days=7)
HORIZON = timedelta(days=75)
"""How far ahead a day is looked for, from the first one that leaves people time to plan."""
LONGEST_PAUSE = 4
"""Most days from one meeting day to the next."""


@dataclass(frozen=True, slots=True)
class Missed:
    """An invitation that was missed and has no make-up ahead: whose, from which school, of which training session."""

    invitation_id: int
    person_id: int
    name: str
    school_id: int | None
    school: str
    session_id: int
    place_id: int
    place: str


def gathered(
    own: Sequence[Missed], near: Sequence[Missed], capacity: int, staff: Mapping[int, int]
) -> tuple[Missed, ...]:
    """Whom one make-up takes: the own absent first, then the neighbours' while they are few; no school is emptied.

    Nobody twice, and never more than the room holds; who is left over comes to the next one.
    """
    taken: list[Missed] = []
    sent: Counter[int] = Counter()
    for wanted, most in ((own, capacity), (near, min(SENSIBLE, capacity) if len(own) < SENSIBLE else 0)):
        for each in wanted:
            if len(taken) >= most or any(each.person_id == other.person_id for other in taken):
                continue
            if each.school_id is not None:
                if sent[each.school_id] >= may_be_away(staff.get(each.school_id, 1)):
                    continue
                sent[each.school_id] += 1
            taken.append(each)
    return tuple(taken)


def day_runs(first: date, days: int, is_open: Callable[[date], bool]) -> Iterator[tuple[date, ...]]:
    """Runs of so many open days, close enough to be one training, from a first day on."""
    ahead = [first + timedelta(days=number) for number in range(HORIZON.days)]
    open_days = [day for day in ahead if is_open(day)]
    for start in range(len(open_days) - days + 1):
        run = tuple(open_days[start : start + days])
        if all((later - earlier).days <= LONGEST_PAUSE for earlier, later in pairwise(run)):
            yield run


@dataclass(frozen=True, slots=True)
class Slot:
    """Days, a trainer and a venue that are free together; `busy` of the people are wanted elsewhere on them."""

    days: tuple[date, ...]
    trainer: int
    venue: int
    busy: tuple[int, ...] = ()


def first_slot(
    runs: Iterator[tuple[date, ...]],
    trainers: Sequence[int],
    venues: Sequence[int],
    booked: Collection[tuple[int | None, int | None, date]],
    wanted: Mapping[date, Collection[int]],
    people: Collection[int],
) -> Slot | None:
    """The first days on which a trainer and a venue are free and nobody of the people is wanted elsewhere.

    `booked` are days of trainers (person, None) and venues (None, school); `wanted` says who sits elsewhere on a day.
    """
    for run in runs:
        if any(person in people for day in run for person in wanted.get(day, ())):
            continue
        trainer = next((one for one in trainers if _free(one, None, run, booked, wanted)), None)
        venue = next((one for one in venues if not any((None, one, day) in booked for day in run)), None)
        if trainer is not None and venue is not None:
            return Slot(run, trainer, venue)
    return None


def _free(
    person: int,
    school: int | None,
    run: Sequence[date],
    booked: Collection[tuple[int | None, int | None, date]],
    wanted: Mapping[date, Collection[int]],
) -> bool:
    return not any((person, school, day) in booked or person in wanted.get(day, ()) for day in run)
