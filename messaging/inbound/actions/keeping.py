"""A text is kept before anybody looks at it; what can be nobody's answer is kept out of the way."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.failpoints import fp
from clusters.people.phones import E164
from messaging.channels.base import Medium, Texted

QUARANTINED, IGNORED, RECEIVED = "quarantined", "ignored", "received"
MOST_PARTS = 20
PART, JOINED = "part", "joined"
"""A part that waits for the others of its text, and one whose words stand in the joined text."""


def keep(db: Session, channel: str, provider_id: str, number: str, body: str, medium: Medium = Medium.SMS) -> bool:
    """Store a text as it came, once for each id of its provider; False when it is here already."""
    return bool(take_all(db, [Came(channel, Texted(provider_id, number, body, medium))]))


@dataclass(frozen=True, slots=True)
class Came:
    """A text that a channel brought, and when, if not now."""

    channel: str
    texted: Texted
    at: datetime | None = None


def take_all(db: Session, came: Sequence[Came], ours: Collection[str] = ()) -> set[str]:
    """Store texts; the ids of those that were not here before.

    `ours` are numbers of our own: what comes from them is kept and never read, nor is what comes from no mobile of
    this country.
    """
    at = now(db)
    standing = [_standing(each.texted.number, ours) for each in came]
    made = db.scalars(
        _KEEP,
        {
            "at": at,
            "channels": [each.channel for each in came],
            "ids": [_storable(each.texted.sid) for each in came],
            "numbers": [_storable(each.texted.number) for each in came],
            "bodies": [_storable(each.texted.body) for each in came],
            "media": [each.texted.medium.value for each in came],
            "pictures": [each.texted.media for each in came],
            "kinds": [_storable(" ".join(each.texted.kinds)) for each in came],
            "came": [min(each.at or at, at) for each in came],
            "places": [each.texted.part if _is_part(each.texted) else None for each in came],
            "totals": [each.texted.parts if _is_part(each.texted) else None for each in came],
            "references": [_storable(each.texted.reference) if _is_part(each.texted) else None for each in came],
            "states": [
                PART if state == RECEIVED and _is_part(each.texted) else state
                for each, (state, _) in zip(came, standing, strict=True)
            ],
            "rules": [why and f"not read\n{why}" for _, why in standing],
        },
    ).all()
    fp("webhook.after_insert")
    return set(made)


_KEEP = text(
    "INSERT INTO inbound_text (channel, provider_id, number, body, medium, media, media_kinds, received_at, part,"
    " parts, reference, state, rule, read_at)"
    " SELECT channel, id, number, body, medium, pictures, kinds, came, part, total, reference, state, rule,"
    " CASE WHEN rule IS NOT NULL THEN CAST(:at AS timestamptz) END"
    " FROM unnest(CAST(:channels AS text[]), CAST(:ids AS text[]), CAST(:numbers AS text[]), CAST(:bodies AS text[]),"
    " CAST(:media AS text[]), CAST(:pictures AS bigint[]), CAST(:kinds AS text[]), CAST(:came AS timestamptz[]),"
    " CAST(:places AS bigint[]), CAST(:totals AS bigint[]), CAST(:references AS text[]), CAST(:states AS text[]),"
    " CAST(:rules AS text[]))"
    " WITH ORDINALITY AS given(channel, id, number, body, medium, pictures, kinds, came, part, total, reference,"
    " state, rule, place) ORDER BY place"
    " ON CONFLICT (provider_id) DO NOTHING RETURNING provider_id"
)
"""One statement, however many texts; what comes twice in it is kept once."""


def _standing(number: str, ours: Collection[str]) -> tuple[str, str | None]:
    """The state a text begins in, and why it is not read."""
    if number in ours:
        return IGNORED, "from a number of our own"
    if E164.fullmatch(number) is None:
        return QUARANTINED, "a short code or a name, no phone of a person"
    return RECEIVED, None


def _is_part(texted: Texted) -> bool:
    """Does the channel say that this is one of several parts, and which?"""
    return 1 < texted.parts <= MOST_PARTS and 1 <= texted.part <= texted.parts


def _storable(body: str) -> str:
    """Without NUL and halves of characters, which the database refuses: a refused text would be a lost one."""
    return body.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
