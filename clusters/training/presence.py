"""What came of an invitation: trained, absent, made up later or still ahead; the one reading that every figure takes.

`outcomes` is a statement with a row for each invitation that is no make-up; who counts adds `where` and groups by
`outcome`. Attendance and invitations are the only source: corrections, matched walk-ins and make-ups count at once.

    each = outcomes(seen_by(scope)).subquery()
    per_place = select(each.c.outcome, func.count()).group_by(each.c.outcome)
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, literal, select
from sqlalchemy.orm import aliased

from clusters.training.models import Attendance, AttendanceReport, Invitation, Meeting, TrainingSession
from clusters.training.rules import Mark, Outcome, SessionState

WHOLE = 1.0
"""Share of the meeting days that makes somebody trained: all of them."""


def outcomes(*where: ColumnElement[bool], share: float = WHOLE) -> Select[*tuple[Any, ...]]:
    """Invitations of planned and held training sessions with their outcome, one row each; make-ups only as `made_up`.

    Columns: invitation_id, session_id, person_id, school_id, round_id, level, subject, module_id, place_id,
    training_path, admin_path, starts_at, ends_at, days, here (days she came), excused, outcome, made_up_at.
    `where` may speak of TrainingSession and Invitation, the scope's predicate among them.
    """
    session = TrainingSession
    days = _days(session.id)
    here = func.count(Attendance.invitation_id).filter(Attendance.mark != Mark.AWAY)
    reported = func.count(AttendanceReport.id).filter(AttendanceReport.headcount.is_(None))
    made_up_at = _made_up(Invitation.id, share)
    outcome = case(
        (here >= _needed(days, share), literal(Outcome.TRAINED.value)),
        (made_up_at.is_not(None), literal(Outcome.MADE_UP.value)),
        ((session.state == SessionState.HELD) & (reported > 0), literal(Outcome.ABSENT.value)),
        else_=literal(Outcome.AHEAD.value),
    )
    return (
        select(
            Invitation.id.label("invitation_id"),
            Invitation.session_id,
            Invitation.person_id,
            Invitation.school_id,
            session.round_id,
            session.level,
            session.subject,
            session.module_id,
            session.place_id,
            session.training_path,
            session.admin_path,
            session.starts_at,
            session.ends_at,
            days.label("days"),
            here.label("here"),
            (func.coalesce(Invitation.answer, "") == "no").label("excused"),
            outcome.label("outcome"),
            made_up_at.label("made_up_at"),
        )
        .join(session, session.id == Invitation.session_id)
        .outerjoin(AttendanceReport, (AttendanceReport.session_id == session.id) & AttendanceReport.counts)
        .outerjoin(
            Attendance,
            (Attendance.report_id == AttendanceReport.id) & (Attendance.invitation_id == Invitation.id),
        )
        .where(session.state.in_((SessionState.PLANNED, SessionState.HELD)), Invitation.makes_up_id.is_(None), *where)
        .group_by(Invitation.id, session.id)
    )


def _days(session_id: Any) -> ColumnElement[int]:
    return select(func.count()).where(Meeting.session_id == session_id).scalar_subquery()


def _needed(days: ColumnElement[int], share: float) -> ColumnElement[Any]:
    """How many days make her trained; of a training session without a meeting day nobody is."""
    return func.greatest(func.ceil(days * literal(Decimal(str(share)))), 1)


def _made_up(missed: Any, share: float) -> ColumnElement[Any]:
    """When the make-up ended at which the person of a missed invitation came on enough days; None without one."""
    again, other = aliased(Invitation), aliased(TrainingSession)
    here = (
        select(func.count())
        .select_from(Attendance)
        .join(AttendanceReport, (AttendanceReport.id == Attendance.report_id) & AttendanceReport.counts)
        .where(Attendance.invitation_id == again.id, Attendance.mark != Mark.AWAY)
        .scalar_subquery()
    )
    return (
        select(func.min(other.ends_at))
        .select_from(again)
        .join(other, other.id == again.session_id)
        .where(again.makes_up_id == missed, here >= _needed(_days(other.id), share))
        .scalar_subquery()
    )


def has_make_up_ahead() -> ColumnElement[bool]:
    """Is somebody invited to a make-up of this invitation that is still ahead or not reported yet?"""
    again, other = aliased(Invitation), aliased(TrainingSession)
    return exists().where(
        again.makes_up_id == Invitation.id, other.id == again.session_id, other.state == SessionState.PLANNED
    )
