"""Collects what happened in a stretch of time and writes it down in a few statements, in the order it happened."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from clusters.kernel.audit import AuditEntry
from clusters.kernel.base import Base
from clusters.kernel.bulk import add, fresh_ids, overwrite
from clusters.training.models import Attendance, AttendanceReport, Invitation, Meeting, TrainingSession
from clusters.training.rules import Answer, Mark, SessionState
from messaging.channels.models import PhoneText
from messaging.channels.plan import REHEARSAL
from messaging.inbound.actions.conversation import REPLY, REPLY_WITHIN
from messaging.inbound.models import Effect, InboundText
from messaging.inbound.queries import ABOUT
from messaging.outbox.models import Attempt, AttemptOutcome, Message, ProviderMessage, Subject, Withdrawal
from messaging.outbox.rules import Outcome, State, TextClass
from messaging.outbox.wording import worded
from messaging.texts.values import jsonable

REPLY_AFTER = timedelta(seconds=3)
"""How soon a text is read and answered."""
READ_AFTER = timedelta(seconds=1)

_TRUSTED = text(
    "SELECT set_config('session_replication_role', 'replica', true) FROM pg_roles"
    " WHERE rolname = current_user AND rolsuper"
)

Row = dict[str, Any]


class Due(NamedTuple):
    """A message that waits for its time."""

    id: UUID
    session_id: int
    person_id: int
    number: str
    kind: str
    text_key: str
    text_values: str
    """As the JSON document it is kept as."""
    language: str
    send_after: datetime
    send_by: datetime


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose text it is that comes in, from which phone, and where she stands."""

    person_id: int
    number: str
    language: str
    training_path: str | None
    admin_path: str | None


@dataclass(frozen=True, slots=True)
class Deed:
    """What a text that came in did: how it was read and why so, by which word, and what would take it back."""

    reading: str
    why: str
    verb: str
    undo: Mapping[str, Any]


class _Spoken(NamedTuple):
    """A text as it went, in how many segments, and its hash."""

    text: str
    segments: int
    hashed: str


class _OnPhone(NamedTuple):
    """A text on a phone; one that came in is known by its number among those of this stretch."""

    at: datetime
    phone: str
    incoming: bool
    body: str
    message_id: UUID | None = None
    heard: int | None = None


@dataclass(frozen=True, slots=True)
class _Heard:
    sender: Sender
    body: str
    at: datetime
    deed: Deed
    reply: UUID
    reply_key: str
    reply_values: str


