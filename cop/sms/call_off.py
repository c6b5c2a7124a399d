"""MANSOOKH 4814: a session is called off, once its trainer has confirmed it by a code."""

from functools import partial

from sqlalchemy.orm import Session

from clusters.kernel.errors import CopError
from clusters.scope import Scope
from clusters.training.actions import call_off
from cop.sms.challenging import Asking, Proof, meant, refused_for, tell
from cop.sms.own_sessions import about
from messaging.inbound.words import Reply, Text, Word
from messaging.proof.rules import Does

NAME = "call_off"
LONGEST_REASON = 200


def act(db: Session, scope: Scope, text: Text, proof: Proof) -> Reply:
    """Challenge the end of a session; words after its code are the reason."""
    found = meant(db, scope, text, NAME)
    if isinstance(found, Reply):
        return found
    row, reason = found.row, " ".join(found.written.rest.split())[:LONGEST_REASON]
    asking = Asking(Does.CALL_OFF, row, {"why": reason}, "challenge_call_off", about(row))
    try:
        return tell(db, scope, text, asking, partial(call_off, db, scope, row.id, reason), proof)
    except CopError as error:
        return refused_for(error, row, {})


def word(proof: Proof) -> Word:
    """The word of a house."""
    return Word(
        NAME,
        {
            "ur_latn": ("mansookh", "mansukh", "mansuk", "cancel karna"),
            "en": ("call off",),
            "ur": ("منسوخ",),
        },
        tier=2,
        act=partial(act, proof=proof),
        fuzzy=False,
        free=True,
        expects="session",
    )
