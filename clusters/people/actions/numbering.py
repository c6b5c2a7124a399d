"""Gives a person a phone number, or takes it away; who shared it keeps it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Invalid
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
    if _end(db, person_id, keep=phone.e164) != phone.e164:
        db.add(PersonNumber(person_id=person_id, number=phone.e164, since=now(db)))
        db.flush()
    return phone.e164


def end_number(db: Session, scope: Scope, person_id: int) -> None:
    """No number reaches this person any more; notes NumberChanged if one did."""
    may_change(db, scope, person_id)
    _end(db, person_id, keep=None)


def _end(db: Session, person_id: int, keep: str | None) -> str | None:
    """End every number but one, note the change, and tell which one was kept."""
    current = db.scalars(
        select(PersonNumber)
        .where(PersonNumber.person_id == person_id, PersonNumber.until.is_(None))
        .order_by(PersonNumber.id)
        .with_for_update()
    ).all()
    for row in current:
        if row.number != keep:
            row.until = now(db)
    kept = next((row.number for row in current if row.number == keep), None)
    old = next((row.number for row in reversed(current) if row.number != keep), None)
    db.flush()
    if old is not None or (keep is not None and kept is None):
        note(db, NumberChanged(person_id, old, keep))
        record(db, "changed the number of", "person", person_id)
    return kept
