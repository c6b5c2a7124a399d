"""A person takes a card of the inbox: applies a reading, writes an answer, or says that it is none of ours."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clusters.people.rules import OFFICE, TRAINERS
from clusters.scope import Scope
from messaging.consent.actions import opt_out
from messaging.consent.queries import silent
from messaging.inbound.actions.choosing import ANSWERS, SAID, do
from messaging.inbound.actions.conversation import Conversation, Step
from messaging.inbound.models import InboundText, Parked
from messaging.inbound.outcomes import Answer
from messaging.inbound.words import Reply, WordBook
from messaging.texts.catalogue import TooLong, compose

SETTLERS = (*OFFICE, *TRAINERS)
"""Who may answer the inbox inside their places."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What was done with a card, and whether a text goes to its sender."""

    told: bool


def apply_guess(db: Session, scope: Scope, card_id: int, key: str, book: WordBook) -> Settled:
    """Apply one of our readings, with the rights of the text's sender, and send its confirmation: never only one.

    Conflict: the card is settled, or the reading holds no more.
    """
    card, row = _card(db, scope, card_id)
    guess = next((each for each in card.guesses if each["key"] == key), None)
    if guess is None:
        raise NotFound("reading", reading=key)
    talk = Conversation(db, book, row)
    if guess["as"] == "BAND":
        opt_out(db, row.number, "text")
        step = Step("opted_out", "no more texts", "a person read it so", Reply("opted_out"))
    else:
        sender = next((each for each in talk.people if each.person_id == guess["person"]), None)
        if sender is None:
            raise Conflict("reading_outdated")
        choice = int(guess["as"])
        question = {"session": guess["session"], "leads": False}
        heard = Answer(choice)
        reading = f"{SAID[choice]}, session {guess['code']}"
        act = book.digits[choice].act
        try:
            step = do(talk, sender, str(choice), act, heard, question, reading, "a person read it so", stores=True)
        except (NotFound, Conflict) as error:  # the session has begun, was called off, or she is not invited any more
            raise Conflict("reading_outdated") from error
        if choice not in ANSWERS or step.state != "applied":
            raise Conflict("reading_outdated")
    talk.finish(step, capped=False)
    _settle(db, scope, card, "guess")
    return Settled(step.reply is not None)


def answer_by_hand(db: Session, scope: Scope, card_id: int, words: str, book: WordBook) -> Settled:
    """Send words of the office to whoever wrote; Conflict when the number wants no texts."""
    card, row = _card(db, scope, card_id)
    said = " ".join(words.split())
    if not said:
        raise Invalid("answer_empty")
    if silent(db, [row.number]):
        raise Conflict("number_wants_no_texts")
    talk = Conversation(db, book, row)
    sender = next((each for each in talk.people if each.person_id == row.person_id), None)
    try:
        compose("staff_reply", talk.language(sender), {"words": said})
    except TooLong as error:
        raise Invalid("answer_too_long") from error
    talk.say(Reply("staff_reply", words=said), sender)
    talk.close_questions()
    _settle(db, scope, card, "reply")
    return Settled(True)


def set_aside(db: Session, scope: Scope, card_id: int, how: str) -> Settled:
    """Take a card away without a text: `how` is "not_for_us" or "wrong_person"."""
    card, _ = _card(db, scope, card_id)
    _settle(db, scope, card, how)
    return Settled(False)


def _card(db: Session, scope: Scope, card_id: int) -> tuple[Parked, InboundText]:
    """The card, locked; NotFound outside the scope, Conflict when somebody settled it."""
    card = db.scalar(
        select(Parked)
        .where(Parked.id == card_id, scope.within(Parked.training_path, Parked.admin_path))
        .with_for_update()
    )
    if card is None:
        raise NotFound("inbox_card", id=card_id)
    if not scope.covers(card.training_path, card.admin_path, SETTLERS):
        raise NotAllowed("may_not_settle")
    if card.settled_at is not None:
        raise Conflict("card_settled")
    return card, db.get_one(InboundText, card.inbound_text_id)


def _settle(db: Session, scope: Scope, card: Parked, how: str) -> None:
    card.settled_at, card.settled_by, card.settled_how = now(db), scope.person_id, how
    record(db, "inbox card settled", "parked", card.id, new={"how": how})
