"""Attendance is reported, corrected and undone; every report stays as a version."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid, NotFound
from clusters.kernel.facts import note
from clusters.people.models import Person
from clusters.people.rules import OFFICE, PostRole
from clusters.scope import Scope
from clusters.training.actions.finding import changeable
from clusters.training.facts import AttendanceTaken
from clusters.training.models import Attendance, AttendanceReport, Invitation, TrainingSession
from clusters.training.rules import Mark, SessionState, report_window

REPORTERS = (*OFFICE, PostRole.CIRCLE_TRAINER, PostRole.MASTER_TRAINER)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a report stored: its version, the counts, and the rows and names of the absent in sheet order."""

    version: int
    here: int
    away: int
    absent: tuple[tuple[int, str], ...]
    replaced: bool


def take_attendance(
    db: Session, scope: Scope, session_id: int, marks: Mapping[int, Mark], source: str, *, others: Mark | None = None
) -> Taken:
    """Store who came, by row of the sheet; `others` marks every row that `marks` leaves out. All or nothing.

    Invalid: before the window, after it, a row that is not on the sheet, nothing marked. Conflict: called off.
    """
    session = changeable(db, scope, session_id, REPORTERS)
    _check_window(db, session)
    rows = {
        row: (id_, name)
        for row, id_, name in db.execute(
            select(Invitation.row, Invitation.id, Person.name)
            .join(Person, Person.id == Invitation.person_id)
            .where(Invitation.session_id == session_id)
            .order_by(Invitation.row)
        )
    }
    missing = sorted(set(marks) - set(rows))
    if missing:
        raise Invalid("row_not_on_sheet", rows=missing, last=max(rows, default=0))
    full = {row: marks.get(row, others) for row in rows}
    kept = {row: mark for row, mark in full.items() if mark is not None}
    if not kept:
        raise Invalid("nothing_marked", code=session.code)
    report, replaced = _new_report(db, scope, session_id, source)
    db.execute(
        insert(Attendance),
        [{"report_id": report.id, "invitation_id": rows[row][0], "mark": mark} for row, mark in kept.items()],
    )
    session.state = SessionState.HELD
    record(db, "attendance", "training_session", session_id, new={"version": report.version, "source": source})
    note(db, AttendanceTaken(session_id))
    absent = tuple((row, rows[row][1]) for row, mark in kept.items() if mark is Mark.AWAY)
    return Taken(report.version, len(kept) - len(absent), len(absent), absent, replaced)


def undo_attendance(db: Session, scope: Scope, session_id: int, version: int) -> None:
    """Take one report back; the version before it counts again. Conflict when a later report stands."""
    session = changeable(db, scope, session_id, REPORTERS)
    _check_window(db, session)  # later nobody could report anew, and what came of the session would be lost
    standing = _standing(db, session_id)
    report = next((report for report in standing if report.version == version), None)
    if report is None:
        raise NotFound("attendance_report", version=version)
    if report is not standing[-1]:
        raise Conflict("attendance_replaced", code=session.code)
    report.undone_at = now(db)
    if len(standing) == 1:
        session.state = SessionState.PLANNED
    record(db, "attendance undone", "training_session", session_id, old={"version": version})
    note(db, AttendanceTaken(session_id))


def _check_window(db: Session, session: TrainingSession) -> None:
    if session.state is SessionState.CANCELLED:
        raise Conflict("session_called_off", code=session.code)
    opens, closes = report_window(session.starts_at, session.ends_at)
    if now(db) < opens:
        raise Invalid("attendance_too_early", code=session.code, opens=opens)
    if now(db) >= closes:
        raise Invalid("attendance_too_late", code=session.code, closed=closes)


def _new_report(db: Session, scope: Scope, session_id: int, source: str) -> tuple[AttendanceReport, bool]:
    versions = list(db.scalars(select(AttendanceReport).where(AttendanceReport.session_id == session_id)))
    report = AttendanceReport(
        session_id=session_id,
        version=1 + max((report.version for report in versions), default=0),
        at=now(db),
        by_person_id=scope.person_id,
        source=source,
    )
    db.add(report)
    db.flush()
    return report, any(report.undone_at is None for report in versions)


def _standing(db: Session, session_id: int) -> list[AttendanceReport]:
    return list(
        db.scalars(
            select(AttendanceReport)
            .where(AttendanceReport.session_id == session_id, AttendanceReport.undone_at.is_(None))
            .order_by(AttendanceReport.version)
        )
    )
