"""Reads of what people text us: what is open with a number, what waits for a person, what a phone wrote and how we
read it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.training.models import Invitation, SessionTrainer, TrainingSession
from clusters.training.queries import SessionRow, led_by
from clusters.training.rules import Answer, SessionState
from messaging.inbound.models import Effect, InboundText, Parked, ParseRecord
from messaging.outbox.models import Message, Subject
from messaging.outbox.rules import NEVER_SENT, State

CONFIDANT = PostRole.EDUCATION_MANAGER
"""The one role that reads what was marked as private, of distress or health."""
ABOUT = "inbound_text"
"""Kind of the subject that replies are about."""
CLARIFY, WHOSE, WHICH, LEAVE = "clarify", "whose", "which", "leave"
"""Questions that the house itself asks back; every other kind is the name of a word."""
OPEN_FOR = timedelta(hours=72)
"""So long after the last text about it an invitation can be answered by a bare digit."""
CODES_BACK, CODES_AHEAD = timedelta(days=32), timedelta(days=400)
"""A code is held until 30 days after its session."""
SESSION = "training_session"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Texts that wait for a human, since when the oldest does, and how many came in a period and were understood."""

    texts: int
    oldest_at: datetime | None
    received: int
    understood: int
    needed_person: int = 0
    """Of those received, the ones that lay before a person, settled or not."""


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """A training session that a person was texted about lately; `leads` when she is asked to lead it."""

    session_id: int
    person_id: int
    code: str | None
    subject: str
    starts_at: datetime
    asked_at: datetime
    answer: Answer | None
    answered_at: datetime | None
    leads: bool

    @property
    def waits(self) -> bool:
        """Is it unanswered since we last asked? A reminder asks again."""
        return self.answered_at is None or self.asked_at > self.answered_at


