"""ROKO: what was confirmed is stopped while it is held, and turned back by its code until 30 minutes after."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy.orm import Session

from clusters.kernel.errors import CopError
from clusters.scope import Scope
from clusters.training.queries import training_session
from cop.sms.carrying import turn_back
from cop.sms.challenging import Proof
from cop.sms.own_sessions import about
from messaging.inbound.codes import one_time
from messaging.inbound.outcomes import Hold, Verb
from messaging.inbound.words import Reply, Text, Word
from messaging.proof.actions import prove, stop
from messaging.proof.hashing import fits
from messaging.proof.models import PendingCommand
from messaging.proof.numbers import stoppable
from messaging.proof.rules import Stage, Verdict

NAME = "hold"


def act(db: Session, scope: Scope, text: Text, proof: Proof) -> Reply:
    """Stop everything that others know nothing of; what is done already needs its code."""
    code = _code(text)
    commands = stoppable(db, text.number)
    quiet = [each for each in commands if each.stage is not Stage.DONE]
    done = [each for each in commands if each.stage is Stage.DONE]
    if not commands:
        return Reply("sure_nothing")
    if not code:
        return _stopped(db, scope, quiet) if quiet else Reply("hold_needs_code", last=proof.codes.digits)
    meant = next((each for each in quiet if fits(each.code_hash, text.number, code)), None)
    if meant is not None:
        return _stopped(db, scope, [meant])
    if not done:
        return Reply("hold_wrong")
    return _turned_back(db, scope, done, code)


def _stopped(db: Session, scope: Scope, commands: Sequence[PendingCommand]) -> Reply:
    """Stopped without a trace for others; the newest is named."""
    for each in commands:
        stop(db, each)
    row = training_session(db, scope, commands[0].session_id)
    return Reply("stopped", did=_did(commands[0], row.code), **about(row))


def _turned_back(db: Session, scope: Scope, done: Sequence[PendingCommand], code: str) -> Reply:
    """A wrong code counts once, however many commands it was tried at."""
    command = next((each for each in done if fits(each.code_hash, each.number, code)), done[0])
    verdict = prove(db, command, code).verdict
    if verdict is not Verdict.RIGHT:
        return Reply("code_locked" if verdict is Verdict.LOCKED else "hold_wrong")
    row = training_session(db, scope, command.session_id)
    try:
        with db.begin_nested():
            reach = turn_back(db, scope, command)
    except CopError:
        return Reply("turn_back_failed", code=row.code)
    return Reply("turned_back", did=_did(command, row.code), told=reach.told, rest=reach.rest)


def _did(command: PendingCommand, code: str) -> dict[str, str]:
    """It is an undoing, as 0 is."""
    return {"do": "undo", "verb": command.does.value, "session": code}


def _code(text: Text) -> str:
    if isinstance(text.heard, Hold):
        return text.heard.code or ""
    return one_time(text.heard.tokens) if isinstance(text.heard, Verb) else ""


def word(proof: Proof) -> Word:
    """The word of a house."""
    return Word(
        NAME,
        {"ur_latn": ("roko", "rok", "rokho"), "en": ("hold",), "ur": ("روکو",)},
        tier=2,
        act=partial(act, proof=proof),
        fuzzy=False,
        expects="session",
        stops=True,
    )
