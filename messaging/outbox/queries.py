"""Reads of the outbox: what went, what will go, what was lost on the way, and what it cost."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    RowMapping,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from clusters.scope import Scope
from messaging.channels.base import Fault, Medium, Status
from messaging.channels.models import PhoneText
from messaging.consent.models import OptOut, PersonOptOut, WrongNumber
from messaging.outbox.models import (
    AttemptOutcome,
    Message,
    ProviderEvent,
    ProviderMessage,
    SendingStop,
    Stray,
    Subject,
)
from messaging.outbox.reasons import Reason, Standing, held_for, lost_for
from messaging.outbox.rules import RANK, State, StopReason, TextClass

GONE = tuple(state for state, rank in RANK.items() if rank >= 3 and state not in (State.FAILED, State.UNDELIVERED))
"""A channel took the text, and nothing says that it was lost later."""
FAILED = (State.FAILED, State.UNDELIVERED, State.REJECTED)
IN_DOUBT = (State.UNKNOWN, State.UNRESOLVED)
WAITING = (State.QUEUED, State.PARKED, State.CLAIMED, State.SUBMITTING)
SAID_NOT_SENT = (State.CANCELLED, State.SUPPRESSED)


@dataclass(frozen=True, slots=True)
class Moment:
    """Texts of one kind about one subject: people = accepted + failed + in_doubt + waiting. Those taken back and those
    held back by a wish for silence are not among them. `at` is when the first went, or when the next will go."""

    kind: str
    at: datetime
    people: int
    accepted: int
    failed: int
    in_doubt: int
    waiting: int
    segments: int
    """A text that was not made yet counts one."""


@dataclass(frozen=True, slots=True)
class Funnel:
    """Texts planned for a period: wanted = held_back + withdrawn + expired + waiting + failed + in_doubt + accepted."""

    wanted: int
    held_back: int
    withdrawn: int
    expired: int
    waiting: int
    failed: int
    in_doubt: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Failures:
    """Texts planned for a period, and those of them that were lost."""

    wanted: int
    failed: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What the texts of one kind took; `dear_segments` are those in an alphabet of 70 characters a part."""

    kind: str
    texts: int
    segments: int
    dear_segments: int


@dataclass(frozen=True, slots=True)
class Lost:
    """Texts that did not arrive, or perhaps did not, for one reason: the key of a sentence, or the latest error that
    the provider gave."""

    state: State
    why: str | None
    code: str | None
    fault: Fault | None
    texts: int

    @property
    def reason(self) -> Reason:
        """Why, in a sentence."""
        return lost_for(self.state, self.why, self.code, self.fault)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message as it stands; `body` is what was said, None before it went."""

    id: UUID
    subject_kind: str
    subject_id: int
    person_id: int
    number: str
    kind: str
    text_class: TextClass
    state: State
    why: str | None
    body: str | None
    segments: int | None
    planned_at: datetime
    send_after: datetime
    send_by: datetime
    state_at: datetime
    medium: Medium
    leg: int
    silent: bool
    code: str | None = None
    fault: Fault | None = None
    """The latest error that its provider gave, and what it is about."""
    held: StopReason | None = None
    """Why sending is stopped, of everything or about its place."""

    @property
    def standing(self) -> Standing:
        """What `reasons.reason` needs to know."""
        return Standing(
            self.state,
            self.why,
            self.text_class,
            self.send_after,
            self.state_at,
            self.silent,
            self.code,
            self.fault,
            held_for(self.held) if self.held else None,
            self.send_by,
        )


@dataclass(frozen=True, slots=True)
class Happening:
    """What a provider said of a message, as a `Status`; `code` is its number of an error."""

    message_id: UUID
    at: datetime
    status: Status
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How the outbox stands: due since, on its way, in doubt since, waiting for a person."""

    due: int
    oldest_due: datetime | None
    on_the_way: int
    in_doubt: int
    oldest_doubt: datetime | None
    parked: int


@dataclass(frozen=True, slots=True)
class Strange:
    """A text that a channel took once too often: a second copy of a message, or without one nobody's."""

    sid: str
    number: str
    at: datetime
    message_id: UUID | None


