"""Which numbers asked for silence, and the lock under which that stays true until a text is on its way."""

from collections.abc import Collection

from sqlalchemy import ARRAY, Text, any_, literal, select, text
from sqlalchemy.orm import Session

from clusters.kernel.together import Read
from messaging.consent.models import OptOut
from messaging.consent.rules import LOCK

TEXTS = ARRAY(Text)

_HOLD = text(
    "SELECT count(pg_advisory_xact_lock_shared(:lock, key)) FROM"
    " (SELECT DISTINCT hashtext(number) AS key FROM unnest(CAST(:numbers AS text[])) AS number ORDER BY 1) AS keys"
)


def hold(db: Session, numbers: Collection[str]) -> None:
    """Let no opt-out of these numbers commit before this unit does; ask `silent` after it, not before."""
    db.execute(_HOLD, {"lock": LOCK, "numbers": list(numbers)})


def silent(db: Session, numbers: Collection[str]) -> set[str]:
    """Those of the numbers that asked for silence."""
    return silent_read(numbers).of(db)


def silent_read(numbers: Collection[str]) -> Read[set[str]]:
    """The same, not yet sent."""
    asked = select(OptOut.number).where(OptOut.ended_at.is_(None), OptOut.number == any_(literal(list(numbers), TEXTS)))
    return Read(asked, lambda rows: {number for (number,) in rows})
