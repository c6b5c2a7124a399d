"""Which numbers asked for silence, and the lock under which that stays true until a text is on its way."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.orm import Session

from messaging.consent.rules import LOCK

_HOLD = text(
    "SELECT count(pg_advisory_xact_lock_shared(:lock, key)) FROM"
    " (SELECT DISTINCT hashtext(number) AS key FROM unnest(CAST(:numbers AS text[])) AS number ORDER BY 1) AS keys"
)
_SILENT = text("SELECT number FROM opt_out WHERE ended_at IS NULL AND number = ANY(CAST(:numbers AS text[]))")


def hold(db: Session, numbers: Collection[str]) -> None:
    """Let no opt-out of these numbers commit before this unit does; ask `silent` after it, not before."""
    db.execute(_HOLD, {"lock": LOCK, "numbers": list(numbers)})


def silent(db: Session, numbers: Collection[str]) -> set[str]:
    """Those of the numbers that asked for silence."""
    return set(db.scalars(_SILENT, {"numbers": list(numbers)}))
