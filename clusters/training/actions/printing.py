"""The attendance sheet is printed: from then on its rows keep their numbers."""

from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.people.rules import OFFICE, PostRole
from clusters.scope import Scope
from clusters.training.actions.finding import changeable

SHEET_KEEPERS = (*OFFICE, PostRole.CIRCLE_TRAINER, PostRole.MASTER_TRAINER)


def print_sheet(db: Session, scope: Scope, session_id: int) -> None:
    """Remember the first printing of the sheet."""
    session = changeable(db, scope, session_id, SHEET_KEEPERS)
    if session.sheet_printed_at is None:
        session.sheet_printed_at = now(db)
        record(db, "sheet printed", "training_session", session_id)
