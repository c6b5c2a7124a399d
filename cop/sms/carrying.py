"""What confirmed commands do when their hold is over, and how they are turned back: the very actions of the pages."""

import logging
from collections.abc import Collection
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, CopError
from clusters.kernel.unit import UnitOfWork
from clusters.people.queries import scope_of_phone
from clusters.scope import Scope
from clusters.training.actions import call_off, move, reinstate
from clusters.training.models import TrainingSession
from clusters.training.queries import SessionRow, sittings, trainers, training_session
from clusters.training.rules import SessionState
from cop.sms import move as moving
from cop.sms.own_sessions import about
from messaging.announcing import actions as announcing
from messaging.announcing.queries import announcement, outcome
from messaging.announcing.rules import SUBJECT as ANNOUNCEMENT
from messaging.announcing.rules import Target, Whom, Wording
from messaging.outbox import actions as outbox
from messaging.outbox.actions import Draft, enqueue
from messaging.outbox.models import Message, Subject
from messaging.outbox.queries import WAITING
from messaging.outbox.rules import NEVER_SENT, TextClass
from messaging.proof.actions import carried_out, next_due, put_off, refused, turned_back
from messaging.proof.models import PendingCommand
from messaging.proof.rules import Does
from messaging.reminders.rules import CANCELLED, MOVED, SUBJECT
from messaging.texts.catalogue import DEFAULT_LANGUAGE

log = logging.getLogger("cop.sms")

TEXT = "inbound_text"
REPLY, CORRECTION = "reply", "correction"
SAID_WITHIN = timedelta(hours=12)
NOT_DONE = 100
"""Number, among the texts about a command's own text, of the one that says it could not be done."""


class Reach(NamedTuple):
    """How many had been told when something was turned back, and how many had not."""

    told: int
    rest: int


def carry_out_next(unit: UnitOfWork) -> bool:
    """Carry out the confirmed command that has waited longest past its hold; False when there is none.

    One that cannot be done any more is refused, and its trainer reads so; one whose unit breaks is put off.
    """
    command_id = None
    try:
        with unit(Actor("job")) as db:
            command = next_due(db)
            if command is None:
                return False
            command_id = command.id
            db.info["actor"] = Actor("text", command.person_id)
            try:
                with db.begin_nested():
                    done = carry_out(db, command)
            except CopError as error:
                refused(db, command, error.key)
                _say_not_done(db, command)
            else:
                carried_out(db, command, done)
    except Exception as error:
        if command_id is None:
            raise
        log.warning("command %s was not carried out: %s", command_id, type(error).__name__)
        with unit(Actor("job")) as db:
            put_off(db, command_id)
    return True


def carry_out(db: Session, command: PendingCommand) -> dict[str, Any]:
    """Do it with the rights of who confirmed it; what turning it back needs."""
    scope = _scope(db, command)
    check_unchanged(db, command)
    row = training_session(db, scope, command.session_id)
    done: dict[str, Any] = {}
    match command.does:
        case Does.MOVE:
            done["sittings"] = moving.written(sittings(db, scope, [row.id])[row.id])
            move(db, scope, row.id, moving.read(command.values["sittings"]))
        case Does.VENUE:
            done |= {"venue": row.venue, "school": row.venue_school_id}
            days = sittings(db, scope, [row.id])[row.id]
            venue, school = command.values["venue"], command.values["school"]
            move(db, scope, row.id, days, venue=venue, venue_school_id=school)
        case Does.CALL_OFF:
            call_off(db, scope, row.id, command.values["why"])
        case Does.MESSAGE:
            wording = Wording.of(command.values["wording"])
            done["announcement"] = announcing.announce(db, scope, Whom(Target.SESSION, row.id), wording, held=False)
    db.flush()
    done["revision"] = db.scalar(select(TrainingSession.revision).where(TrainingSession.id == row.id))
    return done


def check_unchanged(db: Session, command: PendingCommand) -> None:
    """Conflict when the training session, locked from here on, is not what it was when the command came."""
    now_is = db.execute(
        select(TrainingSession.revision, TrainingSession.state, TrainingSession.starts_at, TrainingSession.code)
        .where(TrainingSession.id == command.session_id)
        .with_for_update()
    ).one()
    planned = now_is.state is SessionState.PLANNED and now_is.starts_at > now(db)
    if now_is.revision != command.revision or not planned:
        raise Conflict("changed_since")


