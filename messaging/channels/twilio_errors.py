"""What Twilio's numbers of errors mean, as a table: whether to try again, what is at fault, what a person reads."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from messaging.channels.base import Fault, Policy, SendError, Status

LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one number of an error means; `key` names its sentence."""

    policy: Policy
    fault: Fault
    key: str


def _never(fault: Fault, key: str, *codes: int) -> dict[int, Meaning]:
    return dict.fromkeys(codes, Meaning(Policy.NEVER, fault, key))


def _safe(fault: Fault, key: str, *codes: int) -> dict[int, Meaning]:
    return dict.fromkeys(codes, Meaning(Policy.SAFE, fault, key))


TABLE: dict[int, Meaning] = {
    # The account: nothing goes until a person has looked, and no text is lost by it.
    **_safe(Fault.ACCOUNT, "account", 20003, 20005, 20006, 20008, 20010, 20403, 20404, 30002, 30010, 63001, 90010),
    **_safe(Fault.ACCOUNT, "country_shut", 21408),
    **_safe(Fault.ACCOUNT, "sender_shut", 21212, 21603, 21606, 21659, 21660, 21661, 21701, 21703, 21705, 63007),
    **_safe(Fault.ACCOUNT, "ours", 21609),
    # Too fast.
    **_safe(Fault.RATE, "too_fast", 14107, 20429, 21611, 30001, 30022, 63018, 63038),
    # The number.
    **_never(Fault.NUMBER, "wrong_number", 21211, 21217, 21265, 21401, 21421, 21604),
    **_never(Fault.NUMBER, "same_number", 21266),
    **_never(Fault.NUMBER, "not_mobile", 21614, 21635, 30006),
    **_never(Fault.NUMBER, "not_in_service", 30005),
    **_never(Fault.NUMBER, "not_on_whatsapp", 63003, 63024, 63032, 63049),
    **_never(Fault.OPTED_OUT, "opted_out_there", 21610, 63050),
    # The text.
    **_never(Fault.TEMPLATE, "template_wanted", 63016),
    **_never(Fault.TEMPLATE, "template_wrong", 21655, 21656, 63005, 63021, 63027, 63028, 63040, 63041, 63042),
    **_never(Fault.OURS, "too_long", 21605, 21617, 30019),
    **_never(Fault.OURS, "ours", 21602, 21619, 21620, 21654, 30011, 63019, 63033),
    **_never(Fault.OURS, "sender_shut", 21612, 21618, 30024, 30032, 30034, 30035),
    # The way there.
    **_never(Fault.CHANNEL, "phone_off", 30003, 30017),
    **_never(Fault.CHANNEL, "blocked", 30004),
    **_never(Fault.CHANNEL, "filtered", 30007, 30018, 30038, 63013),
    **_never(Fault.CHANNEL, "too_late", 30036),
    **_never(Fault.CHANNEL, "operator_silent", 30008),
    **_never(Fault.CHANNEL, "route_lost", 30009, 30037, 30410, 30500, 63002, 63026, 63029),
}
"""By number; what is not here is a final no whose key is UNKNOWN, so that it can be counted."""

UNKNOWN = "unknown_code"

STATUSES = {
    "queued": Status.ACCEPTED,
    "accepted": Status.ACCEPTED,
    "scheduled": Status.ACCEPTED,
    "sending": Status.ACCEPTED,
    "sent": Status.SENT,
    "partially_delivered": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.READ,
    "undelivered": Status.UNDELIVERED,
    "failed": Status.FAILED,
    "canceled": Status.FAILED,
}
"""Their words for what became of a text, in ours."""


def fault_of(code: str | None) -> Fault | None:
    """What a number of an error is about; None where there is none or nobody knows."""
    meaning = TABLE.get(int(code)) if code and code.isdecimal() else None
    return meaning.fault if meaning else None


def refusal(status: int, code: int | None, retry_after: str | None, now: datetime) -> SendError:
    """The error that an answer other than 2xx is; `code` is the provider's own number where it gave one."""
    said = str(code) if code is not None else None
    wait = _wait(retry_after, now)
    if status == 429:
        return SendError(Policy.SAFE, "too_fast", Fault.RATE, code=said, wait=wait)
    if not 400 <= status < 500:
        return SendError(Policy.ASK_FIRST, "channel_failed", code=said, wait=wait)
    meaning = TABLE.get(code) if code is not None else None
    if meaning is not None:
        return SendError(meaning.policy, meaning.key, meaning.fault, code=said, wait=wait)
    if status in (401, 403):
        return SendError(Policy.SAFE, "account", Fault.ACCOUNT, code=said, wait=wait)
    if code is None:
        return SendError(Policy.ASK_FIRST, "channel_failed", wait=wait)
    return SendError(Policy.NEVER, UNKNOWN, Fault.OURS, code=said, wait=wait)


def _wait(retry_after: str | None, now: datetime) -> timedelta | None:
    """How long an answer asks us to wait, in seconds or until a date; an hour at most."""
    if retry_after is None:
        return None
    try:
        if retry_after.strip().isdecimal():
            wait = timedelta(seconds=min(int(retry_after), LONGEST_WAIT.total_seconds()))
        else:
            until = parsedate_to_datetime(retry_after)
            wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    except (ValueError, OverflowError):
        return None
    return max(timedelta(), min(wait, LONGEST_WAIT))
