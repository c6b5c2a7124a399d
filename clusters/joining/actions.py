"""A request to join or to move: made, said yes to by its sender, and settled by whoever trains there."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.joining.facts import RequestSettled
from clusters.joining.models import JoinRequest
from clusters.joining.queries import request
from clusters.joining.rules import CONFIRMERS, OPEN, RequestState
from clusters.kernel.audit import AuditEntry, record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, NotAllowed, NotFound
from clusters.kernel.facts import note
from clusters.people.actions import appoint, end_number, give_number, register, retire, take_back, transfer
from clusters.people.queries import posts_of
from clusters.people.rules import LEARNERS, Language, PostRole
from clusters.scope import Scope

HOUSE = Scope.everywhere()
"""Registering and appointing is the office's; a confirmed request is done in the house's name, and the audit says by
whom."""


def ask_to_join(
    db: Session, number: str, name: str, school_id: int, language: Language, *, person_id: int | None = None
) -> int:
    """Keep that somebody at a number says she teaches at a school; an open request of the same number and name gives
    way. With `person_id` it is somebody known, who moves."""
    earlier = db.scalars(
        select(JoinRequest).where(
            JoinRequest.number == number,
            JoinRequest.state.in_(OPEN),
            JoinRequest.person_id.is_not_distinct_from(person_id),
        )
    )
    for each in earlier:
        each.state = RequestState.WITHDRAWN
    made = JoinRequest(
        number=number,
        name=name,
        school_id=school_id,
        moves=person_id is not None,
        person_id=person_id,
        language=language.value,
        asked_at=now(db),
        state=RequestState.ASKED,
    )
    db.add(made)
    db.flush()
    record(db, "asked to move" if made.moves else "asked to join", "join_request", made.id)
    return made.id


def say_yes(db: Session, request_id: int) -> None:
    """Its sender says that school and name are right; Conflict when somebody settled it meanwhile."""
    row = _open(db, request_id)
    row.state = RequestState.WAITS


def withdraw(db: Session, request_id: int) -> bool:
    """Its sender takes it back; was a trainer asked already? Conflict when it was settled."""
    row = _open(db, request_id)
    waited = row.state is RequestState.WAITS
    row.state = RequestState.WITHDRAWN
    record(db, "withdrew", "join_request", row.id)
    return waited


def refuse(db: Session, scope: Scope, request_id: int) -> None:
    """Whoever trains there does not know her."""
    row = _settleable(db, scope, request_id)
    row.state, row.settled_at, row.settled_by = RequestState.REFUSED, now(db), scope.person_id
    record(db, "refused", "join_request", row.id)
    note(db, RequestSettled(row.id))


def confirm(db: Session, scope: Scope, request_id: int) -> int:
    """Register a newcomer at her school with her number, or move somebody known there; returns the person's id."""
    row = _settleable(db, scope, request_id)
    if row.moves:
        if row.person_id is None:
            raise Conflict("request_settled")
        transfer(db, HOUSE, row.person_id, _role(db, row.person_id), row.school_id)
    else:
        row.person_id = register(db, HOUSE, row.name, language=Language(row.language))
        appoint(db, HOUSE, row.person_id, PostRole.TEACHER, at_school=row.school_id)
        give_number(db, HOUSE, row.person_id, row.number)
    row.state, row.settled_at, row.settled_by = RequestState.CONFIRMED, now(db), scope.person_id
    record(db, "confirmed", "join_request", row.id)
    note(db, RequestSettled(row.id))
    return row.person_id


def reopen(db: Session, scope: Scope, request_id: int) -> None:
    """What a settled request did is undone, and it waits again; who is in use already stays registered, postless."""
    request(db, scope, request_id)
    row = db.get_one(JoinRequest, request_id, with_for_update=True)
    if row.state not in (RequestState.CONFIRMED, RequestState.REFUSED) or row.settled_by != scope.person_id:
        raise Conflict("request_settled")
    was, person_id = row.state, row.person_id
    row.state, row.settled_at, row.settled_by = RequestState.WAITS, None, None
    if was is RequestState.CONFIRMED and person_id is not None:
        verb = "moved" if row.moves else "registered"
        if not row.moves:
            row.person_id = None
            db.flush()
        _undo(db, person_id, verb)
    record(db, "reopened", "join_request", row.id)


def _undo(db: Session, person_id: int, verb: str) -> None:
    entry = db.scalar(
        select(AuditEntry.id)
        .where(AuditEntry.verb == verb, AuditEntry.subject_kind == "person", AuditEntry.subject_id == person_id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    if entry is None:
        raise NotFound("change_not_found", change=0)
    try:
        take_back(db, HOUSE, person_id, entry)
    except Conflict as error:
        if error.key != "person_in_use":
            raise
        retire(db, HOUSE, person_id)
        end_number(db, HOUSE, person_id)


def _role(db: Session, person_id: int) -> PostRole:
    held = [post.role for post in posts_of(db, HOUSE, person_id) if post.role in LEARNERS and post.until is None]
    return held[0] if held else PostRole.TEACHER


def _open(db: Session, request_id: int) -> JoinRequest:
    row = db.get(JoinRequest, request_id, with_for_update=True)
    if row is None:
        raise NotFound("join_request", id=request_id)
    if row.state not in OPEN:
        raise Conflict("request_settled")
    return row


def _settleable(db: Session, scope: Scope, request_id: int) -> JoinRequest:
    seen = request(db, scope, request_id)
    if not scope.covers(seen.training_path, seen.admin_path, CONFIRMERS):
        raise NotAllowed("may_not_confirm")
    row = _open(db, request_id)
    if row.state is not RequestState.WAITS:  # its sender has not said yet that school and name are right
        raise Conflict("request_settled")
    return row
