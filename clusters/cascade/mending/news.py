"""What bad news says, what stood before it, and what changes because of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from clusters.cascade.rules import MeetingRow


@dataclass(frozen=True, slots=True)
class News:
    """What happened; `since` is the first day that may still be changed without breaking the notice given.

    `shut` are rooms, by EMIS code, on single days: those of a valley under snow.
    """

    since: date
    today: date
    lost: frozenset[int] = frozenset()
    closed_venues: frozenset[str] = frozenset()
    closed_days: frozenset[date] = frozenset()
    shut: frozenset[tuple[str, date]] = frozenset()

    def closes(self, venue: str, day: date) -> bool:
        """Can nobody meet in this room on this day any more?"""
        return day >= self.today and (
            venue in self.closed_venues or day in self.closed_days or (venue, day) in self.shut
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """A training session as it stands: its meeting days, room, trainers and participants."""

    id: int
    row: MeetingRow
    days: tuple[date, ...]
    persons: tuple[int, ...]

    def changed(self, days: tuple[date, ...], venue: str, trainers: tuple[int, ...]) -> "Standing":
        """The same one elsewhere."""
        return replace(self, row=replace(self.row, venue=venue, trainers=trainers), days=days)

    def is_hit(self, news: News) -> bool:
        """Does the news take its trainer, its room or one of its days?"""
        ahead = [day for day in self.days if day >= news.today]
        return bool(ahead) and (
            not news.lost.isdisjoint(self.row.trainers) or any(news.closes(self.row.venue, day) for day in ahead)
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One training session that must change: its days, room and trainers before and after."""

    session: int
    days_before: tuple[date, ...]
    days: tuple[date, ...]
    venue_before: str
    venue: str
    trainers_before: tuple[int, ...]
    trainers: tuple[int, ...]

    @property
    def is_one(self) -> bool:
        """Is anything other than before?"""
        before = self.days_before, self.venue_before, self.trainers_before
        return before != (self.days, self.venue, self.trainers)


@dataclass(frozen=True, slots=True)
class Mended:
    """The plan after the news: `broken` had to change, `others` changed besides.

    `fewest` says that no plan changes fewer others, `soonest` that none with so few changes ends earlier, `nearest`
    that none of those moves its days less or changes fewer trainers; False where that is not proved. `begun` are hit
    too, but have begun, so that a person must see to them.
    """

    changes: tuple[Change, ...]
    broken: tuple[int, ...]
    others: tuple[int, ...]
    end_before: date
    end: date
    fewest: bool
    soonest: bool = True
    nearest: bool = True
    begun: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmendable:
    """Why no change within the rules answers the news, by the training sessions that find no place."""

    sessions: tuple[int, ...]
    sentence: str
    begun: tuple[int, ...] = ()


def change_of(before: Standing, after: Standing) -> Change:
    """What became of a training session."""
    return Change(
        before.id,
        before.days,
        after.days,
        before.row.venue,
        after.row.venue,
        before.row.trainers,
        after.row.trainers,
    )


def circle_of(place: str) -> str:
    """The circle of a place, by its address."""
    return ".".join(place.split(".")[:2]) + "."


def block_of(place: str) -> str:
    """The block of a place, by its address."""
    return place.split(".", maxsplit=1)[0] + "."


def ended_last(standing: Iterable[Standing]) -> date:
    """The last meeting day of all."""
    return max(each.days[-1] for each in standing)
