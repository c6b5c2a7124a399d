"""A plan mended after bad news with the fewest changes: a trainer lost, a venue or a day closed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from clusters.cascade.almanac import Almanac
from clusters.cascade.exact import Model, Verdict
from clusters.cascade.listing import bits
from clusters.cascade.rules import CascadeRequest, Level, MeetingRow, Member, SeatRow, Taken, level_above

SOLVING_SECONDS = 20.0
"""The longest that one question to the exact solver may take."""
MOST_AT_ONCE = 300
"""Where a training of trainers is broken, all that follows is asked about at once, up to so many training sessions."""
PUT_OFF = 120
"""By so many training days the end may be put off before the news counts as more than can be mended."""


@dataclass(frozen=True, slots=True)
class News:
    """What happened; `since` is the first day that may still be changed without breaking the notice given."""

    since: date
    today: date
    lost: frozenset[int] = frozenset()
    closed_venues: frozenset[str] = frozenset()
    closed_days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """A training session as it stands: its meeting days, room, trainers and participants."""

    id: int
    row: MeetingRow
    days: tuple[date, ...]
    persons: tuple[int, ...]


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


@dataclass(frozen=True, slots=True)
class Mended:
    """The plan after the news: `broken` had to change, `others` changed besides; `fewest` says that this is proved."""

    changes: tuple[Change, ...]
    broken: tuple[int, ...]
    others: tuple[int, ...]
    end_before: date
    end: date
    fewest: bool


@dataclass(frozen=True, slots=True)
class Unmendable:
    """Why no change within the rules answers the news."""

    sessions: tuple[int, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class _Option:
    start: int
    days: tuple[int, ...]
    venue: str
    trainers: tuple[int, ...]
    kept: bool


@dataclass
class _Ground:
    """What a question is asked on: everything that stays where it is, by day."""

    almanac: Almanac
    busy: defaultdict[object, int] = field(default_factory=lambda: defaultdict(int))
    spent: defaultdict[object, list[date]] = field(default_factory=lambda: defaultdict(list))


def replan(
    request: CascadeRequest,
    meetings: Iterable[MeetingRow],
    seats: Iterable[SeatRow],
    news: News,
    told: Mapping[int, int] | None = None,
) -> Mended | Unmendable:
    """The smallest change after which the plan keeps every rule again.

    Held training sessions stay, and so do those within the notice unless the news breaks them. `told` counts the
    persons who know of each: the more, the dearer its change.
    """
    standing = _standing(meetings, seats)
    end_before = max(each.days[-1] for each in standing.values())
    broken = {each.id for each in standing.values() if _is_broken(each, news)}
    if not broken:
        return Mended((), (), (), end_before, end_before, True)
    for wide in (_circle, _block, _everywhere):
        areas = {wide(standing[number].row.place) for number in broken}
        loose = {
            each.id
            for each in standing.values()
            if each.id in broken
            or (
                each.days[0] >= news.since
                and wide(each.row.place) in areas
                and (each.row.level is Level.TEACHER or wide is _everywhere)
            )
        }
        if wide is _everywhere and len(loose) > MOST_AT_ONCE:
            break
        answer = _Question(request, standing, news, broken, loose, told or {}).answer(end_before)
        if answer is not None:
            return answer
    return Unmendable(
        tuple(sorted(broken)),
        f"{len(broken)} training sessions cannot go on as planned, and no other days, rooms or trainers of their block "
        f"are free for all of them within {PUT_OFF} training days of the old end. Appoint a trainer, name another "
        "room, or call some of them off.",
    )


def mended_rows(meetings: Iterable[MeetingRow], changes: Iterable[Change], request: CascadeRequest) -> list[MeetingRow]:
    """The rows of a plan with its changes made."""
    by_id = {change.session: change for change in changes}
    rows = []
    place: defaultdict[int, int] = defaultdict(int)
    for row in sorted(meetings, key=lambda row: (row.id, row.day)):
        change = by_id.get(row.id)
        if change is None:
            rows.append(row)
            continue
        day = change.days[place[row.id]]
        place[row.id] += 1
        level = request.rules.of(row.level)
        ends = min(level.ends, request.rules.friday_ends) if day.weekday() == 4 else level.ends
        rows.append(replace(row, day=day, venue=change.venue, trainers=change.trainers, ends=ends))
    return rows


def _standing(meetings: Iterable[MeetingRow], seats: Iterable[SeatRow]) -> dict[int, Standing]:
    days: defaultdict[int, list[MeetingRow]] = defaultdict(list)
    persons: defaultdict[int, list[int]] = defaultdict(list)
    for row in meetings:
        days[row.id].append(row)
    for seat in seats:
        persons[seat.session].append(seat.person)
    return {
        number: Standing(number, rows[0], tuple(sorted(row.day for row in rows)), tuple(persons[number]))
        for number, rows in sorted(days.items())
    }


def _is_broken(each: Standing, news: News) -> bool:
    ahead = [day for day in each.days if day >= news.today]
    return each.days[0] >= news.today and bool(
        (ahead and not news.lost.isdisjoint(each.row.trainers))
        or (ahead and each.row.venue in news.closed_venues)
        or not news.closed_days.isdisjoint(ahead)
    )


def _circle(place: str) -> str:
    return ".".join(place.split(".")[:2]) + "."


def _block(place: str) -> str:
    return place.split(".", maxsplit=1)[0] + "."


def _everywhere(_place: str) -> str:
    return ""


class _Question:
    """Which choice for each loose training session, asked of the exact solver in three stages."""

    def __init__(
        self,
        request: CascadeRequest,
        standing: Mapping[int, Standing],
        news: News,
        broken: set[int],
        loose: set[int],
        told: Mapping[int, int],
    ) -> None:
        self._request, self._rules, self._news = request, request.rules, news
        self._standing, self._broken, self._told = standing, broken, told
        self._loose = sorted(loose)
        days = tuple(day for day in request.days if day not in news.closed_days)
        self._almanac = Almanac(days, request.rules)
        self._number = {day: index for index, day in enumerate(days)}
        self._first = next((index for index, day in enumerate(days) if day >= news.since), len(days))
        teams = (request.core, request.masters, request.circle_trainers)
        self._trainer_ids = frozenset(member.person for team in teams for member in team)
        self._crowds: dict[int, tuple[int, ...]] = {}
        self._ground = self._what_stays(loose)
        self._crowds = self._together()
        self._completed = self._completions()
        self._able = {
            None: request.core,
            Level.MASTER: request.masters,
            Level.CIRCLE: request.circle_trainers,
        }
        self._modules = {module.code: module.number for module in request.modules}

    def answer(self, end_before: date) -> Mended | None:
        latest = self._number.get(end_before)
        if latest is None:
            latest = max((index for day, index in self._number.items() if day <= end_before), default=0)
        for more in (0, 5, 10, 20, 40, PUT_OFF):
            last = min(latest + more, len(self._almanac.days) - 1)
            options = {number: list(self._options(self._standing[number], last)) for number in self._loose}
            if all(options.values()):
                found = self._solved(options, last)
                if found is not None:
                    return self._mended(found[0], end_before, proved=found[1])
            if last == len(self._almanac.days) - 1:
                break
        return None

    def _what_stays(self, loose: set[int]) -> _Ground:
        ground = _Ground(self._almanac)
        for taken in self._request.taken:
            self._take(ground, taken)
        for each in self._standing.values():
            if each.id not in loose:
                for key in self._keys(each, each.row.venue, each.row.trainers):
                    ground.busy[key] |= self._almanac.bits(each.days)
                    ground.spent[key] += each.days
        return ground

    def _take(self, ground: _Ground, taken: Taken) -> None:
        for key in (taken.person, taken.venue):
            if key is not None:
                ground.busy[key] |= self._almanac.bits([taken.day])
                ground.spent[key].append(taken.day)

    def _keys(self, each: Standing, venue: str, trainers: Sequence[int]) -> Iterator[object]:
        """Everybody and everything a training session takes; at a cluster one a day, so that no school is emptied."""
        yield venue
        yield from trainers
        yield from self._crowds.get(each.id, each.persons)
        if each.row.level is Level.TEACHER:
            yield ("place", each.row.place)

    def _together(self) -> dict[int, tuple[int, ...]]:
        """One for all teachers who sit in the same training sessions and have the same days gone already."""
        seats: defaultdict[int, list[int]] = defaultdict(list)
        for number in self._loose:
            for person in self._standing[number].persons:
                seats[person].append(number)
        ground, chosen = self._ground, dict[object, int]()
        crowds: defaultdict[int, set[int]] = defaultdict(set)
        for person, theirs in seats.items():
            like: object = person
            if person not in self._trainer_ids:
                like = (tuple(theirs), ground.busy.get(person, 0), tuple(ground.spent.get(person, ())))
            for number in theirs:
                crowds[number].add(chosen.setdefault(like, person))
        return {number: tuple(sorted(persons)) for number, persons in crowds.items()}

    def _completions(self) -> dict[tuple[Level, str, int], date]:
        found: dict[tuple[Level, str, int], date] = {}
        for each in self._standing.values():
            for person in each.persons:
                key = (each.row.level, each.row.module, person)
                found[key] = min(found.get(key, date.max), each.days[-1])
        return found

    def _trainers(self, each: Standing) -> list[tuple[int, ...]]:
        """The present trainers, or those left with one other in the place of each lost; nearest first, then afar."""
        row = each.row
        left = tuple(person for person in row.trainers if person not in self._news.lost)
        if left == row.trainers:
            others = self._others(each, row.trainers)
            return [row.trainers, *(tuple(sorted({*row.trainers, other} - {gone})) for other in others
                                    for gone in row.trainers)]  # fmt: skip
        if left:
            return [left, *(tuple(sorted({*left, other})) for other in self._others(each, left))]
        return [(other,) for other in self._others(each, ())]

    def _others(self, each: Standing, without: Sequence[int]) -> list[int]:
        row = each.row
        able = [
            member
            for member in self._able[level_above(row.level)]
            if member.takes(row.subject) and member.person not in self._news.lost and member.person not in without
        ]
        if row.level is Level.MASTER:
            return [member.person for member in able]
        areas = (row.place,) if row.level is Level.CIRCLE else (_circle(row.place), _block(row.place))
        for area in areas:
            near = [member.person for member in able if member.home.startswith(area)]
            # Somebody of the circle stands in first; whoever leads beside the lost one is of it already.
            if near or any(self._home(person).startswith(area) for person in without):
                return near
        return [member.person for member in able]

    def _home(self, person: int) -> str:
        members: Iterable[Member] = (*self._request.core, *self._request.masters, *self._request.circle_trainers)
        return next((member.home for member in members if member.person == person), "")

    def _venues(self, each: Standing) -> list[str]:
        if each.row.venue not in self._news.closed_venues:
            return [each.row.venue]
        circle = _circle(each.row.place)
        hosts = [seat.venue for seat in self._request.clusters if seat.circle == circle]
        near = hosts or [seat.venue for seat in self._request.clusters]
        return [venue for venue in dict.fromkeys(near) if venue not in self._news.closed_venues]

    def _options(self, each: Standing, last: int) -> Iterator[_Option]:
        returns = self._rules.returns(each.row.level) and len(each.days) > 1
        length = len(each.days) - returns
        starts = self._almanac.starts(length, for_teachers=each.row.level is Level.TEACHER) & (-1 << self._first)
        persons = 0
        for key in (*each.persons, ("place", each.row.place)):
            persons |= self._ground.busy.get(key, 0)
        present = tuple(self._number[day] for day in each.days) if all(d in self._number for d in each.days) else None
        before = self._deadline(each)
        teams = self._trainers(each)
        rooms = self._venues(each)
        for trainers in teams:
            ready = self._ready(each, trainers)
            if ready is None:
                continue
            busy = persons
            for trainer in trainers:
                busy |= self._ground.busy.get(trainer, 0)
            for venue in rooms:
                shut = busy | self._ground.busy.get(venue, 0)
                same = venue == each.row.venue and trainers == each.row.trainers
                if present is not None and not any(shut >> day & 1 for day in present) and each.days[0] > ready:
                    # Its own days stay open to it even within the notice.
                    yield _Option(present[0], present, venue, trainers, same)
                for start in bits(starts):
                    run = tuple(range(start, start + length))
                    if run[-1] > min(last, before) or any(shut >> day & 1 for day in run):
                        continue
                    if self._almanac.days[start] <= ready:
                        continue
                    days = run
                    if returns:
                        back = self._almanac.return_days & ~shut & (-1 << self._almanac.returns_from(run[-1]))
                        wanted = present[-1] if present is not None and back >> present[-1] & 1 else None
                        day = wanted if wanted is not None else next(bits(back), None)
                        if day is None or day > last:
                            continue
                        days = (*run, day)
                    if days != present:
                        yield _Option(start, days, venue, trainers, False)

    def _ready(self, each: Standing, trainers: Sequence[int]) -> date | None:
        """The day before which none of them may deliver; None when somebody never learned it."""
        above = level_above(each.row.level)
        if above is None:
            return date.min
        learning = {
            person
            for number in self._loose
            if (self._standing[number].row.level, self._standing[number].row.module) == (above, each.row.module)
            for person in self._standing[number].persons
        }
        # What is loose itself is asked in the same question, so it sets no date beforehand.
        ends = [
            date.min if person in learning else self._completed.get((above, each.row.module, person))
            for person in trainers
        ]
        return max((end for end in ends if end is not None), default=date.min) if None not in ends else None

    def _deadline(self, each: Standing) -> int:
        """The last day on which trainers may learn what they deliver next."""
        if each.row.level is Level.TEACHER:
            return len(self._almanac.days)
        learners = set(each.persons)
        waiting = [
            other.days[0]
            for other in self._standing.values()
            if other.id not in self._loose
            and level_above(other.row.level) is each.row.level
            and other.row.module == each.row.module
            and not learners.isdisjoint(other.row.trainers)
        ]
        first = min(waiting, default=None)
        if first is None:
            return len(self._almanac.days)
        return sum(1 for day in self._almanac.days if day < first) - 1

    # The question

    def _solved(self, options: Mapping[int, Sequence[_Option]], last: int) -> tuple[dict[int, _Option], bool] | None:
        costs = {number: 1 + self._told.get(number, 0) for number in options if number not in self._broken}
        changed = {
            (number, place): float(costs.get(number, 0)) * (not option.kept)
            for number, listed in options.items()
            for place, option in enumerate(listed)
        }
        fewest, chosen = self._asked(options, changed, None)
        if chosen is None:
            return None
        least = sum(changed[number, place] for number, place in chosen.items())
        # At the fewest changes the end first, then as near to the old days as can be, with as few new trainers.
        second = {}
        for number, listed in options.items():
            each = self._standing[number]
            old = max(self._number.get(each.days[0], self._first), 0)
            for place, option in enumerate(listed):
                late = max(option.days) ** 2 / (last + 1) ** 2 * 0.01
                second[number, place] = (
                    abs(option.start - old) + 0.1 * len(set(option.trainers) - set(each.row.trainers)) + late
                )
        _, nearer = self._asked(options, second, (changed, least))
        picked = nearer or chosen
        return {number: options[number][place] for number, place in picked.items()}, fewest

    def _asked(
        self,
        options: Mapping[int, Sequence[_Option]],
        costs: Mapping[tuple[int, int], float],
        at_most: tuple[Mapping[tuple[int, int], float], float] | None,
    ) -> tuple[bool, dict[int, int] | None]:
        model = Model()
        unknown = {key: model.unknown(cost) for key, cost in costs.items()}
        if not unknown:
            return True, {}
        days: defaultdict[tuple[object, int], list[int]] = defaultdict(list)
        months: defaultdict[tuple[object, int], dict[int, float]] = defaultdict(dict)
        for number, listed in options.items():
            each = self._standing[number]
            model.exactly([unknown[number, place] for place in range(len(listed))], 1)
            for place, option in enumerate(listed):
                for key in self._keys(each, option.venue, option.trainers):
                    for day in option.days:
                        days[key, day].append(unknown[number, place])
                        if self._cap(key) is not None:
                            counts = months[key, self._almanac.month[day]]
                            counts[unknown[number, place]] = counts.get(unknown[number, place], 0.0) + 1.0
        written: set[object] = set()
        for columns in days.values():
            row = tuple(columns)
            if row not in written:
                written.add(row)
                model.at_most(columns, 1)
        for (key, month), counts in months.items():
            cap = self._cap(key)
            spent = self._almanac.spent(self._ground.spent[key])[month] if key in self._ground.spent else 0
            if cap is not None and sum(counts.values()) > cap - spent:
                limit = (tuple(counts), cap - spent)
                if limit not in written:
                    written.add(limit)
                    model.row(list(counts), list(counts.values()), -np.inf, max(cap - spent, 0))
        self._chains(model, options, unknown)
        self._precedence(model, options, unknown)
        if at_most is not None:
            weights, most = at_most
            model.row([unknown[key] for key in weights], list(weights.values()), -np.inf, most + 1e-6)
        verdict, chosen, _ = model.solve(SOLVING_SECONDS)
        if verdict is not Verdict.FOUND:
            return False, None
        return True, {number: place for (number, place), column in unknown.items() if chosen[column]}

    def _cap(self, key: object) -> int | None:
        if not isinstance(key, int):
            return None
        return self._rules.trainer_days_a_month if key in self._trainer_ids else self._rules.teacher_days_a_month

    def _chains(
        self, model: Model, options: Mapping[int, Sequence[_Option]], unknown: Mapping[tuple[int, int], int]
    ) -> None:
        """Modules of one subject for the same persons stay in their order."""
        if len(set(self._modules.values())) < 2:
            return
        for one in options:
            for other in options:
                first, then = self._standing[one], self._standing[other]
                if (
                    (first.row.level, first.row.subject) != (then.row.level, then.row.subject)
                    or self._modules[first.row.module] >= self._modules[then.row.module]
                    or set(first.persons).isdisjoint(then.persons)
                ):
                    continue
                length = len(first.days) - (self._rules.returns(first.row.level) and len(first.days) > 1)
                for place, option in enumerate(options[other]):
                    early = [
                        unknown[one, index]
                        for index, each in enumerate(options[one])
                        if each.start + length - 1 < option.start
                    ]
                    columns = [unknown[other, place], *early]
                    model.row(columns, [1.0] + [-1.0] * len(early), -np.inf, 0)

    def _precedence(
        self, model: Model, options: Mapping[int, Sequence[_Option]], unknown: Mapping[tuple[int, int], int]
    ) -> None:
        """Nobody delivers before she has learned it, where both are loose."""
        for above in options:
            teaching = self._standing[above]
            if teaching.row.level is Level.TEACHER:
                continue
            learners = set(teaching.persons)
            for below in options:
                taught = self._standing[below]
                if level_above(taught.row.level) is not teaching.row.level or taught.row.module != teaching.row.module:
                    continue
                for place, option in enumerate(options[below]):
                    if learners.isdisjoint(option.trainers):
                        continue
                    early = [
                        unknown[above, index]
                        for index, each in enumerate(options[above])
                        if max(each.days) < option.start
                    ]
                    model.row([unknown[below, place], *early], [1.0] + [-1.0] * len(early), -np.inf, 0)

    def _mended(self, chosen: Mapping[int, _Option], end_before: date, *, proved: bool) -> Mended:
        changes = []
        ends = [each.days[-1] for number, each in self._standing.items() if number not in chosen]
        for number, option in sorted(chosen.items()):
            each = self._standing[number]
            days = tuple(self._almanac.days[day] for day in option.days)
            ends.append(days[-1])
            if not option.kept:
                changes.append(
                    Change(number, each.days, days, each.row.venue, option.venue, each.row.trainers, option.trainers)
                )
        others = tuple(change.session for change in changes if change.session not in self._broken)
        return Mended(tuple(changes), tuple(sorted(self._broken)), others, end_before, max(ends), proved)
