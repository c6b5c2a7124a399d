"""Who asked for a person talks on: further words of that number lie on the same card until somebody settles it."""

from sqlalchemy import exists, select, update
from sqlalchemy.orm import aliased

from messaging.channels.models import PhoneText
from messaging.channels.rehearsal import sid_of
from messaging.inbound.actions.conversation import Conversation, Step
from messaging.inbound.models import InboundText, Parked
from messaging.inbound.outcomes import AnswerInDoubt, Human, Outcome, ToPerson, Unclear, Words
from messaging.inbound.words import Reply

ASKED_FOR_PERSON = "asked_for_person"
FOR_A_PERSON = (Unclear, AnswerInDoubt, ToPerson, Words, Human)
"""What is said to a person while one is asked for; commands and answers do what they always do."""


def continued(talk: Conversation, outcome: Outcome) -> Step | None:
    """Lay the text on the card that waits; told once that a person reads it, and not again at every line."""
    if not isinstance(outcome, FOR_A_PERSON):
        return None
    asked = aliased(InboundText)
    card = talk.db.scalar(
        select(Parked)
        .join(asked, asked.id == Parked.inbound_text_id)
        .where(asked.number == talk.row.number, Parked.why == ASKED_FOR_PERSON, Parked.settled_at.is_(None))
        .order_by(Parked.id.desc())
        .limit(1)
    )
    if card is None:
        return None
    before = talk.db.scalar(select(exists().where(InboundText.parked_id == card.id)))
    talk.row.parked_id = card.id
    if talk.db.get_one(InboundText, card.inbound_text_id).private:
        talk.row.private = True
        mine = ~PhoneText.incoming, sid_of(PhoneText.id) == talk.row.provider_id
        talk.db.execute(update(PhoneText).where(*mine).values(body="•••"))
    reply = None if before else Reply("passed_to_a_person")
    did = {"do": "human"} if isinstance(outcome, Human) else None
    return Step("human", "for a person", "it belongs to a conversation with a person", reply, did=did)
