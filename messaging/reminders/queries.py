"""Whom the texts of training sessions can reach, and who must be told by hand."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, any_, exists, func, literal, null, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, Session

from clusters.kernel.clock import now
from clusters.modules.rules import Subject
from clusters.people.models import Person, PersonNumber
from clusters.people.rules import Language
from clusters.scope import Scope
from clusters.structure.models import School
from clusters.training.models import AttendanceReport, Invitation, Meeting, SessionTrainer, TrainingSession, Waiting
from clusters.training.queries import seen_by
from clusters.training.rules import Answer, SessionState
from messaging.consent.models import OptOut, PersonOptOut
from messaging.outbox.models import Message
from messaging.outbox.rules import NEVER_SENT, WAITING
from messaging.reminders.rules import SUBJECT


@dataclass(frozen=True, slots=True)
class Gathering:
    """A training session as its texts name it; of several days `starts_at` is that of the next one."""

    id: int
    code: str | None
    subject: Subject
    venue: str
    starts_at: datetime
    ends: tuple[datetime, ...]
    """When each day ends."""
    training_path: str
    admin_path: str
    invited: int
    coming: int
    reported: frozenset[int]
    """Days, from 1, with a report of attendance that counts."""
    excused: tuple[int, ...] = ()
    """Rows of those who said in advance that they cannot come."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A person with a phone; `leads` for a trainer of the session, `shared` when the phone gets a text for another too.

    Who leads and is invited as well is there twice. No real route takes a text to an `invented` one.
    """

    session_id: int
    person_id: int
    name: str
    language: Language | None
    number: str
    answer: Answer | None
    leads: bool
    shared: bool
    invented: bool = False


@dataclass(frozen=True, slots=True)
class ByHand:
    """Somebody whom no text reaches; why is nobody's business."""

    person_id: int
    name: str
    school: str


def gatherings(db: Session, scope: Scope, session_ids: Collection[int], *, drafts: bool = False) -> list[Gathering]:
    """Those of the training sessions that are no drafts (or are, if `drafts` are wanted), in time order."""
    session = TrainingSession
    answered = (
        select(
            func.count().label("invited"),
            func.count().filter(Invitation.answer == Answer.YES).label("coming"),
            func.array_agg(aggregate_order_by(Invitation.row, Invitation.row))
            .filter(Invitation.answer == Answer.NO)
            .label("excused"),
        )
        .where(Invitation.session_id == session.id)
        .lateral("answered")
    )
    days = (
        select(
            func.min(Meeting.starts_at).filter(Meeting.starts_at > now(db)).label("next"),
            func.array_agg(aggregate_order_by(Meeting.ends_at, Meeting.day)).label("ends"),
        )
        .where(Meeting.session_id == session.id)
        .lateral("days")
    )
    reported = (
        select(func.array_agg(AttendanceReport.day))
        .where(AttendanceReport.session_id == session.id, AttendanceReport.counts)
        .scalar_subquery()
    )
    statement: Select[*tuple[Any, ...]] = (
        select(
            session.id,
            session.code,
            session.subject,
            session.venue,
            func.coalesce(days.c.next, session.starts_at).label("starts_at"),
            days.c.ends,
            session.training_path,
            session.admin_path,
            answered.c.invited,
            answered.c.coming,
            reported.label("reported"),
            answered.c.excused,
        )
        .select_from(session)
        .join(answered, true())
        .join(days, true())
        .where(
            seen_by(scope),
            _one_of(session.id, session_ids),
            session.state == SessionState.DRAFT if drafts else session.state != SessionState.DRAFT,
        )
        .order_by(session.starts_at, session.id)
    )
    return [
        Gathering(
            **{
                **row,
                "ends": tuple(row["ends"] or ()),
                "reported": frozenset(row["reported"] or ()),
                "excused": tuple(row["excused"] or ()),
            }
        )
        for row in db.execute(statement).mappings()
    ]


def reached(db: Session, scope: Scope, session_ids: Collection[int]) -> list[Reached]:
    """Everybody with a phone who is invited to these training sessions, in the order of their rows, or leads them."""
    invited = _with_number(Invitation, Invitation.answer).order_by(Invitation.session_id, Invitation.row)
    leading = _with_number(SessionTrainer, null()).order_by(SessionTrainer.session_id, SessionTrainer.person_id)
    found = []
    for leads, statement in ((False, invited), (True, leading)):
        rows = db.execute(statement.where(seen_by(scope), _one_of(TrainingSession.id, session_ids))).all()
        on_phone = Counter((row.session_id, row.number) for row in rows)
        for row in rows:
            shared = on_phone[row.session_id, row.number] > 1
            found.append(
                Reached(
                    row.session_id,
                    row.id,
                    row.name,
                    row.language,
                    row.number,
                    row.answer,
                    leads,
                    shared,
                    row.invented,
                )
            )
    return found


def waits(db: Session, scope: Scope, session_id: int, person_id: int) -> list[Reached]:
    """Somebody on the wait list of a training session, where a phone reaches her."""
    statement = _with_number(Waiting, null()).where(
        seen_by(scope), Waiting.session_id == session_id, Waiting.person_id == person_id, Waiting.left_at.is_(None)
    )
    return [
        Reached(row.session_id, row.id, row.name, row.language, row.number, None, False, False, row.invented)
        for row in db.execute(statement)
    ]


