"""1, 2, 3: an invited person comes, does not come, does not know; a trainer agrees to lead."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import NotFound
from clusters.people.queries import persons
from clusters.scope import Scope
from clusters.training.actions import answer
from clusters.training.queries import SessionRow, coming_for, waits_for
from clusters.training.rules import Answer
from cop.questions.actions import drop_along
from cop.questions.queries import trainer_of
from messaging.inbound.outcomes import Answer as Heard
from messaging.inbound.queries import invitations
from messaging.inbound.words import Digit, Reply, Text
from messaging.texts.values import Called

GIVEN = {1: Answer.YES, 2: Answer.NO, 3: Answer.UNSURE}
MOST_AHEAD = 100


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Write the answer down and say it back."""
    row = _session(db, scope, text, int(text.question["session"]))
    if text.question["leads"]:
        record(db, "trainer agreed", "training_session", row.id)
        return Reply("answer_yes", undo={"lead": row.id}, did=_did(row, Answer.YES), **_where(db, scope, text, row))
    heard = text.heard
    if not isinstance(heard, Heard):
        raise NotFound("answer")
    given = GIVEN[heard.choice]
    before = answer(db, scope, row.id, _person(text), given, "text", heard.rest or None)
    if before is Answer.NO and waits_for(db, scope, row.id, _person(text)):
        waiting = {"session": row.id, "answer": Answer.NO.value, "waits": True}
        return Reply("answer_waits", undo=waiting, did=_did(row, given), start=row.starts_at, subject=row.subject)
    undo = {
        "session": row.id,
        "answer": given.value,
        "before": before.value if before else None,
        "again": {
            "key": "already_recorded_answer",
            "values": {"answer": given.value, "start": row.starts_at, "subject": row.subject},
        },
    }
    return _echo(db, scope, text, row, heard, undo)


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """Let the answer before count again."""
    if "lead" in undo:
        row = _session(db, scope, text, undo["lead"])
        record(db, "trainer's agreement taken back", "training_session", row.id)
        return Reply("undone_no_answer", start=row.starts_at, subject=row.subject)
    row = _session(db, scope, text, undo["session"])
    if undo.get("waits"):
        answer(db, scope, row.id, _person(text), Answer.NO, "text")
        return Reply("undone_waits", start=row.starts_at, subject=row.subject)
    if "asked" in undo:
        drop_along(db, scope, undo["asked"])
    before = Answer(undo["before"]) if undo["before"] else None
    answer(db, scope, row.id, _person(text), before, "text")
    if before is not Answer.NO and waits_for(db, scope, row.id, _person(text)):
        return Reply("answer_waits", start=row.starts_at, subject=row.subject)
    if before is None:
        return Reply("undone_no_answer", start=row.starts_at, subject=row.subject)
    return Reply("undone_answer", answer=before.value, start=row.starts_at, subject=row.subject)


def stands(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> bool:
    """Is the answer that a text gave still the one that is written down?"""
    if "lead" in undo:
        return True
    if undo.get("waits"):
        return waits_for(db, scope, undo["session"], _person(text))
    asked = invitations(db, scope, text.number, now(db))
    return any(each.session_id == undo["session"] and each.answer is Answer(undo["answer"]) for each in asked)


def _echo(db: Session, scope: Scope, text: Text, row: SessionRow, heard: Heard, undo: Mapping[str, Any]) -> Reply:
    about: dict[str, Any] = {"start": row.starts_at, "subject": row.subject}
    given = GIVEN[heard.choice]
    did = _did(row, given)
    if heard.rest and heard.question:
        return _with_question(db, scope, text, row, {**undo, "asked": text.id}, did)
    match given:
        case Answer.YES if text.question.get("call"):
            return Reply("call_answer_yes", undo=undo, did=did, start=row.starts_at, venue=row.venue)
        case Answer.YES:
            return Reply("answer_yes", undo=undo, did=did, **_where(db, scope, text, row))
        case Answer.NO:
            return Reply("answer_no_reason" if heard.rest else "answer_no", undo=undo, did=did, **about)
        case Answer.UNSURE:
            return Reply("answer_unsure", undo=undo, did=did, **about)


def _with_question(
    db: Session, scope: Scope, text: Text, row: SessionRow, undo: Mapping[str, Any], did: Mapping[str, Any]
) -> Reply:
    """Who answers the question that came along: the trainer by name, else somebody in the office."""
    trainer = trainer_of(db, scope, row.id)
    if trainer is None:
        about: dict[str, Any] = {"start": row.starts_at, "subject": row.subject}
        return Reply("answer_with_question", undo=undo, did=did, answer=undo["answer"], **about)
    told: dict[str, Any] = {"start": row.starts_at, "name": trainer.called}
    return Reply("answer_question_trainer", undo=undo, did=did, answer=undo["answer"], **told)


def _did(row: SessionRow, given: Answer) -> dict[str, str]:
    return {"do": "rsvp", "session": row.code, "answer": given.value}


def _where(db: Session, scope: Scope, text: Text, row: SessionRow) -> dict[str, Any]:
    known = persons(db, scope, [_person(text)]).get(_person(text))
    name = Called(known.name.split()[0], known.gender) if known and known.name.split() else None
    return {"name": name, "start": row.starts_at, "venue": row.venue}


def _session(db: Session, scope: Scope, text: Text, session_id: int) -> SessionRow:
    ahead = coming_for(db, scope, _person(text), now(db), MOST_AHEAD)
    found = next((row for row in ahead if row.id == session_id), None)
    if found is None:
        raise NotFound("training_session", id=session_id)
    return found


def _person(text: Text) -> int:
    if text.person_id is None:
        raise NotFound("person")
    return text.person_id


DIGITS = tuple(Digit(digit, act, take_back, stands) for digit in GIVEN)