@dataclass
class Ledger:
    """What happened, until it is written down."""

    rng: Random
    _phones: list[_OnPhone] = field(default_factory=list)
    _messages: list[Row] = field(default_factory=list)
    _rewordings: list[Row] = field(default_factory=list)
    _attempts: list[Row] = field(default_factory=list)
    _outcomes: list[Row] = field(default_factory=list)
    _withdrawals: list[Row] = field(default_factory=list)
    _heard: list[_Heard] = field(default_factory=list)
    _answers: list[Row] = field(default_factory=list)
    _reports: list[tuple[Row, Mapping[int, Mark]]] = field(default_factory=list)
    _printed: list[Row] = field(default_factory=list)
    _speech: dict[tuple[str, str, str], _Spoken] = field(default_factory=dict)

    # --- texts that go out

    def went(self, due: Due, at: datetime) -> None:
        """The channel took it."""
        said = self._said(due.number, due.text_key, due.text_values, due.language)
        self._turn(due, State.ACCEPTED, at, said=said, doubtful=1)
        self._attempt(due.id, at, said, Outcome.ACCEPTED)
        self._phones.append(_OnPhone(at, due.number, True, said.text, message_id=due.id))

    def refused(self, due: Due, at: datetime) -> None:
        """The channel said a definite no."""
        said = self._said(due.number, due.text_key, due.text_values, due.language)
        self._turn(due, State.REJECTED, at, "refused", said=said)
        self._attempt(due.id, at, said, Outcome.REJECTED)

    def lost(self, due: Due, at: datetime) -> None:
        """The answer of the channel was lost, and nobody knows whether it took the text."""
        said = self._said(due.number, due.text_key, due.text_values, due.language)
        self._turn(due, State.UNRESOLVED, at, "in_doubt", said=said, doubtful=1)
        self._attempt(due.id, at, said, Outcome.UNCLEAR)

    def held_back(self, due: Due, at: datetime) -> None:
        """The number had asked for silence."""
        self._turn(due, State.SUPPRESSED, at, "opted_out")

    def withdrawn(self, due: Due, at: datetime, why: str) -> None:
        """It was taken back before it went."""
        self._turn(due, State.CANCELLED, at, why)
        self._withdrawals.append({"message_id": due.id, "why": why, "at": at})

    def reworded(self, due: Due) -> None:
        """It still waits, and will say something else."""
        self._rewordings.append({"id": due.id, "text_key": due.text_key, "text_values": due.text_values})

    def _turn(
        self,
        due: Due,
        state: State,
        at: datetime,
        why: str | None = None,
        *,
        said: _Spoken | None = None,
        doubtful: int = 0,
    ) -> None:
        self._messages.append(
            {
                "id": due.id,
                "state": state,
                "why": why,
                "state_at": at,
                "text_key": due.text_key,
                "body": said.text if said else None,
                "segments": said.segments if said else None,
                "attempts": int(said is not None),
                "doubtful": doubtful,
            }
        )

    def _attempt(self, message_id: UUID, at: datetime, said: _Spoken, outcome: Outcome) -> None:
        self._attempts.append(
            {"message_id": message_id, "n": 1, "started_at": at, "route": REHEARSAL, "body_hash": said.hashed}
        )
        self._outcomes.append({"message_id": message_id, "n": 1, "source": "answer", "outcome": outcome, "at": at})

    def _said(self, number: str, key: str, values: str, language: str) -> _Spoken:
        """The text as it went; the same text for many is made once."""
        spoken = self._speech.get((key, values, language))
        if spoken is None:
            said = worded(number, key, json.loads(values), language)
            spoken = _Spoken(said.text, said.measure.segments, sha256(said.text.encode()).hexdigest())
            self._speech[key, values, language] = spoken
        return spoken

    # --- texts that come in

    def heard(
        self, sender: Sender, body: str, at: datetime, deed: Deed, reply_key: str, reply_values: Mapping[str, Any]
    ) -> None:
        """Somebody texted something that was understood, and was answered."""
        self._phones.append(_OnPhone(at, sender.number, False, body, heard=len(self._heard)))
        reply, values = UUID(int=self.rng.getrandbits(128), version=4), json.dumps(reply_values, default=jsonable)
        self._heard.append(_Heard(sender, body, at, deed, reply, reply_key, values))
        said = self._said(sender.number, reply_key, values, sender.language)
        self._phones.append(_OnPhone(at + REPLY_AFTER, sender.number, True, said.text, message_id=reply))

    # --- training sessions

    def answered(self, invitation_id: int, answer: Answer, at: datetime, reason: str | None) -> None:
        """An invited person answered by text."""
        self._answers.append(
            {
                "id": invitation_id,
                "answer": answer,
                "answered_at": at,
                "answered_via": "text",
                "reason": reason,
                "answers": 1,
            }
        )

    def attended(self, session_id: int, at: datetime, by: int, source: str, marks: Mapping[int, Mark]) -> None:
        """The attendance of a training session was reported: a mark for each invitation (id)."""
        report = {"session_id": session_id, "version": 1, "at": at, "by_person_id": by, "source": source}
        self._reports.append((report, marks))

    def printed(self, session_id: int, at: datetime) -> None:
        """The sheet of a training session was printed."""
        self._printed.append({"id": session_id, "sheet_printed_at": at})

    # --- and now on paper

    def write(self, db: Session) -> None:
        """Write everything down; the server need not look up again what each row refers to, where it lets us say so."""
        db.execute(_TRUSTED)
        _set(db, Message, self._messages)
        _set(db, Message, self._rewordings)
        _set(db, Invitation, self._answers)
        _set(db, TrainingSession, self._printed)
        _add(db, Withdrawal, self._withdrawals)
        self._write_texts(db)
        self._write_reports(db)

    def _write_texts(self, db: Session) -> None:
        on_phones = sorted(self._phones, key=lambda each: (each.at, each.phone))
        numbers = fresh_ids(db, PhoneText, len(on_phones))
        _add(
            db,
            PhoneText,
            [
                {
                    "id": number,
                    "phone": each.phone,
                    "incoming": each.incoming,
                    "body": each.body,
                    "at": each.at,
                    "message_id": each.message_id,
                }
                for number, each in zip(numbers, on_phones, strict=True)
            ],
        )
        came = [(number, each.heard) for number, each in zip(numbers, on_phones, strict=True) if each.heard is not None]
        self._write_heard(db, came)
        _add(db, Attempt, self._attempts)
        _add(db, AttemptOutcome, self._outcomes)
        _add(
            db,
            ProviderMessage,
            [
                {"sid": f"RH{number}", "message_id": each.message_id, "via": "answer", "at": each.at}
                for number, each in zip(numbers, on_phones, strict=True)
                if each.message_id is not None
            ],
        )

    def _write_heard(self, db: Session, came: list[tuple[int, int]]) -> None:
        """The texts that came in, with their effects and the replies; `came` pairs phone texts with what was heard."""
        texts, subjects, replies, effects = [], [], [], []
        for id_, (number, place) in zip(fresh_ids(db, InboundText, len(came)), came, strict=True):
            each = self._heard[place]
            who, went_at = each.sender, each.at + REPLY_AFTER
            said = self._said(who.number, each.reply_key, each.reply_values, who.language)
            paths = {"training_path": who.training_path, "admin_path": who.admin_path}
            texts.append(
                {
                    "id": id_,
                    "channel": REHEARSAL,
                    "provider_id": f"RH{number}",
                    "number": who.number,
                    "body": each.body,
                    "received_at": each.at,
                    "state": "applied",
                    "rule": f"{each.deed.reading}\n{each.deed.why}",
                    "person_id": who.person_id,
                    "read_at": each.at + READ_AFTER,
                    **paths,
                }
            )
            effects.append(
                {
                    "inbound_text_id": id_,
                    "number": who.number,
                    "verb": each.deed.verb,
                    "undo": {"person": who.person_id, "values": jsonable(each.deed.undo)},
                    "at": each.at + READ_AFTER,
                }
            )
            subjects.append({"kind": ABOUT, "id": id_, "revision": 1, "withdrawn": False, **paths})
            replies.append(
                {
                    "id": each.reply,
                    "subject_kind": ABOUT,
                    "subject_id": id_,
                    "revision": 1,
                    "person_id": who.person_id,
                    "number": who.number,
                    "kind": REPLY,
                    "leg": 0,
                    "again": 0,
                    "priority": int(TextClass.REPLY),
                    "text_key": each.reply_key,
                    "text_values": each.reply_values,
                    "language": who.language,
                    "send_after": each.at + READ_AFTER,
                    "send_by": each.at + READ_AFTER + REPLY_WITHIN,
                    "planned_at": each.at + READ_AFTER,
                    "state": State.ACCEPTED,
                    "attempts": 1,
                    "doubtful": 1,
                    "segments": said.segments,
                    "body": said.text,
                    "state_at": went_at,
                }
            )
            self._attempt(each.reply, went_at, said, Outcome.ACCEPTED)
        _add(db, InboundText, texts)
        _add(db, Effect, effects)
        _add(db, Subject, subjects)
        _add(db, Message, replies)

    def _days(self, db: Session) -> Mapping[int, list[datetime]]:
        """When each meeting day of the training sessions that were reported ended."""
        ends: dict[int, list[datetime]] = {}
        rows = db.execute(
            select(Meeting.session_id, Meeting.ends_at)
            .where(Meeting.session_id.in_([report["session_id"] for report, _ in self._reports]))
            .order_by(Meeting.session_id, Meeting.day)
        )
        for session_id, ends_at in rows:
            ends.setdefault(session_id, []).append(ends_at)
        return ends

    def _write_reports(self, db: Session) -> None:
        """What was told at the end is told of the last day; the days before had the same people."""
        days = self._days(db)
        reports = [each for report, marks in self._reports for each in _each_day(report, marks, days)]
        ids = fresh_ids(db, AttendanceReport, len(reports))
        _add(db, AttendanceReport, [{"id": id_, **report} for id_, (report, _) in zip(ids, reports, strict=True)])
        _add(
            db,
            Attendance,
            [
                {"report_id": id_, "invitation_id": invitation, "mark": mark}
                for id_, (_, marks) in zip(ids, reports, strict=True)
                for invitation, mark in marks.items()
            ],
        )
        held = [{"id": report["session_id"], "state": SessionState.HELD} for report, _ in self._reports]
        _set(db, TrainingSession, held)
        _add(
            db,
            AuditEntry,
            [
                {
                    "at": report["at"],
                    "door": report["source"],
                    "person_id": report["by_person_id"],
                    "verb": "attendance",
                    "subject_kind": "training_session",
                    "subject_id": report["session_id"],
                    "new": {"version": 1, "source": report["source"]},
                }
                for report, _ in self._reports
            ],
        )


def _add(db: Session, model: type[Base], rows: Sequence[Row]) -> None:
    if rows:
        add(db, model, list(rows[0]), rows)


def _set(db: Session, model: type[Base], rows: Sequence[Row]) -> None:
    if rows:
        overwrite(db, model, [name for name in rows[0] if name != "id"], rows)


def _each_day(
    report: Row, marks: Mapping[int, Mark], days: Mapping[int, Sequence[datetime]]
) -> Iterator[tuple[Row, Mapping[int, Mark]]]:
    *before, last = days[report["session_id"]]
    yield {**report, "day": len(before) + 1}, marks
    for day, ends_at in enumerate(before, 1):
        yield {**report, "day": day, "version": day + 1, "at": ends_at + (report["at"] - last)}, marks
