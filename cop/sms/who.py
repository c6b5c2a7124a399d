"""KAUN 4814: how many of the invited will come, in counts."""

from sqlalchemy.orm import Session

from clusters.scope import Scope
from cop.sms.own_sessions import pointed
from messaging.inbound.words import Reply, Text, Word

NAME = "who"


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Say the answers so far of one of her own sessions."""
    found = pointed(db, scope, text, NAME)
    if isinstance(found, Reply):
        return found
    row = found.row
    return Reply(
        "who_comes",
        did={"do": "who", "session": row.code},
        code=row.code,
        invited=row.invited,
        coming=row.yes,
        declined=row.no,
        unsure=row.unsure or None,
        silent=row.invited - row.yes - row.no - row.unsure,
    )


WORD = Word(
    NAME,
    {"ur_latn": ("kaun", "kon", "kaon"), "en": ("who",), "ur": ("کون",)},
    tier=1,
    act=act,
    expects="session",
)
