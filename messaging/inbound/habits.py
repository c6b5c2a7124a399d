"""How people write to us: by what last, when last on WhatsApp, and what they chose; asked whenever a text goes."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from messaging.channels.base import Medium
from messaging.consent.queries import chosen_media
from messaging.outbox.legs import Habit

_LAST_TEXTS = text(
    "SELECT wanted.number, medium, received_at FROM unnest(CAST(:numbers AS text[])) AS wanted(number)"
    " CROSS JOIN LATERAL (SELECT medium, max(received_at) AS received_at FROM inbound_text t"
    " WHERE t.number = wanted.number GROUP BY medium) AS latest"
)
_CAME = text(
    "SELECT min(received_at) FILTER (WHERE received_at > :since) AS first,"
    " max(received_at) FILTER (WHERE received_at <= :since) AS before FROM inbound_text WHERE number = :number"
)


def habits(db: Session, numbers: Collection[str]) -> dict[str, Habit]:
    """How the holders of numbers write to us, by their texts and by what they chose; the others are not among them."""
    asked = sorted(set(numbers))
    wrote: defaultdict[str, dict[Medium, datetime]] = defaultdict(dict)
    for row in db.execute(_LAST_TEXTS, {"numbers": asked}):
        wrote[row.number][Medium(row.medium)] = row.received_at
    chosen = chosen_media(db, asked)
    return {
        number: Habit(
            last=max(wrote[number], key=wrote[number].__getitem__, default=None),
            on_whatsapp_at=wrote[number].get(Medium.WHATSAPP),
            chosen=chosen.get(number),
        )
        for number in {*wrote, *chosen}
    }


def came(db: Session, number: str, since: datetime) -> tuple[datetime | None, datetime | None]:
    """The first text of a number after an instant, and the last one until then."""
    row = db.execute(_CAME, {"number": number, "since": since}).one()
    return row.first, row.before
