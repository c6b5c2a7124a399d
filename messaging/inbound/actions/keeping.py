"""A text is kept before anybody looks at it."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from messaging.inbound.models import InboundText


def keep(db: Session, channel: str, provider_id: str, number: str, body: str) -> bool:
    """Store a text as it came, once for each id of its provider; False when it is here already."""
    made = db.scalar(
        insert(InboundText)
        .values(channel=channel, provider_id=provider_id, number=number, body=_storable(body), received_at=now(db))
        .on_conflict_do_nothing(index_elements=[InboundText.provider_id])
        .returning(InboundText.id)
    )
    return made is not None


def _storable(body: str) -> str:
    """Without NUL and halves of characters, which the database refuses: a refused text would be a lost one."""
    return body.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