@dataclass(frozen=True, slots=True)
class Card:
    """A text that waits for a person; of a private one that the scope may not read, `body` is empty."""

    id: int
    text_id: int
    number: str
    person_id: int | None
    body: str
    came_at: datetime
    why: str
    guesses: list[dict[str, Any]]
    training_path: str | None
    admin_path: str | None
    private: bool = False
    media: int = 0
    media_kinds: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """A card that is like another one, with the ways in which it may be read."""

    id: int
    number: str
    body: str
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as it was read: its state, and in two lines how and why."""

    id: int
    body: str
    at: datetime
    state: str
    reading: str
    why: str
    score: float | None = None
    did: Mapping[str, Any] = field(default_factory=dict)
    """What was done, in the words of `cop sms replay`."""


def waiting(db: Session, scope: Scope, since: datetime) -> Waiting:
    """How the inbox of a scope stands; received counts from `since` on."""
    standing = (
        select(func.count().label("texts"), func.min(Parked.parked_at).label("oldest"))
        .where(Parked.settled_at.is_(None), scope.within(Parked.training_path, Parked.admin_path))
        .subquery()
    )
    before_a_person = select(Parked.id).where(Parked.inbound_text_id == InboundText.id).correlate(InboundText).exists()
    came = (
        select(
            func.count().label("received"),
            func.count().filter(InboundText.state != "human").label("understood"),
            func.count().filter(before_a_person).label("needed_person"),
        )
        .where(InboundText.received_at >= since, scope.within(InboundText.training_path, InboundText.admin_path))
        .subquery()
    )
    figures = (came.c.received, came.c.understood, came.c.needed_person)
    statement = select(standing.c.texts, standing.c.oldest, *figures).join(came, true())
    return Waiting(*db.execute(statement).one())


def cards(db: Session, scope: Scope, *, after: int = 0, limit: int = 20) -> list[Card]:
    """Texts that wait for a person inside a scope, the oldest first; `after` is the id of the last one seen.

    What a number wrote further, after it had asked for a person, stands below on lines of its own.
    """
    later = aliased(InboundText)
    further = (
        select(func.array_to_string(func.array_agg(aggregate_order_by(later.body, later.id)), "\n"))
        .where(later.parked_id == Parked.id)
        .correlate(Parked)
        .scalar_subquery()
    )
    statement: Select[*tuple[Any, ...]] = (
        select(
            Parked.id,
            InboundText.id,
            InboundText.number,
            InboundText.person_id,
            case((_readable(scope), func.concat_ws("\n", InboundText.body, further)), else_=""),
            InboundText.received_at,
            Parked.why,
            Parked.guesses,
            Parked.training_path,
            Parked.admin_path,
            InboundText.private,
            InboundText.media,
            InboundText.media_kinds,
            InboundText.channel,
        )
        .join(InboundText, InboundText.id == Parked.inbound_text_id)
        .where(Parked.settled_at.is_(None), scope.within(Parked.training_path, Parked.admin_path), Parked.id > after)
        .order_by(Parked.id)
        .limit(limit)
    )
    return [Card(*row) for row in db.execute(statement)]


def alike(db: Session, scope: Scope, card_ids: Collection[int]) -> dict[int, list[Alike]]:
    """For each of these cards the others of the scope that wait and say the same: in the same form, or with the same
    unknown first word and the same kinds of what follows it. Private ones are like none."""
    said, other, record, beside = aliased(InboundText), aliased(Parked), aliased(ParseRecord), aliased(ParseRecord)
    own = aliased(InboundText)
    statement: Select[*tuple[Any, ...]] = (
        select(Parked.id, other.id, said.number, said.body, other.guesses)
        .join(own, own.id == Parked.inbound_text_id)
        .outerjoin(record, record.inbound_text_id == Parked.inbound_text_id)
        .join(other, and_(other.settled_at.is_(None), other.id != Parked.id))
        .join(said, said.id == other.inbound_text_id)
        .outerjoin(beside, beside.inbound_text_id == said.id)
        .where(
            Parked.id.in_(card_ids),
            Parked.settled_at.is_(None),
            ~own.private,
            ~said.private,
            or_(Parked.shape == other.shape, and_(record.normal == beside.normal, record.normal != "")),
            scope.within(other.training_path, other.admin_path),
        )
        .order_by(Parked.id, other.id)
    )
    found: dict[int, list[Alike]] = {}
    for row in db.execute(statement):
        ways = tuple(str(guess.get("way", "")) for guess in row[4])
        found.setdefault(row[0], []).append(Alike(row[1], row[2], row[3], ways))
    return found


def _readable(scope: Scope) -> ColumnElement[bool]:
    """May the scope read the words of a text? Of a private one only who is trusted with such texts at that place."""
    trusted = Scope(scope.person_id, tuple(held for held in scope.places if held.role == CONFIDANT))
    return or_(~InboundText.private, trusted.within(InboundText.training_path, InboundText.admin_path))


def last_asked(db: Session, scope: Scope, text_ids: Collection[int]) -> dict[int, str]:
    """What the number of each text was last told before it came, by the text's id, as far as the scope sees it.

    What stands at no place, as the exchanges of peers do, nobody who looks after a place comes upon.
    """
    last = (
        select(Message.body.label("body"), Message.subject_kind, Message.subject_id)
        .where(
            Message.number == InboundText.number,
            Message.body.is_not(None),
            Message.state_at <= InboundText.received_at,
        )
        .order_by(Message.state_at.desc(), Message.id)
        .limit(1)
        .lateral("last")
    )
    statement: Select[*tuple[Any, ...]] = (
        select(InboundText.id, last.c.body)
        .join(last, true())
        .join(Subject, and_(Subject.kind == last.c.subject_kind, Subject.id == last.c.subject_id))
        .where(
            InboundText.id.in_(text_ids),
            scope.within(InboundText.training_path, InboundText.admin_path),
            scope.within(Subject.training_path, Subject.admin_path),
            or_(Subject.training_path.is_not(None), Subject.admin_path.is_not(None)),
        )
    )
    return {row.id: row.body for row in db.execute(statement)}


def readings(db: Session, scope: Scope, number: str, limit: int = 12) -> list[Heard]:
    """The latest texts of a number and how they were read, newest first; those the scope may not see are left out."""
    body = case((_readable(scope), InboundText.body), else_="").label("body")
    how = ParseRecord.score, ParseRecord.did
    statement: Select[*tuple[Any, ...]] = (
        select(InboundText.id, body, InboundText.received_at, InboundText.state, InboundText.rule, *how)
        .outerjoin(ParseRecord, ParseRecord.inbound_text_id == InboundText.id)
        .where(
            InboundText.number == number,
            or_(
                scope.within(InboundText.training_path, InboundText.admin_path),
                and_(InboundText.state == "received", InboundText.training_path.is_(None)),
            ),
        )
        .order_by(InboundText.id.desc())
        .limit(limit)
    )
    found = []
    for id_, said, at, state, rule, score, did in db.execute(statement):
        reading, _, why = (rule or "\n").partition("\n")
        found.append(Heard(id_, said, at, state, reading, why, score, did or {}))
    return found


def led(db: Session, scope: Scope, person_id: int, at: datetime) -> list[SessionRow]:
    """The training sessions of a person's own whose codes she may write, held, planned or lately over, in time order.

    Those ahead are known too, so that a report of them is refused with its reason.
    """
    return led_by(db, scope, person_id, at - CODES_BACK, at + CODES_AHEAD)


def invitations(db: Session, scope: Scope, number: str, at: datetime) -> list[OpenInvitation]:
    """Coming training sessions that the scope's own person was texted about on this number within three days."""
    if scope.person_id is None:
        return []
    invited: Select[*tuple[Any, ...]] = (
        _asked(
            scope.person_id,
            number,
            at,
            or_(Message.kind.in_(("invitation", "moved", "place")), Message.kind.like("T-%")),
        )
        .add_columns(Invitation.answer, Invitation.answered_at)
        .join(
            Invitation,
            and_(Invitation.session_id == TrainingSession.id, Invitation.person_id == scope.person_id),
        )
        .group_by(TrainingSession.id, Invitation.id)
    )
    confirmed = (
        select(func.max(Effect.at))
        .where(
            Effect.number == number,
            Effect.undone_at.is_(None),
            cast(Effect.undo["values"]["lead"].astext, BigInteger) == TrainingSession.id,
        )
        .correlate(TrainingSession)
        .scalar_subquery()
        .label("answered_at")
    )
    leading: Select[*tuple[Any, ...]] = (
        _asked(scope.person_id, number, at, Message.kind == "lead")
        .add_columns(confirmed)
        .join(
            SessionTrainer,
            and_(SessionTrainer.session_id == TrainingSession.id, SessionTrainer.person_id == scope.person_id),
        )
        .group_by(TrainingSession.id)
    )
    found = []
    for leads, statement in ((False, invited), (True, leading)):
        for row in db.execute(statement):
            answer = None if leads else row.answer
            about = (row.id, scope.person_id, row.code, row.subject, row.starts_at, row.asked_at)
            found.append(OpenInvitation(*about, answer, row.answered_at, leads))
    return sorted(found, key=lambda each: (each.starts_at, each.session_id))


def _asked(person_id: int, number: str, at: datetime, which: Any) -> Select[*tuple[Any, ...]]:
    """Sessions ahead with the instant, by the house's own clock, at which a text about them last went to this person's
    phone."""
    asked_at = func.max(Message.state_at)
    statement: Select[*tuple[Any, ...]] = (
        select(
            TrainingSession.id,
            TrainingSession.code,
            TrainingSession.subject,
            TrainingSession.starts_at,
            asked_at.label("asked_at"),
        )
        .join(Message, and_(Message.subject_kind == SESSION, Message.subject_id == TrainingSession.id))
        .where(
            Message.person_id == person_id,
            Message.number == number,
            which,
            Message.state.not_in((*NEVER_SENT, State.QUEUED, State.PARKED, State.CLAIMED)),
            TrainingSession.state == SessionState.PLANNED,
            TrainingSession.starts_at > at,
        )
        .having(asked_at >= at - OPEN_FOR)
    )
    return statement