def somebody(db: Session, scope: Scope, session_id: int, person_id: int) -> list[Reached]:
    """A person who has to do with a training session no more, where a phone reaches her."""
    latest = (
        select(PersonNumber.number)
        .where(PersonNumber.person_id == Person.id, PersonNumber.until.is_(None))
        .order_by(PersonNumber.since.desc(), PersonNumber.id.desc())
        .limit(1)
        .lateral("latest")
    )
    statement = (
        select(Person.id, Person.name, Person.language, Person.invented, latest.c.number)
        .join(latest, true())
        .where(Person.id == person_id, exists().where(TrainingSession.id == session_id, seen_by(scope)))
    )
    return [
        Reached(session_id, row.id, row.name, row.language, row.number, None, True, False, row.invented)
        for row in db.execute(statement)
    ]


def knowing(db: Session, scope: Scope, session_ids: Collection[int]) -> dict[int, int]:
    """How many persons have, or may have, got a text about each of these training sessions."""
    statement = (
        select(Message.subject_id, func.count(Message.person_id.distinct()).label("people"))
        .join(TrainingSession, TrainingSession.id == Message.subject_id)
        .where(
            seen_by(scope),
            Message.subject_kind == SUBJECT,
            _one_of(TrainingSession.id, session_ids),
            Message.state.not_in((*WAITING, *NEVER_SENT)),
        )
        .group_by(Message.subject_id)
    )
    return {row.subject_id: row.people for row in db.execute(statement)}


def coming_of(db: Session, scope: Scope, person_id: int, after: datetime) -> list[int]:
    """Planned training sessions that begin after an instant and that a person is invited to or leads."""
    invited = exists().where(Invitation.session_id == TrainingSession.id, Invitation.person_id == person_id)
    leads = exists().where(SessionTrainer.session_id == TrainingSession.id, SessionTrainer.person_id == person_id)
    statement = (
        select(TrainingSession.id)
        .where(
            seen_by(scope),
            TrainingSession.state == SessionState.PLANNED,
            TrainingSession.starts_at > after,
            or_(invited, leads),
        )
        .order_by(TrainingSession.id)
    )
    return list(db.scalars(statement))


def silenced_before(db: Session, scope: Scope, person_id: int) -> OptOut | None:
    """The wish for silence, standing to this day, of a number while it reached this person: it goes with her.

    `scope` is the person's own or everywhere: whose wish it was is shown to nobody.
    """
    if scope.person_id not in (None, person_id):
        return None
    wish = select(OptOut).where(
        PersonNumber.person_id == person_id,
        OptOut.number == PersonNumber.number,
        OptOut.ended_at.is_(None),
        or_(PersonNumber.until.is_(None), OptOut.at <= PersonNumber.until),
    )
    return db.scalar(wish.order_by(OptOut.changes_too, OptOut.id).limit(1))


def by_hand(db: Session, scope: Scope, session_id: int) -> list[ByHand]:
    """Those invited whom no text reaches, in the order of their rows."""
    reachable = exists().where(
        PersonNumber.person_id == Person.id,
        PersonNumber.until.is_(None),
        ~exists().where(OptOut.number == PersonNumber.number, OptOut.ended_at.is_(None)),
        ~exists().where(PersonOptOut.person_id == PersonNumber.person_id, PersonOptOut.ended_at.is_(None)),
    )
    statement = (
        select(Person.id, Person.name, func.coalesce(School.name, ""))
        .join(Invitation, Invitation.person_id == Person.id)
        .join(TrainingSession, TrainingSession.id == Invitation.session_id)
        .outerjoin(School, School.id == Invitation.school_id)
        .where(seen_by(scope), Invitation.session_id == session_id, ~reachable)
        .order_by(Invitation.row)
    )
    return [ByHand(*row) for row in db.execute(statement)]


def _with_number(
    table: type[Invitation] | type[SessionTrainer] | type[Waiting],
    answer: ColumnElement[Any] | InstrumentedAttribute[Answer | None],
) -> Select[*tuple[Any, ...]]:
    """The persons of a table of training sessions with the number each was given last."""
    latest = (
        select(PersonNumber.number)
        .where(PersonNumber.person_id == table.person_id, PersonNumber.until.is_(None))
        .order_by(PersonNumber.since.desc(), PersonNumber.id.desc())
        .limit(1)
        .lateral("latest")
    )
    return (
        select(
            table.session_id,
            Person.id,
            Person.name,
            Person.language,
            Person.invented,
            latest.c.number,
            answer.label("answer"),
        )
        .select_from(table)
        .join(Person, Person.id == table.person_id)
        .join(TrainingSession, TrainingSession.id == table.session_id)
        .join(latest, true())
    )


def _one_of(column: InstrumentedAttribute[int], ids: Collection[int]) -> ColumnElement[bool]:
    """One parameter, however many ids an accepted plan has."""
    return column == any_(literal(list(ids), ARRAY(BigInteger)))
