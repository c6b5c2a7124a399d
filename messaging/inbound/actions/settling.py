"""A person takes a card of the inbox: applies a reading, writes an answer, keeps it private, or says it is not ours."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, CopError, Invalid, NotAllowed, NotFound
from clusters.people.rules import OFFICE, TRAINERS
from clusters.scope import Scope
from messaging.channels.models import PhoneText
from messaging.channels.rehearsal import sid_of
from messaging.consent.queries import silent
from messaging.inbound.actions.conversation import Conversation
from messaging.inbound.actions.guessing import step_of
from messaging.inbound.likeness import example, kept
from messaging.inbound.models import CorpusLine, InboundText, Parked, ParseRecord
from messaging.inbound.queries import ABOUT, CONFIDANT, alike
from messaging.inbound.script import tokens
from messaging.inbound.words import Reply, WordBook
from messaging.outbox.actions import about
from messaging.texts.catalogue import TooLong, compose

SETTLERS = (*OFFICE, *TRAINERS)
"""Who may answer the inbox inside their places."""
DONE = ("applied", "opted_out")
BY_A_PERSON = "a person read it so"


@dataclass(frozen=True, slots=True)
class Settled:
    """What was done with a card, and whether a text goes to its sender."""

    told: bool


@dataclass(frozen=True, slots=True)
class Together:
    """How many texts that are alike were settled at once, and how many stay because the reading did not fit them."""

    settled: int
    left: int


def apply_guess(db: Session, scope: Scope, card_id: int, key: str, book: WordBook) -> Settled:
    """Apply one of our readings, with the rights of the text's sender, and send its confirmation: never only one.

    Conflict: the card is settled, or the reading holds no more.
    """
    card, row = _card(db, scope, card_id)
    return _apply(db, scope, card, row, _guess(card, key), book)


def apply_to_similar(db: Session, scope: Scope, card_id: int, key: str, book: WordBook) -> Together:
    """Apply one reading to a card and to all that are alike and have the same reading among theirs.

    Each text is settled with its confirmation or not at all; one whose reading holds no more stays in the inbox.
    """
    card, row = _card(db, scope, card_id)
    way = _guess(card, key)["way"]
    others = [each.id for each in alike(db, scope, [card.id]).get(card.id, ())]
    _apply(db, scope, card, row, _guess(card, key), book)
    settled, left = 1, 0
    for other in others:
        try:
            with db.begin_nested():
                beside, said = _card(db, scope, other)
                same = next((each for each in beside.guesses if each.get("way") == way), None)
                if same is None:
                    continue
                _apply(db, scope, beside, said, same, book)
            settled += 1
        except CopError:
            left += 1
    return Together(settled, left)


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
    _keep(db, card, row, {"do": "ask"})
    return Settled(True)


def set_aside(db: Session, scope: Scope, card_id: int, how: str) -> Settled:
    """Take a card away without a text: `how` is "not_for_us" or "wrong_person"."""
    card, row = _card(db, scope, card_id)
    _settle(db, scope, card, how)
    _keep(db, card, row, {"do": "ask"})
    return Settled(False)


def make_private(db: Session, scope: Scope, card_id: int) -> None:
    """A text of distress or health: one role reads it from now on, and no copy of its words stays anywhere else."""
    card, row = _card(db, scope, card_id)
    card.shape = None
    for each in (row, *db.scalars(select(InboundText).where(InboundText.parked_id == card.id))):
        _hide(db, each)
    record(db, "inbox card made private", "parked", card.id)


def _hide(db: Session, row: InboundText) -> None:
    row.private = True
    about(db, ABOUT, row.id, training_path=None, admin_path=None)
    reading = next(iter((row.rule or "").partition("\n")[2:]), "")
    row.rule = f"for a person\n{reading}"
    db.execute(
        update(ParseRecord)
        .where(ParseRecord.inbound_text_id == row.id)
        .values(normal="", rule=row.rule, did={"do": "ask"})
    )
    db.execute(update(PhoneText).where(~PhoneText.incoming, sid_of(PhoneText.id) == row.provider_id).values(body="•••"))


def _apply(
    db: Session, scope: Scope, card: Parked, row: InboundText, reading: Mapping[str, Any], book: WordBook
) -> Settled:
    talk = Conversation(db, book, row)
    try:
        step = step_of(talk, reading, BY_A_PERSON)
    except (NotFound, Conflict) as error:  # the session has begun, was called off, or she is not invited any more
        raise Conflict("reading_outdated") from error
    if step.state not in DONE:
        raise Conflict("reading_outdated")
    talk.finish(step, capped=False)
    _settle(db, scope, card, "guess")
    _keep(db, card, row, step.did or reading["did"])
    return Settled(step.reply is not None)


def _guess(card: Parked, key: str) -> Mapping[str, Any]:
    guess: Mapping[str, Any] | None = next(
        (each for each in card.guesses if each["key"] == key and "way" in each), None
    )
    if guess is None:
        raise NotFound("reading", reading=key)
    return guess


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
    row = db.get_one(InboundText, card.inbound_text_id)
    if row.private and not scope.covers(card.training_path, card.admin_path, (CONFIDANT,)):
        raise NotAllowed("card_private")
    return card, row


def _settle(db: Session, scope: Scope, card: Parked, how: str) -> None:
    card.settled_at, card.settled_by, card.settled_how = now(db), scope.person_id, how
    record(db, "inbox card settled", "parked", card.id, new={"how": how})


def _keep(db: Session, card: Parked, row: InboundText, did: Mapping[str, Any]) -> None:
    """A settled text becomes an example of how such a text is to be read; a private one never does."""
    if row.private or not row.body.strip():
        return
    words = {token.text for token in tokens(row.body) if token.kind == "word"}
    normal = example(row.body, _of_names(db, words))
    db.add(CorpusLine(parked_id=card.id, normal=normal, expect=kept(did), at=now(db)))
    db.flush()


def _of_names(db: Session, words: Collection[str]) -> frozenset[str]:
    """Those of these words, in the form of tokens, that are a part of somebody's name."""
    asked = sorted(word for word in words if word.isalpha())
    return frozenset(db.scalars(_NAMES, {"words": asked})) if asked else frozenset()


_NAMES = text(
    "SELECT word FROM unnest(CAST(:words AS text[])) AS word"
    " WHERE EXISTS (SELECT 1 FROM person WHERE search @@ CAST(quote_literal(word) AS tsquery))"
)
