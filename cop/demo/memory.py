"""What the writer of the history knows at an instant: people, training sessions, seats, who was told what and when."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, select
from sqlalchemy.orm import Session

from clusters.kernel.clock import today
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.queries import held_on
from clusters.training.models import Invitation, SessionTrainer, TrainingSession
from clusters.training.rules import Answer, SessionState
from cop.demo.ledger import Due, Sender
from messaging.outbox.models import Message
from messaging.outbox.rules import State
from messaging.reminders.rules import SUBJECT
from messaging.texts.catalogue import DEFAULT_LANGUAGE
from messaging.texts.values import Called

FIRST_AFTER = timedelta(seconds=1)
"""How long after its time the first text of a batch goes."""
_COLUMN_OF = {"session_id": "subject_id"}


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the programme; the letter tells those who share a phone apart."""

    id: int
    name: str
    gender: str | None
    language: str
    number: str | None = None
    letter: str | None = None
    training_path: str | None = None
    admin_path: str | None = None

    @property
    def called(self) -> Called:
        """As texts call her."""
        return Called(self.name.split()[0], self.gender)

    def sender(self, number: str) -> Sender:
        """As whoever texts from a phone."""
        return Sender(self.id, number, self.language, self.training_path, self.admin_path)


@dataclass(frozen=True, slots=True)
class Gathering:
    """A training session that is ahead or not reported yet."""

    id: int
    code: str
    subject: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    sheet_printed_at: datetime | None


@dataclass(slots=True)
class Seat:
    """An invited person, with what she answered so far."""

    invitation_id: int
    session_id: int
    person_id: int
    answer: Answer | None = None
    answered_at: datetime | None = None

    def answer_at(self, instant: datetime) -> Answer | None:
        """What she had answered by then."""
        return self.answer if self.answered_at is not None and self.answered_at <= instant else None


class Memory:
    """What is known from one stretch to the next, so that only what is new has to be read."""

    def __init__(self) -> None:
        self.people: dict[int, Somebody] = {}
        self.sessions: dict[int, Gathering] = {}
        self.leaders: dict[int, list[int]] = {}
        self.rows: dict[int, list[Seat]] = {}
        """The seats of each training session in the order of its sheet."""
        self.seats: dict[tuple[int, int], Seat] = {}
        self.told: defaultdict[tuple[int, int], dict[str, datetime]] = defaultdict(dict)
        """When each invited person was asked, by kind of the text that asked."""
        self._numbers: tuple[int, ...] = ()

    def refresh(self, db: Session) -> None:
        """Learn what actions changed since: rounds accepted, sessions moved or called off, numbers given."""
        numbers = db.execute(select(func.count(PersonNumber.id), func.count(PersonNumber.until))).one()
        if tuple(numbers) != self._numbers:
            self.people, self._numbers = _people(db), tuple(numbers)
        self.sessions = _sessions(db)
        self._forget(self.rows.keys() - self.sessions.keys())
        new = self.sessions.keys() - self.rows.keys()
        self.leaders |= _leaders(db, new)
        self.rows |= {session_id: [] for session_id in new}
        for seat in _seats(db, new):
            self.rows[seat.session_id].append(seat)
            self.seats[seat.session_id, seat.person_id] = seat

    def _forget(self, gone: Collection[int]) -> None:
        """Training sessions that were held or called off."""
        for session_id in gone:
            del self.leaders[session_id]
            for seat in self.rows.pop(session_id):
                self.told.pop((session_id, seat.person_id), None)
                self.seats.pop((session_id, seat.person_id), None)


def _people(db: Session) -> dict[int, Somebody]:
    posts = {
        row.person_id: row
        for row in db.execute(
            select(Post.person_id, Post.training_path, Post.admin_path)
            .where(held_on(today(db)))
            .order_by(Post.id.desc())
        )
    }
    found = {}
    for row in db.execute(select(Person.id, Person.name, Person.gender, Person.language)):
        post = posts.get(row.id)
        found[row.id] = Somebody(
            row.id,
            row.name,
            row.gender,
            row.language or DEFAULT_LANGUAGE,
            training_path=post and post.training_path,
            admin_path=post and post.admin_path,
        )
    on_phone: dict[str, list[int]] = defaultdict(list)
    current = select(PersonNumber.person_id, PersonNumber.number).where(PersonNumber.until.is_(None))
    for person_id, number in db.execute(current.order_by(PersonNumber.since, PersonNumber.id)):
        on_phone[number].append(person_id)
    for number, persons in on_phone.items():
        for place, person_id in enumerate(persons):
            letter = chr(ord("A") + place) if len(persons) > 1 else None
            found[person_id] = replace(found[person_id], number=number, letter=letter)
    return found


def _sessions(db: Session) -> dict[int, Gathering]:
    session = TrainingSession
    query = (
        select(
            session.id,
            session.code,
            session.subject,
            session.venue,
            session.starts_at,
            session.ends_at,
            session.sheet_printed_at,
        )
        .where(session.state == SessionState.PLANNED)
        .order_by(session.starts_at, session.id)
    )
    return {row.id: Gathering(**row._mapping) for row in db.execute(query)}


def _leaders(db: Session, sessions: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    query = select(SessionTrainer.session_id, SessionTrainer.person_id).where(SessionTrainer.session_id.in_(sessions))
    for session_id, person_id in db.execute(query.order_by(SessionTrainer.session_id, SessionTrainer.person_id)):
        found[session_id].append(person_id)
    return found


def _seats(db: Session, sessions: Collection[int]) -> list[Seat]:
    seat = Invitation
    query = (
        select(seat.id, seat.session_id, seat.person_id)
        .where(seat.session_id.in_(sessions))
        .order_by(seat.session_id, seat.row)
    )
    return [Seat(*row) for row in db.execute(query)]


def due(db: Session, until: datetime) -> list[Due]:
    """Texts about training sessions whose time has come, in order."""
    query = _queued().where(Message.send_after <= until - FIRST_AFTER)
    ordered = query.order_by(Message.send_after, Message.subject_id, Message.person_id, Message.kind)
    return [Due(*row) for row in db.execute(ordered)]


def waiting_on(db: Session, until: datetime, sessions: Collection[int], which: ColumnElement[bool]) -> list[Due]:
    """Texts of this sort about these training sessions whose time has not come."""
    if not sessions:
        return []
    query = _queued().where(Message.send_after > until - FIRST_AFTER, Message.subject_id.in_(sessions), which)
    return [Due(*row) for row in db.execute(query.order_by(Message.subject_id, Message.person_id, Message.kind))]


def _queued() -> Select[*tuple[Any, ...]]:
    columns = {name: getattr(Message, _COLUMN_OF.get(name, name)) for name in Due._fields}
    columns["text_values"] = cast(Message.text_values, Text)
    return select(*columns.values()).where(Message.state == State.QUEUED, Message.subject_kind == SUBJECT)
