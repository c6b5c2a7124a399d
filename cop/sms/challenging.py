"""What every command that affects others goes through: whom would it tell, may this number ask for it, and a code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.errors import CopError, NotFound
from clusters.scope import Scope
from clusters.training.queries import SessionRow
from clusters.training.rules import SessionState
from cop.sms import next as next_training
from cop.sms import where
from cop.sms.own_sessions import OwnSessions, Pointed, about, ahead, pointed
from messaging.inbound.habits import came
from messaging.inbound.outcomes import Verb
from messaging.inbound.words import Reply, Text
from messaging.proof.actions import Codes, Command, barred, challenge
from messaging.proof.rules import ALONE_MOST, FRESH, Bar, Does
from messaging.reminders.rules import ReminderRules
from messaging.reminders.telling import before_telling

BARRED: Mapping[Bar, str] = {
    Bar.SHARED: "code_shared",
    Bar.NEW: "code_new",
    Bar.RESTED: "code_rested",
    Bar.LOCKED: "code_locked",
    Bar.OFTEN: "code_often",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """What a house hands to the commands that need a code: how codes are drawn, and how changes are told."""

    codes: Codes = field(default_factory=Codes)
    rules: ReminderRules = field(default_factory=ReminderRules)


@dataclass(frozen=True, slots=True)
class Asking:
    """What a text asks for others, before anybody is told of it."""

    does: Does
    row: SessionRow
    values: Mapping[str, Any]
    """What carrying it out needs, as plain JSON."""
    key: str
    """The text that says what would happen."""
    said: Mapping[str, Any]


INFORMS: Mapping[str, Callable[[Session, Scope, Text], Reply]] = {Does.MOVE: next_training.act, Does.VENUE: where.act}


def meant(db: Session, scope: Scope, text: Text, name: str) -> Pointed | Reply:
    """The coming session that a command is about, or the reply that asks which, or says why none can be changed.

    Who leads no session and writes TARIKH or JAGAH without a number asks for her own: when it is, or where.
    """
    if name in INFORMS and not _numbered(text) and not OwnSessions(db, scope, text.person_id):
        return INFORMS[name](db, scope, text)
    found = pointed(db, scope, text, name, ahead)
    if isinstance(found, Pointed) and (found.row.state is not SessionState.PLANNED or found.row.starts_at <= now(db)):
        return Reply("change_too_late", **about(found.row))
    return found


def _numbered(text: Text) -> bool:
    """Does a number stand in it, as only who means to change something writes one? So it is after our question."""
    tokens = text.heard.tokens if isinstance(text.heard, Verb) else ()
    return bool(text.question) or any(token.kind == "number" for token in tokens)


def tell(
    db: Session, scope: Scope, text: Text, asking: Asking, change: Callable[[], bool | None], proof: Proof
) -> Reply:
    """Try a change and challenge it; `change` is undone at once. Raises what it does."""
    telling = before_telling(db, scope, asking.row.id, change, proof.rules)
    if telling is None:
        return Reply("change_refused", **about(asking.row))
    return ask(db, text, asking, telling.people, telling.segments, proof)


def ask(db: Session, text: Text, asking: Asking, people: int, segments: int, proof: Proof) -> Reply:
    """Give the command a code, which goes to the registered number alone; or say why this number gets none."""
    if text.person_id is None:
        raise NotFound("person")
    row = asking.row
    refused = barred(db, text.number, *came(db, text.number, now(db) - FRESH))
    if refused is not None:
        return Reply(BARRED[refused])
    if people > ALONE_MOST:
        return Reply("too_many_to_tell", code=row.code, told=people)
    command = Command(
        text.number,
        text.person_id,
        asking.does,
        row.id,
        row.revision,
        {**asking.values, "told": people},
        text.id,
    )
    code = challenge(db, command, proof.codes)
    did = {"do": "challenge", "verb": asking.does.value, "session": row.code}
    return Reply(asking.key, did=did, told=people, texts=segments, one_time=code, **asking.said)


def refused_for(error: CopError, row: SessionRow, said: Mapping[str, Callable[[CopError], Reply]]) -> Reply:
    """The reply for what a try ran into; nothing was challenged."""
    made = said.get(error.key)
    return made(error) if made else Reply("change_refused", **about(row))
