"""Every rule of a cascade recomputed from the rows of a plan; shares nothing with the planner but the rules."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from clusters.calendar.rules import FRIDAY
from clusters.cascade.rules import (
    TEACHERS_PER_SCHOOL,
    CascadeRequest,
    CascadeRules,
    Level,
    MeetingRow,
    Member,
    SeatRow,
    Taken,
    TrainerRow,
    level_above,
)
from clusters.modules.rules import TaughtModule
from clusters.structure.rules import great_circle_km


class Rule(StrEnum):
    """What can be broken."""

    ROWS = "rows"
    CLOSED_DAY = "closed_day"
    HOURS = "hours"
    PERSON_TWICE = "person_twice"
    VENUE_TWICE = "venue_twice"
    PRECEDENCE = "precedence"
    SUBJECT = "subject"
    NEAREST = "nearest"
    SEQUENCE = "sequence"
    QUOTA = "quota"
    EMPTIED = "emptied"
    CAPACITY = "capacity"
    DAYS = "days"
    RETURN = "return"
    MONTH = "month"
    COVERAGE = "coverage"
    VENUE = "venue"
    AWAY = "away"
    TRAVEL = "travel"
    APART = "apart"
    MONTH_END = "month_end"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: where, and a sentence for people."""

    rule: Rule
    session: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class _Gathering:
    """A training session put together again from its rows."""

    id: int
    row: MeetingRow
    meetings: tuple[MeetingRow, ...]
    seats: tuple[SeatRow, ...]

    @property
    def first(self) -> date:
        return self.meetings[0].day

    def ends(self, rules: CascadeRules) -> date:
        """The last day of the module itself; the periodic return comes after it."""
        returns = rules.returns(self.row.level) and len(self.meetings) > 1
        return self.meetings[-2 if returns else -1].day


def check(
    meetings: Iterable[MeetingRow],
    seats: Iterable[SeatRow],
    trainers: Iterable[TrainerRow],
    *,
    is_training_day: Callable[[date], bool],
    rules: CascadeRules,
    request: CascadeRequest | None = None,
) -> tuple[Violation, ...]:
    """All violations of a plan, in order of its training sessions.

    Without the request, what only it can tell is not checked: who takes which subject, who is still to be trained,
    how many teachers a school has, how long a module is, whose trainer is nearest, where a cluster meets.
    """
    meetings, seats, trainers = tuple(meetings), tuple(seats), tuple(trainers)
    gatherings = _gathered(meetings, seats)
    found = [
        *_rows_at_odds(gatherings, seats, trainers),
        *_days(gatherings, is_training_day, rules),
        *_twice_a_day(gatherings, () if request is None else request.taken),
        *_rooms(gatherings, rules),
        *_precedence(gatherings),
    ]
    found += _months(gatherings, rules, _trainers(gatherings, request), () if request is None else request.taken)
    if request is not None:
        found += [
            *_lengths(gatherings, rules, request),
            *_sequence(gatherings, rules, request),
            *_subjects_and_homes(gatherings, request),
            *_emptied(gatherings, request),
            *_coverage(gatherings, request),
            *_venues(gatherings, request),
            *_apart(gatherings, request),
            *_journeys(gatherings, request),
        ]
    return tuple(sorted(found, key=lambda violation: (violation.session or 0, violation.rule)))


def _gathered(meetings: Sequence[MeetingRow], seats: Sequence[SeatRow]) -> dict[int, _Gathering]:
    days, chairs = defaultdict(list), defaultdict(list)
    for meeting in meetings:
        days[meeting.id].append(meeting)
    for seat in seats:
        chairs[seat.session].append(seat)
    return {
        number: _Gathering(number, rows[0], tuple(sorted(rows, key=lambda row: row.day)), tuple(chairs[number]))
        for number, rows in sorted(days.items())
    }


