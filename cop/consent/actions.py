"""A person says yes or no; what she said before is kept with its end."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from cop.consent.models import Decision
from cop.consent.rules import Purpose


def decide(db: Session, person_id: int, purpose: Purpose, granted: bool | None, source: str, about: int = 0) -> None:
    """Let this count from now on; None is as if she had never said anything."""
    current = db.scalar(
        select(Decision)
        .where(
            Decision.person_id == person_id,
            Decision.purpose == purpose,
            Decision.about == about,
            Decision.ended_at.is_(None),
        )
        .with_for_update()
    )
    if (current.granted if current else None) is granted:
        return
    if current is not None:
        current.ended_at = now(db)
        db.flush()
    if granted is not None:
        at = now(db)
        db.add(Decision(person_id=person_id, purpose=purpose, about=about, granted=granted, at=at, source=source))
        db.flush()
    # Which way she decided stands in her own decision alone, which she can have forgotten; this trail stays for years.
    record(db, "decided", "consent", new={"purpose": purpose.value, "source": source})


def forget(db: Session, person_id: int) -> None:
    """Nothing is known any more of what she allowed, and so nothing is allowed."""
    db.execute(delete(Decision).where(Decision.person_id == person_id))
