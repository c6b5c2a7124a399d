"""Checks the drafts of a round against what the database holds now: who trains, who learns, which days are free."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.calendar.rules import CalendarRules, is_training_day
from clusters.cascade import record
from clusters.cascade.checker import Rule, Violation, check
from clusters.cascade.models import Round
from clusters.cascade.queries import Ground, ground
from clusters.cascade.rules import Level, MeetingRow, Member, SeatRow, Taken, TrainerRow
from clusters.cascade.staffing import Staffing, staff_of
from clusters.kernel.clock import today
from clusters.modules.rules import Subject
from clusters.people.models import Person
from clusters.scope import Scope
from clusters.training.rounds import meeting_rows, promised, seat_rows, training_of_trainers
from clusters.training.rules import SessionState

FORGIVEN = frozenset({Rule.COVERAGE, Rule.NEAREST})
"""Somebody came since the draft was made: a reason to plan her in later, and none to refuse all the others."""
RETOLD = frozenset({Rule.SUBJECT, Rule.ROWS, Rule.VENUE, Rule.CLOSED_DAY, Rule.PERSON_TWICE, Rule.VENUE_TWICE})
"""What is said below with names and days, once for all training sessions it touches."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that no longer fits: a key and what it names, a sentence, and the drafts it touches (ids)."""

    key: str
    sentence: str
    values: tuple[tuple[str, str | int | date], ...] = ()
    sessions: frozenset[int] = frozenset()

    @property
    def plain(self) -> dict[str, str | int]:
        """The same without the sentence, as plain values; how many drafts it touches, as `sessions`."""
        values = {name: value.isoformat() if isinstance(value, date) else value for name, value in self.values}
        return {"key": self.key, "sessions": len(self.sessions), **values}


@dataclass(frozen=True, slots=True)
class Rechecked:
    """Why a round can no longer be planned as drafted, and how many learners it leaves out."""

    problems: tuple[Problem, ...] = ()
    newcomers: int = 0


def recheck(
    db: Session,
    round_: Round,
    calendar: CalendarRules | None,
    *,
    only: Collection[int] | None = None,
    instead_of: tuple[int, frozenset[int]] | None = None,
) -> Rechecked:
    """Judge the drafts again by the rules the round was planned by, and by the calendar of today if one is given.

    Of `only` some of them; the training of trainers that stands already counts as theirs. `instead_of` is a round that
    gives way, with its training sessions that stay. Everything is read, whoever
    accepts: a plan is right or wrong for all. A round that no planner made is not judged.
    """
    rules = record.read(round_.rules)
    if rules is None:
        return Rechecked()
    scope = Scope.everywhere()
    base = ground(db, scope, max(round_.from_date, today(db)))
    meetings, seats = meeting_rows(db, scope, round_.id), seat_rows(db, scope, round_.id)
    learned: tuple[tuple[MeetingRow, ...], tuple[SeatRow, ...]] = ((), ())
    if only is not None:
        meetings = tuple(row for row in meetings if row.id in only)
        seats = tuple(seat for seat in seats if seat.session in only)
        learned = training_of_trainers(db, scope, {module.subject for module in rules.modules})
    gives_way, stays = instead_of or (None, frozenset())
    theirs: tuple[tuple[MeetingRow, ...], tuple[SeatRow, ...]] = ((), ())
    if gives_way is not None:
        standing = (SessionState.PLANNED, SessionState.HELD)
        theirs = meeting_rows(db, scope, gives_way, standing), seat_rows(db, scope, gives_way, standing)
        gone = {row.id for row in theirs[0]} - stays
        learned = (
            tuple(row for row in learned[0] if row.id not in gone),
            tuple(seat for seat in learned[1] if seat.session not in gone),
        )
    known = {(row.day, person) for row in learned[0] for person in row.trainers}
    days = defaultdict[int, list[date]](list)
    for row in learned[0]:
        days[row.id].append(row.day)
    known |= {(day, seat.person) for seat in learned[1] for day in days[seat.session]}
    rooms = {(row.day, row.venue) for row in learned[0]}
    taken = tuple(
        each
        for each in (*promised(db, scope, today(db), without_round=gives_way), *_days_of(theirs, stays))
        if (each.day, each.person) not in known and (each.day, each.venue) not in rooms
    )
    request = base.request(rules.modules, (), taken, rules.cascade)
    open_on = cache(lambda day: is_training_day(day, calendar or rules.calendar))
    trainers = {(person, row.level) for row in (*meetings, *learned[0]) for person in row.trainers}
    drafted = {None, *(row.id for row in meetings)}
    violations = [
        violation
        for violation in check(
            (*meetings, *learned[0]),
            (*seats, *learned[1]),
            (TrainerRow(person, level, "") for person, level in sorted(trainers)),
            is_training_day=open_on,
            rules=rules.cascade,
            request=request,
        )
        if violation.rule not in FORGIVEN and violation.session in drafted
    ]
    staffing = staff_of(request)
    drafts = _Drafts(meetings, seats, base, staffing, _names(db, meetings, seats))
    problems = [
        *drafts.trainers_gone(),
        *drafts.invited_gone(),
        *drafts.rooms_gone(),
        *drafts.days_closed({meeting.day for meeting in meetings if not open_on(meeting.day)}),
        *drafts.days_taken(taken),
    ]
    problems += _broken(violations, RETOLD if problems else frozenset())
    return Rechecked(tuple(problems), drafts.newcomers({module.subject for module in rules.modules}))


