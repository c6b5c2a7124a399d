"""Reads of what people text us: how many came, which wait for a human."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clusters.scope import Scope
from messaging.inbound.models import InboundText, Parked


@dataclass(frozen=True, slots=True)
class Waiting:
    """Texts that wait for a human, since when the oldest does, and how many came in a period and were understood."""

    texts: int
    oldest_at: datetime | None
    received: int
    understood: int


def waiting(db: Session, scope: Scope, since: datetime) -> Waiting:
    """How the inbox of a scope stands; received counts from `since` on."""
    seen = scope.within(Parked.training_path, Parked.admin_path)
    texts, oldest = db.execute(
        select(func.count(), func.min(Parked.parked_at)).where(Parked.settled_at.is_(None), seen)
    ).one()
    received, human = db.execute(
        select(func.count(), func.count().filter(InboundText.state == "human")).where(
            InboundText.received_at >= since, scope.within(InboundText.training_path, InboundText.admin_path)
        )
    ).one()
    return Waiting(texts, oldest, received, received - human)
