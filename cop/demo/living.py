"""Lets a stretch of the past go by: texts go out, people answer, trainers report; at its end all is written down."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.training.rules import Answer, Mark
from cop.demo.habits import Habit, awake, chance, habit, marks, report_text, reporting, sheet_printed
from cop.demo.ledger import Deed, Due, Ledger
from cop.demo.memory import FIRST_AFTER, Gathering, Memory, Seat, due, waiting_on
from cop.demo.past import Past
from messaging.consent.models import OptOut
from messaging.inbound.actions.choosing import ANSWERS, SAID
from messaging.outbox.models import Message
from messaging.reminders.rules import (
    ANSWERED_TEXTS,
    INVITATION,
    LEAD_REMINDER,
    PLEASE_REPORT,
    kind_of,
    text_of,
)
from messaging.texts.catalogue import DEFAULT_LANGUAGE, entry
from messaging.texts.values import Row

EACH_AFTER = timedelta(milliseconds=30)
"""How long after the first text of a batch each further one goes."""
DEAD_NUMBERS = 0.008
"""Share of teachers' numbers that the route refuses: somebody once wrote them down wrong."""
LOST_ANSWERS = 0.0004
"""Share of texts of which nobody knows whether they arrived."""
FORGOTTEN, FORGOTTEN_SINCE = 0.3, timedelta(hours=46)
"""Share of the latest training sessions that no trainer has reported yet."""
WEEK = kind_of(7)
TOO_LATE = timedelta(minutes=30)
"""Nobody answers any more so shortly before the start."""
CHOICES = {answer: choice for choice, answer in ANSWERS.items()}
"""The digit for each answer."""


def let_pass(
    past: Past,
    memory: Memory,
    seed: int,
    span: tuple[datetime, datetime, datetime],
    settle: Collection[int] | None = (),
) -> None:
    """Live through what lies after the first instant of `span` up to the second; at the third the history ends.

    What waits about the training sessions of `settle` (None: all) then says what has been answered, as it always would
    if every answer were written at its time; nobody looks at the others before they go.
    """
    _, until, _ = span
    with past.at(until)(Actor("job")) as db:
        memory.refresh(db)
        _Stretch(db, memory, seed, span).live(memory.sessions if settle is None else settle).write(db)


class _Stretch:
    """All that stood at the end of the stretch before, and what comes of it in this one."""

    def __init__(self, db: Session, memory: Memory, seed: int, span: tuple[datetime, datetime, datetime]) -> None:
        self._db, self.seed = db, seed
        self.since, self.until, self.present = span
        self.people, self.sessions, self.leaders = memory.people, memory.sessions, memory.leaders
        self.seats, self.rows, self.told = memory.seats, memory.rows, memory.told
        self.silent = frozenset(db.scalars(select(OptOut.number).where(OptOut.ended_at.is_(None))))
        self.due = due(db, self.until)
        self.ledger = Ledger(Random(f"{seed} {self.until.isoformat()}"))
        leading = {person for team in self.leaders.values() for person in team}
        self._spared = {self.people[person].number for person in leading}
        self._fates: dict[str, bool] = {}

    def live(self, settle: Collection[int]) -> Ledger:
        """What happens, in an order in which nothing depends on what is decided later."""
        coming = self._in_turn()
        for message, at in coming:
            if message.kind in (INVITATION, WEEK) and self._fate(message) == "went":
                self.told[message.session_id, message.person_id][message.kind] = at
        for seat in self.seats.values():
            self._answer(seat)
        reported = dict(self._reports())
        for message, at in coming:
            self._send(message, at, reported)
        self._stop_asking(reported)
        self._reword(settle)
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
        if number not in self._fates:
            dead = number not in self._spared and chance(self.seed, "dead", number) < DEAD_NUMBERS
            self._fates[number] = dead
        return self._fates[number]

    def _send(self, message: Due, at: datetime, reported: Mapping[int, datetime]) -> None:
        seat = self.seats.get((message.session_id, message.person_id))
        if message.text_key in ANSWERED_TEXTS and seat is not None:
            answer = seat.answer_at(at)
            if answer is Answer.NO and seat.answered_at is not None:
                self.ledger.withdrawn(message, seat.answered_at, "answered_no")
                return
            message = message._replace(text_key=text_of(_days(message.kind), answer) or message.text_key)
        elif message.text_key == LEAD_REMINDER:
            message = self._counted(message, at)
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

    def _counted(self, message: Due, at: datetime) -> Due:
        """A trainer's reminder with the number of those who had said yes by then."""
        values, coming = json.loads(message.text_values), self._coming(message, at)
        if values["coming"] == coming:
            return message
        message = message._replace(text_values=json.dumps({**values, "coming": coming}))
        self.ledger.reworded(message)
        return message

    def _stop_asking(self, reported: Mapping[int, datetime]) -> None:
        """Trainers who have reported need not be asked any more."""
        for message in waiting_on(self._db, self.until, reported, Message.kind == PLEASE_REPORT):
            self.ledger.withdrawn(message, reported[message.session_id], "reported")

    def _reword(self, settle: Collection[int]) -> None:
        """What still waits follows the answers so far."""
        for message in waiting_on(self._db, self.until, settle, Message.text_key.in_(ANSWERED_TEXTS)):
            seat = self.seats.get((message.session_id, message.person_id))
            if seat is None or seat.answered_at is None:
                continue
            key = text_of(_days(message.kind), seat.answer)
            if key is None:
                self.ledger.withdrawn(message, seat.answered_at, "answered_no")
            elif key != message.text_key:
                self.ledger.reworded(message._replace(text_key=key))
        for message in waiting_on(self._db, self.until, settle, Message.text_key == LEAD_REMINDER):
            self._counted(message, self.until)

    # --- people

    def _answer(self, seat: Seat) -> None:
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
                "nothing else is open",
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

    def _forgotten(self, session: Gathering) -> bool:
        recent = self.present - session.ends_at < FORGOTTEN_SINCE
        return recent and chance(self.seed, "forgotten", session.id) < FORGOTTEN

    def _report(self, session: Gathering, seats: Sequence[Seat], at: datetime, *, by_text: bool) -> None:
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
