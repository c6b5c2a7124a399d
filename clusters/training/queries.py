"""Reads of training sessions: the calendar, one session, its roster, whom a subject has reached."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    cast,
    distinct,
    exists,
    func,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.orm import Session, aliased

from clusters.cascade.rules import Level
from clusters.kernel.audit import AuditEntry
from clusters.kernel.clock import KARACHI, now
from clusters.kernel.errors import NotFound
from clusters.modules.rules import Subject
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.names import name_key
from clusters.people.queries import held_on, seen_posts
from clusters.people.rules import LEARNERS, TRAINERS
from clusters.scope import Scope
from clusters.structure.models import Place, School
from clusters.structure.rules import PlaceKind
from clusters.training.guests import Known
from clusters.training.models import (
    Attendance,
    AttendanceReport,
    Invitation,
    Meeting,
    SessionTrainer,
    TrainingSession,
    Waiting,
    WalkIn,
)
from clusters.training.rules import Answer, Mark, Seat, SessionState, Sitting

SHOWN = (SessionState.PLANNED, SessionState.HELD, SessionState.CANCELLED)
"""Drafts are seen on their round's page only."""
MOST_FOUND = 20
"""A search for people to invite shows no more."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A training session with its counts; `came` is None until attendance was reported.

    Of several days `came` counts who came on any of them, or is the highest head count without names; `reported` is
    the number of days with a report.
    """

    id: int
    code: str
    level: Level
    subject: Subject
    place_id: int
    place: str
    place_kind: PlaceKind
    training_path: str
    admin_path: str
    venue: str
    venue_school_id: int | None
    starts_at: datetime
    ends_at: datetime
    capacity: int
    state: SessionState
    revision: int
    round_id: int | None
    sheet_printed_at: datetime | None
    called_off_why: str | None
    days: int
    invited: int
    yes: int
    no: int
    unsure: int
    came: int | None
    reported: int = 0
    makes_up_id: int | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A row of the printed sheet; `mark` is that of the latest report that counts, of the day that was asked about."""

    row: int
    invitation_id: int
    person_id: int
    name: str
    school: str
    answer: Answer | None
    mark: Mark | None
    has_phone: bool
    seat: Seat = Seat.PLAN
    reason: str | None = None

    @property
    def excused(self) -> bool:
        """Did she say in advance that she cannot come? That is not the same as staying away without a word."""
        return self.answer is Answer.NO


@dataclass(frozen=True, slots=True)
class ReportRow:
    """The report of attendance that counts, of the latest day that has one."""

    version: int
    at: datetime
    source: str
    by_person_id: int | None
    day: int = 1
    headcount: int | None = None
    """How many came, where nobody has said who."""


@dataclass(frozen=True, slots=True)
class DayReport(ReportRow):
    """The report that counts of one meeting day: how many of the marked came, and how many reports there ever were."""

    here: int = 0
    marked: int = 0
    versions: int = 1


@dataclass(frozen=True, slots=True)
class Version:
    """One report of a meeting day as it was stored, with its marks by row of the sheet."""

    version: int
    day: int
    at: datetime
    who: str | None
    source: str
    why: str | None
    undone_at: datetime | None
    counts: bool
    marks: dict[int, Mark]
    headcount: int | None = None


@dataclass(frozen=True, slots=True)
class Trainer:
    """Who leads a training session."""

    person_id: int
    name: str


def seen_by(scope: Scope) -> ColumnElement[bool]:
    """The predicate of every training session this scope may see: inside its places, or led by the person."""
    inside = scope.within(TrainingSession.training_path, TrainingSession.admin_path)
    if scope.person_id is None:
        return inside
    leading = aliased(SessionTrainer)
    led = exists().where(leading.session_id == TrainingSession.id, leading.person_id == scope.person_id)
    return or_(inside, led)


def counting_report() -> ColumnElement[int]:
    """The id of the report of a training session that counts, of several days that of the latest; None before any."""
    return (
        select(AttendanceReport.id)
        .where(AttendanceReport.session_id == TrainingSession.id, AttendanceReport.counts)
        .order_by(AttendanceReport.day.desc())
        .limit(1)
        .correlate(TrainingSession)
        .scalar_subquery()
    )


def _rows() -> Select[*tuple[Any, ...]]:
    answers = (
        select(
            func.count().label("invited"),
            func.count().filter(Invitation.answer == Answer.YES).label("yes"),
            func.count().filter(Invitation.answer == Answer.NO).label("no"),
            func.count().filter(Invitation.answer == Answer.UNSURE).label("unsure"),
        )
        .where(Invitation.session_id == TrainingSession.id)
        .lateral("answers")
    )
    came = (
        select(
            func.greatest(
                func.count(distinct(Attendance.invitation_id)).filter(Attendance.mark != Mark.AWAY),
                func.max(AttendanceReport.headcount),
                type_=BigInteger,
            ).label("came"),
            func.count(distinct(AttendanceReport.id)).label("reported"),
        )
        .select_from(AttendanceReport)
        .outerjoin(Attendance, Attendance.report_id == AttendanceReport.id)
        .where(AttendanceReport.session_id == TrainingSession.id, AttendanceReport.counts)
        .lateral("came")
    )
    days = select(func.count().label("days")).where(Meeting.session_id == TrainingSession.id).lateral("days")
    session = TrainingSession
    return (
        select(
            session.id,
            session.code,
            session.level,
            session.subject,
            session.place_id,
            Place.name.label("place"),
            Place.kind.label("place_kind"),
            session.training_path,
            session.admin_path,
            session.venue,
            session.venue_school_id,
            session.starts_at,
            session.ends_at,
            session.capacity,
            session.state,
            session.revision,
            session.round_id,
            session.sheet_printed_at,
            session.called_off_why,
            days.c.days,
            answers.c.invited,
            answers.c.yes,
            answers.c.no,
            answers.c.unsure,
            came.c.came,
            came.c.reported,
            session.makes_up_id,
            session.finished_at,
        )
        .join(Place, Place.id == session.place_id)
        .join(days, onclause=true())
        .join(answers, onclause=true())
        .join(came, onclause=true())
    )


def _read(db: Session, statement: Select[*tuple[Any, ...]]) -> list[SessionRow]:
    found = []
    for row in db.execute(statement).mappings():
        values = dict(row)
        found.append(SessionRow(**{**values, "came": values["came"] if values["reported"] else None}))
    return found


def sessions_between(
    db: Session,
    scope: Scope,
    first: datetime,
    last: datetime,
    *,
    subject: Subject | None = None,
    path: str = "",
    states: Sequence[SessionState] = SHOWN,
    limit: int | None = None,
) -> list[SessionRow]:
    """Training sessions that begin in [first, last), in time order; `path` narrows to a place of the training tree."""
    statement = (
        _rows()
        .where(
            seen_by(scope),
            TrainingSession.state.in_(states),
            TrainingSession.starts_at >= first,
            TrainingSession.starts_at < last,
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
        .limit(limit)
    )
    if subject is not None:
        statement = statement.where(TrainingSession.subject == subject)
    if path:
        statement = statement.where(TrainingSession.training_path.startswith(path, autoescape=True))
    return _read(db, statement)


def next_start(db: Session, scope: Scope, after: datetime) -> datetime | None:
    """When the next planned training session begins; None when none is planned."""
    planned = TrainingSession.state == SessionState.PLANNED
    return db.scalar(
        select(func.min(TrainingSession.starts_at)).where(planned, TrainingSession.starts_at > after, seen_by(scope))
    )


def training_session(db: Session, scope: Scope, session_id: int) -> SessionRow:
    """One training session that is planned, held or called off; NotFound outside the scope."""
    found = _read(db, _rows().where(seen_by(scope), TrainingSession.state.in_(SHOWN), TrainingSession.id == session_id))
    if not found:
        raise NotFound("training_session", id=session_id)
    return found[0]


def sittings(db: Session, scope: Scope, session_ids: Collection[int]) -> dict[int, list[Sitting]]:
    """The meeting days of training sessions, in order."""
    statement = (
        select(Meeting.session_id, Meeting.starts_at, Meeting.ends_at)
        .join(TrainingSession, TrainingSession.id == Meeting.session_id)
        .where(seen_by(scope), Meeting.session_id.in_(session_ids))
        .order_by(Meeting.session_id, Meeting.day)
    )
    found: dict[int, list[Sitting]] = {}
    for session_id, starts_at, ends_at in db.execute(statement):
        found.setdefault(session_id, []).append(Sitting(starts_at, ends_at))
    return found


def trainers(db: Session, scope: Scope, session_id: int) -> list[Trainer]:
    """Who leads a training session, by name."""
    statement = (
        select(Person.id, Person.name)
        .join(SessionTrainer, SessionTrainer.person_id == Person.id)
        .join(TrainingSession, TrainingSession.id == SessionTrainer.session_id)
        .where(seen_by(scope), SessionTrainer.session_id == session_id)
        .order_by(Person.name, Person.id)
    )
    return [Trainer(person_id, name) for person_id, name in db.execute(statement)]


def roster(db: Session, scope: Scope, session_id: int, day: int | None = None) -> list[RosterRow]:
    """The rows of the printed sheet, in order, with answers and the marks of a day (None: the latest reported)."""
    report = (
        counting_report()
        if day is None
        else select(AttendanceReport.id)
        .where(AttendanceReport.session_id == session_id, AttendanceReport.counts, AttendanceReport.day == day)
        .scalar_subquery()
    )
    phone = exists().where(PersonNumber.person_id == Person.id, PersonNumber.until.is_(None))
    statement: Select[*tuple[Any, ...]] = (
        select(
            Invitation.row,
            Invitation.id,
            Person.id,
            Person.name,
            func.coalesce(School.name, ""),
            Invitation.answer,
            Attendance.mark,
            phone,
            Invitation.seat,
            Invitation.reason,
        )
        .select_from(Invitation)
        .join(TrainingSession, TrainingSession.id == Invitation.session_id)
        .join(Person, Person.id == Invitation.person_id)
        .outerjoin(School, School.id == Invitation.school_id)
        .outerjoin(Attendance, and_(Attendance.invitation_id == Invitation.id, Attendance.report_id == report))
        .where(seen_by(scope), Invitation.session_id == session_id)
        .order_by(Invitation.row)
    )
    return [RosterRow(*row) for row in db.execute(statement)]


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Somebody on the wait list; the longest there stands first."""

    person_id: int
    name: str
    school: str
    since: datetime