def _rows_at_odds(
    gatherings: Mapping[int, _Gathering], seats: Sequence[SeatRow], trainers: Sequence[TrainerRow]
) -> Iterator[Violation]:
    listed = {(row.person, row.level) for row in trainers}
    for number in sorted({seat.session for seat in seats} - set(gatherings)):
        yield Violation(
            Rule.ROWS, number, f"Participants are listed for training session {number}, which has no meeting."
        )
    for each in gatherings.values():
        facts = {(m.level, m.subject, m.module, m.place, m.venue, m.trainers) for m in each.meetings}
        if len(facts) > 1:
            yield Violation(
                Rule.ROWS, each.id, f"The meetings of training session {each.id} differ in more than their days."
            )
        if not each.row.trainers:
            yield Violation(Rule.ROWS, each.id, f"Training session {each.id} has no trainer.")
        if not each.seats:
            yield Violation(Rule.ROWS, each.id, f"Training session {each.id} has no participant.")
        for trainer in each.row.trainers:
            if (trainer, each.row.level) not in listed:
                yield Violation(
                    Rule.ROWS, each.id, f"Person {trainer} trains level {each.row.level} but is no listed trainer."
                )


def _days(
    gatherings: Mapping[int, _Gathering], is_training_day: Callable[[date], bool], rules: CascadeRules
) -> Iterator[Violation]:
    for each in gatherings.values():
        for meeting in each.meetings:
            if not is_training_day(meeting.day):
                yield Violation(
                    Rule.CLOSED_DAY, each.id, f"Training session {each.id} meets on {meeting.day}, a closed day."
                )
            if meeting.starts >= meeting.ends:
                yield Violation(
                    Rule.HOURS, each.id, f"Training session {each.id} ends before it starts on {meeting.day}."
                )
            if meeting.day.weekday() == FRIDAY and meeting.ends > rules.friday_ends:
                yield Violation(Rule.HOURS, each.id, f"Training session {each.id} runs into the Friday prayer.")
        returns = rules.returns(each.row.level)
        module_days = [meeting.day for meeting in (each.meetings[:-1] if returns else each.meetings)]
        for day, following in pairwise(module_days):
            between = ((day + timedelta(days=step)) for step in range(1, (following - day).days))
            if (following - day).days > rules.longest_pause or any(is_training_day(skipped) for skipped in between):
                yield Violation(Rule.DAYS, each.id, f"Training session {each.id} breaks off from {day} to {following}.")
        if returns:
            yield from _return_of(each, rules)
        if rules.last_working_day and each.row.level is Level.TEACHER:
            yield from _not_at_the_end(each, is_training_day, module_days[-1:], each.meetings[-1].day)


def _not_at_the_end(
    each: _Gathering, is_training_day: Callable[[date], bool], module_ends: Iterable[date], last: date
) -> Iterator[Violation]:
    """Where teachers meet on last working days, no training day of the month follows the module, nor the return."""
    for day in sorted({*module_ends, last}):
        following = day + timedelta(days=1)
        while following.month == day.month and not is_training_day(following):
            following += timedelta(days=1)
        if following.month == day.month:
            yield Violation(
                Rule.MONTH_END,
                each.id,
                f"Training session {each.id} ends on {day}, which is not the last working day of its month.",
            )


def _return_of(each: _Gathering, rules: CascadeRules) -> Iterator[Violation]:
    wait = rules.return_after or 0
    if len(each.meetings) < 2 or (each.meetings[-1].day - each.ends(rules)).days < wait:
        yield Violation(
            Rule.RETURN, each.id, f"Training session {each.id} has no return at least {wait} days after it."
        )


def _twice_a_day(gatherings: Mapping[int, _Gathering], taken: Sequence[Taken]) -> Iterator[Violation]:
    persons = {(each.person, each.day) for each in taken if each.person is not None and not each.away}
    rooms = {(each.venue, each.day) for each in taken if each.venue is not None and not each.away}
    away = {(who, each.day) for each in taken if each.away for who in (each.person, each.venue) if who is not None}
    for each in gatherings.values():
        everybody = [*each.row.trainers, *(seat.person for seat in each.seats)]
        for meeting in each.meetings:
            if (meeting.venue, meeting.day) in away:
                yield Violation(Rule.AWAY, each.id, f"Venue {meeting.venue} is closed on {meeting.day}.")
            for person in everybody:
                if (person, meeting.day) in away:
                    yield Violation(Rule.AWAY, each.id, f"Person {person} is away on {meeting.day}.")
                if (person, meeting.day) in persons:
                    yield Violation(Rule.PERSON_TWICE, each.id, f"Person {person} is wanted twice on {meeting.day}.")
                persons.add((person, meeting.day))
            if (meeting.venue, meeting.day) in rooms:
                yield Violation(Rule.VENUE_TWICE, each.id, f"Venue {meeting.venue} is taken twice on {meeting.day}.")
            rooms.add((meeting.venue, meeting.day))


