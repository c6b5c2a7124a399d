"""A command gets a code, the code confirms it, the hold passes or is stopped; what it does, others say."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from messaging.proof.hashing import fits, kept
from messaging.proof.models import PendingCommand, WrongTry
from messaging.proof.numbers import known, latest, wrong_tries
from messaging.proof.rules import DIGITS, HOLD, TURN_BACK, Bar, Does, Stage, Verdict, bar, drawn, judge, locked_until
from messaging.texts.values import jsonable

SUBJECT = "training_session"
AGAIN_IN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Codes:
    """How codes are drawn: how many digits, and from what; tests and rehearsals hand in another source."""

    digits: int = DIGITS
    below: Callable[[int], int] = secrets.randbelow


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody wants to do to others, as far as it was read: plain JSON in `values`."""

    number: str
    person_id: int
    does: Does
    session_id: int
    revision: int
    """Of the training session as it stands now."""
    values: Mapping[str, Any]
    inbound_text_id: int | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """What a code came to, and the command it was tried at."""

    verdict: Verdict
    command: PendingCommand | None = None
    locked: bool = False
    """Was this the try that locked the number?"""


def barred(db: Session, number: str, came_at: datetime | None = None, before: datetime | None = None) -> Bar | None:
    """Why a number gets no code now; `came_at` is its first text of the last day, `before` the last before that."""
    return bar(known(db, number, came_at, before), now(db))


def challenge(db: Session, command: Command, codes: Codes) -> str:
    """Let a command wait for a new code, which kills every earlier one of the number; the code, told here alone."""
    code = drawn(codes.below, codes.digits)
    pend(
        db,
        command.number,
        code,
        command.does,
        command.session_id,
        person_id=command.person_id,
        revision=command.revision,
        values=command.values,
        inbound_text_id=command.inbound_text_id,
    )
    return code


def pend(
    db: Session,
    number: str,
    code: str,
    does: Does | str,
    session_id: int,
    *,
    person_id: int,
    revision: int = 1,
    values: Mapping[str, Any] | None = None,
    inbound_text_id: int | None = None,
) -> PendingCommand:
    """Plant a command that waits for a code which is known already, as a rehearsal may; every earlier one dies.

    `number` is E.164, `does` one of "move", "venue", "call off", "msg", `revision` that of the training session. Who
    shall be challenged by her own text must have had her number for a day and less than 90 days of silence.
    """
    db.execute(
        update(PendingCommand)
        .where(PendingCommand.number == number, PendingCommand.stage == Stage.WAITING)
        .values(stage=Stage.REPLACED, ended_at=now(db))
    )
    row = PendingCommand(
        number=number,
        person_id=person_id,
        does=Does(does),
        session_id=session_id,
        revision=revision,
        values=jsonable(values or {}),
        inbound_text_id=inbound_text_id,
        code_hash=kept(number, code),
        asked_at=now(db),
        stage=Stage.WAITING,
    )
    db.add(row)
    db.flush()
    return row


def confirm(db: Session, number: str, code: str) -> Tried:
    """Try a code at what waits at a number: the right one begins its hold, a wrong one counts."""
    command = latest(db, number)
    if command is None or command.stage is not Stage.WAITING:
        return Tried(Verdict.NOTHING, command)
    tried = _try(db, command, code, command.asked_at)
    if tried.verdict is Verdict.RIGHT:
        command.stage, command.confirmed_at, command.due_at = Stage.HELD, now(db), now(db) + HOLD
        record(db, "confirmed by code", SUBJECT, command.session_id, new={"does": command.does.value})
        db.flush()
    return tried


def prove(db: Session, command: PendingCommand, code: str) -> Tried:
    """Is it the code of a command that was confirmed with it? A wrong one counts as everywhere."""
    return _try(db, command, code, now(db))


def _try(db: Session, command: PendingCommand, code: str, asked_at: datetime) -> Tried:
    number, at = command.number, now(db)
    verdict = judge(asked_at, wrong_tries(db, number), at, lambda: fits(command.code_hash, number, code))
    if verdict is not Verdict.WRONG:
        return Tried(verdict, command)
    db.add(WrongTry(number=number, at=at))
    db.flush()
    locked = locked_until(wrong_tries(db, number), at) is not None
    if locked:
        record(db, "locked after wrong codes", SUBJECT, command.session_id)
    return Tried(verdict, command, locked)


def stop(db: Session, command: PendingCommand) -> None:
    """End a command that others know nothing of yet."""
    held = command.stage is Stage.HELD
    command.stage, command.ended_at = Stage.STOPPED, now(db)
    if held:
        record(db, "stopped by text", SUBJECT, command.session_id, new={"does": command.does.value})
    db.flush()


def next_due(db: Session) -> PendingCommand | None:
    """A held command whose hold is over and that nobody else carries out at this moment, locked."""
    return db.scalar(
        select(PendingCommand)
        .where(PendingCommand.stage == Stage.HELD, PendingCommand.due_at <= now(db))
        .order_by(PendingCommand.due_at, PendingCommand.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def carried_out(db: Session, command: PendingCommand, done: Mapping[str, Any]) -> None:
    """It happened; `done` is what turning it back needs."""
    command.stage, command.ended_at, command.done = Stage.DONE, now(db), jsonable(done)
    db.flush()


def put_off(db: Session, command_id: int) -> None:
    """Carrying it out broke off: try again in a while, or give it up when it would come too late to be turned back."""
    command = db.get(PendingCommand, command_id, with_for_update=True)
    if command is None or command.stage is not Stage.HELD or command.confirmed_at is None:
        return
    if now(db) >= command.confirmed_at + TURN_BACK:
        refused(db, command, "failed")
    else:
        command.due_at = now(db) + AGAIN_IN


def refused(db: Session, command: PendingCommand, why: str) -> None:
    """It could not happen any more."""
    command.stage, command.ended_at, command.why = Stage.REFUSED, now(db), why
    db.flush()


def turned_back(db: Session, command: PendingCommand) -> None:
    """It was taken back after it had happened."""
    command.stage, command.turned_back_at = Stage.TURNED_BACK, now(db)
    db.flush()