@dataclass(frozen=True, slots=True)
class InvitableRow:
    """Somebody who may be put on the list of a training session, with her row if she is on it already."""

    person_id: int
    name: str
    school: str
    row: int | None
    answer: Answer | None
    waits: bool


def wait_list(db: Session, scope: Scope, session_id: int) -> list[WaitingRow]:
    """Who waits for a place, the longest first."""
    statement = (
        select(Person.id, Person.name, func.coalesce(School.name, ""), Waiting.since)
        .select_from(Waiting)
        .join(TrainingSession, TrainingSession.id == Waiting.session_id)
        .join(Person, Person.id == Waiting.person_id)
        .outerjoin(School, School.id == Waiting.school_id)
        .where(seen_by(scope), Waiting.session_id == session_id, Waiting.left_at.is_(None))
        .order_by(Waiting.id)
    )
    return [WaitingRow(*row) for row in db.execute(statement)]


def waits_for(db: Session, scope: Scope, session_id: int, person_id: int, *, told: bool = False) -> bool:
    """Is a person on the wait list? She may ask for herself, and who was `told` her answer for her."""
    if not told and scope.person_id not in (None, person_id):
        raise NotFound("person", id=person_id)
    return bool(
        db.scalar(
            select(
                exists().where(
                    Waiting.session_id == session_id, Waiting.person_id == person_id, Waiting.left_at.is_(None)
                )
            )
        )
    )