@dataclass(frozen=True, slots=True)
class Copy:
    """A text on a simulated phone; one row for every copy that was handed over."""

    phone: str
    text: str
    at: datetime
    message: UUID | None


def seen_by(scope: Scope) -> ColumnElement[bool]:
    """The predicate of every subject whose messages this scope may see."""
    return scope.within(Subject.training_path, Subject.admin_path)


def moments_of(db: Session, scope: Scope, subject_kind: str, subject_id: int) -> tuple[Moment, ...]:
    """What went and what will go about a subject, in time order; what was taken back is left out."""
    in_view = and_(Message.state.not_in(SAID_NOT_SENT), ~_followed())
    went = Message.state.not_in((*WAITING, *SAID_NOT_SENT))
    at = func.coalesce(func.min(Message.state_at).filter(went), func.min(Message.send_after))
    rows = db.execute(
        _joined(
            select(
                Message.kind,
                at,
                func.count(),
                counted(GONE),
                counted((*FAILED, State.EXPIRED)),
                counted(IN_DOUBT),
                counted(WAITING),
                _total(func.coalesce(Message.segments, 1)),
            ),
            scope,
        )
        .where(in_view, Message.subject_kind == subject_kind, Message.subject_id == subject_id)
        .group_by(Message.revision, Message.kind)
        .order_by(at, Message.kind)
    )
    return tuple(Moment(*row) for row in rows)


def funnel(db: Session, scope: Scope, first: datetime, last: datetime) -> Funnel:
    """Texts that should go in [first, last), by what became of them."""
    held = or_(Message.state == State.SUPPRESSED, and_(_coming(), _is_silent()))
    waiting = and_(Message.state.in_(WAITING), ~and_(_coming(), _is_silent()))
    row = db.execute(
        _joined(
            select(
                func.count(),
                func.count().filter(held),
                counted((State.CANCELLED,)),
                counted((State.EXPIRED,)),
                func.count().filter(waiting),
                counted(FAILED),
                counted(IN_DOUBT),
                counted(GONE),
            ),
            scope,
        ).where(_planned_in(first, last), ~_followed())
    ).one()
    return Funnel(*row)


def failures(db: Session, scope: Scope, first: datetime, last: datetime) -> Failures:
    """How many texts should go in [first, last), and how many of them surely failed."""
    asked = _joined(select(func.count(), counted(FAILED)), scope).where(_planned_in(first, last), ~_followed())
    return Failures(*db.execute(asked).one())


def costs(db: Session, scope: Scope, first: datetime, last: datetime) -> list[Cost]:
    """What texts that were handed over in [first, last) took, the dearest kind first."""
    # Another alphabet than the phones' own is what makes a text longer in bytes than in characters.
    dear = func.octet_length(_body()) > func.char_length(_body()) * 3 / 2
    total = _total(Message.segments)
    rows = db.execute(
        _joined(select(Message.kind, func.count(), total, _total(case((dear, Message.segments)))), scope)
        .where(_planned_in(first, last), Message.body.is_not(None))
        .group_by(Message.kind)
        .order_by(total.desc(), Message.kind)
    )
    return [Cost(*row) for row in rows]


def lost(db: Session, scope: Scope, first: datetime, last: datetime) -> list[Lost]:
    """Why texts of [first, last) did not arrive, the commonest reason first."""
    states = (*FAILED, *IN_DOUBT, State.EXPIRED, State.PARKED)
    error = [case((Message.state.in_(FAILED), _error(name))).label(name) for name in ("code", "fault")]
    each = (
        _joined(select(Message.state, Message.why, *error), scope)
        .where(_planned_in(first, last), Message.state.in_(states), ~_followed())
        .subquery()
    )
    by = (each.c.state, each.c.why, each.c.code, each.c.fault)
    rows = db.execute(select(*by, func.count()).group_by(*by).order_by(func.count().desc(), *by))
    return [Lost(state, why, code, _fault(fault), texts) for state, why, code, fault, texts in rows]


def messages_to(
    db: Session,
    scope: Scope,
    *,
    person_ids: Collection[int] = (),
    numbers: Collection[str] = (),
    limit: int = 20,
) -> list[MessageRow]:
    """The latest messages to some persons or numbers, newest first: "why did she not get it?"."""
    wanted = or_(Message.person_id.in_(person_ids), Message.number.in_(numbers))
    statement = _rows(scope).where(wanted).order_by(Message.send_after.desc(), Message.id).limit(limit)
    return [_row(row) for row in db.execute(statement).mappings()]


