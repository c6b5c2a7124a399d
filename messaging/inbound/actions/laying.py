"""A text is laid into the inbox, or kept out of every place's sight, by the room that knows what it is."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from messaging.inbound.models import InboundText, Parked


def lay_in_inbox(
    db: Session,
    text_id: int,
    why: str,
    *,
    training_path: str | None = None,
    admin_path: str | None = None,
    shape: str | None = None,
) -> None:
    """Let a person read this text: one card for it, which stays the first that was laid.

    The paths say whose inbox it is, else where its sender stands; texts of one `shape` are shown together.
    """
    if db.scalar(select(Parked.id).where(Parked.inbound_text_id == text_id)) is not None:
        return
    row = db.get_one(InboundText, text_id)
    db.add(
        Parked(
            inbound_text_id=text_id,
            why=why,
            guesses=[],
            training_path=training_path or row.training_path,
            admin_path=admin_path or row.admin_path,
            parked_at=now(db),
            shape=shape,
        )
    )
    db.flush()


def take_out(db: Session, text_id: int) -> None:
    """Nobody needs to read this text any more: what it asked was taken back."""
    card = db.scalar(select(Parked).where(Parked.inbound_text_id == text_id, Parked.settled_at.is_(None)))
    if card is not None:
        db.delete(card)
        db.flush()


def keep_private(db: Session, text_id: int) -> None:
    """Let this text and its answer stand at no place, so that nobody who looks after a place comes upon them."""
    row = db.get_one(InboundText, text_id)
    row.training_path = row.admin_path = None
