"""A voice for tests: drafts of plain texts, a worker's tick, and what the phones heard."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.clock import now, real_now
from clusters.kernel.unit import UnitOfWork
from messaging.channels.base import (
    Channel,
    Fault,
    Hook,
    HookRefused,
    Listed,
    Medium,
    Outgoing,
    Policy,
    Receipt,
    Report,
    SendError,
    Status,
    Texted,
    body_hash,
)
from messaging.channels.models import PhoneText
from messaging.outbox.actions import Draft, about
from messaging.outbox.evidence.reconcile import reconcile
from messaging.outbox.models import Message
from messaging.outbox.reaper import reap
from messaging.outbox.rules import ALWAYS, Pace, TextClass, Window
from messaging.outbox.sender import Dispatcher

ONE_BY_ONE = Pace(in_flight=1)
"""The units of most tests share one connection, which two threads may not use at once."""


def number(n: int) -> str:
    """The number of person n."""
    return f"+923001{n:06}"


def draft(db: Session, n: int = 1, **changes: Any) -> Draft:
    """A reminder about training session 7 to person n, due now and of use for a day."""
    values: dict[str, Any] = {
        "subject_kind": "training_session",
        "subject_id": 7,
        "revision": 1,
        "person_id": n,
        "number": number(n),
        "kind": "T-1d",
        "text_class": TextClass.REMINDER,
        "text_key": "",
        "text_values": {"text": f"Text {n}"},
        "language": "en",
        "send_after": now(db),
        "send_by": now(db) + timedelta(days=1),
    }
    return Draft(**{**values, **changes})


def subject(db: Session, subject_id: int = 7, path: str = "B1.C01.L1.") -> None:
    """Something to talk about."""
    about(db, "training_session", subject_id, training_path=path, admin_path="KP.BANNU.")


def opening_at(instant: datetime) -> Window:
    """Hours that are shut before an instant and open from then on."""
    return Window(lambda at: at >= instant, lambda at: max(at, instant))


class Stubborn:
    """A channel that answers as a test tells it: a Receipt, or an error to raise, one for each request."""

    name = "rehearsal"
    media = frozenset(Medium)
    callback_carries_our_id = False

    def __init__(
        self,
        *answers: Receipt | Exception,
        can_find: bool = True,
        dedupes: bool = False,
        list_lag: timedelta | None = None,
    ) -> None:
        self.answers, self.can_find, self.dedupes, self.list_lag = list(answers), can_find, dedupes, list_lag
        self.sent: list[Outgoing] = []
        self.looked: list[Outgoing] = []
        self.listing: Receipt | Exception | None = None

    def send(self, outgoing: Outgoing) -> Receipt:
        self.sent.append(outgoing)
        answer = self.answers.pop(0) if self.answers else Receipt(f"SM{len(self.sent)}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def find(self, outgoing: Outgoing, since: datetime, until: datetime) -> Sequence[Listed]:
        self.looked.append(outgoing)
        if isinstance(self.listing, Exception):
            raise self.listing
        at = since + (until - since) / 2
        return [
            Listed(receipt.sid, outgoing.number, body_hash(outgoing.body), at, Status.ACCEPTED)
            for receipt in ([self.listing] if self.listing else [])
        ]

    def listed(self, since: datetime, until: datetime) -> Iterable[Listed]:
        return []

    def fetch(self, sid: str) -> Report | None:
        return None

    def heard(self, since: datetime, until: datetime) -> Iterable[Texted]:
        return []

    def read_text(self, hook: Hook) -> Texted:
        raise HookRefused("none")

    def read_report(self, hook: Hook, message_id: UUID | None) -> Report:
        raise HookRefused("none")


class Shelf(Stubborn):
    """A provider whose truth is a list: it keeps what it takes even when the answer is lost, and shows it `lag` late.

    `answers` are as of Stubborn; with an error that leaves doubt the text is kept all the same.
    """

    def __init__(self, *answers: Receipt | Exception, lag: timedelta = timedelta(0), **abilities: Any) -> None:
        super().__init__(*answers, **abilities)
        self.lag, self.shelf, self.lists = lag, [], 0
        self.failing = False

    shelf: list[Listed]

    def send(self, outgoing: Outgoing) -> Receipt:
        sid = f"SM{len(self.shelf) + 1}"
        answer = self.answers.pop(0) if self.answers else Receipt(sid)
        self.sent.append(outgoing)
        if not isinstance(answer, SendError) or answer.policy is Policy.ASK_FIRST:
            self.put(outgoing.number, outgoing.body)
        if isinstance(answer, Exception):
            raise answer
        return Receipt(sid)

    def put(self, number: str, body: str, at: datetime | None = None) -> str:
        """The provider takes a text, whoever sent it."""
        sid = f"SM{len(self.shelf) + 1}"
        self.shelf.append(Listed(sid, number, body_hash(body), at or real_now(), Status.ACCEPTED))
        return sid

    def become(self, sid: str, status: Status, code: str | None = None) -> None:
        """What the provider's list says of a text from now on."""
        self.shelf = [replace(each, status=status, code=code) if each.sid == sid else each for each in self.shelf]

    def find(self, outgoing: Outgoing, since: datetime, until: datetime) -> Sequence[Listed]:
        self.looked.append(outgoing)
        wanted = (outgoing.number, body_hash(outgoing.body))
        return [each for each in self._shown(since, until) if (each.number, each.body_hash) == wanted]

    def listed(self, since: datetime, until: datetime) -> Iterable[Listed]:
        self.lists += 1
        return self._shown(since, until)

    def fetch(self, sid: str) -> Report | None:
        self._ask()
        return next(
            (
                Report(each.sid, each.status, each.code, Fault.CHANNEL if each.code else None, number=each.number)
                for each in self.shelf
                if each.sid == sid
            ),
            None,
        )

    def _shown(self, since: datetime, until: datetime) -> list[Listed]:
        self._ask()
        return [each for each in self.shelf if since <= each.at <= until and each.at + self.lag <= real_now()]

    def _ask(self) -> None:
        if self.failing:
            raise SendError(Policy.SAFE, "down")


@dataclass
class Voice:
    """Sends by one channel as one worker would."""

    unit: UnitOfWork
    channel: Channel
    window: Window = ALWAYS
    pace: Pace = ONE_BY_ONE

    @property
    def dispatcher(self) -> Dispatcher:
        return Dispatcher(self.unit, {"rehearsal": self.channel}, self.window, pace=self.pace)

    def tick(self) -> Counter[str]:
        return self.dispatcher.tick()

    def reap(self) -> Counter[str]:
        return reap(self.unit)

    def reconcile(self) -> Counter[str]:
        return reconcile(self.unit, {"rehearsal": self.channel}, self.pace)

    def heard(self) -> list[tuple[str, str]]:
        """Every copy on every phone, by phone."""
        in_order = select(PhoneText.phone, PhoneText.body).order_by(PhoneText.phone, PhoneText.id)
        with self.unit() as db:
            return [(phone, body) for phone, body in db.execute(in_order.where(PhoneText.incoming))]

    def states(self) -> list[str]:
        """States of all messages by number."""
        with self.unit() as db:
            return [state.value for state in db.scalars(select(Message.state).order_by(Message.number, Message.again))]

    def one(self) -> Message:
        """The only message there is."""
        with self.unit() as db:
            return db.scalars(select(Message)).one()
