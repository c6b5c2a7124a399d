"""Days on which a trainer is away: written down once, kept free by every later plan, and taken back."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.cascade.models import Leave
from clusters.cascade.rules import Taken
from clusters.kernel.audit import acting, record
from clusters.kernel.clock import now, today
from clusters.kernel.errors import Invalid, NotFound
from clusters.people.models import Person
from clusters.people.queries import person, seen_people
from clusters.scope import Scope

LONGEST = 366
"""A leave of more days than this is no leave but the end of a post."""


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """A leave that still holds, first and last day included."""

    id: int
    person_id: int
    name: str
    first: date
    last: date


def give_leave(db: Session, scope: Scope, person_id: int, first: date, last: date) -> int:
    """Somebody is away from a day to a day; the same leave again is the one that stands. Returns its id."""
    who = person(db, scope, person_id)
    if first > last or (last - first).days >= LONGEST:
        raise Invalid("leave_days", first=first, last=last, most=LONGEST)
    if last < today(db):
        raise Invalid("leave_of_the_past", last=last)
    same = select(Leave.id).where(
        Leave.person_id == who.id, Leave.first == first, Leave.last == last, Leave.ended_at.is_(None)
    )
    known = db.scalar(same)
    if known is not None:
        return known
    row = Leave(person_id=who.id, first=first, last=last, made_at=now(db), by_person_id=acting(db).person_id)
    db.add(row)
    db.flush()
    record(db, "away", "person", who.id, new={"first": first.isoformat(), "last": last.isoformat()})
    return row.id


def end_leave(db: Session, scope: Scope, leave_id: int) -> None:
    """A leave is taken back: plans may use those days again."""
    row = db.get(Leave, leave_id)
    if row is None or row.ended_at is not None:
        raise NotFound("leave", id=leave_id)
    person(db, scope, row.person_id)
    row.ended_at = now(db)
    record(db, "back", "person", row.person_id, new={"first": row.first.isoformat(), "last": row.last.isoformat()})


def leaves(db: Session, scope: Scope, since: date, person_id: int | None = None) -> tuple[LeaveRow, ...]:
    """Leave that ends on a day or later, of everybody the scope sees or of one person, in order of its first day."""
    query = (
        select(Leave.id, Leave.person_id, Person.name, Leave.first, Leave.last)
        .join(Person, Person.id == Leave.person_id)
        .where(Leave.ended_at.is_(None), Leave.last >= since, seen_people(scope, since))
        .order_by(Leave.first, Leave.id)
    )
    if person_id is not None:
        query = query.where(Leave.person_id == person_id)
    return tuple(LeaveRow(*row) for row in db.execute(query))


def leave_days(db: Session, scope: Scope, since: date) -> tuple[Taken, ...]:
    """The days from `since` on that leave takes from every plan; they count in no month."""
    return tuple(
        Taken(max(row.first, since) + timedelta(days=step), row.person_id, away=True)
        for row in leaves(db, scope, since)
        for step in range((row.last - max(row.first, since)).days + 1)
    )
