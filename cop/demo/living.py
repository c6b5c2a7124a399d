"""Lets a stretch of the past go by: texts go out, people answer, trainers report; at its end all is written down."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.clock import today
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.queries import held_on
from clusters.training.models import Invitation, SessionTrainer, TrainingSession
from clusters.training.rules import Answer, Mark, SessionState
from cop.demo.habits import Habit, awake, chance, habit, marks, report_text, reporting, sheet_printed
from cop.demo.ledger import Deed, Due, Ledger, Sender
from cop.demo.past import Past
from messaging.consent.models import OptOut
from messaging.inbound.actions.choosing import ANSWERS, SAID
from messaging.outbox.models import Message
from messaging.outbox.rules import State
from messaging.reminders.rules import (
    ANSWERED_TEXTS,
    INVITATION,
    LEAD_REMINDER,
    PLEASE_REPORT,
    SUBJECT,
    kind_of,
    text_of,
)
from messaging.texts.catalogue import DEFAULT_LANGUAGE, entry
from messaging.texts.values import Called, Row

FIRST_AFTER, EACH_AFTER = timedelta(seconds=1), timedelta(milliseconds=30)
"""How long after its time the first text of a batch goes, and each further one."""
DEAD_NUMBERS = 0.008
"""Share of teachers' numbers that the route refuses: somebody once wrote them down wrong."""
LOST_ANSWERS = 0.0004
"""Share of texts of which nobody knows whether they arrived."""
FORGOTTEN, FORGOTTEN_SINCE = 0.3, timedelta(hours=46)
"""Share of the latest training sessions that no trainer has reported yet."""
WEEK = kind_of(7)
TOO_LATE = timedelta(minutes=30)
"""Nobody answers any more so shortly before the start."""
_COLUMN_OF = {"session_id": "subject_id"}
CHOICES = {answer: choice for choice, answer in ANSWERS.items()}
"""The digit for each answer."""


@dataclass(frozen=True, slots=True)
class _Somebody:
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
class _Gathering:
    """A training session that is ahead or not reported yet."""

    id: int
    code: str
    subject: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    sheet_printed_at: datetime | None


@dataclass(slots=True)
class _Seat:
    """An invited person, with what she answered so far."""

    invitation_id: int
    session_id: int
    person_id: int
    answer: Answer | None
    answered_at: datetime | None

    def answer_at(self, instant: datetime) -> Answer | None:
        """What she had answered by then."""
        return self.answer if self.answered_at is not None and self.answered_at <= instant else None


def let_pass(past: Past, seed: int, since: datetime, until: datetime, present: datetime) -> None:
    """Live through (since, until]; `present` is the instant at which the whole history ends."""
    with past.at(until)(Actor("job")) as db:
        _Stretch(db, seed, since, until, present).live().write(db)


