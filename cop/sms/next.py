"""KAB: a person's next two training sessions."""

from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.scope import Scope
from clusters.training.queries import coming_for
from messaging.inbound.words import Reply, Text, Word

DID = {"do": "next"}


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Say when and where; the code too where she leads."""
    rows = coming_for(db, scope, text.person_id, now(db), 2) if text.person_id is not None else []
    if not rows:
        return Reply("next_training_none", did=DID)
    first = rows[0]
    about: dict[str, Any] = {
        "subject": first.subject,
        "start": first.starts_at,
        "venue": first.venue,
        "code": first.code,
    }
    if len(rows) == 1:
        return Reply("next_training", did=DID, **about)
    return Reply("next_trainings", then=rows[1].starts_at, then_subject=rows[1].subject, did=DID, **about)


WORD = Word(
    "next",
    {"ur_latn": ("kab", "agli", "kub", "kb"), "en": ("next", "when"), "ur": ("کب", "اگلی", "اگلا")},
    tier=0,
    act=act,
    sayings=(
        *("agli dafa", "agli baar", "agli bar", "agla hafta", "agla mahina", "kab tak", "kab se"),
        *(
            "next time",
            "next week",
            "next month",
            "next day",
            "when i",
            "when will i",
            "اگلی دفعہ",
            "اگلی بار",
            "کب تک",
        ),
    ),
)
