"""One text in: kept, read by the house's own reading, and what became of it looked up in the database."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import exists, literal, select, table, text, union_all
from sqlalchemy.orm import Session

from clusters.kernel.unit import UnitOfWork
from clusters.people.phones import E164
from cop.replay.judging import Happened
from cop.replay.stored import as_stored
from messaging.channels.plan import REHEARSAL
from messaging.inbound.actions import keep, read_next
from messaging.inbound.models import InboundText, ParseRecord, Question
from messaging.inbound.queries import ABOUT, CLARIFY, WHOSE
from messaging.inbound.words import WordBook
from messaging.outbox.models import Message
from messaging.outbox.wording import Unspeakable, worded
from messaging.texts.catalogue import TooLong

OF_THE_TALK = frozenset(
    ("inbound_text", "parse_record", "question", "parked", "message", "message_subject", "audit_entry", "wrong_try")
)
"""Tables that keep the talk itself: a text that changes no other one has stored nothing."""
WHICH_WORD = "which_word"
"""The reply that names the commands of which one was meant."""
_WRITTEN = text(
    "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del AS times FROM pg_stat_xact_user_tables"
    " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
)
_KEPT_BY = text("SELECT xmin::text::bigint FROM inbound_text WHERE provider_id = :provider_id")
"""The number of the subtransaction that kept a text; whatever is done about it is done under later ones."""
_NUMBERED = re.compile(r"(?<![0-9])([1-9])\s*=|(?:^|\s)([1-9])\s+(?=[\u0600-\u06ff])")
"""A choice that a reply offers: "1=Haan", "1 ہاں"."""


class Phones:
    """Lets phones text, and knows what each text changed; all inside one transaction of whoever hands the unit in."""

    def __init__(self, unit: UnitOfWork, book: WordBook) -> None:
        self._unit, self._book = unit, book
        self._touched: dict[str, int] = {}

    def look(self) -> None:
        """What was written so far is none of any text's doing."""
        with self._unit() as db:
            self._touched = _touched(db)

    def text(self, phone: str, body: str, letters: Mapping[int, str] | None = None) -> Happened:
        """Let a phone text this, let the house read it, and say what became of it.

        `letters` are those of the people on the phone, by their id.
        """
        provider_id = uuid4().hex
        with self._unit() as db:
            keep(db, REHEARSAL, provider_id, phone, body)
            since = db.execute(_KEPT_BY, {"provider_id": provider_id}).scalar_one()
        read_next(self._unit, self._book)
        while True:
            with self._unit() as db:
                row = db.scalars(select(InboundText).where(InboundText.provider_id == provider_id)).one()
                if row.state != "received":
                    return self._happened(db, row, since, letters or {})
            read_next(self._unit, self._book)  # reading it broke off, and is tried again

    def _happened(self, db: Session, row: InboundText, since: int, letters: Mapping[int, str]) -> Happened:
        before, self._touched = self._touched, _touched(db)
        changed = {name for name, times in self._touched.items() if times != before.get(name, 0)}
        record = db.get(ParseRecord, row.id)
        did: dict[str, Any] = dict(record.did) if record is not None else {"do": "none"}
        waits_for_a_code = {"pending_command"} if did.get("do") == "challenge" else set()
        stored = _lasting(db, changed - OF_THE_TALK - waits_for_a_code, since)
        messages = db.scalars(select(Message).where(Message.subject_kind == ABOUT, Message.subject_id == row.id)).all()
        replies, segments, unsaid = _said(messages)
        true = as_stored(db, row, did, stored, letters)
        return Happened(true, row.state, replies, segments, stored, _choices(db, row, messages, replies), unsaid)


def _touched(db: Session) -> dict[str, int]:
    """How many rows of each table this transaction has written so far, those taken back among them."""
    return {row.relname: row.times for row in db.execute(_WRITTEN)}


def _lasting(db: Session, tables: Iterable[str], since: int) -> frozenset[str]:
    """Those of the tables that hold a row written later: what was only tried and taken back has left none."""
    asked = [
        select(literal(name)).where(
            exists(select(1).select_from(table(name)).where(text("xmin::text::bigint > :since")))
        )
        for name in sorted(tables)
    ]
    return frozenset(db.scalars(union_all(*asked), {"since": since})) if asked else frozenset()


def _said(messages: Sequence[Message]) -> tuple[tuple[str, ...], int, str]:
    """What goes back, how many segments that takes, and why it cannot be said."""
    said, segments = [], 0
    for message in messages:
        try:
            spoken = worded(message.number, message.text_key, message.text_values, message.language)
        except (Unspeakable, TooLong) as error:
            return (message.text_key,), 0, f"{message.text_key}: {error}"
        said.append(spoken.text)
        segments += spoken.measure.segments
    return tuple(said), segments, ""


def _choices(db: Session, row: InboundText, messages: Sequence[Message], replies: tuple[str, ...]) -> tuple[str, ...]:
    """What may be written to answer the question that was put: digits, letters of the people on the phone, words."""
    if not replies or E164.fullmatch(row.number) is None:
        return ()
    question = db.scalar(
        select(Question)
        .where(
            Question.number == row.number,
            Question.asked_at == row.read_at,
            Question.closed_at.is_(None),
            ~Question.invites,
        )
        .order_by(Question.id.desc())
        .limit(1)
    )
    if question is not None and question.kind != CLARIFY:
        options = int(question.values["options"])
        if question.kind == WHOSE:
            return tuple(chr(ord("A") + place) for place in range(options))
        return tuple(str(digit) for digit in range(1, options + 1))
    if messages[0].text_key == WHICH_WORD:
        return tuple(messages[0].text_values["commands"])
    offered = dict.fromkeys(first or second for first, second in _NUMBERED.findall(replies[0]))
    return tuple(offered) if row.state in ("asked", "unknown_sender") else ()
