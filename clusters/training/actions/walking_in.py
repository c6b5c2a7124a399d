"""People who came without an invitation are written down, found to be somebody known or somebody new, or struck off."""

from collections.abc import Sequence

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid, NotFound
from clusters.kernel.facts import note
from clusters.people.actions import appoint, give_number, register
from clusters.people.queries import persons
from clusters.people.rules import OFFICE, PostRole
from clusters.scope import Scope
from clusters.structure.queries import school as find_school
from clusters.training.actions.attending import REPORTERS, days_of, new_report
from clusters.training.actions.finding import changeable
from clusters.training.actions.seating import LIST_KEEPERS, free_row, school_of
from clusters.training.facts import AttendanceTaken
from clusters.training.guests import Guest
from clusters.training.models import Attendance, AttendanceReport, Invitation, TrainingSession, WalkIn
from clusters.training.queries import invitable
from clusters.training.rules import REPORT_FROM, Mark, Seat, SessionState, day_in_question, report_window

MOST_GUESTS = 30
"""Written down in one go."""
MATCH = "match"
"""Source of a report that only a matched walk-in changed."""
FOUND = "who walked in was found"
"""Why such a report came after the window."""


def write_down(
    db: Session, scope: Scope, session_id: int, guests: Sequence[Guest], source: str, *, day: int | None = None
) -> list[int]:
    """Keep who walked in on a meeting day (None: the one begun last), pending; returns their ids.

    The same words for the same day are kept once. Invalid: nobody named, before the day. Conflict: called off.
    """
    session = changeable(db, scope, session_id, REPORTERS)
    if session.state is SessionState.CANCELLED:
        raise Conflict("session_called_off", code=session.code)
    if not 0 < len(guests) <= MOST_GUESTS:
        raise Invalid("nobody_named", most=MOST_GUESTS)
    days = days_of(db, session_id)
    day = day_in_question(days, now(db)) if day is None else day
    if not 1 <= day <= len(days):
        raise NotFound("meeting", day=day)
    if now(db) < days[day - 1].starts_at - REPORT_FROM:
        raise Invalid("attendance_too_early", code=session.code, opens=days[day - 1].starts_at - REPORT_FROM)
    kept = {
        walk_in.raw: walk_in.id
        for walk_in in db.scalars(
            select(WalkIn).where(WalkIn.session_id == session_id, WalkIn.day == day, WalkIn.dropped_at.is_(None))
        )
    }
    new = {guest.raw: guest for guest in guests if guest.raw not in kept}
    for guest in new.values():
        walk_in = WalkIn(
            session_id=session_id, day=day, raw=guest.raw, name=guest.name, school=guest.school, phone=guest.phone,
            source=source, at=now(db), by_person_id=scope.person_id,
        )  # fmt: skip
        db.add(walk_in)
        db.flush()
        kept[guest.raw] = walk_in.id
    if new:
        record(db, "walk-ins", "training_session", session_id, new={"people": len(new), "source": source})
    return [kept[guest.raw] for guest in guests if guest.raw in new]


def match(db: Session, scope: Scope, walk_in_id: int, person_id: int) -> int:
    """Say who a walk-in is: she gets a further row of the sheet, marked here on her day; returns the row.

    Who was invited keeps her row. NotFound: nobody whom the scope sees, or who may be invited there.
    """
    walk_in, session = _pending(db, scope, walk_in_id)
    if not persons(db, scope, [person_id]) and not invitable(db, scope, session.id, person_id=person_id):
        raise NotFound("person", id=person_id)
    return _matched(db, scope, walk_in, session, person_id)


def match_new(db: Session, scope: Scope, walk_in_id: int, school_id: int) -> int:
    """A walk-in whom nobody knows yet becomes a teacher of a school, with the phone she gave if it can be read."""
    walk_in, session = _pending(db, scope, walk_in_id)
    home = find_school(db, scope, school_id)
    person_id = register(db, scope, walk_in.name)
    appoint(db, scope, person_id, PostRole.TEACHER, at_school=home.id)
    if walk_in.phone:
        give_number(db, scope, person_id, walk_in.phone)
    return _matched(db, scope, walk_in, session, person_id)