def invitable(
    db: Session, scope: Scope, session_id: int, words: str = "", *, person_id: int | None = None
) -> list[InvitableRow]:
    """Learners of the circle in which a training session is held, by name or school; the cluster's own first.

    Who leads it looks into its circle; everybody else as far as her scope reaches. To sessions that train trainers
    everybody is invitable whom the scope sees.
    """
    session = training_session(db, scope, session_id)
    day = now(db).astimezone(KARACHI).date()
    circle = ".".join(session.training_path.split(".")[:2]) + "." if session.training_path else ""
    wanted = [held_on(day), Post.role.in_(LEARNERS if session.level is Level.TEACHER else TRAINERS)]
    if session.level is Level.TEACHER:
        wanted.append(Post.training_path.startswith(circle, autoescape=True))
    if scope.covers(session.training_path, session.admin_path):
        wanted.append(seen_posts(scope))
    if person_id is not None:
        wanted.append(Person.id == person_id)
    else:
        key = name_key(words)
        if not key:
            return []
        wanted.append(
            or_(
                Person.name_key.contains(key, autoescape=True),
                func.lower(School.name).contains(words.strip().lower(), autoescape=True),
                School.code == words.strip(),
            )
        )
    waits = exists().where(Waiting.session_id == session_id, Waiting.person_id == Person.id, Waiting.left_at.is_(None))
    near = func.max(case((Post.training_path.startswith(session.training_path, autoescape=True), 1), else_=0))
    statement: Select[*tuple[Any, ...]] = (
        select(
            Person.id,
            Person.name,
            func.min(func.coalesce(School.name, Place.name, "")),
            func.max(Invitation.row),
            func.max(Invitation.answer),
            waits,
        )
        .select_from(Post)
        .join(Person, Person.id == Post.person_id)
        .outerjoin(School, School.id == Post.school_id)
        .outerjoin(Place, Place.id == Post.place_id)
        .outerjoin(Invitation, and_(Invitation.session_id == session_id, Invitation.person_id == Person.id))
        .where(*wanted)
        .group_by(Person.id)
        .order_by(near.desc(), Person.name_key, Person.id)
        .limit(MOST_FOUND)
    )
    return [InvitableRow(*row) for row in db.execute(statement)]


