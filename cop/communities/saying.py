"""Texts of communities: said to one person, or asked with a question that stays open for a while."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from cop.communities.rules import OPEN_FOR
from cop.consent.reaching import Reached
from messaging.inbound.actions import invite
from messaging.inbound.words import Asked
from messaging.outbox.actions import Draft, about, enqueue
from messaging.outbox.rules import TextClass

WORD = "community"
"""Name of the word whose open questions these are."""
MEMBERSHIP, TURN, MEETING, TOGETHER = "community_membership", "community_host", "community_meeting", "done_together"
"""Kinds of the subjects of these texts; they stand at no place."""


def ask(
    db: Session, to: Reached, kind: str, subject_id: int, key: str, question: Mapping[str, Any], **values: Any
) -> None:
    """A text with a numbered question, that stays open as long as what it is about."""
    say(db, to, kind, subject_id, key, **values)
    asked = Asked(WORD, asked_of(kind, subject_id), question, 2)
    invite(db, to.number, to.person_id, asked, now(db) + OPEN_FOR)


def say(
    db: Session, to: Reached, kind: str, subject_id: int, key: str, until: datetime | None = None, **values: Any
) -> None:
    about(db, kind, subject_id, training_path=None, admin_path=None)
    enqueue(
        db,
        Draft(
            kind,
            subject_id,
            1,
            to.person_id,
            to.number,
            key,
            TextClass.REMINDER,
            key,
            values,
            to.language,
            now(db),
            until or now(db) + OPEN_FOR,
            invented=to.invented,
        ),
    )


def asked_of(kind: str, subject_id: int) -> int:
    """One number for what a question is about, different for each kind."""
    return 4 * subject_id + (MEMBERSHIP, TURN, MEETING, TOGETHER).index(kind)
