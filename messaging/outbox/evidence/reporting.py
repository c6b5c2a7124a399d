"""Takes in what a channel reports of a text, from its callbacks and from looking: in any order, however often."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.failpoints import fp
from messaging.channels.base import Fault, Medium, Report, Status
from messaging.consent.actions import mark_wrong, opt_out
from messaging.consent.queries import settled_since
from messaging.outbox.evidence.noting import refold
from messaging.outbox.rules import State

PROVIDER = "provider"
"""The source of a wish for silence that a provider holds."""
OF_THE_NUMBER = (Fault.OPTED_OUT, Fault.NUMBER)
"""What an error may be about so that it says something of the number itself."""


class Strayed(StrEnum):
    """Why a report belongs to no message of ours; nothing but this row is written then."""

    NOT_KNOWN = "not_known"
    """It names no message, and nobody knows its text yet: the answer to sending it may still be on the way."""
    NO_MESSAGE = "no_message"
    NO_ATTEMPT = "no_attempt"
    """The message never went by this channel."""
    OTHER_NUMBER = "other_number"
    OTHER_MESSAGE = "other_message"
    """Its text belongs to another message than the one it names."""


class Taken(StrEnum):
    """What became of a report."""

    NEWS = "news"
    REPEATED = "repeated"
    STRAY = "stray"


@dataclass(frozen=True, slots=True)
class _Owner:
    """A message that went by the channel; `tried_at` is when it last did."""

    message_id: UUID
    number: str
    medium: str
    tried_at: datetime


_BELONGS = text("SELECT message_id FROM provider_message WHERE sid = :sid")
_MESSAGE = text(
    "SELECT m.id, m.number, m.medium, (SELECT max(a.started_at) FROM attempt a WHERE a.message_id = m.id"
    " AND a.route = :channel) AS tried_at FROM message m WHERE m.id = :id"
)
_KNOWN = text(
    "SELECT true FROM provider_event WHERE sid = :sid AND status = :status AND code IS NOT DISTINCT FROM :code"
)
_LOCK = text(
    "SELECT id FROM message WHERE id = :id OR (:all AND number = :number"
    " AND state IN ('queued', 'parked', 'claimed')) ORDER BY id FOR UPDATE"
)
_ADOPT = text(
    "WITH new AS (INSERT INTO provider_message (sid, message_id, via, at, extra)"
    " SELECT :sid, :id, :via, :now, EXISTS (SELECT FROM provider_message p WHERE p.message_id = :id)"
    " ON CONFLICT DO NOTHING RETURNING message_id)"
    " SELECT message_id FROM new UNION ALL SELECT message_id FROM provider_message WHERE sid = :sid"
)
_EVENT = text(
    "INSERT INTO provider_event (sid, status, code, received_at, fault) VALUES (:sid, :status, :code, :now, :fault)"
    " ON CONFLICT DO NOTHING RETURNING id"
)
_STRAY = text(
    "INSERT INTO stray (sid, why, channel, number, found_at) VALUES (:sid, :why, :channel, :number, :now)"
    " ON CONFLICT DO NOTHING"
)


def report(db: Session, channel: str, told: Report, via: str = "callback") -> Taken:
    """Keep a report and let its message stand as all reports of it say; `via` is "callback" or "poll".

    It is believed of a message only that went by this channel, to the number it names; whatever else it says of
    itself is kept apart and changes nothing.
    """
    owner = _owner(db, channel, told)
    if isinstance(owner, Strayed):
        return _stray(db, channel, told, owner)
    silence = told.fault is Fault.OPTED_OUT and _is_news_of_the_number(db, told, owner)
    if silence:
        opt_out(db, owner.number, PROVIDER)  # first, since whoever submits locks the number before the message
    # A wish for silence will end what waits for the number: all of it is locked at once, in everybody's order.
    db.execute(_LOCK, {"id": owner.message_id, "all": silence, "number": owner.number})
    if db.scalar(_ADOPT, {"sid": told.sid, "id": owner.message_id, "via": via, "now": now(db)}) != owner.message_id:
        return _stray(db, channel, told, Strayed.OTHER_MESSAGE)
    if told.status is Status.FAILED and _is_news_of_the_number(db, told, owner):
        _heed_number(db, channel, owner.number, Medium(owner.medium), told.fault, told.code)
    news = _event(db, told)
    fp("webhook.after_insert")
    refold(db, [owner.message_id])
    return Taken.NEWS if news else Taken.REPEATED


def heed(db: Session, channel: str, number: str, medium: Medium, fault: Fault, code: str | None) -> None:
    """What a definite refusal says about the number itself: that it wants no texts, or that it gets none."""
    if fault is Fault.OPTED_OUT:
        opt_out(db, number, PROVIDER)
    _heed_number(db, channel, number, medium, fault, code)


def _heed_number(db: Session, channel: str, number: str, medium: Medium, fault: Fault | None, code: str | None) -> None:
    # A number that is not on WhatsApp may well get SMS.
    if fault is Fault.NUMBER and medium is Medium.SMS:
        mark_wrong(db, number, channel, code)


def _is_news_of_the_number(db: Session, told: Report, owner: "_Owner") -> bool:
    """Not told before, and nothing that the number's holder or a person has settled since the text went."""
    known = db.scalar(_KNOWN, {"sid": told.sid, "status": told.status.value, "code": told.code})
    return not known and not settled_since(db, owner.number, owner.tried_at)


def _owner(db: Session, channel: str, told: Report) -> "_Owner | Strayed":
    """The message a report is about, or why it is about none."""
    known = db.scalar(_BELONGS, {"sid": told.sid})
    if known is None and told.message_id is None:
        return Strayed.NOT_KNOWN
    if known is not None and told.message_id not in (None, known):
        return Strayed.OTHER_MESSAGE
    row = db.execute(_MESSAGE, {"id": known or told.message_id, "channel": channel}).one_or_none()
    if row is None:
        return Strayed.NO_MESSAGE
    if row.tried_at is None:
        return Strayed.NO_ATTEMPT
    # Of a text that is known to be ours a report need not say the number; one that claims to be ours must.
    if told.number != row.number and (known is None or told.number is not None):
        return Strayed.OTHER_NUMBER
    return _Owner(*row)


def _stray(db: Session, channel: str, told: Report, why: Strayed) -> Taken:
    db.execute(
        _STRAY,
        {"sid": told.sid, "why": why.value, "channel": channel, "number": told.number, "now": now(db)},
    )
    if why is Strayed.NOT_KNOWN:
        _event(db, told)  # it counts as soon as the text is known to be ours
    return Taken.STRAY


def _event(db: Session, told: Report) -> int | None:
    """The id of the row, None when the same was told before."""
    state = State(told.status.value)
    values = {
        "sid": told.sid,
        "status": state.value,
        "code": told.code,
        "fault": told.fault and told.fault.value,
        "now": now(db),
    }
    event: int | None = db.scalar(_EVENT, values)
    return event
