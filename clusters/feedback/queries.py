"""Reads of what participants say: counts and words once there are enough, and which training sessions are to ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from clusters.feedback.models import FeedbackAnswer, FeedbackAsked, FeedbackGiven
from clusters.feedback.rules import Score, may_show
from clusters.kernel.clock import now
from clusters.kernel.errors import NotFound
from clusters.modules.rules import Subject
from clusters.scope import Scope
from clusters.training.models import Attendance, AttendanceReport, Invitation, TrainingSession
from clusters.training.queries import seen_by
from clusters.training.rules import Answer, Mark, SessionState

REMEMBERED = timedelta(days=14)
"""So long after a training session an opinion without a code is about it."""


@dataclass(frozen=True, slots=True)
class Opinions:
    """What the participants of a training session said, in no order."""

    answers: int
    scores: dict[Score, int]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attended:
    """A training session that somebody can have an opinion about."""

    session_id: int
    subject: Subject
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A training session whose participants are to be asked, and when it was over."""

    session_id: int
    over_at: datetime


def opinions(db: Session, scope: Scope, session_id: int) -> Opinions | None:
    """What was said of a training session that the scope sees; None until there are enough answers to show them."""
    given = db.execute(
        select(func.count(), func.count(func.distinct(FeedbackGiven.school_id)))
        .select_from(FeedbackGiven)
        .join(TrainingSession, TrainingSession.id == FeedbackGiven.session_id)
        .where(FeedbackGiven.session_id == session_id, seen_by(scope))
    ).one()
    if not may_show(*given):
        return None
    rows = db.execute(
        select(FeedbackAnswer.score, FeedbackAnswer.words)
        .where(FeedbackAnswer.session_id == session_id)
        .order_by(FeedbackAnswer.id)
    ).all()
    scores = {score: sum(row.score == score for row in rows) for score in Score}
    return Opinions(len(rows), scores, tuple(row.words for row in rows if row.words))


def was_asked(db: Session, scope: Scope, session_id: int) -> bool:
    """Did the evening's question about a training session go out?"""
    asked = (
        select(FeedbackAsked.session_id)
        .join(TrainingSession, TrainingSession.id == FeedbackAsked.session_id)
        .where(FeedbackAsked.session_id == session_id, seen_by(scope))
    )
    return db.scalar(asked) is not None


def to_ask(db: Session, scope: Scope, since: datetime, until: datetime) -> list[ToAsk]:
    """Training sessions that end in [since, until), or were said to be over by then, of which nobody was asked yet."""
    session = TrainingSession
    over = func.least(session.ends_at, session.finished_at)
    asked = exists().where(FeedbackAsked.session_id == session.id)
    statement = (
        select(session.id, over)
        .where(
            seen_by(scope),
            session.state.in_((SessionState.PLANNED, SessionState.HELD)),
            session.ends_at >= since,
            over < until,
            ~asked,
        )
        .order_by(session.id)
    )
    return [ToAsk(*row) for row in db.execute(statement)]


def participants(db: Session, scope: Scope, session_id: int) -> set[int]:
    """Who was there, by the report that counts; while there is none, everybody invited who did not say no."""
    rows = db.execute(
        select(Invitation.person_id, Attendance.mark, Invitation.answer)
        .join(TrainingSession, TrainingSession.id == Invitation.session_id)
        .outerjoin(AttendanceReport, and_(AttendanceReport.session_id == Invitation.session_id, _named()))
        .outerjoin(
            Attendance,
            and_(Attendance.report_id == AttendanceReport.id, Attendance.invitation_id == Invitation.id),
        )
        .where(Invitation.session_id == session_id, seen_by(scope))
    ).all()
    if any(row.mark is not None for row in rows):
        return {row.person_id for row in rows if row.mark not in (None, Mark.AWAY)}
    return {row.person_id for row in rows if row.answer is not Answer.NO}


def last_attended(db: Session, scope: Scope, person_id: int) -> Attended | None:
    """The last training session of a person that has begun, of the last fortnight, unless she stayed away from it.

    The person is her own scope here, as an invitation is hers wherever it takes place.
    """
    if scope.person_id not in (None, person_id):
        raise NotFound("person", id=person_id)
    at = now(db)
    away = (
        exists()
        .where(
            Attendance.invitation_id == Invitation.id,
            Attendance.report_id == AttendanceReport.id,
            Attendance.mark == Mark.AWAY,
            _named(),
        )
        .correlate(Invitation)
    )
    found = db.execute(
        select(TrainingSession.id, TrainingSession.subject, TrainingSession.ends_at)
        .join(Invitation, Invitation.session_id == TrainingSession.id)
        .where(
            Invitation.person_id == person_id,
            TrainingSession.state.in_((SessionState.PLANNED, SessionState.HELD)),
            TrainingSession.starts_at <= at,
            TrainingSession.ends_at >= at - REMEMBERED,
            or_(Invitation.answer.is_(None), Invitation.answer != Answer.NO),
            ~away,
        )
        .order_by(TrainingSession.starts_at.desc(), TrainingSession.id.desc())
        .limit(1)
    ).first()
    return Attended(*found) if found else None


def _named() -> ColumnElement[bool]:
    """Reports that count and say who came."""
    return and_(AttendanceReport.counts, AttendanceReport.headcount.is_(None))
