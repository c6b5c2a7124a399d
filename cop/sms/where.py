"""KAHAN: where the next training session is."""

from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.scope import Scope
from clusters.training.queries import coming_for
from messaging.inbound.words import Reply, Text, Word

DID = {"do": "where"}


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Name the venue and the hour; a person tells the way, as long as nobody has written it down."""
    rows = coming_for(db, scope, text.person_id, now(db), 1) if text.person_id is not None else []
    if not rows:
        return Reply("next_training_none", did=DID)
    return Reply("directions", venue=rows[0].venue, way=None, start=rows[0].starts_at, did=DID)


WORD = Word(
    "where",
    {
        "ur_latn": ("kahan", "kahaan", "rasta", "raasta", "kidhar", "kidar"),
        "en": ("where", "directions", "direction"),
        "ur": ("کہاں", "کدھر", "راستہ"),
    },
    tier=0,
    act=act,
)