@dataclass(frozen=True, slots=True)
class WalkInRow:
    """Somebody who came uninvited, as written; with the person she was found to be, and her row, once she was."""

    id: int
    day: int
    raw: str
    name: str
    school: str
    phone: str
    source: str
    at: datetime
    by: str | None
    person_id: int | None
    person: str | None
    row: int | None
    matched_by: str | None
    matched_at: datetime | None


def walk_ins(db: Session, scope: Scope, session_id: int) -> list[WalkInRow]:
    """Who came uninvited to a training session, in the order in which they were written down."""
    writer, whom, matcher = aliased(Person), aliased(Person), aliased(Person)
    statement: Select[*tuple[Any, ...]] = (
        select(
            WalkIn.id,
            WalkIn.day,
            WalkIn.raw,
            WalkIn.name,
            WalkIn.school,
            WalkIn.phone,
            WalkIn.source,
            WalkIn.at,
            writer.name,
            WalkIn.person_id,
            whom.name,
            WalkIn.row,
            matcher.name,
            WalkIn.matched_at,
        )
        .select_from(WalkIn)
        .join(TrainingSession, TrainingSession.id == WalkIn.session_id)
        .outerjoin(writer, writer.id == WalkIn.by_person_id)
        .outerjoin(whom, whom.id == WalkIn.person_id)
        .outerjoin(matcher, matcher.id == WalkIn.matched_by)
        .where(seen_by(scope), WalkIn.session_id == session_id, WalkIn.dropped_at.is_(None))
        .order_by(WalkIn.id)
    )
    return [WalkInRow(*row) for row in db.execute(statement)]


