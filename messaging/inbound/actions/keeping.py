"""A text is kept before anybody looks at it; what can be nobody's answer is kept out of the way."""

import re
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.failpoints import fp
from messaging.channels.base import Texted
from messaging.inbound.models import InboundText

QUARANTINED, IGNORED, RECEIVED = "quarantined", "ignored", "received"
_MOBILE = re.compile(r"\+923[0-9]{9}")


def keep(db: Session, channel: str, provider_id: str, number: str, body: str) -> bool:
    """Store a text as it came, once for each id of its provider; False when it is here already."""
    return take_in(db, channel, Texted(provider_id, number, body))


def take_in(
    db: Session, channel: str, texted: Texted, *, ours: Collection[str] = (), came_at: datetime | None = None
) -> bool:
    """Store a text that a channel brought; False when it is here already.

    `ours` are numbers of our own: what comes from them is kept and never read, nor is what comes from no mobile of
    this country. `came_at` is when it came to us, if not now.
    """
    at = now(db)
    state, why = _standing(texted.number, ours)
    made = db.scalar(
        insert(InboundText)
        .values(
            channel=channel,
            provider_id=texted.sid,
            number=_storable(texted.number),
            body=_storable(texted.body),
            medium=texted.medium,
            media=texted.media,
            received_at=min(came_at or at, at),
            state=state,
            rule=f"not read\n{why}" if why else None,
            read_at=at if why else None,
        )
        .on_conflict_do_nothing(index_elements=[InboundText.provider_id])
        .returning(InboundText.id)
    )
    fp("webhook.after_insert")
    return made is not None


def _standing(number: str, ours: Collection[str]) -> tuple[str, str | None]:
    """The state a text begins in, and why it is not read."""
    if number in ours:
        return IGNORED, "from a number of our own"
    if _MOBILE.fullmatch(number) is None:
        return QUARANTINED, "a short code or a name, no phone of a person"
    return RECEIVED, None


def _storable(body: str) -> str:
    """Without NUL and halves of characters, which the database refuses: a refused text would be a lost one."""
    return body.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
