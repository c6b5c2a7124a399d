"""The plan as it stands while it is mended: who and what is taken on which day, and who has learned what by when."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from clusters.cascade.almanac import Almanac
from clusters.cascade.mending.news import News, Standing
from clusters.cascade.rules import CascadeRequest, Level, MeetingRow, Member, SeatRow, level_above
from clusters.cascade.travel import Ways

Key = object
"""A person by number, a room by EMIS code, or ("place", address): at a cluster one a day, so no school is emptied."""


class Board:
    """Every training session of a round by number, found again by whoever and whatever it takes."""

    def __init__(self, request: CascadeRequest, standing: Mapping[int, Standing], news: News) -> None:
        self.request, self.rules, self.news = request, request.rules, news
        self.standing = dict(standing)
        days = tuple(day for day in request.days if day < news.today or day not in news.closed_days)
        self.almanac = Almanac(days, request.rules)
        self.number = {day: index for index, day in enumerate(days)}
        self.first = next((index for index, day in enumerate(days) if day >= news.since), len(days))
        self.members = {member.person: member for team in self._teams() for member in team}
        self.order = {module.code: module.number for module in request.modules}
        self.ways = Ways(request)
        self._taken: defaultdict[Key, list[date]] = defaultdict(list)
        self._leave: set[tuple[Key, date]] = set()
        for taken in request.taken:
            for key in (taken.person, taken.venue):
                if key is not None:
                    self._taken[key].append(taken.day)
                    if taken.away:
                        self._leave.add((key, taken.day))
        for venue, day in sorted(news.shut):
            self._taken[venue].append(day)
        self._by_key: defaultdict[Key, set[int]] = defaultdict(set)
        for each in self.standing.values():
            self._index(each)
        self._upper = [number for number, each in self.standing.items() if each.row.level is not Level.TEACHER]

    def _teams(self) -> tuple[tuple[Member, ...], ...]:
        return self.request.core, self.request.masters, self.request.circle_trainers

    def team(self, level: Level) -> tuple[Member, ...]:
        """Who delivers a level."""
        above = level_above(level)
        return {None: self.request.core, Level.MASTER: self.request.masters}.get(above, self.request.circle_trainers)

    def _index(self, each: Standing) -> None:
        for key in keys_of(each, each.row.venue, each.row.trainers, each.persons):
            self._by_key[key].add(each.id)

    def put(self, after: Standing) -> None:
        """A training session changes its place on the board."""
        before = self.standing[after.id]
        for key in (before.row.venue, *before.row.trainers):
            self._by_key[key].discard(after.id)
        self.standing[after.id] = after
        self._index(after)

    def of(self, key: Key) -> set[int]:
        """The training sessions that take somebody or something."""
        return self._by_key.get(key, set())

    def gone(self, key: Key, without: Collection[int]) -> tuple[date, ...]:
        """The days on which a key is wanted elsewhere than by these training sessions."""
        days = list(self._taken.get(key, ()))
        for number in self.of(key):
            if number not in without:
                days += self.standing[number].days
        return tuple(sorted(days))

    def given(self, key: Key, days: Collection[date]) -> tuple[date, ...]:
        """Those of the days that count in a month: all but leave."""
        return tuple(day for day in days if (key, day) not in self._leave)

    def completed(self, level: Level, module: str, without: Collection[int]) -> dict[int, date]:
        """When each person has completed a module at a level; those sessions left out that are asked about."""
        found: dict[int, date] = {}
        for number in self._upper:
            each = self.standing[number]
            if (each.row.level, each.row.module) == (level, module) and number not in without:
                for person in each.persons:
                    found[person] = min(found.get(person, date.max), each.days[-1])
        return found

    def followers(self, each: Standing) -> Iterator[int]:
        """The training sessions of the same module that its participants lead one level down."""
        for person in each.persons:
            for number in self.of(person):
                other = self.standing[number]
                if (
                    person in other.row.trainers
                    and level_above(other.row.level) is each.row.level
                    and other.row.module == each.row.module
                ):
                    yield number

    def is_open(self, each: Standing) -> bool:
        """May it be changed without breaking the notice? What stands on a day that is closed by now, stays."""
        return each.days[0] >= self.news.since and all(day in self.number for day in each.days)

    def home(self, person: int) -> str:
        """Where a trainer is at home."""
        member = self.members.get(person)
        return "" if member is None else member.home

    def module_ends(self, each: Standing) -> date:
        """The last day of the module itself; the periodic return comes after it."""
        returns = self.rules.returns(each.row.level) and len(each.days) > 1
        return each.days[-2 if returns else -1]


def keys_of(each: Standing, venue: str, trainers: Iterable[int], persons: Iterable[int]) -> Iterator[Key]:
    """Everybody and everything that a training session takes."""
    yield venue
    yield from trainers
    yield from persons
    if each.row.level is Level.TEACHER:
        yield ("place", each.row.place)


def standing_of(meetings: Iterable[MeetingRow], seats: Iterable[SeatRow], news: News) -> dict[int, Standing]:
    """Training sessions put together from their rows; who is lost learns nothing any more."""
    days: defaultdict[int, list[MeetingRow]] = defaultdict(list)
    persons: defaultdict[int, list[int]] = defaultdict(list)
    for row in meetings:
        days[row.id].append(row)
    for seat in seats:
        if seat.person not in news.lost:
            persons[seat.session].append(seat.person)
    return {
        number: Standing(number, rows[0], tuple(sorted(row.day for row in rows)), tuple(persons[number]))
        for number, rows in sorted(days.items())
    }