class _Stretch:
    """All that stood at the end of the stretch before, and what comes of it in this one."""

    def __init__(self, db: Session, seed: int, since: datetime, until: datetime, present: datetime) -> None:
        self._db, self.seed, self.since, self.until, self.present = db, seed, since, until, present
        self.people = _people(db)
        self.sessions = _sessions(db)
        self.leaders = _leaders(db, self.sessions)
        self.seats = _seats(db, self.sessions)
        self.rows: dict[int, list[_Seat]] = defaultdict(list)
        for seat in self.seats.values():
            self.rows[seat.session_id].append(seat)
        self.silent = frozenset(db.scalars(select(OptOut.number).where(OptOut.ended_at.is_(None))))
        self.due = _due(db, until)
        self.told = _told(db, self.sessions)
        self.ledger = Ledger(Random(f"{seed} {until.isoformat()}"))
        leading = {person for team in self.leaders.values() for person in team}
        self._spared = {self.people[person].number for person in leading}

    def live(self) -> Ledger:
        """What happens, in an order in which nothing depends on what is decided later."""
        due = self._in_turn()
        for message, at in due:
            if message.kind in (INVITATION, WEEK) and self._fate(message) == "went":
                self.told[message.session_id, message.person_id][message.kind] = at
        for seat in self.seats.values():
            self._answer(seat)
        reported = dict(self._reports())
        for message, at in due:
            self._send(message, at, reported)
        self._reword()
        for session in self.sessions.values():
            before = sheet_printed(self.seed, session.id)
            if before is not None and self.since < session.starts_at - before <= self.until:
                self.ledger.printed(session.id, session.starts_at - before)
        return self.ledger

    # --- texts

    def _in_turn(self) -> list[tuple[Due, datetime]]:
        """The texts whose time comes, each with the instant at which a worker gets to it."""
        found, begun, place = [], None, 0
        for message in self.due:
            place = place + 1 if message.send_after == begun else 0
            begun = message.send_after
            found.append((message, min(begun + FIRST_AFTER + place * EACH_AFTER, self.until)))
        return found

    def _fate(self, message: Due) -> str:
        """What becomes of a text that is wanted."""
        if message.number in self.silent:
            return "held back"
        if self._dead(message.number):
            return "refused"
        lost = chance(self.seed, "lost", message.session_id, message.person_id, message.kind) < LOST_ANSWERS
        return "lost" if lost else "went"

    def _dead(self, number: str) -> bool:
        return number not in self._spared and chance(self.seed, "dead", number) < DEAD_NUMBERS

    def _send(self, message: Due, at: datetime, reported: Mapping[int, datetime]) -> None:
        seat = self.seats.get((message.session_id, message.person_id))
        if message.text_key in ANSWERED_TEXTS and seat is not None:
            answer = seat.answer_at(at)
            if answer is Answer.NO and seat.answered_at is not None:
                self.ledger.withdrawn(message, seat.answered_at, "answered_no")
                return
            message = message._replace(text_key=text_of(_days(message.kind), answer) or message.text_key)
        elif message.text_key == LEAD_REMINDER:
            message = message._replace(text_values={**message.text_values, "coming": self._coming(message, at)})
        elif message.kind == PLEASE_REPORT and reported.get(message.session_id, at) < at:
            self.ledger.withdrawn(message, reported[message.session_id], "reported")
            return
        {
            "held back": self.ledger.held_back,
            "refused": self.ledger.refused,
            "lost": self.ledger.lost,
            "went": self.ledger.went,
        }[self._fate(message)](message, at)

    def _coming(self, message: Due, at: datetime) -> int:
        return sum(seat.answer_at(at) is Answer.YES for seat in self.rows[message.session_id])

    def _reword(self) -> None:
        """What still waits follows the answers of this stretch."""
        fresh = {seat.session_id for seat in self.seats.values() if self._answered_now(seat)}
        for message in _waiting_on(self._db, self.until, fresh, ANSWERED_TEXTS):
            seat = self.seats.get((message.session_id, message.person_id))
            if seat is None or seat.answered_at is None or not self._answered_now(seat):
                continue
            key = text_of(_days(message.kind), seat.answer)
            if key is None:
                self.ledger.withdrawn(message, seat.answered_at, "answered_no")
            else:
                self.ledger.reworded(message._replace(text_key=key))
        for message in _waiting_on(self._db, self.until, fresh, [LEAD_REMINDER]):
            coming = self._coming(message, self.until)
            self.ledger.reworded(message._replace(text_values={**message.text_values, "coming": coming}))

    # --- people

    def _answered_now(self, seat: _Seat) -> bool:
        return seat.answered_at is not None and seat.answered_at > self.since

    def _answer(self, seat: _Seat) -> None:
        """An invited person answers, if she does so in this stretch."""
        person, session = self.people[seat.person_id], self.sessions[seat.session_id]
        does = habit(self.seed, seat.session_id, seat.person_id) if seat.answer is None else None
        if does is None or person.number is None or person.number in self.silent:
            return
        asked_at = self.told[seat.session_id, seat.person_id].get(WEEK if does.waits_for_reminder else INVITATION)
        if asked_at is None:
            return
        at = awake(asked_at + does.after)
        if not self.since < at <= self.until or at > session.starts_at - TOO_LATE:
            return
        seat.answer, seat.answered_at = does.answer, at
        alone = person.letter is None
        if not alone:
            does = replace(does, words=f"{person.letter} {CHOICES[does.answer]}")
        self.ledger.answered(seat.invitation_id, does.answer, at, does.reason)
        values = {
            "name": person.called,
            "subject": session.subject,
            "start": session.starts_at,
            "venue": session.venue,
        }
        key, said = _echo(does), {"answer": does.answer, "start": session.starts_at, "subject": session.subject}
        undo = {
            "session": session.id,
            "answer": does.answer,
            "before": None,
            "again": {"key": "already_recorded_answer", "values": said},
        }
        reading = f"{SAID[CHOICES[does.answer]]}, session {session.code}"
        self.ledger.heard(
            person.sender(person.number),
            does.words,
            at,
            Deed(
                reading if alone else f"{person.letter}: {reading}",
                "one invitation is open",
                str(CHOICES[does.answer]),
                undo,
            ),
            key,
            _named(key, values if alone else {**values, "to": person.called.name}),
        )

    def _reports(self) -> Iterator[tuple[int, datetime]]:
        """The training sessions whose attendance is reported in this stretch, each with the instant."""
        for session in self.sessions.values():
            how = reporting(self.seed, session.id)
            at = awake(session.ends_at + how.after)
            if self.since < at <= self.until and not self._forgotten(session):
                self._report(session, self.rows[session.id], at, by_text=how.by_text)
                yield session.id, at

    def _forgotten(self, session: _Gathering) -> bool:
        recent = self.present - session.ends_at < FORGOTTEN_SINCE
        return recent and chance(self.seed, "forgotten", session.id) < FORGOTTEN

    def _report(self, session: _Gathering, seats: Sequence[_Seat], at: datetime, *, by_text: bool) -> None:
        leader = self.people[self.leaders[session.id][0]]
        by_text = by_text and leader.number is not None
        found = marks(self.seed, session.id, [seat.answer for seat in seats], by_text=by_text)
        told = {seat.invitation_id: mark for seat, mark in zip(seats, found, strict=True)}
        self.ledger.attended(session.id, at, leader.id, "sms" if by_text else "web", told)
        if not by_text or leader.number is None:
            return
        away = [
            Row(row, self.people[seat.person_id].name)
            for row, (seat, mark) in enumerate(zip(seats, found, strict=True), 1)
            if mark is Mark.AWAY
        ]
        values = {
            "code": session.code,
            "subject": session.subject,
            "start": session.starts_at,
            "present": len(seats) - len(away),
            "absent": away,
            "roster": len(seats),
        }
        key = "attendance_taken" if away else "attendance_all"
        body = report_text(self.seed, session.id, session.code, found)
        again = {**{name: values[name] for name in ("code", "subject", "start", "present")}, "away": len(away)}
        undo = {
            "session": session.id,
            "version": 1,
            "again": {"key": "already_recorded_attendance", "values": again},
        }
        self.ledger.heard(
            leader.sender(leader.number),
            body,
            at,
            Deed(f"HAZRI {body.partition(' ')[2]}", "the word is exact", "attend", undo),
            key,
            _named(key, values),
        )