def _days_of(rows: tuple[Iterable[MeetingRow], Iterable[SeatRow]], stays: Collection[int]) -> Iterator[Taken]:
    """What training sessions that stay take: days of their trainers, their room, and everybody invited."""
    days: defaultdict[int, list[date]] = defaultdict(list)
    for row in rows[0]:
        if row.id in stays:
            days[row.id].append(row.day)
            yield Taken(row.day, None, row.venue)
            yield from (Taken(row.day, person) for person in row.trainers)
    for seat in rows[1]:
        yield from (Taken(day, seat.person) for day in days[seat.session])


def _broken(violations: Iterable[Violation], told: frozenset[Rule]) -> Iterator[Problem]:
    """What is not told yet; the caps of a month touch so many that they are only counted."""
    over: list[Violation] = []
    for violation in violations:
        if violation.rule is Rule.MONTH:
            over.append(violation)
        elif violation.rule not in told:
            sessions = frozenset() if violation.session is None else frozenset({violation.session})
            values = (("rule", violation.rule.value),)
            yield Problem("rule_broken", violation.sentence, values, sessions)
    if over:
        people = "1 person" if len(over) == 1 else f"{len(over)} people"
        sentence = f"{people} would be wanted on more days of a month than the rules allow, other rounds included."
        sessions = frozenset(each.session for each in over if each.session is not None)
        yield Problem("month_full", sentence, (("count", len(over)),), sessions)


def _names(db: Session, meetings: Iterable[MeetingRow], seats: Iterable[SeatRow]) -> dict[int, str]:
    """The names of everybody in the drafts; who left all posts has one too."""
    persons = {seat.person for seat in seats} | {person for row in meetings for person in row.trainers}
    if not persons:
        return {}
    statement = select(Person.id, Person.name).where(Person.id.between(min(persons), max(persons)))
    return {person: name for person, name in db.execute(statement) if person in persons}