def _rooms(gatherings: Mapping[int, _Gathering], rules: CascadeRules) -> Iterator[Violation]:
    for each in gatherings.values():
        capacity = rules.of(each.row.level).capacity
        if len(each.seats) > capacity:
            yield Violation(
                Rule.CAPACITY, each.id, f"Training session {each.id} seats {len(each.seats)} where {capacity} may sit."
            )
        if each.row.level is Level.TEACHER:
            most = TEACHERS_PER_SCHOOL[1]
            for school, count in Counter(seat.school for seat in each.seats).items():
                if count > most:
                    yield Violation(
                        Rule.QUOTA,
                        each.id,
                        f"School {school} sends {count} teachers to training session {each.id}, not 1-{most}.",
                    )


def _precedence(gatherings: Mapping[int, _Gathering]) -> Iterator[Violation]:
    completed: dict[tuple[Level, str, str, int], date] = {}
    for each in gatherings.values():
        for seat in each.seats:
            key = (each.row.level, each.row.subject, each.row.module, seat.person)
            completed[key] = min(completed.get(key, date.max), each.meetings[-1].day)
    for each in gatherings.values():
        above = level_above(each.row.level)
        if above is None:
            continue
        for trainer in each.row.trainers:
            end = completed.get((above, each.row.subject, each.row.module, trainer))
            if end is None or end >= each.first:
                yield Violation(
                    Rule.PRECEDENCE,
                    each.id,
                    f"Person {trainer} delivers {each.row.module} in training session {each.id} "
                    f"before having completed it at level {above}.",
                )


def _months(
    gatherings: Mapping[int, _Gathering], rules: CascadeRules, trainers: set[int], taken: Sequence[Taken]
) -> Iterator[Violation]:
    counts: Counter[tuple[int, int, int]] = Counter()
    elsewhere = {(each.person, each.day) for each in taken if each.person is not None and not each.away}
    counts.update((person, day.year, day.month) for person, day in elsewhere)
    wanted = set()
    for each in gatherings.values():
        everybody = {*each.row.trainers, *(seat.person for seat in each.seats)}
        for meeting in each.meetings:
            months = [(person, meeting.day.year, meeting.day.month) for person in everybody]
            counts.update(months)
            wanted.update(months)
    for (person, year, month), days in counts.items():
        cap = rules.trainer_days_a_month if person in trainers else rules.teacher_days_a_month
        if (person, year, month) in wanted and cap is not None and days > cap:
            yield Violation(
                Rule.MONTH, None, f"Person {person} is wanted on {days} days of {year}-{month:02}, not {cap}."
            )


def _trainers(gatherings: Mapping[int, _Gathering], request: CascadeRequest | None) -> set[int]:
    """Everybody above the teachers: whoever leads, or learns in order to lead."""
    above = {
        person
        for each in gatherings.values()
        for person in (*each.row.trainers, *(s.person for s in each.seats if each.row.level is not Level.TEACHER))
    }
    return above | (set() if request is None else _released(request))


def _released(request: CascadeRequest) -> set[int]:
    """Persons who count as trainers even where they stand among the teachers too."""
    return {member.person for team in (request.core, request.masters, request.circle_trainers) for member in team}


def _modules(request: CascadeRequest) -> dict[str, TaughtModule]:
    return {module.code: module for module in request.modules}