def messages_about(db: Session, scope: Scope, subject_kind: str, subject_id: int) -> list[MessageRow]:
    """Every message about a subject, in time order."""
    statement = (
        _rows(scope)
        .where(Message.subject_kind == subject_kind, Message.subject_id == subject_id)
        .order_by(Message.send_after, Message.kind, Message.number, Message.id)
    )
    return [_row(row) for row in db.execute(statement).mappings()]


def message(db: Session, scope: Scope, message_id: UUID) -> MessageRow | None:
    """One message, if the scope may see it."""
    row = db.execute(_rows(scope).where(Message.id == message_id)).mappings().first()
    return None if row is None else _row(row)


def happenings(db: Session, scope: Scope, message_ids: Collection[UUID]) -> dict[UUID, list[Happening]]:
    """What providers said of messages, each in the order of time: taken, and what was reported after that."""
    seen = _joined(select(Message.id), scope).where(Message.id.in_(message_ids)).subquery()
    ours = ProviderMessage.message_id.in_(select(seen.c.id))
    taken: Select[*tuple[Any, ...]] = select(
        ProviderMessage.message_id,
        ProviderMessage.at,
        literal(Status.ACCEPTED.value).label("status"),
        cast(null(), Text).label("code"),
    ).where(ours)
    reported = (
        select(ProviderMessage.message_id, ProviderEvent.received_at, ProviderEvent.status, ProviderEvent.code)
        .join(ProviderMessage, ProviderMessage.sid == ProviderEvent.sid)
        .where(ours, ProviderEvent.status != Status.ACCEPTED.value)
    )
    all_of_them = union_all(taken, reported).subquery()
    told: dict[UUID, list[Happening]] = {}
    for message_id, at, status, code in db.execute(select(all_of_them).order_by(all_of_them.c.at)):
        told.setdefault(message_id, []).append(Happening(message_id, at, Status(status), code))
    return told


def not_arrived(
    db: Session, scope: Scope, *, subject: tuple[str, int] | None = None, limit: int = 20
) -> list[MessageRow]:
    """Messages that did not arrive or perhaps did not, and that no second leg followed, the latest first."""
    lost_or_stuck = Message.state.in_((*FAILED, *IN_DOUBT, State.EXPIRED, State.SUPPRESSED, State.PARKED))
    statement = _rows(scope).where(lost_or_stuck, ~_followed())
    if subject is not None:
        statement = statement.where(Message.subject_kind == subject[0], Message.subject_id == subject[1])
    found = db.execute(statement.order_by(Message.state_at.desc(), Message.id).limit(limit))
    return [_row(row) for row in found.mappings()]


def parked(db: Session, scope: Scope, limit: int = 20) -> list[MessageRow]:
    """Messages that wait for a person, the oldest first."""
    waiting = _rows(scope).where(Message.state == State.PARKED).order_by(Message.state_at, Message.id).limit(limit)
    return [_row(row) for row in db.execute(waiting).mappings()]


def wrong_numbers(db: Session, scope: Scope, limit: int = 20) -> list[MessageRow]:
    """To each number that a channel calls wrong the latest message that did not arrive, the latest first."""
    lost_to = (
        _joined(select(Message.id), scope)
        .join(WrongNumber, and_(WrongNumber.number == Message.number, WrongNumber.ended_at.is_(None)))
        .where(Message.state.in_((*FAILED, State.SUPPRESSED)), Message.person_id != 0)
        .ext(distinct_on(Message.number))
        .order_by(Message.number, Message.state_at.desc(), Message.id)
        .subquery()
    )
    latest = _rows(scope).where(Message.id.in_(select(lost_to.c.id))).order_by(Message.state_at.desc(), Message.id)
    return [_row(row) for row in db.execute(latest.limit(limit)).mappings()]


