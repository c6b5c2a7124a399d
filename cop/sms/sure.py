"""PAKKA 638214: the code that only the registered number was told confirms what waits for it."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from clusters.calendar.windows import next_open
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict
from clusters.scope import Scope
from clusters.training.queries import training_session
from cop.sms.carrying import check_unchanged
from cop.sms.challenging import Proof
from cop.sms.own_sessions import OwnSessions, about
from messaging.inbound.codes import one_time
from messaging.inbound.outcomes import Verb
from messaging.inbound.words import Reply, Text, Word
from messaging.proof.actions import Tried, confirm, refused, stop
from messaging.proof.models import PendingCommand
from messaging.proof.numbers import wrong_tries
from messaging.proof.rules import Stage, Verdict, tries_left

NAME = "sure"


def act(db: Session, scope: Scope, text: Text, proof: Proof) -> Reply:
    """Begin the hold of what waits, when the code is right."""
    written = one_time(text.heard.tokens) if isinstance(text.heard, Verb) else ""
    digits = proof.codes.digits
    if not written:
        return Reply("sure_missing", last=digits)
    tried = confirm(db, text.number, written)
    match tried.verdict:
        case Verdict.RIGHT:
            return _confirmed(db, scope, tried, written, proof)
        case Verdict.WRONG:
            return _wrong(db, tried, text, written, digits, OwnSessions(db, scope, text.person_id))
        case Verdict.LATE:
            return Reply("sure_late")
        case Verdict.LOCKED:
            return Reply("code_locked")
        case Verdict.NOTHING:
            return Reply("sure_nothing")


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """0 within the hold; later only ROKO with the code turns it back."""
    command = db.get(PendingCommand, undo["command"], with_for_update=True, populate_existing=True)
    if command is None or command.stage is not Stage.HELD:
        raise Conflict("changed_since")
    stop(db, command)
    return Reply("stopped", **about(training_session(db, scope, command.session_id)))


def stands(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> bool:
    """Is it held or carried out still?"""
    command = db.get(PendingCommand, undo["command"], populate_existing=True)
    return command is not None and command.stage in (Stage.HELD, Stage.DONE)


def _confirmed(db: Session, scope: Scope, tried: Tried, code: str, proof: Proof) -> Reply:
    command = tried.command
    if command is None:
        raise Conflict("changed_since")
    row = training_session(db, scope, command.session_id)
    try:
        check_unchanged(db, command)
    except Conflict as error:
        refused(db, command, error.key)
        return Reply("command_failed", **about(row))
    key, said = "sure_done", {"told": command.values.get("told", 0), "one_time": code}
    due = command.due_at or now(db)
    opens = next_open(due, proof.rules.hours)
    if opens > due:  # others are asleep: it is told when the hours for texts open
        key, said = "sure_done_later", {**said, "start": opens}
    undo = {"command": command.id, "again": {"key": key, "values": said}}
    did = {"do": "challenge", "verb": command.does.value, "session": row.code, "confirmed": True}
    return Reply(key, undo=undo, did=did, **said)


def _wrong(db: Session, tried: Tried, text: Text, written: str, digits: int, codes: Collection[str]) -> Reply:
    if tried.locked:
        return Reply("code_locked")
    left = tries_left(wrong_tries(db, text.number), now(db))
    if written in codes:
        return Reply("sure_session_code", code=written, last=digits, left=left)
    return Reply("sure_wrong", left=left)


def word(proof: Proof) -> Word:
    """The word of a house."""
    return Word(
        NAME,
        {"ur_latn": ("pakka", "paka", "pakaa", "pakkaa"), "en": ("sure",), "ur": ("پکا",)},
        tier=2,
        act=partial(act, proof=proof),
        take_back=take_back,
        fuzzy=False,
        stands=stands,
        expects="session",
    )
