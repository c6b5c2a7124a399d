"""The simulated phones of a rehearsal: who holds them, what stands on their screens, what is still on its way."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, literal, null, or_, select, true, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from clusters.kernel.clock import today
from clusters.people.models import Person, PersonNumber
from clusters.people.queries import seen_people
from clusters.scope import Scope
from messaging.channels.base import Medium
from messaging.channels.models import PhoneText
from messaging.channels.rehearsal import sid_of
from messaging.inbound.models import InboundText
from messaging.outbox.models import Message
from messaging.outbox.rules import State, TextClass


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """A phone with everybody who answers on it, the one longest there first, and its newest text."""

    number: str
    person_ids: list[int]
    names: list[str]
    last_text: str | None
    last_at: datetime | None
    last_id: int | None = None

    @property
    def key(self) -> str:
        """Where a list goes on behind this phone: the id of its newest text, or the number of one without any."""
        return self.number if self.last_id is None else str(self.last_id)


@dataclass(frozen=True, slots=True)
class ScreenText:
    """A text on a phone; `incoming` when the phone received it. `segments` is None for what its holder wrote."""

    body: str
    at: datetime
    incoming: bool
    segments: int | None
    medium: Medium


def phones(
    db: Session, scope: Scope, *, numbers: Collection[str] | None = None, after: str = "", limit: int = 40
) -> list[PhoneRow]:
    """Phones all of whose persons the scope may see, the newest text first; `numbers` narrows, `after` is the key of
    the last one seen."""
    if numbers is None and scope.covers(None, None):
        return _everywhere(db, after, limit)
    held = _held(db, scope, numbers).subquery()
    last = (
        select(PhoneText.id, PhoneText.body, PhoneText.at)
        .where(PhoneText.phone == held.c.number)
        .order_by(PhoneText.id.desc())
        .limit(1)
        .lateral("last")
    )
    statement = (
        select(held.c.number, held.c.person_ids, held.c.names, last.c.body, last.c.at, last.c.id)
        .outerjoin(last, true())
        .order_by(last.c.id.desc().nulls_last(), held.c.number)
        .limit(limit)
    )
    if after.isdecimal():
        statement = statement.where(or_(last.c.id < int(after), last.c.id.is_(None)))
    elif after:
        statement = statement.where(last.c.id.is_(None), held.c.number > after)
    return [PhoneRow(*row) for row in db.execute(statement)]


def _everywhere(db: Session, after: str, limit: int) -> list[PhoneRow]:
    """The same of the whole programme, from the newest text down, however many phones there are."""
    newer = aliased(PhoneText)
    held = exists().where(PersonNumber.number == PhoneText.phone, PersonNumber.until.is_(None))
    wrote: Select[*tuple[Any, ...]] = (
        select(PhoneText.phone.label("number"), PhoneText.body, PhoneText.at, PhoneText.id)
        .where(~exists().where(newer.phone == PhoneText.phone, newer.id > PhoneText.id), held)
        .order_by(PhoneText.id.desc())
        .limit(limit)
    )
    mute: Select[*tuple[Any, ...]] = (
        select(PersonNumber.number, null(), null(), null())
        .where(PersonNumber.until.is_(None), ~exists().where(PhoneText.phone == PersonNumber.number))
        .group_by(PersonNumber.number)
        .order_by(PersonNumber.number)
        .limit(limit)
    )
    if after.isdecimal():
        wrote = wrote.where(PhoneText.id < int(after))
    elif after:
        wrote, mute = wrote.where(false()), mute.where(PersonNumber.number > after)
    both = union_all(wrote, mute).subquery()
    shown = select(both).order_by(both.c.id.desc().nulls_last(), both.c.number).limit(limit).subquery()
    people = (
        select(
            func.array_agg(aggregate_order_by(Person.id, PersonNumber.since, PersonNumber.id)).label("ids"),
            func.array_agg(aggregate_order_by(Person.name, PersonNumber.since, PersonNumber.id)).label("names"),
        )
        .select_from(PersonNumber)
        .join(Person, Person.id == PersonNumber.person_id)
        .where(PersonNumber.number == shown.c.number, PersonNumber.until.is_(None))
        .lateral("people")
    )
    statement: Select[*tuple[Any, ...]] = (
        select(shown.c.number, people.c.ids, people.c.names, shown.c.body, shown.c.at, shown.c.id)
        .join(people, true())
        .order_by(shown.c.id.desc().nulls_last(), shown.c.number)
    )
    return [PhoneRow(*row) for row in db.execute(statement)]


def how_many(db: Session, scope: Scope, *, numbers: Collection[str] | None = None) -> int:
    """How many phones `phones` would show in all."""
    if numbers is None and scope.covers(None, None):
        reached = select(func.count(PersonNumber.number.distinct())).where(PersonNumber.until.is_(None))
        return db.scalar(reached) or 0
    return db.scalar(select(func.count()).select_from(_held(db, scope, numbers).subquery())) or 0


def strangers(db: Session, scope: Scope, limit: int = 10) -> list[PhoneRow]:
    """Phones that wrote and belong to nobody; for a scope over the whole programme alone."""
    if not scope.covers(None, None):
        return []
    known = exists().where(PersonNumber.number == PhoneText.phone, PersonNumber.until.is_(None))
    statement = (
        select(PhoneText.phone, func.max(PhoneText.id).label("last"))
        .where(~PhoneText.incoming, ~known)
        .group_by(PhoneText.phone)
        .order_by(func.max(PhoneText.id).desc())
        .limit(limit)
        .subquery()
    )
    rows = db.execute(
        select(PhoneText.phone, PhoneText.body, PhoneText.at)
        .join(statement, statement.c.last == PhoneText.id)
        .order_by(PhoneText.id.desc())
    )
    return [PhoneRow(phone, [], [], body, at) for phone, body, at in rows]


def phone(db: Session, scope: Scope, number: str) -> PhoneRow | None:
    """One phone; None when somebody on it lies outside the scope. One of nobody is seen from the whole programme."""
    found = phones(db, scope, numbers=[number], limit=1)
    if found:
        return found[0]
    taken = exists().where(PersonNumber.number == number, PersonNumber.until.is_(None))
    if not scope.covers(None, None) or db.scalar(select(taken)):
        return None
    return PhoneRow(number, [], [], None, None)


def unread(db: Session, scope: Scope, numbers: Collection[str]) -> dict[str, int]:
    """Texts that phones of the scope got since their holders last wrote."""
    wrote = (
        select(func.coalesce(func.max(PhoneText.id), 0))
        .where(PhoneText.phone == PersonNumber.number, ~PhoneText.incoming)
        .correlate(PersonNumber)
        .scalar_subquery()
    )
    statement = (
        select(PhoneText.phone, func.count(PhoneText.id.distinct()).label("texts"))
        .join(PersonNumber, and_(PersonNumber.number == PhoneText.phone, PersonNumber.until.is_(None)))
        .join(Person, Person.id == PersonNumber.person_id)
        .where(
            PhoneText.phone.in_(list(numbers)), PhoneText.incoming, PhoneText.id > wrote, seen_people(scope, today(db))
        )
        .group_by(PhoneText.phone)
    )
    return {row.phone: row.texts for row in db.execute(statement)}


def screen(db: Session, scope: Scope, number: str, limit: int = 60) -> list[ScreenText]:
    """The latest texts of a phone of the scope, the oldest first."""
    if phone(db, scope, number) is None:
        return []
    statement = (
        select(
            PhoneText.body,
            PhoneText.at,
            PhoneText.incoming,
            Message.segments,
            func.coalesce(Message.medium, InboundText.medium, literal(Medium.SMS, Message.medium.type)),
        )
        .outerjoin(Message, Message.id == PhoneText.message_id)
        .outerjoin(InboundText, and_(~PhoneText.incoming, InboundText.provider_id == sid_of(PhoneText.id)))
        .where(PhoneText.phone == number)
        .order_by(PhoneText.id.desc())
        .limit(limit)
    )
    return [ScreenText(*row) for row in db.execute(statement)][::-1]


def on_its_way(db: Session, scope: Scope, number: str) -> bool:
    """Is a text of this phone not read yet, or an answer to it not handed over?"""
    if phone(db, scope, number) is None:
        return False
    unread_yet = exists().where(InboundText.number == number, InboundText.state == "received")
    answer = exists().where(
        Message.number == number,
        Message.priority == int(TextClass.REPLY),
        Message.state.in_((State.QUEUED, State.CLAIMED, State.SUBMITTING)),
    )
    return bool(db.scalar(select(or_(unread_yet, answer))))


def _held(db: Session, scope: Scope, numbers: Collection[str] | None) -> Select[*tuple[Any, ...]]:
    """Numbers that reach somebody now, each with its persons."""
    seen: ColumnElement[bool] = seen_people(scope, today(db))
    statement = (
        select(
            PersonNumber.number.label("number"),
            func.array_agg(aggregate_order_by(Person.id, PersonNumber.since, PersonNumber.id)).label("person_ids"),
            func.array_agg(aggregate_order_by(Person.name, PersonNumber.since, PersonNumber.id)).label("names"),
        )
        .join(Person, Person.id == PersonNumber.person_id)
        .where(PersonNumber.until.is_(None))
        .group_by(PersonNumber.number)
        .having(func.bool_and(seen))
    )
    return statement if numbers is None else statement.where(PersonNumber.number.in_(list(numbers)))