def turn_back(db: Session, scope: Scope, command: PendingCommand) -> Reach:
    """Undo what a command did: what has not gone is withdrawn, who was told is corrected, nobody else hears of it.

    Conflict when something else changed the training session since.
    """
    done = command.done or {}
    row = training_session(db, scope, command.session_id)
    revision = db.scalar(select(TrainingSession.revision).where(TrainingSession.id == row.id).with_for_update())
    if command.does is not Does.MESSAGE and revision != done.get("revision"):
        raise Conflict("changed_since")
    reach = _reach(db, scope, command, (MOVED, CANCELLED))
    match command.does:
        case Does.MOVE:
            move(db, scope, row.id, moving.read(done["sittings"]))
        case Does.VENUE:
            days = sittings(db, scope, [row.id])[row.id]
            move(db, scope, row.id, days, venue=done["venue"], venue_school_id=done["school"])
        case Does.CALL_OFF:
            reinstate(db, scope, row.id)
        case Does.MESSAGE:
            reach = _take_message_back(db, scope, row, done["announcement"])
    turned_back(db, command)
    return reach


def _scope(db: Session, command: PendingCommand) -> Scope:
    """What its sender may do; Conflict when the number is not hers alone any more."""
    holders = scope_of_phone(db, command.number)
    if [each.person_id for each, _ in holders] != [command.person_id]:
        raise Conflict("changed_since")
    return holders[0][1]


def _reach(db: Session, scope: Scope, command: PendingCommand, kinds: Collection[str]) -> Reach:
    """Invited persons whose notice has gone, or may have, and those whose notice waits."""
    leaders = {each.person_id for each in trainers(db, scope, command.session_id)}
    rows = db.execute(
        select(Message.person_id, Message.state).where(
            Message.subject_kind == SUBJECT,
            Message.subject_id == command.session_id,
            Message.kind.in_(kinds),
            Message.planned_at >= command.ended_at,
        )
    )
    states = [state for person_id, state in rows if person_id not in leaders]
    told = sum(state not in (*WAITING, *NEVER_SENT) for state in states)
    return Reach(told, sum(state in WAITING for state in states))


def _take_message_back(db: Session, scope: Scope, row: SessionRow, announcement_id: int) -> Reach:
    known = announcement(db, scope, announcement_id)
    waiting = outcome(db, scope, known).waiting
    if waiting:
        announcing.undo(db, scope, announcement_id)
    went = db.scalars(
        select(Message).where(
            Message.subject_kind == ANNOUNCEMENT,
            Message.subject_id == announcement_id,
            Message.state.not_in((*WAITING, *NEVER_SENT)),
        )
    ).all()
    outbox.about(db, SUBJECT, row.id, training_path=row.training_path, admin_path=row.admin_path)
    revision = db.scalar(select(Subject.revision).where(Subject.kind == SUBJECT, Subject.id == row.id)) or 1
    said = {"subject": row.subject, "start": row.starts_at, "venue": row.venue}
    enqueue(
        db,
        [
            Draft(
                SUBJECT,
                row.id,
                revision,
                each.person_id,
                each.number,
                CORRECTION,
                TextClass.CHANGE,
                "message_taken_back",
                said,
                each.language,
                now(db),
                row.starts_at,
                again=announcement_id,
                invented=each.invented,
            )
            for each in went
        ],
    )
    return Reach(len(went), waiting)


def _say_not_done(db: Session, command: PendingCommand) -> None:
    """One text to the trainer, as an answer to the text that asked for it."""
    hers = (each for each in scope_of_phone(db, command.number) if each[0].person_id == command.person_id)
    holder, scope = next(hers, (None, None))  # who has the number by now, if not her, hears nothing of it
    if command.inbound_text_id is None or holder is None or scope is None:
        return
    row = training_session(db, scope, command.session_id)
    enqueue(
        db,
        Draft(
            TEXT,
            command.inbound_text_id,
            1,
            holder.person_id,
            command.number,
            REPLY,
            TextClass.REPLY,
            "command_failed",
            about(row),
            holder.language or DEFAULT_LANGUAGE,
            now(db),
            now(db) + SAID_WITHIN,
            again=NOT_DONE,
            invented=holder.invented,
        ),
    )