def _lengths(gatherings: Mapping[int, _Gathering], rules: CascadeRules, request: CascadeRequest) -> Iterator[Violation]:
    modules = _modules(request)
    for each in gatherings.values():
        module = modules.get(each.row.module)
        if module is None or module.subject is not each.row.subject:
            yield Violation(
                Rule.ROWS, each.id, f"Training session {each.id} teaches {each.row.module}, which is not in the round."
            )
            continue
        wanted = rules.days(each.row.level, module) + (1 if rules.returns(each.row.level) else 0)
        days = len({meeting.day for meeting in each.meetings})
        if days != wanted or len(each.meetings) != wanted:
            yield Violation(Rule.DAYS, each.id, f"Training session {each.id} meets on {days} days, not {wanted}.")


def _sequence(
    gatherings: Mapping[int, _Gathering], rules: CascadeRules, request: CascadeRequest
) -> Iterator[Violation]:
    modules = _modules(request)
    paths: defaultdict[tuple[Level, str, int], list[tuple[int, _Gathering]]] = defaultdict(list)
    for each in gatherings.values():
        if each.row.module in modules:
            for seat in each.seats:
                key = (each.row.level, each.row.subject, seat.person)
                paths[key].append((modules[each.row.module].number, each))
    for (_, subject, person), path in paths.items():
        path.sort(key=lambda step: step[0])
        for (number, earlier), (following, later) in pairwise(path):
            if number < following and earlier.ends(rules) >= later.first:
                yield Violation(
                    Rule.SEQUENCE, later.id, f"Person {person} begins {subject} {following} before the end of {number}."
                )


def _subjects_and_homes(gatherings: Mapping[int, _Gathering], request: CascadeRequest) -> Iterator[Violation]:
    clusters = {cluster.place: cluster for cluster in request.clusters}
    teams = _teams(request)
    near_enough: dict[tuple[Level, str, str], tuple[set[int], set[int]]] = {}
    for each in gatherings.values():
        row = each.row
        areas: tuple[str, ...] = ()
        if row.level is Level.CIRCLE:
            areas = (row.place,)
        elif row.level is Level.TEACHER and row.place in clusters:
            areas = (clusters[row.place].circle, clusters[row.place].block)
        key = (row.level, row.subject, row.place)
        if key not in near_enough:
            able = [member for member in teams[level_above(row.level)] if member.takes(row.subject)]
            reach = [member for member in able if _within_reach(request, member, row)]
            near_enough[key] = ({member.person for member in able}, _nearest(reach or able, areas))
        able_persons, near = near_enough[key]
        for trainer in row.trainers:
            if trainer not in able_persons:
                yield Violation(
                    Rule.SUBJECT, each.id, f"Person {trainer} may not train {row.subject} at level {row.level}."
                )
            elif trainer not in near:
                yield Violation(
                    Rule.NEAREST, each.id, f"Person {trainer} comes from afar, but {row.place} has a trainer nearer."
                )


def _nearest(able: Sequence[Member], areas: Sequence[str]) -> set[int]:
    for area in areas:
        inside = {member.person for member in able if member.home.startswith(area)}
        if inside:
            return inside
    return {member.person for member in able}


def _teams(request: CascadeRequest) -> dict[Level | None, tuple[Member, ...]]:
    """Who delivers after having learned at a level (None: the core team); a person counts in her highest team."""
    core = {member.person for member in request.core}
    masters = {member.person for member in request.masters} | core
    return {
        None: request.core,
        Level.MASTER: tuple(member for member in request.masters if member.person not in core),
        Level.CIRCLE: tuple(member for member in request.circle_trainers if member.person not in masters),
    }


def _emptied(gatherings: Mapping[int, _Gathering], request: CascadeRequest) -> Iterator[Violation]:
    trainers = _released(request)
    school_of = {member.person: member.school for member in request.teachers if member.person not in trainers}
    staff = Counter(school_of.values())
    away: defaultdict[tuple[str, date], set[int]] = defaultdict(set)
    last: dict[tuple[str, date], int] = {}
    for each in gatherings.values():
        for seat in each.seats:
            if seat.person not in school_of:
                continue
            if seat.school != school_of[seat.person]:
                yield Violation(
                    Rule.ROWS, each.id, f"Person {seat.person} is listed under school {seat.school}, not her own."
                )
            for meeting in each.meetings:
                away[school_of[seat.person], meeting.day].add(seat.person)
                last[school_of[seat.person], meeting.day] = each.id
    for (school, day), persons in away.items():
        if school and len(persons) == staff[school] > 1:
            yield Violation(Rule.EMPTIED, last[school, day], f"School {school} is left without a teacher on {day}.")


