"""What NAYA and SCHOOL have in common: a school by its EMIS code, a request that its asker says yes to, and a circle
trainer who is asked and decides."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clusters.joining.actions import confirm, refuse, reopen, say_yes
from clusters.joining.actions import withdraw as withdraw_request
from clusters.joining.asking import NamedSchool, confirmer, nearly_emis, own_request, with_emis
from clusters.joining.queries import RequestRow, request
from clusters.joining.rules import OPEN
from clusters.kernel.clock import now
from clusters.kernel.errors import NotFound
from clusters.scope import Scope
from cop.joining.actions import ASKED, SENT_WITHIN, SUBJECT, TOLD
from messaging.inbound.actions import invite, invite_no_more
from messaging.inbound.outcomes import Answer
from messaging.inbound.script import Token
from messaging.inbound.words import Asked, Reply, Text
from messaging.outbox.actions import Draft, about, enqueue, withdraw
from messaging.outbox.models import Message
from messaging.outbox.rules import NEVER_SENT, TextClass
from messaging.texts.catalogue import DEFAULT_LANGUAGE

TRAINER_HAS = timedelta(hours=72)
"""So long a circle trainer may answer by a bare digit; later the request still waits on the page."""

MOST_PUT, MOST_WITHIN = 3, timedelta(hours=24)
"""Requests that one trainer is texted; the others wait on the page, so that strangers do not use up her texts."""


@dataclass(frozen=True, slots=True)
class Emis:
    """The EMIS code that was written, and the school it names."""

    written: str
    school: NamedSchool | None


Made = Callable[[Session, Scope, Text, NamedSchool, Mapping[str, Any]], Reply]
"""Makes the request for a school, out of what else the text said."""


@dataclass(frozen=True, slots=True)
class Requesting:
    """One of the two words: what it makes of a school that was named, and the texts that are its own."""

    word: str
    made: Made
    no_code: str
    no_school: str
    sent: str
    withdrawn: str
    sent_names_school: bool = False


def read_school(
    db: Session, scope: Scope, text: Text, way: Requesting, tokens: Sequence[Token], said: Mapping[str, Any]
) -> Reply:
    """Make the request for the school whose code was written; of one nearly so ask whether it is meant."""
    emis = emis_of(db, tokens)
    if emis is None:
        return Reply(way.no_code)
    if emis.school is not None:
        return way.made(db, scope, text, emis.school, said)
    meant = near(db, emis.written)
    if meant is None:
        return Reply(way.no_school, written=emis.written)
    asks = Asked(way.word, 0, {**said, "school": meant.code})
    return Reply("join_near", asks=asks, written=emis.written, venue=meant.name, code=meant.code)


def answered(db: Session, scope: Scope, text: Text, way: Requesting, choice: int) -> Reply:
    """What a digit says: the trainer's word about a request, the school that is meant, the asker's own yes or no."""
    question = text.question
    if "confirms" in question:
        return decide(db, scope, text)
    if "school" in question:
        found = with_emis(db, question["school"]) if choice == 1 else None
        return way.made(db, scope, text, found, question) if found else Reply("nothing_changed")
    row = own_request(db, text.number, int(question["request"]))
    if choice != 1:
        take_request_back(db, way.word, row.id)
        return Reply(way.withdrawn, did={"do": way.word})
    say_yes(db, row.id)
    ask_trainer(db, way.word, text.number, row.id)
    values: dict[str, Any] = {"venue": row.school} if way.sent_names_school else {}
    return Reply(way.sent, undo={"request": row.id}, did={"do": way.word}, **values)


def taken_back(db: Session, scope: Scope, way: Requesting, undo: Mapping[str, Any]) -> Reply:
    """Take the request back, or a trainer's word about it."""
    if "settled" in undo:
        return undecide(db, scope, undo)
    take_request_back(db, way.word, int(undo["request"]))
    return Reply(way.withdrawn)


def emis_of(db: Session, tokens: Sequence[Token]) -> Emis | None:
    """The first number that is a school's code, also when it was written in pieces; None without any number."""
    numbers = [token.text for token in tokens if token.kind == "number"]
    if not numbers:
        return None
    for written in (*numbers[:3], "".join(numbers[:2]), "".join(numbers)):
        found = with_emis(db, written)
        if found is not None:
            return Emis(written, found)
    return Emis(numbers[0], None)


def near(db: Session, written: str) -> NamedSchool | None:
    """The only school one slip away from a code."""
    found = nearly_emis(db, written) if 3 <= len(written) <= 12 else ()
    return found[0] if len(found) == 1 else None


def ask_trainer(db: Session, word: str, number: str, request_id: int) -> None:
    """Put the request of a number to the circle trainer of the school, by text and as a numbered question.

    Of many in a day only the first are put to her.
    """
    row = own_request(db, number, request_id)
    about(db, SUBJECT, row.id, training_path=row.training_path, admin_path=row.admin_path)
    asked = confirmer(db, row)
    at = now(db)
    if asked is None or _put(db, asked.number) >= MOST_PUT:
        return
    invite(db, asked.number, asked.person_id, Asked(word, row.id, {"confirms": row.id}), at + TRAINER_HAS)
    values = {"name": row.name, "venue": row.school, "code": row.code}
    key = "move_request" if row.moves else "join_request"
    draft = Draft(
        SUBJECT, row.id, 1, asked.person_id, asked.number, ASKED, TextClass.REMINDER, key, values,
        asked.language or DEFAULT_LANGUAGE, at, at + SENT_WITHIN, invented=asked.invented,
    )  # fmt: skip
    enqueue(db, draft, anew=True)


def _put(db: Session, number: str) -> int:
    """How many requests this trainer's phone was lately texted."""
    lately = select(func.count()).where(
        Message.number == number,
        Message.subject_kind == SUBJECT,
        Message.kind == ASKED,
        Message.planned_at > now(db) - MOST_WITHIN,
        Message.state.not_in(NEVER_SENT),
    )
    return db.scalar(lately) or 0


def decide(db: Session, scope: Scope, text: Text) -> Reply:
    """The trainer's 1 or 2: registered, or moved, or refused; the asker hears of it in a few minutes."""
    row = request(db, scope, int(text.question["confirms"]))
    if not isinstance(text.heard, Answer):
        raise NotFound("join_request")
    if row.state not in OPEN:
        return Reply("request_gone", name=row.name)
    undo = {"settled": row.id}
    if text.heard.choice != 1:
        refuse(db, scope, row.id)
        return Reply("request_refused", undo=undo, did=_did(row), name=row.name)
    confirm(db, scope, row.id)
    return Reply("request_confirmed", undo=undo, did=_did(row), name=row.name, venue=row.school)


def take_request_back(db: Session, word: str, request_id: int) -> None:
    """The asker thought better of it; no trainer is asked about it any more. Conflict when it was settled."""
    if withdraw_request(db, request_id):
        invite_no_more(db, word, request_id)
        withdraw(db, SUBJECT, request_id, "taken_back", kinds=[ASKED])


def undecide(db: Session, scope: Scope, undo: Mapping[str, Any]) -> Reply:
    """The trainer's answer is taken back; the question that it answered is open again."""
    row = request(db, scope, int(undo["settled"]))
    reopen(db, scope, row.id)
    withdraw(db, SUBJECT, row.id, "taken_back", kinds=[TOLD])
    return Reply("request_open_again", name=row.name)


def _did(row: RequestRow) -> dict[str, Any]:
    return {"do": "school" if row.moves else "join"}
