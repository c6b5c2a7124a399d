"""One text in its unit of work: who may have written it, what is open with that number, and the one reply it gets."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from clusters.kernel.clock import day_of, now
from clusters.people.phones import E164
from clusters.people.queries import posts_of, scope_of_phone
from clusters.scope import Scope
from messaging.inbound.actions.laying import lay_in_inbox
from messaging.inbound.likeness import form, shape
from messaging.inbound.models import Effect, InboundText, Parked, ParseRecord, Question
from messaging.inbound.queries import ABOUT, CLARIFY, WHOSE
from messaging.inbound.words import Asked, Reply, WordBook
from messaging.outbox.actions import Draft, about, enqueue
from messaging.outbox.models import Message
from messaging.outbox.rules import TextClass
from messaging.texts.catalogue import DEFAULT_LANGUAGE
from messaging.texts.values import jsonable

REPLY = "reply"
"""Kind of the message that answers a text."""
ASKED_BACK_FOR = timedelta(hours=24)
REPLY_WITHIN = timedelta(hours=12)
"""An answer that could not go for so long confuses more than it tells."""
MOST_REPLIES = 6
"""Automatic replies to one number in an hour."""
TOO_MANY = "no reply: enough were sent in this hour"
SAME_MOST, SAME_WITHIN = 5, timedelta(minutes=30)
"""The same reply goes to one number no oftener: two machines that answer each other must stop."""
STRANGERS_EVERY, STRANGERS_MOST = timedelta(hours=24), 3
"""A number of nobody we know gets one reply in so long, whatever it writes; who joins gets this many in all."""
BECAME = {
    "asked": "ask",
    "human": "ask",
    "opted_out": "optout",
    "opted_in": "optin",
    "unknown_sender": "ask",
    "duplicate": "again",
}
"""What is recorded of a text that did nothing itself, by what became of it."""
CONFIRMED = ("applied", "opted_out", "opted_in")
"""States of a text that was understood, and whose reply asks nothing."""

SCRIPT_FOR, LOOKED_BACK = timedelta(days=90), 5
"""How far back, and over how many texts, the script of a number is looked for when a text has no letters."""

_ARABIC = re.compile("[\u0600-\u06ff]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Sender:
    """A person on the phone that a text came from, with what she may do."""

    person_id: int
    name: str
    letter: str
    language: str | None
    scope: Scope
    invented: bool = False

    @property
    def first_name(self) -> str:
        """As people on one phone are told apart."""
        return self.name.split()[0] if self.name.split() else self.letter


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a text: its state, how it was read and why, and the reply, if it gets one."""

    state: str
    reading: str
    why: str
    reply: Reply | None = None
    sender: Sender | None = None
    did: Mapping[str, Any] | None = None
    """What was done, as plain JSON; None where nothing was, and the state says what became of the text."""
    score: float | None = None
    joins: bool = False
    """Does a stranger join by it? That may be answered oftener than anything else she writes."""