def _coverage(gatherings: Mapping[int, _Gathering], request: CascadeRequest) -> Iterator[Violation]:
    teams = _teams(request)
    trainers = _released(request)
    places = tuple(cluster.place for cluster in request.clusters)
    teachers = [
        member
        for member in request.teachers
        if member.person not in trainers and member.school and member.home.startswith(places)
    ]
    learners = {Level.MASTER: teams[Level.MASTER], Level.CIRCLE: teams[Level.CIRCLE], Level.TEACHER: tuple(teachers)}
    seated: Counter[tuple[Level, str, int]] = Counter()
    for each in gatherings.values():
        seated.update((each.row.level, each.row.module, seat.person) for seat in each.seats)
    for (level, code, person), count in seated.items():
        if count > 1:
            yield Violation(
                Rule.COVERAGE, None, f"Person {person} is invited {count} times to {code} at level {level}."
            )
    for level, members in learners.items():
        for module in request.modules:
            for member in members:
                if member.takes(module.subject) and not seated[level, module.code, member.person]:
                    yield Violation(
                        Rule.COVERAGE,
                        None,
                        f"Person {member.person} is never invited to {module.code} at level {level}.",
                    )


def _venues(gatherings: Mapping[int, _Gathering], request: CascadeRequest) -> Iterator[Violation]:
    venue_of = {cluster.place: cluster.venue for cluster in request.clusters}
    for each in gatherings.values():
        if each.row.level is Level.TEACHER and venue_of.get(each.row.place) != each.row.venue:
            yield Violation(
                Rule.VENUE, each.id, f"Training session {each.id} does not meet at the host school of its cluster."
            )


def _apart(gatherings: Mapping[int, _Gathering], request: CascadeRequest) -> Iterator[Violation]:
    """Women and men in one training session of teachers, where they were to meet apart."""
    if not request.rules.women_apart:
        return
    women = {member.person for member in request.teachers if member.woman}
    for each in gatherings.values():
        seated = {seat.person in women for seat in each.seats}
        if each.row.level is Level.TEACHER and len(seated) > 1:
            yield Violation(Rule.APART, each.id, f"Training session {each.id} seats women and men together.")


def _journeys(gatherings: Mapping[int, _Gathering], request: CascadeRequest) -> Iterator[Violation]:
    """Trainers of teachers who come from farther than the limit of travel."""
    if request.rules.travel_km is None:
        return
    trainers = {member.person: member for member in request.circle_trainers}
    for each in gatherings.values():
        for person in each.row.trainers if each.row.level is Level.TEACHER else ():
            member = trainers.get(person)
            if member is not None and not _within_reach(request, member, each.row):
                yield Violation(
                    Rule.TRAVEL,
                    each.id,
                    f"Person {person} comes to {each.row.place} from farther than {request.rules.travel_km:g} km.",
                )


def _within_reach(request: CascadeRequest, member: Member, row: MeetingRow) -> bool:
    """Is the cluster near enough to the middle of a trainer's home circle? What has no known place is."""
    limit = request.rules.travel_km
    if limit is None or row.level is not Level.TEACHER:
        return True
    circle = next((seat.circle for seat in request.clusters if member.home.startswith(seat.circle)), member.home)
    around = [seat.spot for seat in request.clusters if seat.spot and seat.place.startswith(circle)]
    there = next((seat.spot for seat in request.clusters if seat.place == row.place), None)
    if there is None or not around:
        return True
    lat, lon = (sum(axis) / len(around) for axis in zip(*around, strict=True))
    return great_circle_km((lat, lon), there) <= limit
