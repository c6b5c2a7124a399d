"""Reads of all that is held of the scope's own person; nobody else's is read here."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clusters.kernel.errors import NotFound
from clusters.scope import Scope
from clusters.training.models import Attendance, AttendanceReport, Invitation, TrainingSession
from clusters.training.rules import Answer, Mark, SessionState
from cop.knowledge.models import PracticeNote, Trial
from cop.network.disclosure import named_by_herself
from cop.questions.models import PeerOffer, PeerQuestion


@dataclass(frozen=True, slots=True)
class Day:
    """A training session she was invited to: what she answered, and what the sheets of its days say of her."""

    subject: str
    starts_at: datetime
    answer: Answer | None
    reason: str | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A practice note of hers."""

    number: str
    title: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is held."""

    attended: int
    """Training sessions on whose sheets a mark of hers stands, of whatever kind; her own page counts the same."""
    notes: int
    ties: int


def days(db: Session, scope: Scope) -> tuple[Day, ...]:
    """Every training session she is on the list of, the newest first."""
    marks = (
        select(func.array_agg(Attendance.mark))
        .join(AttendanceReport, AttendanceReport.id == Attendance.report_id)
        .where(Attendance.invitation_id == Invitation.id, AttendanceReport.counts)
        .correlate(Invitation)
        .scalar_subquery()
    )
    rows = db.execute(
        select(TrainingSession.subject, TrainingSession.starts_at, Invitation.answer, Invitation.reason, marks)
        .join(Invitation, Invitation.session_id == TrainingSession.id)
        .where(Invitation.person_id == _own(scope), TrainingSession.state != SessionState.DRAFT)
        .order_by(TrainingSession.starts_at.desc(), TrainingSession.id.desc())
    )
    return tuple(Day(row[0].value, row[1], row[2], row[3], tuple(Mark(mark) for mark in row[4] or ())) for row in rows)


def notes(db: Session, scope: Scope) -> tuple[Note, ...]:
    """What she wrote down for others, the newest first."""
    rows = db.execute(
        select(PracticeNote.number, PracticeNote.title, PracticeNote.words, PracticeNote.at)
        .where(PracticeNote.author_id == _own(scope))
        .order_by(PracticeNote.id.desc())
    )
    return tuple(Note(*row) for row in rows)


def answers(db: Session, scope: Scope) -> int:
    """How much she wrote to others besides: notes tried, questions asked and answered."""
    own = _own(scope)
    counted = (
        select(func.count(Trial.id)).where(Trial.person_id == own),
        select(func.count(PeerQuestion.id)).where(PeerQuestion.asker_id == own),
        select(func.count(PeerOffer.id)).where(PeerOffer.person_id == own, PeerOffer.words != ""),
    )
    return sum(db.execute(select(*(each.scalar_subquery() for each in counted))).one())


def counts(db: Session, scope: Scope) -> Counts:
    """How much is held of her. Ties are read by the worker alone, so no page may ask this."""
    own = _own(scope)
    marked = (
        select(func.count(func.distinct(Attendance.invitation_id)))
        .select_from(Attendance)
        .join(AttendanceReport, AttendanceReport.id == Attendance.report_id)
        .join(Invitation, Invitation.id == Attendance.invitation_id)
        .where(Invitation.person_id == own, AttendanceReport.counts)
    )
    written = select(func.count(PracticeNote.id)).where(PracticeNote.author_id == own)
    row = db.execute(select(*(each.scalar_subquery() for each in (marked, written)))).one()
    return Counts(row[0], row[1], named_by_herself(db, scope, own))


def _own(scope: Scope) -> int:
    if scope.person_id is None:
        raise NotFound("person")
    return scope.person_id
