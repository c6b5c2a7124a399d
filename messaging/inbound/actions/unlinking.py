"""Texts lose their sender and their words: what was said without a name must not be found again beside a number."""

from collections.abc import Collection

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from messaging.inbound.models import Effect, InboundText, Parked, ParseRecord


def forget_sender(db: Session, text_ids: Collection[int]) -> int:
    """Keep that texts came, and nothing of who wrote them, where from, what, and how they were read; how many."""
    for table in (ParseRecord, Effect, Parked):
        db.execute(delete(table).where(table.inbound_text_id.in_(text_ids)))
    gone = db.scalars(
        update(InboundText)
        .where(InboundText.id.in_(text_ids))
        .values(number="", body="", rule=None, person_id=None, training_path=None, admin_path=None)
        .returning(InboundText.id)
    ).all()
    return len(gone)
