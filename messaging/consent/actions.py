"""A number asks for silence, and comes back."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.facts import note
from messaging.consent.facts import OptedIn, OptedOut
from messaging.consent.models import OptOut
from messaging.consent.rules import LOCK


def opt_out(db: Session, number: str, source: str) -> bool:
    """Never text this number again unless it writes first; False when it had asked before.

    `source` says how it was asked: "text", "trainer", "link". Once this commits no submission of a text can.
    """
    _lock(db, number)
    made = db.scalar(
        insert(OptOut)
        .values(number=number, at=now(db), source=source)
        .on_conflict_do_nothing(index_elements=["number"], index_where=OptOut.ended_at.is_(None))
        .returning(OptOut.id)
    )
    if made is None:
        return False
    record(db, "opt_out", "opt_out", made, new={"source": source})
    note(db, OptedOut(number))
    return True


def opt_in(db: Session, number: str, source: str) -> bool:
    """The number itself asked for texts again; False when it had never left."""
    _lock(db, number)
    current = db.scalar(select(OptOut).where(OptOut.number == number, OptOut.ended_at.is_(None)))
    if current is None:
        return False
    current.ended_at = now(db)
    record(db, "opt_in", "opt_out", current.id, new={"source": source})
    note(db, OptedIn(number))
    return True


def _lock(db: Session, number: str) -> None:
    db.execute(select(func.pg_advisory_xact_lock(LOCK, func.hashtext(number))))
