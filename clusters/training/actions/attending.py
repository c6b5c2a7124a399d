"""Attendance of a meeting day is reported, corrected and undone; every report stays as a version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, insert, select, update
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
from clusters.training.models import Attendance, AttendanceReport, Invitation, Meeting, TrainingSession, WalkIn
from clusters.training.rules import (
    REPORT_FROM,
    Answer,
    Mark,
    SessionState,
    Sitting,
    day_in_question,
    is_held,
    report_window,
)

AT_ONCE, SLIP = timedelta(minutes=10), "taken back at once"
"""So soon after it was saved nobody need say why a late correction is taken back."""
REPORTERS = (*OFFICE, PostRole.CIRCLE_TRAINER, PostRole.MASTER_TRAINER)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a report stored: its version, the counts, and the rows and names of the absent in sheet order."""

    version: int
    here: int
    away: int
    absent: tuple[tuple[int, str], ...]
    replaced: bool
    day: int = 1


@dataclass(frozen=True, slots=True)
class _SheetRow:
    """A line of the sheet while a report is read."""

    invitation_id: int
    name: str
    excused: bool
    walked_in: bool


def take_attendance(
    db: Session,
    scope: Scope,
    session_id: int,
    marks: Mapping[int, Mark],
    source: str,
    *,
    others: Mark | None = None,
    day: int | None = None,
    why: str = "",
) -> Taken:
    """Store who came on a meeting day (None: the one begun last), by row of the sheet. All or nothing.

    `others` marks every row that `marks` leaves out; who said no in advance is then away, not here. Two days after the
    end only the office corrects, and says `why`. Invalid: before the window, after it, a row that is not on the sheet,
    nothing marked. Conflict: called off.
    """
    session = changeable(db, scope, session_id, REPORTERS)
    days = days_of(db, session_id)
    day = day_in_question(days, now(db)) if day is None else day
    late = _check_window(db, scope, session, days, day, why)
    rows = _rows(db, session_id, day)
    missing = sorted(set(marks) - set(rows))
    if missing:
        raise Invalid("row_not_on_sheet", rows=missing, last=max(rows, default=0))
    full = {row: marks.get(row, _unsaid(line, others)) for row, line in rows.items()}
    kept = {row: mark for row, mark in full.items() if mark is not None}
    if not kept:
        raise Invalid("nothing_marked", code=session.code)
    report, replaced = new_report(db, scope, session_id, day, source, why if late else "")
    db.execute(
        insert(Attendance),
        [
            {"report_id": report.id, "invitation_id": rows[row].invitation_id, "mark": mark}
            for row, mark in kept.items()
        ],
    )
    settle(db, session, days)
    new = {"version": report.version, "source": source} | ({"day": day} if len(days) > 1 else {})
    record(db, "attendance", "training_session", session_id, new=new, why=report.why)
    note(db, AttendanceTaken(session_id))
    absent = tuple((row, rows[row].name) for row, mark in kept.items() if mark is Mark.AWAY)
    return Taken(report.version, len(kept) - len(absent), len(absent), absent, replaced, day)


def take_count(
    db: Session, scope: Scope, session_id: int, present: int, source: str, *, day: int | None = None
) -> Taken:
    """Store how many came on a meeting day, without saying who; a report with names takes its place later.

    Invalid: before the window or after it, more than are on the sheet. Conflict: called off, or names stand already.
    """
    session = changeable(db, scope, session_id, REPORTERS)
    days = days_of(db, session_id)
    day = day_in_question(days, now(db)) if day is None else day
    _check_window(db, scope, session, days, day, "")
    rows = _rows(db, session_id, day)
    if not 0 <= present <= len(rows):
        raise Invalid("row_not_on_sheet", rows=[present], last=max(rows, default=0))
    named = exists().where(
        AttendanceReport.session_id == session_id,
        AttendanceReport.day == day,
        AttendanceReport.counts,
        AttendanceReport.headcount.is_(None),
    )
    if db.scalar(select(named)):
        raise Conflict("attendance_has_names", code=session.code)
    report, replaced = new_report(db, scope, session_id, day, source)
    report.headcount = present
    settle(db, session, days)
    record(db, "head count", "training_session", session_id, new={"version": report.version, "present": present})
    note(db, AttendanceTaken(session_id))
    return Taken(report.version, present, len(rows) - present, (), replaced, day)


