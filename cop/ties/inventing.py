"""Writes invented people's rounds, answers and ties in bulk; nothing here reads any.

Rows are values as the columns are called; each answer and tie names the yes of the one it is from.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.bulk import add, fresh_ids
from cop.ties.models import Nomination, PeerRound, Tie

Rows = Sequence[Mapping[str, Any]]
_ROUND = ("person_id", "term", "subject", "session_id", "asked_at")
_ANSWER = ("id", "person_id", "term", "subject", "session_id", "consent_id", "source", "answered_at")
_TIE = ("from_id", "to_id", "kind", "subject", "term", "nomination_id", "event_id", "source", "consent_id", "at")


def answer_ids(db: Session, many: int) -> list[int]:
    """So many ids that no answer has."""
    return fresh_ids(db, Nomination, many)


def write_rounds(db: Session, rows: Rows) -> None:
    """Who was asked, once for a term and a subject."""
    add(db, PeerRound, _ROUND, rows)


def write_answers(db: Session, rows: Rows) -> None:
    """What was answered; the ties that an answer names come after it."""
    add(db, Nomination, _ANSWER, rows)


def write_ties(db: Session, rows: Rows) -> None:
    """Ties of any kind: a nominated one has its answer, any other what it came from."""
    add(db, Tie, _TIE, [{"nomination_id": None, "event_id": None, **row} for row in rows])
