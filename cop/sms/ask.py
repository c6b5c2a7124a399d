"""SAWAL: a question to others, put only once its asker agrees; what those say who were asked, and who wants to be."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.errors import NotFound
from clusters.scope import Scope
from cop.consent.actions import decide
from cop.consent.queries import decided
from cop.consent.rules import Purpose
from cop.questions.actions import WORD as NAME
from cop.questions.actions import agree, erase, put, question_too_long, reconsider, respond, take_back, write
from cop.questions.queries import own_question, whom_to_ask
from cop.questions.rules import Offering
from messaging.inbound.actions import keep_private
from messaging.inbound.answering import answering
from messaging.inbound.codes import trimmed
from messaging.inbound.hearing import hear
from messaging.inbound.outcomes import Answer, Verb
from messaging.inbound.script import tokens
from messaging.inbound.words import Asked, Reply, Text, Word

SOURCE = "text"
_WISHES = {1: Offering.WRITES, 2: Offering.PHONES, 3: Offering.NOT_NOW}
_ASKS = {"peers": "ask_consent", "trainer": "ask_consent_trainer", "office": "ask_consent_office"}
_SHORT = 3
"""A yes or a no about being asked has no more words."""


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Keep a question and ask whether it may be put; or take what somebody says to one."""
    heard = text.heard
    if text.person_id is None:
        raise NotFound("person")
    keep_private(db, text.id)
    if isinstance(heard, Answer):
        return _answered(db, scope, text, heard)
    if not isinstance(heard, Verb):
        raise NotFound("question_not_found")
    words = trimmed(heard.rest)
    wish = _yes_or_no(words)
    if wish is not None:
        return _helps(db, text.person_id, wish)
    if not any(token.kind == "word" for token in tokens(words)):
        return Reply("ask_example")
    letters = question_too_long(db, scope, words)
    if letters is not None:
        return Reply("ask_too_long", last=letters)
    question = write(db, scope, words, text.id)
    asks = whom_to_ask(db, scope, question.subject)
    values: dict[str, Any] = {"helpers": len(asks.people)} if asks.whom == "peers" else {}
    return Reply(
        _ASKS[asks.whom],
        asks=Asked(NAME, question.id, {"question": question.id}),
        undo={"question": question.id, "written": True},
        did={"do": NAME, "text": words},
        **values,
    )


def undo(db: Session, scope: Scope, text: Text, kept: Mapping[str, Any]) -> Reply:
    """Take a question, or what was said to one, back."""
    keep_private(db, text.id)
    if "helps" in kept:
        decide(db, _person(text), Purpose.HELP, kept["helps"], SOURCE)
        return Reply("help_offered" if kept["helps"] else "help_withdrawn")
    if "offer" in kept:
        return Reply("peer_undone", number=reconsider(db, scope, kept).number)
    if kept["written"]:
        erase(db, scope, kept["question"])
    else:
        take_back(db, scope, kept["question"])
    return Reply("ask_undone")


def _answered(db: Session, scope: Scope, text: Text, heard: Answer) -> Reply:
    question = text.question
    if "offer" in question:
        return _responded(db, scope, question["offer"], heard.choice)
    if "exchange" in question:
        helper = agree(db, scope, question["exchange"], yes=heard.choice == 1)
        if helper is None:
            return Reply("only_in_writing")
        return Reply("numbers_exchanged", name=helper.called, phone=helper.number)
    if heard.choice != 1:
        erase(db, scope, question["question"])
        return Reply("ask_not_sent")
    words = own_question(db, scope, question["question"]).words
    put(db, scope, question["question"])
    kept = {"question": question["question"], "written": False}
    return Reply("ask_sent", undo=kept, did={"do": NAME, "text": words})


def _responded(db: Session, scope: Scope, offer_id: int, choice: int) -> Reply:
    """What a peer says who was asked for help."""
    try:
        offer, before = respond(db, scope, offer_id, _WISHES[choice])
    except NotFound:
        return Reply("peer_over")
    match offer.standing:
        case Offering.NOT_NOW:
            return Reply("peer_not_now", undo=before)
        case Offering.PHONES:
            return Reply("peer_phone_asked", undo=before, number=offer.number)
        case _:
            key = "peer_write" if choice == 1 else "peer_no_phone"
            return Reply(key, undo=before, number=offer.number)


def _helps(db: Session, person_id: int, wish: bool) -> Reply:
    before = decided(db, person_id, Purpose.HELP)
    decide(db, person_id, Purpose.HELP, wish, SOURCE)
    did = {"do": NAME, "helps": wish}
    return Reply("help_offered" if wish else "help_withdrawn", undo={"helps": before}, did=did)


def _yes_or_no(words: str) -> bool | None:
    """Is this no question but a yes or a no to being asked those of others?"""
    said = tokens(words)
    if not said or len(said) > _SHORT or any(token.kind == "number" or token.text == "?" for token in said):
        return None
    heard = answering(hear(said, words))
    if not isinstance(heard, Answer) or heard.rest or heard.choice not in (1, 2):
        return None
    return heard.choice == 1


def _person(text: Text) -> int:
    if text.person_id is None:
        raise NotFound("person")
    return text.person_id


WORD = Word(
    NAME,
    {
        "ur_latn": ("sawal", "sawaal", "swal", "masla", "masala", "maslah"),
        "en": ("ask", "question", "problem"),
        "ur": ("سوال", "مسئلہ", "مسلہ"),
    },
    tier=0,
    act=act,
    take_back=undo,
    free=True,
    guessed="question",
    sayings=(
        *("masla nahi", "masla nai", "masla nhi", "masla koi nahi", "no problem", "problem nahi", "problem solved"),
        *("masla hal ho gaya", "masla hal hogaya", "مسئلہ نہیں", "کوئی مسئلہ نہیں"),
    ),
)