def undo_attendance(db: Session, scope: Scope, session_id: int, version: int, why: str = "") -> None:
    """Take one report back; the version of its day before it counts again. Conflict when a later report stands.

    After the window it takes the office and a reason; none where who just saved it changes her mind.
    """
    session = changeable(db, scope, session_id, REPORTERS)
    days = days_of(db, session_id)
    report = db.scalar(
        select(AttendanceReport).where(
            AttendanceReport.session_id == session_id,
            AttendanceReport.version == version,
            AttendanceReport.undone_at.is_(None),
        )
    )
    if report is not None and report.by_person_id == scope.person_id and now(db) - report.at <= AT_ONCE:
        why = why or SLIP
    late = _check_window(db, scope, session, days, report.day if report else 1, why)
    if report is None:
        raise NotFound("attendance_report", version=version)
    if not report.counts:
        raise Conflict("attendance_replaced", code=session.code)
    report.undone_at, report.counts = now(db), False
    db.flush()
    before = db.scalar(
        select(AttendanceReport)
        .where(
            AttendanceReport.session_id == session_id,
            AttendanceReport.day == report.day,
            AttendanceReport.undone_at.is_(None),
        )
        .order_by(AttendanceReport.version.desc())
        .limit(1)
    )
    if before is not None:
        before.counts = True
    settle(db, session, days)
    said = why if late else None
    record(db, "attendance undone", "training_session", session_id, old={"version": version}, why=said)
    note(db, AttendanceTaken(session_id))


def close_over(db: Session, _scope: Scope) -> int:
    """Training sessions of several days whose last day is over and of which some day was reported are held."""
    reported = exists().where(AttendanceReport.session_id == TrainingSession.id, AttendanceReport.counts)
    closed = db.scalars(
        update(TrainingSession)
        .where(TrainingSession.state == SessionState.PLANNED, TrainingSession.ends_at <= now(db), reported)
        .values(state=SessionState.HELD)
        .returning(TrainingSession.id)
        .execution_options(synchronize_session=False)
    ).all()
    for session_id in closed:
        note(db, AttendanceTaken(session_id))
    return len(closed)


def new_report(
    db: Session, scope: Scope, session_id: int, day: int, source: str, why: str = ""
) -> tuple[AttendanceReport, bool]:
    """The next version of a day's report, empty, which counts from now on; was another one standing?"""
    versions = list(db.scalars(select(AttendanceReport).where(AttendanceReport.session_id == session_id)))
    standing = [report for report in versions if report.day == day and report.undone_at is None]
    for report in standing:
        report.counts = False
    db.flush()
    report = AttendanceReport(
        session_id=session_id,
        version=1 + max((report.version for report in versions), default=0),
        at=now(db),
        by_person_id=scope.person_id,
        source=source,
        day=day,
        counts=True,
        why=why or None,
    )
    db.add(report)
    db.flush()
    return report, bool(standing)


def settle(db: Session, session: TrainingSession, days: Sequence[Sitting]) -> None:
    """Set the state by the reports that count."""
    reported = set(
        db.scalars(
            select(AttendanceReport.day).where(AttendanceReport.session_id == session.id, AttendanceReport.counts)
        )
    )
    over, finished = session.ends_at <= now(db), session.finished_at is not None
    held = is_held(len(days), reported, over=over, finished=finished)
    session.state = SessionState.HELD if held else SessionState.PLANNED


def _check_window(
    db: Session, scope: Scope, session: TrainingSession, days: Sequence[Sitting], day: int, why: str
) -> bool:
    """Is it a late correction? Invalid when it may not be made."""
    if session.state is SessionState.CANCELLED:
        raise Conflict("session_called_off", code=session.code)
    if not 1 <= day <= len(days):
        raise NotFound("meeting", day=day)
    opens: datetime = days[day - 1].starts_at - REPORT_FROM
    _, closes = report_window(session.starts_at, session.ends_at)
    if now(db) < opens:
        raise Invalid("attendance_too_early", code=session.code, opens=opens)
    if now(db) < closes:
        return False
    if not scope.covers(session.training_path, session.admin_path, OFFICE):
        raise Invalid("attendance_too_late", code=session.code, closed=closes)
    if not why.strip():
        raise Invalid("correction_without_reason", code=session.code, closed=closes)
    return True


def days_of(db: Session, session_id: int) -> list[Sitting]:
    """The meeting days of a training session, in order."""
    rows = db.execute(
        select(Meeting.starts_at, Meeting.ends_at).where(Meeting.session_id == session_id).order_by(Meeting.day)
    )
    return [Sitting(starts_at, ends_at) for starts_at, ends_at in rows]


def _rows(db: Session, session_id: int, day: int) -> dict[int, _SheetRow]:
    """The lines of the sheet by row; `walked_in` for those who were found to have come on this day uninvited."""
    walked_in = exists().where(
        WalkIn.session_id == session_id,
        WalkIn.day == day,
        WalkIn.person_id == Invitation.person_id,
        WalkIn.dropped_at.is_(None),
    )
    return {
        row: _SheetRow(id_, name, answer is Answer.NO, came)
        for row, id_, name, answer, came in db.execute(
            select(Invitation.row, Invitation.id, Person.name, Invitation.answer, walked_in)
            .join(Person, Person.id == Invitation.person_id)
            .where(Invitation.session_id == session_id)
            .order_by(Invitation.row)
        )
    }


def _unsaid(line: _SheetRow, others: Mark | None) -> Mark | None:
    """The mark of a row of which a report says nothing."""
    if line.walked_in:
        return Mark.HERE
    return Mark.AWAY if others is Mark.HERE and line.excused else others