def known_near(db: Session, scope: Scope, session_id: int) -> list[Known]:
    """Everybody of the circle of a training session whom a walk-in may be, those of its cluster marked near."""
    session = training_session(db, scope, session_id)
    circle = ".".join(session.training_path.split(".")[:2]) + "." if session.training_path else ""
    day = now(db).astimezone(KARACHI).date()
    number = (
        select(PersonNumber.number)
        .where(PersonNumber.person_id == Person.id, PersonNumber.until.is_(None))
        .order_by(PersonNumber.id.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    wanted = [held_on(day), Post.training_path.startswith(circle, autoescape=True), Post.school_id.is_not(None)]
    if scope.covers(session.training_path, session.admin_path):
        wanted.append(seen_posts(scope))
    statement: Select[*tuple[Any, ...]] = (
        select(
            Person.id,
            Person.name,
            School.name,
            School.code,
            number,
            Post.training_path.startswith(session.training_path, autoescape=True),
            Invitation.row,
        )
        .distinct()
        .select_from(Post)
        .join(Person, Person.id == Post.person_id)
        .join(School, School.id == Post.school_id)
        .outerjoin(Invitation, and_(Invitation.session_id == session_id, Invitation.person_id == Person.id))
        .where(*wanted)
        .order_by(Person.id)
    )
    return [Known(*row) for row in db.execute(statement)]


def report_of(db: Session, scope: Scope, session_id: int) -> ReportRow | None:
    """The report of attendance that counts, of several days the latest; None while nobody has reported."""
    statement = (
        select(
            AttendanceReport.version,
            AttendanceReport.at,
            AttendanceReport.source,
            AttendanceReport.by_person_id,
            AttendanceReport.day,
            AttendanceReport.headcount,
        )
        .join(TrainingSession, TrainingSession.id == AttendanceReport.session_id)
        .where(seen_by(scope), TrainingSession.id == session_id, AttendanceReport.id == counting_report())
    )
    found = db.execute(statement).first()
    return ReportRow(*found) if found else None


def reports(db: Session, scope: Scope, session_id: int) -> list[DayReport]:
    """The reports that count, by day."""
    ever = (
        select(func.count())
        .select_from(AttendanceReport)
        .where(AttendanceReport.session_id == session_id)
        .scalar_subquery()
    )
    statement: Select[*tuple[Any, ...]] = (
        select(
            AttendanceReport.version,
            AttendanceReport.at,
            AttendanceReport.source,
            AttendanceReport.by_person_id,
            AttendanceReport.day,
            AttendanceReport.headcount,
            func.coalesce(AttendanceReport.headcount, func.count().filter(Attendance.mark != Mark.AWAY)),
            func.count(Attendance.mark),
            ever,
        )
        .select_from(AttendanceReport)
        .join(TrainingSession, TrainingSession.id == AttendanceReport.session_id)
        .outerjoin(Attendance, Attendance.report_id == AttendanceReport.id)
        .where(seen_by(scope), TrainingSession.id == session_id, AttendanceReport.counts)
        .group_by(AttendanceReport.id)
        .order_by(AttendanceReport.day)
    )
    return [DayReport(*row) for row in db.execute(statement)]


def versions(db: Session, scope: Scope, session_id: int) -> list[Version]:
    """Every report of a training session, by day and the newest first, those undone too."""
    marks = (
        select(func.jsonb_object_agg(Invitation.row, Attendance.mark))
        .select_from(Attendance)
        .join(Invitation, Invitation.id == Attendance.invitation_id)
        .where(Attendance.report_id == AttendanceReport.id)
        .correlate(AttendanceReport)
        .scalar_subquery()
        .label("marks")
    )
    statement: Select[*tuple[Any, ...]] = (
        select(
            AttendanceReport.version,
            AttendanceReport.day,
            AttendanceReport.at,
            Person.name,
            AttendanceReport.source,
            AttendanceReport.why,
            AttendanceReport.undone_at,
            AttendanceReport.counts,
            marks,
            AttendanceReport.headcount,
        )
        .select_from(AttendanceReport)
        .join(TrainingSession, TrainingSession.id == AttendanceReport.session_id)
        .outerjoin(Person, Person.id == AttendanceReport.by_person_id)
        .where(seen_by(scope), TrainingSession.id == session_id)
        .order_by(AttendanceReport.day, AttendanceReport.version.desc())
    )
    return [
        Version(
            row.version,
            row.day,
            row.at,
            row.name,
            row.source,
            row.why,
            row.undone_at,
            row.counts,
            {int(number): Mark(mark) for number, mark in (row.marks or {}).items()},
            row.headcount,
        )
        for row in db.execute(statement)
    ]


def led_by(db: Session, scope: Scope, person_id: int, first: datetime, last: datetime) -> list[SessionRow]:
    """Training sessions that a person leads and that end in [first, last), in time order."""
    led = exists().where(SessionTrainer.session_id == TrainingSession.id, SessionTrainer.person_id == person_id)
    return _read(
        db,
        _rows()
        .where(
            seen_by(scope),
            led,
            TrainingSession.state.in_((SessionState.PLANNED, SessionState.HELD)),
            TrainingSession.ends_at >= first,
            TrainingSession.ends_at < last,
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id),
    )


def coming_for(db: Session, scope: Scope, person_id: int, after: datetime, limit: int = 2) -> list[SessionRow]:
    """The next training sessions of a person: those she is invited to and those she leads.

    The person is her own scope here: an invitation is hers wherever it takes place.
    """
    if scope.person_id not in (None, person_id):
        raise NotFound("person", id=person_id)
    invited = exists().where(Invitation.session_id == TrainingSession.id, Invitation.person_id == person_id)
    led = exists().where(SessionTrainer.session_id == TrainingSession.id, SessionTrainer.person_id == person_id)
    return _read(
        db,
        _rows()
        .where(or_(invited, led), TrainingSession.state == SessionState.PLANNED, TrainingSession.ends_at >= after)
        .order_by(TrainingSession.starts_at, TrainingSession.id)
        .limit(limit),
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A training session that somebody leads or is invited to; whether she came is shown on its own page alone."""

    id: int
    code: str
    subject: Subject
    level: Level
    place: str
    starts_at: datetime
    state: SessionState
    leads: bool


def parts_of(db: Session, scope: Scope, person_id: int, limit: int = 20) -> list[Part]:
    """The latest training sessions inside the scope that a person leads or is invited to, the newest first."""
    session = TrainingSession
    led = exists().where(SessionTrainer.session_id == session.id, SessionTrainer.person_id == person_id)
    mine = union(
        select(SessionTrainer.session_id).where(SessionTrainer.person_id == person_id),
        select(Invitation.session_id).where(Invitation.person_id == person_id),
    )
    rows = db.execute(
        select(
            session.id, session.code, session.subject, session.level, Place.name, session.starts_at, session.state, led
        )
        .join(Place, Place.id == session.place_id)
        .where(session.id.in_(mine), session.state != SessionState.DRAFT, seen_by(scope))
        .order_by(session.starts_at.desc(), session.id.desc())
        .limit(limit)
    )
    return [Part(row[0], row[1] or "", *row[2:]) for row in rows]


def reached(db: Session, scope: Scope, since: datetime) -> dict[Subject, int]:
    """How many teachers attended at least one training session of each subject since an instant."""
    statement = (
        select(TrainingSession.subject, func.count(distinct(Invitation.person_id)).label("people"))
        .join(Invitation, Invitation.session_id == TrainingSession.id)
        .join(Attendance, and_(Attendance.invitation_id == Invitation.id, Attendance.mark != Mark.AWAY))
        .join(AttendanceReport, and_(AttendanceReport.id == Attendance.report_id, AttendanceReport.counts))
        .where(seen_by(scope), TrainingSession.level == Level.TEACHER, TrainingSession.starts_at >= since)
        .group_by(TrainingSession.subject)
    )
    return {row.subject: row.people for row in db.execute(statement)}


@dataclass(frozen=True, slots=True)
class Clash:
    """Persons who are invited twice on one day: how many, one of them, and the training sessions."""

    day: date
    people: int
    name: str
    sessions: tuple[tuple[int, str], ...]
    """Pairs of id and code."""


def invited_twice(db: Session, scope: Scope, first: datetime, last: datetime) -> list[Clash]:
    """Persons invited to more than one planned training session on a day in [first, last), a row for each day."""
    day = cast(func.timezone("Asia/Karachi", Meeting.starts_at), Date)
    twice = (
        select(
            day.label("day"),
            Invitation.person_id.label("person_id"),
            func.array_agg(TrainingSession.id).label("ids"),
            func.array_agg(TrainingSession.code).label("codes"),
        )
        .select_from(Meeting)
        .join(TrainingSession, TrainingSession.id == Meeting.session_id)
        .join(Invitation, Invitation.session_id == TrainingSession.id)
        .where(
            seen_by(scope),
            TrainingSession.state == SessionState.PLANNED,
            Meeting.starts_at >= first,
            Meeting.starts_at < last,
        )
        .group_by(day, Invitation.person_id)
        .having(func.count() > 1)
        .subquery()
    )
    statement = (
        select(twice.c.day, Person.id, Person.name, twice.c.ids, twice.c.codes)
        .join(Person, Person.id == twice.c.person_id)
        .order_by(twice.c.day, Person.name)
    )
    days: dict[date, tuple[list[str], set[tuple[int, str]]]] = {}
    for row in db.execute(statement):
        names, sessions = days.setdefault(row.day, ([], set()))
        names.append(row.name)
        sessions.update(zip(row.ids, row.codes, strict=True))
    return [Clash(on, len(names), names[0], tuple(sorted(sessions))) for on, (names, sessions) in days.items()]


@dataclass(frozen=True, slots=True)
class Untold:
    """Invited persons whom no phone reaches, of the planned training sessions of some days."""

    people: int
    sessions: int
    first_session_id: int | None


def untold(db: Session, scope: Scope, first: datetime, last: datetime) -> Untold:
    """How many invited persons without a phone the planned training sessions in [first, last) have."""
    phone = exists().where(PersonNumber.person_id == Invitation.person_id, PersonNumber.until.is_(None))
    row = db.execute(
        select(
            func.count(distinct(Invitation.person_id)),
            func.count(distinct(TrainingSession.id)),
            func.min(TrainingSession.id),
        )
        .select_from(Invitation)
        .join(TrainingSession, TrainingSession.id == Invitation.session_id)
        .where(
            seen_by(scope),
            ~phone,
            TrainingSession.state == SessionState.PLANNED,
            TrainingSession.starts_at >= first,
            TrainingSession.starts_at < last,
        )
    ).one()
    return Untold(*row)


def months_with_sessions(db: Session, scope: Scope) -> tuple[datetime | None, datetime | None]:
    """When the first and the last training session of a scope begin."""
    first, last = db.execute(
        select(func.min(TrainingSession.starts_at), func.max(TrainingSession.starts_at)).where(
            seen_by(scope), TrainingSession.state.in_(SHOWN)
        )
    ).one()
    return first, last


def learners(db: Session, scope: Scope, on: date) -> int:
    """How many teachers and head teachers hold a post inside a scope on a day: the denominator of every reach."""
    return (
        db.scalar(
            select(func.count(distinct(Post.person_id))).where(
                scope.within(Post.training_path, Post.admin_path), Post.role.in_(LEARNERS), Post.during.contains(on)
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change of a training session: when, by whom (None: the house itself), what, and the reason given."""

    at: datetime
    who: str | None
    door: str
    verb: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    why: str | None


def history(db: Session, scope: Scope, session_id: int) -> list[ChangeRow]:
    """What was done to a training session, newest first."""
    statement = (
        select(
            AuditEntry.at,
            Person.name,
            AuditEntry.door,
            AuditEntry.verb,
            AuditEntry.old,
            AuditEntry.new,
            AuditEntry.why,
        )
        .join(TrainingSession, TrainingSession.id == AuditEntry.subject_id)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .where(seen_by(scope), AuditEntry.subject_kind == "training_session", AuditEntry.subject_id == session_id)
        .order_by(AuditEntry.id.desc())
    )
    return [ChangeRow(*row) for row in db.execute(statement)]


def last_and_next(
    db: Session, scope: Scope, at: datetime, place_ids: Collection[int] | None = None
) -> dict[int, tuple[datetime | None, datetime | None]]:
    """For each place with training sessions, or each of some: when the last one before and the next one after an
    instant begin."""
    starts = TrainingSession.starts_at
    statement = (
        select(TrainingSession.place_id, func.max(starts).filter(starts <= at), func.min(starts).filter(starts > at))
        .where(seen_by(scope), TrainingSession.state.in_((SessionState.PLANNED, SessionState.HELD)))
        .group_by(TrainingSession.place_id)
    )
    if place_ids is not None:
        statement = statement.where(TrainingSession.place_id.in_(place_ids))
    return {place_id: (last, following) for place_id, last, following in db.execute(statement)}


def codes(db: Session, scope: Scope, session_ids: Collection[int]) -> dict[int, str]:
    """The codes of some training sessions, by id."""
    rows = db.execute(
        select(TrainingSession.id, TrainingSession.code).where(
            seen_by(scope), TrainingSession.id.in_(session_ids), TrainingSession.code.is_not(None)
        )
    )
    return {row.id: str(row.code) for row in rows}


def with_code(db: Session, scope: Scope, code: str) -> list[int]:
    """Training sessions of a scope that carry a code, the latest first: codes are handed out again."""
    query = select(TrainingSession.id).where(seen_by(scope), TrainingSession.code == code)
    return list(db.scalars(query.order_by(TrainingSession.starts_at.desc())))


def called(db: Session, scope: Scope, session_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Code and place of those training sessions that the scope sees, by id."""
    query = (
        select(TrainingSession.id, func.coalesce(TrainingSession.code, ""), Place.name)
        .join(Place, Place.id == TrainingSession.place_id)
        .where(seen_by(scope), TrainingSession.id.in_(session_ids))
    )
    return {row[0]: (row[1], row[2]) for row in db.execute(query)}
