"""What a text is said to have done, held against what stands in the database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.training.models import Attendance, AttendanceReport, Invitation, TrainingSession
from clusters.training.rules import Mark
from messaging.consent.models import OptOut
from messaging.inbound.models import InboundText

UNTRUE = "nothing"
"""What is put for a deed that was claimed and is not in the database."""


def as_stored(
    db: Session, row: InboundText, did: Mapping[str, Any], stored: frozenset[str], letters: Mapping[int, str]
) -> dict[str, Any]:
    """The deed with its values as they stand now: marks, answers and silences are read back."""
    match did.get("do"):
        case "attend" if "count" not in did:
            return {**did, **_marks(db, row, did)}
        case "rsvp":
            return {**did, **_answers(db, row, did, stored, letters)}
        case "optout" if _silent(db, row.number) is None:
            return {**did, "do": UNTRUE, "claimed": "optout"}
        case "optin":
            changes_too = _silent(db, row.number)
            held = changes_too is None or changes_too
            if not held or (changes_too is not None) != (did.get("scope") == "changes"):
                return {**did, "do": UNTRUE, "claimed": "optin"}
    return dict(did)


def _marks(db: Session, row: InboundText, did: Mapping[str, Any]) -> dict[str, Any]:
    found = db.execute(
        select(TrainingSession.code, Invitation.row, Attendance.mark)
        .join(AttendanceReport, AttendanceReport.session_id == TrainingSession.id)
        .join(Attendance, Attendance.report_id == AttendanceReport.id)
        .join(Invitation, Invitation.id == Attendance.invitation_id)
        .where(AttendanceReport.counts, AttendanceReport.at == row.read_at)
        .order_by(Invitation.row)
    ).all()
    codes = {each.code for each in found}
    if codes != {str(did.get("session"))}:
        return {"do": UNTRUE, "claimed": "attend", "sessions": sorted(map(str, codes))}
    return {
        "absent": [each.row for each in found if each.mark is Mark.AWAY],
        "present": [each.row for each in found if each.mark is not Mark.AWAY],
    }


def _answers(
    db: Session, row: InboundText, did: Mapping[str, Any], stored: frozenset[str], letters: Mapping[int, str]
) -> dict[str, Any]:
    found = db.execute(
        select(TrainingSession.code, Invitation.person_id, Invitation.answer)
        .join(TrainingSession, TrainingSession.id == Invitation.session_id)
        .where(Invitation.answered_at == row.read_at)
    ).all()
    if not found:
        # Who leads agrees by an effect alone, and who waits for a place keeps her answer as it was.
        return {} if "effect" in stored else {"do": UNTRUE, "claimed": "rsvp"}
    if {each.code for each in found} != {str(did.get("session"))}:
        return {"do": UNTRUE, "claimed": "rsvp", "sessions": sorted({str(each.code) for each in found})}
    said = {each.answer.value for each in found if each.answer is not None}
    answers = {letters.get(each.person_id, "A"): each.answer.value for each in found if each.answer is not None}
    return {"answer": next(iter(said)) if len(said) == 1 else None, "answers": answers}


def _silent(db: Session, number: str) -> bool | None:
    """None where texts go to the number as ever; else whether it is still told of changes."""
    return db.scalar(select(OptOut.changes_too).where(OptOut.number == number, OptOut.ended_at.is_(None)))