def unmatch(db: Session, scope: Scope, walk_in_id: int) -> None:
    """It was somebody else: the row goes, or her earlier mark comes back, and the walk-in is pending again."""
    walk_in, session = _found(db, scope, walk_in_id)
    if walk_in.person_id is None:
        raise Conflict("walk_in_not_matched", name=walk_in.name)
    _is_late(db, scope, session)
    person_id = walk_in.person_id
    invitation = db.scalar(
        select(Invitation).where(Invitation.session_id == session.id, Invitation.person_id == person_id)
    )
    walk_in.person_id, walk_in.matched_at, walk_in.matched_by = None, None, None
    db.flush()
    again = exists().where(WalkIn.session_id == session.id, WalkIn.person_id == person_id, WalkIn.dropped_at.is_(None))
    if invitation is not None and invitation.seat is Seat.WALK_IN and not db.scalar(select(again)):
        db.execute(delete(Invitation).where(Invitation.id == invitation.id))
    elif invitation is not None:
        _report_again(db, scope, session, walk_in.day, {invitation.id: Mark.AWAY})
    record(db, "walk-in unmatched", "walk_in", walk_in_id, old={"person": person_id, "row": walk_in.row})
    record(db, "walk-in unmatched", "training_session", session.id)
    note(db, AttendanceTaken(session.id))


def strike_off(db: Session, scope: Scope, walk_in_id: int) -> None:
    """It was written down by mistake: the words stay, and count no more. Conflict while she is matched."""
    walk_in, session = _pending(db, scope, walk_in_id)
    walk_in.dropped_at = now(db)
    record(db, "walk-in struck off", "training_session", session.id, old={"walk_in": walk_in_id})


def _matched(db: Session, scope: Scope, walk_in: WalkIn, session: TrainingSession, person_id: int) -> int:
    invitation = db.scalar(
        select(Invitation).where(Invitation.session_id == session.id, Invitation.person_id == person_id)
    )
    if invitation is None:
        invitation = Invitation(
            session_id=session.id,
            person_id=person_id,
            school_id=school_of(db, session, person_id),
            row=free_row(db, session.id),
            seat=Seat.WALK_IN,
        )
        db.add(invitation)
    walk_in.person_id, walk_in.matched_at, walk_in.matched_by = person_id, now(db), scope.person_id
    db.flush()
    walk_in.row = invitation.row
    _report_again(db, scope, session, walk_in.day, {invitation.id: Mark.HERE})
    record(db, "walk-in matched", "walk_in", walk_in.id, new={"person": person_id, "row": invitation.row})
    record(db, "walk-in matched", "training_session", session.id, new={"row": invitation.row})
    note(db, AttendanceTaken(session.id))
    return invitation.row


def _report_again(db: Session, scope: Scope, session: TrainingSession, day: int, changed: dict[int, Mark]) -> None:
    """A further version of a day's report with some marks changed; none while the day is not reported.

    Invalid after the window unless the office does it: a walk-in is no way round the rule of late corrections.
    """
    counting = db.scalar(
        select(AttendanceReport.id).where(
            AttendanceReport.session_id == session.id,
            AttendanceReport.day == day,
            AttendanceReport.counts,
            AttendanceReport.headcount.is_(None),
        )
    )
    if counting is None:
        return
    rows = select(Attendance.invitation_id, Attendance.mark).where(Attendance.report_id == counting)
    marks = dict(db.execute(rows).all())
    if all(marks.get(invitation_id) in (mark, Mark.LATE) for invitation_id, mark in changed.items()):
        return
    late = _is_late(db, scope, session)
    report, _ = new_report(db, scope, session.id, day, MATCH, FOUND if late else "")
    db.execute(
        insert(Attendance),
        [
            {"report_id": report.id, "invitation_id": invitation_id, "mark": mark}
            for invitation_id, mark in {**marks, **changed}.items()
        ],
    )


def _is_late(db: Session, scope: Scope, session: TrainingSession) -> bool:
    """Is the window of reports over? Invalid then, unless the office asks."""
    _, closes = report_window(session.starts_at, session.ends_at)
    if now(db) < closes:
        return False
    if not scope.covers(session.training_path, session.admin_path, OFFICE):
        raise Invalid("attendance_too_late", code=session.code, closed=closes)
    return True


def _pending(db: Session, scope: Scope, walk_in_id: int) -> tuple[WalkIn, TrainingSession]:
    walk_in, session = _found(db, scope, walk_in_id)
    if walk_in.person_id is not None:
        raise Conflict("walk_in_matched", name=walk_in.name)
    return walk_in, session


def _found(db: Session, scope: Scope, walk_in_id: int) -> tuple[WalkIn, TrainingSession]:
    walk_in = db.get(WalkIn, walk_in_id, with_for_update=True)
    if walk_in is None or walk_in.dropped_at is not None:
        raise NotFound("walk_in", id=walk_in_id)
    return walk_in, changeable(db, scope, walk_in.session_id, LIST_KEEPERS)
