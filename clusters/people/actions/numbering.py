"""Gives a person a phone number, or takes it away, as old or as wrong; who shared it keeps it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid
from clusters.kernel.facts import note
from clusters.people.actions.registering import may_change
from clusters.people.facts import NumberChanged
from clusters.people.models import PersonNumber
from clusters.people.phones import PhoneProblem, read
from clusters.scope import Scope


def give_number(db: Session, scope: Scope, person_id: int, written: str) -> str:
    """Let a person be reached by this number, however it is written, and by no other; returns it in E.164.

    Several persons may share one. The same number again changes nothing; a new one notes NumberChanged.
    """
    may_change(db, scope, person_id)
    phone = read(written)
    if phone is None:
        raise Invalid("phone_missing")
    if isinstance(phone, PhoneProblem):
        raise Invalid(phone.cause.value, why=phone.why, proposal=phone.proposal or "")
    ended, kept = _end(db, person_id, keep=phone.e164)
    if kept is None:
        kept = PersonNumber(person_id=person_id, number=phone.e164, since=now(db))
        db.add(kept)
        db.flush()
        _told(db, person_id, ended, kept)
    elif ended:
        _told(db, person_id, ended, kept)
    return phone.e164


def end_number(db: Session, scope: Scope, person_id: int) -> None:
    """No number reaches this person any more; notes NumberChanged if one did."""
    may_change(db, scope, person_id)
    ended, _ = _end(db, person_id, keep=None)
    if ended:
        _told(db, person_id, ended, None)


def mark_wrong(db: Session, scope: Scope, person_id: int) -> None:
    """Somebody else answers at her number: it ends, and the house remembers that it was never hers."""
    may_change(db, scope, person_id)
    ended, _ = _end(db, person_id, keep=None)
    if not ended:
        raise Conflict("number_not_known")
    for row in ended:
        row.wrong = True
    _told(db, person_id, ended, None)


def _end(db: Session, person_id: int, keep: str | None) -> tuple[list[PersonNumber], PersonNumber | None]:
    """End every number but one; those that ended, the latest last, and the one that was kept."""
    current = db.scalars(
        select(PersonNumber)
        .where(PersonNumber.person_id == person_id, PersonNumber.until.is_(None))
        .order_by(PersonNumber.id)
        .with_for_update()
    ).all()
    ended = [row for row in current if row.number != keep]
    for row in ended:
        row.until = now(db)
    db.flush()
    return ended, next((row for row in current if row.number == keep), None)


def _told(db: Session, person_id: int, ended: list[PersonNumber], new: PersonNumber | None) -> None:
    """Note what changed, and record it by the ids of the rows: no number stands in the audit."""
    note(db, NumberChanged(person_id, ended[-1].number if ended else None, new.number if new else None))
    rows = {"ended": [row.id for row in ended]}
    record(db, "changed the number of", "person", person_id, old=rows, new={"number": new and new.id})