class Conversation:
    """A text with everything around it that reading it needs."""

    def __init__(self, db: Session, book: WordBook, row: InboundText) -> None:
        self.db, self.book, self.row, self.at = db, book, row, now(db)
        self.people = tuple(
            Sender(each.person_id, each.name, each.letter, each.language, scope, each.invented)
            for each, scope in scope_of_phone(db, row.number)
        )
        self._script: str | None = None
        self.completes: InboundText | None = None
        """The text whose sender was asked for, once this one says whose it is."""

    @property
    def mobile(self) -> bool:
        """Can the sender be answered at all? Short codes and names of firms cannot."""
        return E164.fullmatch(self.row.number) is not None

    @property
    def shared(self) -> bool:
        """Do several persons answer at this number?"""
        return len(self.people) > 1

    def language(self, sender: Sender | None = None) -> str:
        """The person's own choice, else the script she wrote in last."""
        whose = sender or next(iter(self.people), None)
        return (whose.language if whose else None) or self._written()

    def _written(self) -> str:
        """The language of the script of this text; of one without letters, that of the last one with any."""
        if self._script is None:
            earlier = (
                select(InboundText.body)
                .where(
                    InboundText.number == self.row.number,
                    InboundText.id < self.row.id,
                    InboundText.received_at > self.at - SCRIPT_FOR,
                )
                .order_by(InboundText.id.desc())
                .limit(LOOKED_BACK)
            )
            lettered = self.row.body if _LETTER.search(self.row.body) else None
            lettered = lettered or next((body for body in self.db.scalars(earlier) if _LETTER.search(body)), "")
            self._script = "ur" if _ARABIC.search(lettered or self.row.body) else DEFAULT_LANGUAGE
        return self._script

    def stand(self) -> None:
        """Remember where the sender stands, so that the inbox of that place shows what a person must read."""
        if not self.people:
            return
        first = self.people[0]
        day = day_of(self.at)
        posts = [post for post in posts_of(self.db, first.scope, first.person_id) if post.holds_on(day)]
        self.row.person_id = first.person_id if not self.shared else None
        if posts:
            self.row.training_path, self.row.admin_path = posts[0].training_path, posts[0].admin_path

    # --- questions

    def open_question(self, people: Sequence[Sender]) -> Question | None:
        """The latest question that we asked back and that still stands."""
        return next(iter(self._questions(people, Question.kind.not_in((CLARIFY, WHOSE)), ~Question.invites)), None)

    def open_invites(self, people: Sequence[Sender]) -> list[Question]:
        """The questions that we put unprompted and that still stand, the latest first."""
        return self._questions(people, Question.invites)

    def whose_question(self) -> Question | None:
        """Did we ask which person on this phone a text is from?"""
        return next(iter(self._questions(self.people, Question.kind == WHOSE)), None)

    def _questions(self, people: Sequence[Sender], *which: Any) -> list[Question]:
        ids = [each.person_id for each in people]
        open_now = select(Question).where(
            Question.number == self.row.number,
            Question.closed_at.is_(None),
            Question.expires_at > self.at,
            Question.person_id.in_(ids) | Question.person_id.is_(None),
            *which,
        )
        return list(self.db.scalars(open_now.order_by(Question.id.desc())))

    def ask(self, asked: Asked, sender: Sender | None = None) -> None:
        """Open a question; an earlier one of this number is closed, so that a digit means one thing."""
        self.close_questions()
        self.db.add(
            Question(
                number=self.row.number,
                person_id=sender.person_id if sender else None,
                kind=asked.kind,
                subject_id=asked.subject_id,
                values={"options": asked.options, "values": jsonable(asked.values)},
                asked_at=self.at,
                expires_at=self.at + ASKED_BACK_FOR,
            )
        )

    def close_questions(self) -> None:
        """Nothing that we asked back is open any more; what we put unprompted stays."""
        self.db.execute(
            update(Question)
            .where(Question.number == self.row.number, Question.closed_at.is_(None), ~Question.invites)
            .values(closed_at=self.at)
        )

    def clarify(self, reply: Reply, reading: str, why: str, sender: Sender | None = None) -> Step:
        """Ask once what was meant; a second unclear text in a row goes to a person."""
        before = self.db.scalar(
            select(Question.id).where(
                Question.number == self.row.number,
                Question.kind == CLARIFY,
                Question.closed_at.is_(None),
                Question.expires_at > self.at,
            )
        )
        if before is not None:
            return self.to_person("not_understood", reading, f"{why}; asked once already", sender)
        self.db.add(
            Question(
                number=self.row.number,
                person_id=None,
                kind=CLARIFY,
                subject_id=self.row.id,
                values={},
                asked_at=self.at,
                expires_at=self.at + ASKED_BACK_FOR,
            )
        )
        return Step("asked", reading, why, reply, sender)

    # --- effects

    def remember(
        self,
        verb: str,
        sender: Sender | None,
        undo: Mapping[str, Any],
        *,
        undoable: bool = True,
        answered: Question | None = None,
    ) -> None:
        """Write down what this text did, and how `0` takes it back; `answered` is open again after that."""
        self.db.add(
            Effect(
                inbound_text_id=self.row.id,
                number=self.row.number,
                verb=verb,
                undo={
                    "person": sender.person_id if sender else None,
                    "values": jsonable(undo),
                    **({"question": answered.id} if answered is not None and answered.invites else {}),
                },
                at=self.at,
                undone_at=None if undoable else self.at,
            )
        )
        self.close_questions()

    def echoed_at(self, within: timedelta) -> datetime | None:
        """When we last confirmed something that this number wrote; what `0` took back asks anew and is none."""
        last = self.db.execute(
            select(InboundText.read_at, exists().where(Effect.inbound_text_id == InboundText.id, Effect.verb == "0"))
            .where(
                InboundText.number == self.row.number,
                InboundText.id != self.row.id,
                InboundText.state.in_(CONFIRMED),
                InboundText.read_at >= self.at - within,
            )
            .order_by(InboundText.id.desc())
            .limit(1)
        ).first()
        return None if last is None or last[1] else last[0]

    # --- people

    def to_person(
        self, why: str, reading: str, because: str, sender: Sender | None = None, key: str | None = "passed_to_a_person"
    ) -> Step:
        """Lay the text into the inbox and say so."""
        self.park(why)
        return Step("human", reading, because, Reply(key) if key else None, sender)

    def park(self, why: str) -> None:
        """One card of the inbox for this text."""
        lay_in_inbox(self.db, self.row.id, why, shape=shape(self.row.body, self.book.vocabulary))

    # --- the reply

    def finish(self, step: Step, *, capped: bool = True) -> None:
        """Write down how it was read, and send the one reply."""
        self.row.state, self.row.read_at = step.state, self.at
        self.row.rule = f"{step.reading}\n{step.why}"
        self._record(step)
        if step.sender is not None:
            self.row.person_id = step.sender.person_id
        if step.state in CONFIRMED:
            self.db.execute(
                update(Question)
                .where(Question.number == self.row.number, Question.kind == CLARIFY, Question.closed_at.is_(None))
                .values(closed_at=self.at)
            )
        if step.reply is None or not self.mobile:
            return
        too_many = self._too_many(step.reply, capped, STRANGERS_MOST if step.joins else 1)
        if too_many is not None:
            if self.people and not (step.state in CONFIRMED and self._lies("too_many")):
                self.park("too_many")
            self.row.rule += f"; {too_many}"
            return
        self.say(step.reply, step.sender)

    def _record(self, step: Step) -> None:
        """Keep how it was read; a card that a person settles is recorded anew."""
        self.db.merge(
            ParseRecord(
                inbound_text_id=self.row.id,
                normal="" if self.row.private else form(self.row.body),
                rule=f"{step.reading}\n{step.why}",
                score=step.score,
                did=jsonable(dict(step.did)) if step.did else {"do": BECAME.get(step.state, "none")},
                at=self.at,
            )
        )

    def _lies(self, why: str) -> bool:
        """Lies a text of this number before a person already, for this reason?"""
        open_card = select(Parked.id).join(InboundText, InboundText.id == Parked.inbound_text_id)
        mine = InboundText.number == self.row.number, Parked.why == why, Parked.settled_at.is_(None)
        return self.db.scalar(open_card.where(*mine).limit(1)) is not None

    def _too_many(self, reply: Reply, capped: bool, strangers: int) -> str | None:
        """Why one more reply to this number would be too many; one that is not capped is so for once an hour."""
        lately = self._replied(timedelta(hours=1))
        if len(lately) >= MOST_REPLIES and (capped or reply.key in {key for key, _ in lately}):
            return TOO_MANY
        said = (reply.key, jsonable(dict(reply.values)))
        if self._replied(SAME_WITHIN).count(said) >= SAME_MOST:
            return "no reply: the same was sent too often"
        if not self.people and len(self._replied(STRANGERS_EVERY)) >= strangers:
            if strangers > 1:
                return "no reply: whoever joins is answered three times a day"
            return "no reply: a stranger is answered once a day"
        return None

    def say(self, reply: Reply, sender: Sender | None = None) -> None:
        """Queue a reply to this text."""
        row, values = self.row, dict(reply.values)
        if self.shared and sender is not None:
            values["to"] = sender.first_name
        # The answer to a private text tells what that said, and so stands at no place whose pages show it.
        place = (None, None) if row.private else (row.training_path, row.admin_path)
        about(self.db, ABOUT, row.id, training_path=place[0], admin_path=place[1])
        again = self.db.scalar(select(func.count()).where(Message.subject_kind == ABOUT, Message.subject_id == row.id))
        enqueue(
            self.db,
            Draft(
                ABOUT,
                row.id,
                1,
                sender.person_id if sender else row.person_id or 0,
                row.number,
                REPLY,
                TextClass.REPLY,
                reply.key,
                values,
                reply.language or self.language(sender),
                self.at,
                self.at + REPLY_WITHIN,
                again=again or 0,
                medium=row.medium,
                invented=bool(self.people) and all(each.invented for each in self.people),
            ),
        )

    def _replied(self, within: timedelta) -> list[tuple[str, Any]]:
        """Keys and values of what this number was answered lately."""
        rows = self.db.execute(
            select(Message.text_key, Message.text_values).where(
                Message.number == self.row.number,
                Message.subject_kind == ABOUT,
                Message.planned_at > self.at - within,
            )
        )
        return [(key, {name: value for name, value in values.items() if name != "to"}) for key, values in rows]


def for_sender(step: Step, sender: Sender) -> Step:
    """The step as one person's."""
    return replace(step, sender=sender)
