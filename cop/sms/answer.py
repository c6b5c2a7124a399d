"""J 7 and words: the answer to a question that was put to the sender; it goes in five minutes, and `0` stops it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.errors import NotFound
from clusters.scope import Scope
from cop.questions.actions import answer, stop_answer, too_long
from cop.questions.models import PeerOffer
from cop.questions.queries import own_offers
from messaging.inbound.actions import keep_private
from messaging.inbound.codes import trimmed
from messaging.inbound.outcomes import Answer, Verb
from messaging.inbound.script import tokens
from messaging.inbound.words import Asked, Reply, Text, Word

NAME = "answer"
_FILLING = ("no", "number", "sawal", "num", "نمبر", "سوال")
_HIGHEST = 9_999
"""A longer number is no question's."""


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Keep an answer to one of her own open questions; any other number is refused with those that are hers."""
    heard = text.heard
    keep_private(db, text.id)
    own = own_offers(db, scope)
    if isinstance(heard, Answer):
        if heard.choice != 1:
            return Reply("nothing_changed")
        return _kept(db, scope, own, text.question["number"], text.question["words"])
    if not isinstance(heard, Verb):
        raise NotFound("question_not_found")
    number, words = split(heard.rest)
    if number is not None:
        return _kept(db, scope, own, number, words)
    if len(own) == 1 and words:
        values = {"number": own[0].number, "words": words}
        return Reply("answer_meant", asks=Asked(NAME, own[0].id, values), number=own[0].number)
    rows = [each.number for each in own]
    return Reply("answer_which", rows=rows or None, last=rows[-1] if rows else None)


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """Stop an answer that has not gone; the one it had replaced goes after all."""
    keep_private(db, text.id)
    offer = stop_answer(db, scope, undo)
    return Reply("answer_stopped_to_earlier" if offer.words else "answer_stopped", number=offer.number)


def split(rest: str) -> tuple[int | None, str]:
    """The question's number and the words behind it."""
    said = [token for token in tokens(rest) if token.kind != "mark"]
    while said and said[0].kind == "word" and said[0].is_word(_FILLING):
        said = said[1:]
    if not said or said[0].kind != "number" or said[0].value > _HIGHEST:
        return None, trimmed(rest)
    return said[0].value, trimmed(rest[said[0].end :])


def _kept(db: Session, scope: Scope, own: Sequence[PeerOffer], number: int, words: str) -> Reply:
    offer = next((each for each in own if each.number == number), None)
    if offer is None:
        rows = [each.number for each in own]
        return Reply("answer_not_yours", number=number, rows=rows or None, last=rows[-1] if rows else None)
    if not any(token.kind != "mark" for token in tokens(words)):
        return Reply("answer_empty", number=number)
    letters = too_long(db, scope, offer.id, words)
    if letters is not None:
        return Reply("answer_too_long", last=letters)
    done = answer(db, scope, offer.id, words)
    name = done.to.called if done.to else None
    return Reply("answer_will_go", undo=done.undo, did={"do": NAME, "number": number, "text": words}, name=name)


WORD = Word(
    NAME,
    {"ur_latn": ("j", "jawab"), "en": ("answer", "ans"), "ur": ("جواب", "ج")},
    tier=1,
    act=act,
    take_back=take_back,
    free=True,
    expects="number",
)
