"""A missed call: yes to the one open invitation that asked for it, and to nothing else."""

from sqlalchemy import exists, select

from messaging.channels.base import CALL
from messaging.inbound.actions.choosing import do
from messaging.inbound.actions.conversation import Conversation, Step
from messaging.inbound.actions.standing import invited
from messaging.inbound.outcomes import Answer
from messaging.inbound.queries import SESSION
from messaging.outbox.models import Message

BY_CALL = "invitation_call"
"""The text of an invitation that says where to call."""


def is_call(talk: Conversation) -> bool:
    """Did the number ring, and write nothing?"""
    return talk.row.media_kinds == CALL


def called(talk: Conversation) -> Step:
    """Answer the invitation; where none is open, or two are, nobody knows what the call says, and nothing happens."""
    asked = [
        each for each in invited(talk, talk.people) if each.waits and not each.leads and _by_call(talk, each.session_id)
    ]
    if len(asked) != 1:
        return Step("acknowledged", "a missed call", "it answers one open invitation and nothing else")
    sender = next(each for each in talk.people if each.person_id == asked[0].person_id)
    question = {"session": asked[0].session_id, "leads": False, "call": True}
    reading = f"yes, session {asked[0].code}"
    return do(talk, sender, "1", talk.book.digits[1].act, Answer(1), question, reading, "a missed call", stores=True)


def _by_call(talk: Conversation, session_id: int) -> bool:
    """Was this phone told to call about it?"""
    told = exists().where(
        Message.number == talk.row.number,
        Message.subject_kind == SESSION,
        Message.subject_id == session_id,
        Message.text_key == BY_CALL,
    )
    return bool(talk.db.scalar(select(told)))