def counts(
    db: Session, scope: Scope, *, subject_kind: str | None = None, subject_id: int | None = None
) -> dict[State, int]:
    """Messages by state, of all subjects, of one kind of subject or of one."""
    statement = _joined(select(Message.state, func.count()), scope).group_by(Message.state)
    if subject_kind is not None:
        statement = statement.where(Message.subject_kind == subject_kind)
    if subject_id is not None:
        statement = statement.where(Message.subject_id == subject_id)
    return dict(db.execute(statement).all())


def has_subject(db: Session, scope: Scope, subject_kind: str, subject_id: int) -> bool:
    """Is there such a subject inside the scope?"""
    there = exists().where(Subject.kind == subject_kind, Subject.id == subject_id, seen_by(scope))
    return bool(db.scalar(select(there)))


def backlog(db: Session, scope: Scope, at: datetime) -> Backlog:
    """What waits at an instant."""
    return Backlog(**db.execute(backlog_of(scope, at)).mappings().one())


def backlog_of(scope: Scope, at: datetime) -> Select[*tuple[Any, ...]]:
    """The same as one row, its columns named as the fields, to ask for it beside something else."""
    queued = Message.state == State.QUEUED
    open_ = Message.state.in_((State.CLAIMED, State.SUBMITTING, State.UNKNOWN, State.PARKED))
    due = _joined(select(Message.send_after), scope).where(queued, Message.send_after <= at).subquery()
    held = _joined(select(Message.state, Message.state_at), scope).where(open_).subquery()
    unknown = held.c.state == State.UNKNOWN
    # Each part by its own index, which holds all that it needs: there may be as many texts as teachers.
    waiting = select(func.count().label("due"), func.min(due.c.send_after).label("oldest_due")).subquery()
    begun = select(
        func.count().filter(held.c.state.in_((State.CLAIMED, State.SUBMITTING))).label("on_the_way"),
        func.count().filter(unknown).label("in_doubt"),
        func.min(held.c.state_at).filter(unknown).label("oldest_doubt"),
        func.count().filter(held.c.state == State.PARKED).label("parked"),
    ).subquery()
    return select(waiting, begun).join_from(waiting, begun, true())


def strange(db: Session, scope: Scope, limit: int = 50) -> list[Strange]:
    """Second copies of texts, and texts in a channel's list that nobody here sent; the latest first.

    What belongs to nobody is seen by whoever sees everything.
    """
    twice = _joined(select(ProviderMessage.sid, Message.number, ProviderMessage.at, Message.id), scope).join(
        ProviderMessage, and_(ProviderMessage.message_id == Message.id, ProviderMessage.extra)
    )
    found = [Strange(*row) for row in db.execute(twice.order_by(ProviderMessage.at.desc()).limit(limit))]
    if scope.covers(None, None):
        placed = exists().where(ProviderMessage.sid == Stray.sid)
        at = func.coalesce(Stray.taken_at, Stray.found_at)
        nobodys = select(Stray.sid, Stray.number, at).where(Stray.why == "nobodys", ~placed).order_by(at.desc())
        found += [Strange(row[0], row[1] or "", row[2], None) for row in db.execute(nobodys.limit(limit))]
    return sorted(found, key=lambda each: each.at, reverse=True)[:limit]


def copies(db: Session, scope: Scope, *, subject_kind: str | None = None, subject_id: int | None = None) -> list[Copy]:
    """Every copy that rehearsal phones got, in the order in which they came; of all messages or of one subject."""
    statement = (
        select(PhoneText.phone, PhoneText.body, PhoneText.at, PhoneText.message_id)
        .outerjoin(Message, Message.id == PhoneText.message_id)
        .outerjoin(Subject, and_(Subject.kind == Message.subject_kind, Subject.id == Message.subject_id))
        .where(PhoneText.incoming, seen_by(scope))
        .order_by(PhoneText.id)
    )
    if subject_kind is not None:
        statement = statement.where(Message.subject_kind == subject_kind, Message.subject_id == subject_id)
    return [Copy(*row) for row in db.execute(statement)]


def _joined(statement: Select[*tuple[Any, ...]], scope: Scope) -> Select[*tuple[Any, ...]]:
    """The messages of a scope; one that holds everything need not ask where each belongs."""
    if scope.covers(None, None):
        return statement.select_from(Message)
    about = and_(Subject.kind == Message.subject_kind, Subject.id == Message.subject_id)
    return statement.select_from(Message).join(Subject, about).where(seen_by(scope))


