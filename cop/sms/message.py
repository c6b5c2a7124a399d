"""BHEJO 4814 kal calculator layein: a text to everybody invited, once the trainer has confirmed it by a code."""

from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.errors import CopError, NotFound
from clusters.people.queries import persons
from clusters.scope import Scope
from clusters.training.queries import SessionRow
from cop.sms.challenging import Asking, Proof, ask, meant, refused_for
from cop.sms.own_sessions import about
from messaging.announcing.queries import before_sending
from messaging.announcing.rules import Target, Whom, Wording
from messaging.inbound.words import Reply, Text, Word
from messaging.proof.rules import Does
from messaging.texts.catalogue import LANGUAGES, TooLong, compose
from messaging.texts.segments import fold
from messaging.texts.values import Called

NAME = "message"
LONGEST = 110
"""Letters of a message; who writes, and of which session, stands before it."""


def act(db: Session, scope: Scope, text: Text, proof: Proof) -> Reply:
    """Challenge a message to the people of one session."""
    found = meant(db, scope, text, NAME)
    if isinstance(found, Reply):
        return found
    row, words = found.row, " ".join(fold(found.written.rest).split())
    if not words:
        return Reply("message_which", **about(row))
    try:
        wording = said(db, scope, row, text.person_id, words) if len(words) <= LONGEST else None
    except TooLong:
        wording = None
    if wording is None:
        return Reply("message_too_long", code=row.code, number=len(words), last=LONGEST)
    try:
        preview = before_sending(db, scope, whom(row), wording)
    except CopError as error:
        return refused_for(error, row, {})
    if not preview.people:
        return Reply("message_to_nobody", **about(row))
    asking = Asking(
        Does.MESSAGE, row, {"wording": dict(wording.texts)}, "challenge_message", {"code": row.code, "word": words}
    )
    return ask(db, text, asking, preview.people, preview.segments, proof)


def whom(row: SessionRow) -> Whom:
    """Everybody on the list of a session."""
    return Whom(Target.SESSION, row.id)


def said(db: Session, scope: Scope, row: SessionRow, person_id: int | None, words: str) -> Wording:
    """The message as people of each language get it, with who writes and about which session."""
    known = persons(db, scope, [person_id]).get(person_id) if person_id is not None else None
    if known is None:
        raise NotFound("person")
    values: dict[str, Any] = {
        "name": Called(known.name.split()[0], known.gender) if known.name.split() else None,
        "subject": row.subject,
        "start": row.starts_at,
        "words": words,
    }
    return Wording.of({language: compose("from_trainer", language, values).text for language in LANGUAGES})


def word(proof: Proof) -> Word:
    """The word of a house."""
    return Word(
        NAME,
        {"ur_latn": ("bhejo", "bhejho", "bhijo"), "en": ("msg",), "ur": ("بھیجو",)},
        tier=2,
        act=partial(act, proof=proof),
        free=True,
        expects="session",
    )
