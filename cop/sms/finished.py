"""KHATAM 4814: the training session took place; in the evening its participants are asked how it was."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from clusters.feedback.queries import was_asked
from clusters.kernel.errors import Conflict, Invalid
from clusters.scope import Scope
from clusters.training.actions import finish, reopen
from clusters.training.queries import training_session
from cop.sms.own_sessions import about, pointed, reportable
from messaging.inbound.words import Reply, Text, Word

NAME = "finished"


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Keep that one of her own sessions is over, and say what comes next; the reason where it cannot be kept."""
    found = pointed(db, scope, text, NAME, reportable)
    if isinstance(found, Reply):
        return found
    row = found.row
    before = row.finished_at is not None
    try:
        finish(db, scope, row.id)
    except Invalid as error:
        return Reply(error.key, **about(row))
    said: dict[str, Any] = {"code": row.code, "start": row.starts_at}
    key = "finished_reported" if row.reported else "finished"
    did = {"do": NAME, "session": row.code}
    return Reply(key, did=did, **said) if before else Reply(key, undo={"session": row.id}, did=did, **said)


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """It is not over; Conflict once the participants were asked about it."""
    row = training_session(db, scope, undo["session"])
    if was_asked(db, scope, row.id):
        raise Conflict("feedback_asked", code=row.code)
    reopen(db, scope, row.id)
    return Reply("undone_finished", code=row.code, start=row.starts_at)


def stands(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> bool:
    """Is the session still called finished?"""
    return training_session(db, scope, undo["session"]).finished_at is not None


WORD = Word(
    NAME,
    {"ur_latn": ("khatam", "khatm", "khtm", "khatum"), "en": ("finished", "done"), "ur": ("ختم",)},
    tier=1,
    expects="session",
    act=act,
    take_back=take_back,
    stands=stands,
)