def _rows(scope: Scope) -> Select[*tuple[Any, ...]]:
    made = {
        "text_class": Message.priority,
        "silent": _is_silent(),
        "code": _error("code"),
        "fault": _error("fault"),
        "held": _held(),
    }
    own = [getattr(Message, each.name) for each in fields(MessageRow) if each.name not in made]
    return _joined(select(*own, *(column.label(name) for name, column in made.items())), scope)


def _held() -> ColumnElement[Any]:
    """Why a stop of everything, or else of its place, keeps a message."""
    about_it = exists().where(
        Subject.kind == Message.subject_kind,
        Subject.id == Message.subject_id,
        func.starts_with(Subject.training_path, SendingStop.training_path),
    )
    return (
        select(SendingStop.reason)
        .where(
            SendingStop.released_at.is_(None),
            SendingStop.channel.is_(None),
            or_(SendingStop.training_path.is_(None), about_it.correlate(Message, SendingStop)),
        )
        .order_by(SendingStop.training_path.is_not(None), SendingStop.id)
        .limit(1)
        .correlate(Message)
        .scalar_subquery()
    )


def _row(values: RowMapping) -> MessageRow:
    named: dict[str, Any] = {str(name): value for name, value in values.items()}
    return MessageRow(**{**named, "text_class": TextClass(named["text_class"]), "fault": _fault(named["fault"])})


def _fault(kept: str | None) -> Fault | None:
    return Fault(kept) if kept else None


def _error(name: str) -> ColumnElement[Any]:
    """What the latest error of a message's provider says: what was reported, else what was answered."""
    reported = (
        select(getattr(ProviderEvent, name))
        .join(ProviderMessage, ProviderMessage.sid == ProviderEvent.sid)
        .where(ProviderMessage.message_id == Message.id, ProviderEvent.code.is_not(None))
        .order_by(ProviderEvent.id.desc())
        .limit(1)
    )
    answered = (
        select(getattr(AttemptOutcome, name))
        .where(
            AttemptOutcome.message_id == Message.id,
            AttemptOutcome.n == Message.attempts,
            or_(AttemptOutcome.code.is_not(None), AttemptOutcome.fault.is_not(None)),
        )
        .order_by(AttemptOutcome.id.desc())
        .limit(1)
    )
    return func.coalesce(reported.scalar_subquery(), answered.scalar_subquery())


def _body() -> ColumnElement[str]:
    return func.coalesce(Message.body, "")


def _is_silent() -> ColumnElement[bool]:
    other = Message.priority != TextClass.CHANGE.value
    return or_(
        exists().where(OptOut.number == Message.number, OptOut.ended_at.is_(None), or_(other, ~OptOut.changes_too)),
        exists().where(
            PersonOptOut.person_id == Message.person_id,
            PersonOptOut.ended_at.is_(None),
            or_(other, ~PersonOptOut.changes_too),
        ),
    )


def _followed() -> ColumnElement[bool]:
    """Did a second leg by another medium follow? Then that one counts for both."""
    later = aliased(Message)
    key = ("subject_kind", "subject_id", "revision", "person_id", "number", "kind", "again")
    same = (getattr(later, name) == getattr(Message, name) for name in key)
    return and_(Message.medium == Medium.WHATSAPP, Message.leg == 0, exists().where(*same, later.leg == 1))


def _coming() -> ColumnElement[bool]:
    """Not gone yet, and not an answer to a text: a wish for silence holds it back."""
    return and_(Message.state.in_((State.QUEUED, State.CLAIMED)), Message.priority != TextClass.REPLY.value)


def _planned_in(first: datetime, last: datetime) -> ColumnElement[bool]:
    return and_(Message.send_after >= first, Message.send_after < last)


def _total(segments: SQLColumnExpression[Any]) -> ColumnElement[int]:
    """A sum as a whole number; the database would give a decimal one."""
    return cast(func.coalesce(func.sum(segments), 0), BigInteger)


def counted(states: Collection[State]) -> ColumnElement[int]:
    """How many messages of a reading stand in one of these states."""
    return func.count().filter(Message.state.in_(states))