def _named(key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a text names, and whose it is on a shared phone."""
    wanted = entry(key, DEFAULT_LANGUAGE).placeholders | {"to"}
    return {name: value for name, value in values.items() if name in wanted}


def _days(kind: str) -> int:
    """Days before the start, of the kind of a reminder: T-7d."""
    return int(kind.removeprefix("T-").removesuffix("d"))


def _echo(does: Habit) -> str:
    """The text that answers an answer."""
    if does.answer is Answer.NO:
        return "answer_no_reason" if does.reason else "answer_no"
    return "answer_yes" if does.answer is Answer.YES else "answer_unsure"


def _people(db: Session) -> dict[int, _Somebody]:
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
        found[row.id] = _Somebody(
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


def _sessions(db: Session) -> dict[int, _Gathering]:
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
    return {row.id: _Gathering(**row._mapping) for row in db.execute(query)}


def _leaders(db: Session, sessions: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    query = select(SessionTrainer.session_id, SessionTrainer.person_id).where(SessionTrainer.session_id.in_(sessions))
    for session_id, person_id in db.execute(query.order_by(SessionTrainer.session_id, SessionTrainer.person_id)):
        found[session_id].append(person_id)
    return found


def _seats(db: Session, sessions: Collection[int]) -> dict[tuple[int, int], _Seat]:
    seat = Invitation
    query = (
        select(seat.id, seat.session_id, seat.person_id, seat.answer, seat.answered_at)
        .where(seat.session_id.in_(sessions))
        .order_by(seat.session_id, seat.row)
    )
    return {(row.session_id, row.person_id): _Seat(*row) for row in db.execute(query)}


def _due(db: Session, until: datetime) -> list[Due]:
    """Texts about training sessions whose time has come, in order."""
    query = _queued().where(Message.send_after <= until - FIRST_AFTER)
    ordered = query.order_by(Message.send_after, Message.subject_id, Message.person_id, Message.kind)
    return [Due(*row) for row in db.execute(ordered)]


def _waiting_on(db: Session, until: datetime, sessions: Collection[int], keys: Collection[str]) -> list[Due]:
    """Texts with one of these keys about these training sessions whose time has not come."""
    query = _queued().where(
        Message.send_after > until - FIRST_AFTER, Message.subject_id.in_(sessions), Message.text_key.in_(keys)
    )
    return [Due(*row) for row in db.execute(query.order_by(Message.subject_id, Message.person_id, Message.kind))]


def _queued() -> Select[*tuple[Any, ...]]:
    columns = [getattr(Message, _COLUMN_OF.get(name, name)) for name in Due._fields]
    return select(*columns).where(Message.state == State.QUEUED, Message.subject_kind == SUBJECT)


def _told(db: Session, sessions: Collection[int]) -> defaultdict[tuple[int, int], dict[str, datetime]]:
    """When each invited person was asked, by kind of the text that asked."""
    found: defaultdict[tuple[int, int], dict[str, datetime]] = defaultdict(dict)
    query = select(Message.subject_id, Message.person_id, Message.kind, Message.state_at).where(
        Message.subject_kind == SUBJECT,
        Message.subject_id.in_(sessions),
        Message.kind.in_((INVITATION, WEEK)),
        Message.state == State.ACCEPTED,
    )
    for session_id, person_id, kind, at in db.execute(query):
        found[session_id, person_id][kind] = at
    return found
