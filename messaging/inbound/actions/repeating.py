"""The same text once more: providers and people repeat themselves, and nothing may happen twice."""

from datetime import timedelta

from sqlalchemy import exists, func, or_, select

from messaging.inbound.actions.conversation import Conversation, Sender, Step
from messaging.inbound.likeness import form
from messaging.inbound.models import Effect, InboundText, Question
from messaging.inbound.outcomes import Unclear
from messaging.inbound.queries import CLARIFY, invitations
from messaging.inbound.words import Reply, Text
from messaging.outbox.models import Message

SAME_WITHIN = timedelta(minutes=10)
OURS_FROM = 40
"""Letters from which a text that equals one of ours is surely a copy of it."""
OURS_FOR = timedelta(days=30)
FORWARDED = frozenset({"fwd:", "fw:", "fwd", "fw", "forwarded:", "forwarded", "message", "message:", ">"})
"""What phones put before a text that is sent on."""


def repeated(talk: Conversation) -> Step | None:
    """Was this text an effect's cause a moment ago, with nothing changed since? None when it must be read anew."""
    row = talk.row
    earlier = talk.db.scalars(
        select(InboundText)
        .where(
            InboundText.number == row.number,
            InboundText.id < row.id,
            InboundText.received_at >= row.received_at - SAME_WITHIN,
            InboundText.state != "received",
        )
        .order_by(InboundText.id.desc())
    ).all()
    same = [each for each in earlier if one_form(each.body) == one_form(row.body)]
    first = next((each for each in same if each.state != "duplicate"), None)
    if first is None or first.state != "applied":
        return None
    effect = talk.db.scalar(select(Effect).where(Effect.inbound_text_id == first.id).limit(1))
    if effect is None or _moved_on(talk, first, effect):
        return None
    sender = next((each for each in talk.people if each.person_id == effect.undo["person"]), None)
    if not _stands(talk, effect, sender):
        return None
    told = any(each.state == "duplicate" for each in same)
    again = effect.undo["values"].get("again")
    reply = Reply(again["key"], **again["values"]) if again else Reply("already_recorded")
    return Step("duplicate", "the same text again", "nothing changed since", None if told else reply, sender)


def words_around_ours(talk: Conversation) -> str | None:
    """What was written around a text of ours that came back or was forwarded to us; None when it holds none of ours.

    The instructions in such a text are none of the sender's.
    """
    said = one_form(talk.row.body)
    if len(said) < OURS_FROM:
        return None
    sent = select(Message.body).where(
        Message.number == talk.row.number,
        Message.state_at > talk.at - OURS_FOR,
        func.length(Message.body) >= OURS_FROM,
    )
    ours = next((copied for body in talk.db.scalars(sent) if (copied := _copied(said, one_form(body or "")))), None)
    if ours is None:
        return None
    return " ".join(word for word in said.replace(ours, " ").split() if word not in FORWARDED)


def _copied(said: str, ours: str) -> str | None:
    """What of one of our texts stands in what was said: all of it, or the part that a phone forwarded."""
    if len(ours) >= OURS_FROM and ours in said:
        return ours
    bare = " ".join(word for word in said.split() if word not in FORWARDED)
    return bare if len(bare) >= OURS_FROM and bare in ours else None


def one_form(body: str) -> str:
    """As two texts are compared: letters alike, one space between words, no quotes and no stops around it."""
    return " ".join(form(body).replace('"', " ").split()).strip(" .,!;:'>")


def _stands(talk: Conversation, effect: Effect, sender: Sender | None) -> bool:
    """Does what the text did still hold, or did somebody change it on a page?"""
    done, row = talk.book.find(effect.verb), talk.row
    if done is None or done.stands is None or sender is None:
        return True
    text = Text(
        row.id, row.number, row.body, row.received_at, sender.person_id, talk.language(sender), Unclear("words")
    )
    return done.stands(talk.db, sender.scope, text, effect.undo["values"])


def _moved_on(talk: Conversation, first: InboundText, effect: Effect) -> bool:
    """Did the sender do something else since, or was she asked something new?"""
    since = first.read_at or first.received_at
    another = exists().where(Effect.number == first.number, Effect.inbound_text_id != first.id, Effect.id > effect.id)
    asked = exists().where(
        Question.number == first.number,
        Question.kind != CLARIFY,
        or_(Question.asked_at > since, Question.closed_at > since),
    )
    if talk.db.scalar(select(or_(another, asked))):
        return True
    return any(
        each.asked_at > since
        for sender in talk.people
        for each in invitations(talk.db, sender.scope, talk.row.number, talk.at)
    )