@dataclass(frozen=True)
class _Drafts:
    """The drafts of a round beside the ground they stand on today."""

    meetings: tuple[MeetingRow, ...]
    seats: tuple[SeatRow, ...]
    base: Ground
    staffing: Staffing
    names: Mapping[int, str]

    @property
    def trained_by(self) -> dict[Level, tuple[Member, ...]]:
        return {
            Level.MASTER: self.staffing.core,
            Level.CIRCLE: self.staffing.masters,
            Level.TEACHER: self.learners[Level.CIRCLE],
        }

    @property
    def learners(self) -> dict[Level, tuple[Member, ...]]:
        return {
            Level.MASTER: self.staffing.masters,
            Level.CIRCLE: tuple(m for team in self.staffing.circle_trainers.values() for m in team),
            Level.TEACHER: tuple(m for team in self.staffing.teachers.values() for m in team),
        }

    def trainers_gone(self) -> Iterator[Problem]:
        able = {
            (level, subject): {member.person for member in team if member.takes(subject)}
            for level, team in self.trained_by.items()
            for subject in Subject
        }
        gone: defaultdict[tuple[int, Subject], list[MeetingRow]] = defaultdict(list)
        for row in self.meetings:
            for person in row.trainers:
                if person not in able[row.level, row.subject]:
                    gone[person, row.subject].append(row)
        for (person, subject), rows in sorted(gone.items()):
            sessions, first = frozenset(row.id for row in rows), min(row.day for row in rows)
            yield Problem(
                "trainer_gone",
                f"{self.names[person]} does not train {subject} any more, but would lead {_counted(len(sessions))}, "
                f"the first on {_said(first)}.",
                (("name", self.names[person]), ("subject", subject.value), ("count", len(sessions)), ("day", first)),
                sessions,
            )

    def invited_gone(self) -> Iterator[Problem]:
        school_of = {level: {m.person: m.school for m in team} for level, team in self.learners.items()}
        level_of = {row.id: row.level for row in self.meetings}
        gone: set[int] = set()
        moved: set[int] = set()
        for seat in self.seats:
            school = school_of[level_of[seat.session]].get(seat.person)
            if school is None:
                gone.add(seat.person)
            elif level_of[seat.session] is Level.TEACHER and school != seat.school:
                moved.add(seat.person)
        for key, people, why in (
            ("invited_gone", gone, "no longer learn there: a post or a cluster ended"),
            ("invited_moved", moved, "teach at another school now"),
        ):
            if people:
                sentence = f"{self._people(people)} would be invited, but {why}."
                yield Problem(key, sentence, self._first_of(people), self._seating(people))

    def rooms_gone(self) -> Iterator[Problem]:
        venue_of = {cluster.place: cluster.venue for cluster in self.base.clusters}
        clusters = {row.place: row.venue for row in self.meetings if row.level is Level.TEACHER}
        for place, venue in sorted(clusters.items()):
            name = self.base.place_names.get(place, place)
            sessions = frozenset(row.id for row in self.meetings if row.place == place)
            if place not in venue_of:
                sentence = f"The cluster {name} is closed, or has no host school any more."
                yield Problem("cluster_gone", sentence, (("name", name),), sessions)
            elif venue_of[place] != venue:
                sentence = f"The cluster {name} meets at another host school now."
                yield Problem("host_changed", sentence, (("name", name),), sessions)

    def days_closed(self, closed: set[date]) -> Iterator[Problem]:
        for day in sorted(closed):
            sessions = frozenset(row.id for row in self.meetings if row.day == day)
            sentence = f"{_said(day)} is no training day any more, and {_counted(len(sessions))} would meet on it."
            yield Problem("day_closed", sentence, (("day", day), ("count", len(sessions))), sessions)

    def days_taken(self, taken: Iterable[Taken]) -> Iterator[Problem]:
        seated: defaultdict[int, set[int]] = defaultdict(set)
        for seat in self.seats:
            seated[seat.session].add(seat.person)
        people: defaultdict[date, set[int]] = defaultdict(set)
        for row in self.meetings:
            people[row.day] |= {*row.trainers, *seated[row.id]}
        venues = {(row.day, row.venue) for row in self.meetings}
        rooms: defaultdict[str, list[date]] = defaultdict(list)
        busy: dict[int, date] = {}
        twice: set[int] = set()
        of_day: defaultdict[date, list[MeetingRow]] = defaultdict(list)
        for row in self.meetings:
            of_day[row.day].append(row)
        for each in sorted(taken, key=lambda each: each.day):
            if each.venue is not None and (each.day, each.venue) in venues:
                rooms[each.venue].append(each.day)
            if each.person is not None and each.person in people.get(each.day, ()):
                busy.setdefault(each.person, each.day)
                twice |= {
                    row.id for row in of_day[each.day] if each.person in row.trainers or each.person in seated[row.id]
                }
        if busy:
            first = min(busy.values())
            yield Problem(
                "wanted_twice",
                f"{self._people(set(busy))} would be wanted twice on a day, because of another round or session, "
                f"first on {_said(first)}.",
                (*self._first_of(set(busy)), ("day", first)),
                frozenset(twice),
            )
        for venue, days in rooms.items():
            name = self.base.schools[venue].name if venue in self.base.schools else venue
            sessions = frozenset(row.id for row in self.meetings if row.venue == venue and row.day in days)
            sentence = f"{name} is taken by another session on {_days(days)}."
            yield Problem("venue_taken", sentence, (("name", name), ("count", len(days)), ("day", days[0])), sessions)

    def newcomers(self, subjects: set[Subject]) -> int:
        level_of = {row.id: row.level for row in self.meetings}
        seated = {(level_of[seat.session], seat.person) for seat in self.seats}
        learn = {
            (level, member.person)
            for level, team in self.learners.items()
            for member in team
            if any(member.takes(subject) for subject in subjects)
        }
        return len(learn - seated)

    def _seating(self, persons: set[int]) -> frozenset[int]:
        return frozenset(seat.session for seat in self.seats if seat.person in persons)

    def _first_of(self, persons: set[int]) -> tuple[tuple[str, str | int | date], ...]:
        return ("name", self.names[min(persons)]), ("count", len(persons))

    def _people(self, persons: set[int]) -> str:
        first = self.names[min(persons)]
        return f"1 person ({first})" if len(persons) == 1 else f"{len(persons)} people ({first} and others)"


def _counted(sessions: int) -> str:
    return "1 session" if sessions == 1 else f"{sessions} sessions"


def _days(days: list[date]) -> str:
    return _said(days[0]) if len(days) == 1 else f"{len(days)} days, the first {_said(days[0])}"


def _said(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
