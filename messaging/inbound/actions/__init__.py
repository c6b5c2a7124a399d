"""What is done with texts: kept when they come, read one by one, and settled by a person where we could not."""

from messaging.inbound.actions.conversation import MOST_REPLIES, TOO_MANY
from messaging.inbound.actions.inviting import forget_asked, invite, invite_no_more
from messaging.inbound.actions.joining import join_parts
from messaging.inbound.actions.keeping import Came, keep, take_all
from messaging.inbound.actions.laying import keep_private, lay_in_inbox, take_out
from messaging.inbound.actions.leasing import read_next
from messaging.inbound.actions.settling import (
    SETTLERS,
    answer_by_hand,
    apply_guess,
    apply_to_similar,
    make_private,
    set_aside,
)
from messaging.inbound.actions.teaching import decide_word, propose_word
from messaging.inbound.actions.unlinking import answered_with, forget_sender

__all__ = [
    "MOST_REPLIES",
    "SETTLERS",
    "TOO_MANY",
    "Came",
    "answer_by_hand",
    "answered_with",
    "apply_guess",
    "apply_to_similar",
    "decide_word",
    "forget_asked",
    "forget_sender",
    "invite",
    "invite_no_more",
    "join_parts",
    "keep",
    "keep_private",
    "lay_in_inbox",
    "make_private",
    "propose_word",
    "read_next",
    "set_aside",
    "take_all",
    "take_out",
]
