"""Who gets a free place of a training session: in the order of waiting, no school emptied, no place given twice."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clusters.cascade.rules import may_be_away


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody on the wait list, with the school she comes from."""

    person_id: int
    school_id: int | None


@dataclass(frozen=True, slots=True)
class Room:
    """A training session as seats see it.

    `seated` are the schools of those who have a place, one for each; `staff` says how many teachers a school has.
    """

    capacity: int
    seated: tuple[int | None, ...]
    staff: Mapping[int, int]

    @property
    def free(self) -> int:
        """Places that nobody has; none where a plan seated more than the room holds."""
        return max(self.capacity - len(self.seated), 0)

    def may_send(self, school_id: int | None, sent: Mapping[int | None, int]) -> bool:
        """May one more of a school come without emptying it?"""
        return school_id is None or sent.get(school_id, 0) < may_be_away(self.staff.get(school_id, 1))

    def has_place_for(self, school_id: int | None) -> bool:
        """Is there a place, and may her school send her?"""
        return self.free > 0 and self.may_send(school_id, Counter(self.seated))


def next_seated(waiting: Sequence[Waiter], room: Room) -> list[Waiter]:
    """Who of the waiting, longest first, gets the free places; who must wait for her school keeps her turn."""
    sent, chosen = Counter(room.seated), list[Waiter]()
    for each in waiting:
        if len(chosen) == room.free:
            break
        if room.may_send(each.school_id, sent):
            chosen.append(each)
            sent[each.school_id] += 1
    return chosen


def next_row(rows: Iterable[int]) -> int:
    """The row of a newcomer: after every row that was ever given, so that nobody on a printed sheet is renumbered."""
    return max(rows, default=0) + 1
