"""Reads of what people text us: what is open with a number, what waits for a person, what a phone wrote and how we
read it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, and_, cast, func, or_, select, true
from sqlalchemy.orm import Session

from clusters.scope import Scope
from clusters.training.models import Invitation, SessionTrainer, TrainingSession
from clusters.training.rules import Answer, SessionState
from messaging.inbound.models import Effect, InboundText, Parked
from messaging.outbox.models import Message
from messaging.outbox.rules import NEVER_SENT, State

ABOUT = "inbound_text"
"""Kind of the subject that replies are about."""
CLARIFY, WHOSE, WHICH, LEAVE = "clarify", "whose", "which", "leave"
"""Questions that the house itself asks back; every other kind is the name of a word."""
OPEN_FOR = timedelta(hours=72)
"""So long after the last text about it an invitation can be answered by a bare digit."""
SESSION = "training_session"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Texts that wait for a human, since when the oldest does, and how many came in a period and were understood."""

    texts: int
    oldest_at: datetime | None
    received: int
    understood: int


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
    """A text that waits for a person."""

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


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as it was read: its state, and in two lines how and why."""

    id: int
    body: str
    at: datetime
    state: str
    reading: str
    why: str


def waiting(db: Session, scope: Scope, since: datetime) -> Waiting:
    """How the inbox of a scope stands; received counts from `since` on."""
    standing = (
        select(func.count().label("texts"), func.min(Parked.parked_at).label("oldest"))
        .where(Parked.settled_at.is_(None), scope.within(Parked.training_path, Parked.admin_path))
        .subquery()
    )
    came = (
        select(func.count().label("received"), func.count().filter(InboundText.state != "human").label("understood"))
        .where(InboundText.received_at >= since, scope.within(InboundText.training_path, InboundText.admin_path))
        .subquery()
    )
    statement = select(standing.c.texts, standing.c.oldest, came.c.received, came.c.understood).join(came, true())
    return Waiting(*db.execute(statement).one())


def cards(db: Session, scope: Scope, *, after: int = 0, limit: int = 20) -> list[Card]:
    """Texts that wait for a person inside a scope, the oldest first; `after` is the id of the last one seen."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            Parked.id,
            InboundText.id,
            InboundText.number,
            InboundText.person_id,
            InboundText.body,
            InboundText.received_at,
            Parked.why,
            Parked.guesses,
            Parked.training_path,
            Parked.admin_path,
        )
        .join(InboundText, InboundText.id == Parked.inbound_text_id)
        .where(Parked.settled_at.is_(None), scope.within(Parked.training_path, Parked.admin_path), Parked.id > after)
        .order_by(Parked.id)
        .limit(limit)
    )
    return [Card(*row) for row in db.execute(statement)]


def last_asked(db: Session, scope: Scope, text_ids: Collection[int]) -> dict[int, str]:
    """What the number of each text was last told before it came, by the text's id, as far as the scope sees it."""
    last = (
        select(Message.body.label("body"))
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
        .where(InboundText.id.in_(text_ids), scope.within(InboundText.training_path, InboundText.admin_path))
    )
    return {row.id: row.body for row in db.execute(statement)}


def readings(db: Session, scope: Scope, number: str, limit: int = 12) -> list[Heard]:
    """The latest texts of a number and how they were read, newest first; those the scope may not see are left out."""
    statement = (
        select(InboundText.id, InboundText.body, InboundText.received_at, InboundText.state, InboundText.rule)
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
    for id_, body, at, state, rule in db.execute(statement):
        reading, _, why = (rule or "\n").partition("\n")
        found.append(Heard(id_, body, at, state, reading, why))
    return found


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
