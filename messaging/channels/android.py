"""The channel of a phone with a SIM: the open SMS Gateway app, asked over its own HTTP server, both ways.

Nothing of it was tried on a real phone, so it promises little: it can neither be asked reliably nor does it surely
refuse our id the second time. Both are tried all the same: a text that it has under our id is not handed over again.
"""

import hmac
import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from clusters.kernel.clock import real_now
from messaging.channels.base import (
    CALL,
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
)
from messaging.channels.wire import Answer, Unanswered, Unsent, Wire

NAME = "android"
VALID_LONGEST = timedelta(hours=4)
SIGNED_WITHIN = timedelta(minutes=5)
"""The app signs anew each time it brings an event, with the time."""
CALLS = frozenset({"call:missed", "call:received"})
"""Events of a missed call; the app's list has none, but another program on the phone may bring them, signed alike."""
PAGE, PAGES_MOST = 100, 1000

_SIM = re.compile(r"sim ?([1-3])", re.IGNORECASE)
_LOCAL = re.compile(r"0?(3[0-9]{9})")
_STATES = {
    "Pending": Status.ACCEPTED,
    "Processed": Status.ACCEPTED,
    "Sent": Status.SENT,
    "Delivered": Status.DELIVERED,
    "Failed": Status.FAILED,
    "Cancelled": Status.FAILED,
}
_EVENTS = {"sms:sent": Status.SENT, "sms:delivered": Status.DELIVERED, "sms:failed": Status.FAILED}
_REASON = re.compile(r"\bRESULT_[A-Z_]{3,60}\b")
FAULTS: Mapping[str, Fault] = {
    **dict.fromkeys(("RESULT_ERROR_RADIO_OFF", "RESULT_ERROR_NO_SERVICE", "RESULT_RADIO_NOT_AVAILABLE"), Fault.CHANNEL),
    **dict.fromkeys(("RESULT_NETWORK_REJECT", "RESULT_NETWORK_ERROR", "RESULT_MODEM_ERROR"), Fault.CHANNEL),
    **dict.fromkeys(("RESULT_ERROR_LIMIT_EXCEEDED", "RESULT_SMS_SEND_RETRY_FAILED"), Fault.RATE),
    **dict.fromkeys(("RESULT_ERROR_NULL_PDU", "RESULT_ENCODING_ERROR", "RESULT_INVALID_ARGUMENTS"), Fault.OURS),
    **dict.fromkeys(("RESULT_ERROR_SHORT_CODE_NOT_ALLOWED", "RESULT_ERROR_FDN_CHECK_FAILURE"), Fault.OURS),
}
"""What Android's words for a failure are about; the commonest, "generic failure", says nothing."""


class AndroidChannel:
    """Texts by the SIM of a phone; its events come to /hooks/android/text and /hooks/android/status.

    A sender is called `SIM 1`, `SIM 2` or `SIM 3`; any other name leaves the choice to the phone.
    """

    name = NAME
    media = frozenset({Medium.SMS})
    callback_carries_our_id = True
    can_find = False
    dedupes = False
    list_lag: timedelta | None = None

    def __init__(
        self,
        address: str,
        user: str,
        password: str,
        key: str,
        *,
        clock: Callable[[], datetime] = real_now,
        wire: Wire | None = None,
    ) -> None:
        self._wire, self._key, self._clock = wire or Wire(address), key, clock
        self._headers = {
            "Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode(),
            "Content-Type": "application/json",
        }

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand a text over under our own id, unless the phone has it."""
        sid = str(outgoing.message_id)
        if self._has(sid):
            return Receipt(sid)
        valid_for = VALID_LONGEST if outgoing.valid_for is None else min(outgoing.valid_for, VALID_LONGEST)
        sim = _SIM.fullmatch(outgoing.sender)
        text: dict[str, Any] = {
            "id": sid,
            "textMessage": {"text": outgoing.body},
            "phoneNumbers": [outgoing.number],
            "ttl": max(1, int(valid_for.total_seconds())),
            "withDeliveryReport": True,
        } | ({"simNumber": int(sim[1])} if sim else {})
        try:
            answer = self._wire.ask("POST", "/messages", self._headers, json.dumps(text).encode())
        except Unsent as error:
            raise _unreachable() from error
        except Unanswered as error:
            raise SendError(Policy.ASK_FIRST, "channel_failed") from error
        if not 200 <= answer.status < 300:
            raise _refusal(answer)
        told = _object(answer)
        if told is None or told.get("id") != sid:
            raise SendError(Policy.ASK_FIRST, "channel_failed")
        return Receipt(sid)

    def find(self, outgoing: Outgoing, since: datetime, until: datetime) -> Sequence[Listed]:
        """The text that the phone has under our id."""
        told = self._asked(f"/messages/{outgoing.message_id}")
        return [] if told is None else [_listed(told, since)]

    def listed(self, since: datetime, until: datetime) -> Iterator[Listed]:
        """All that the phone took from anybody in [since, until]; it does not tell what was said."""
        window = {"from": since.isoformat(), "to": until.isoformat(), "limit": str(PAGE)}
        for number in range(PAGES_MOST):
            answer = self._get(f"/messages?{urlencode(window | {'offset': str(number * PAGE)})}")
            page = _json(answer) if answer.status == 200 else None
            if not isinstance(page, list):
                raise _unreadable() if answer.status == 200 else _refusal(answer)
            yield from (_listed(told, since) for told in page)
            if len(page) < PAGE:
                return
        raise _unreadable()

    def fetch(self, sid: str) -> Report | None:
        """What became of a text of ours."""
        told = self._asked(f"/messages/{sid}") if _uuid(sid) else None
        if told is None:
            return None
        to = _recipient(told)
        code = _reason(str(to.get("error") or ""))
        return Report(sid, _state(told), code, FAULTS.get(code or ""), _uuid(sid), _number(to.get("phoneNumber", "")))

    def heard(self, since: datetime, until: datetime) -> Iterable[Texted]:
        """It cannot be asked: its list shows but the beginning of a text, under another id than its event had."""
        raise SendError(Policy.NEVER, "channel_failed", Fault.OURS)

    def read_text(self, hook: Hook) -> Texted:
        """A text that the phone took in, or a call that nobody took; it is brought again until we take it."""
        told = self._proved(hook)
        payload = told["payload"]
        if told["event"] in CALLS:
            number, at = _word(payload, "phoneNumber"), _word(payload, "receivedAt")
            sid = "AN" + sha256(json.dumps([CALL, number, at]).encode()).hexdigest()[:40]
            return Texted(sid, _number(number), "", at=_instant(at), kinds=(CALL,))
        if told["event"] != "sms:received":
            raise HookRefused("event")
        said, number, at = (_word(payload, name) for name in ("message", "phoneNumber", "receivedAt"))
        # The event's id changes where two hooks are registered, and the message's own is not unique.
        part, parts, reference = _place(payload)
        key = [number, at, said, part, reference] if part else [number, at, said]
        sid = "AN" + sha256(json.dumps(key).encode()).hexdigest()[:40]
        return Texted(sid, _number(number), said, at=_instant(at), part=part, parts=parts, reference=reference)

    def read_report(self, hook: Hook, message_id: UUID | None) -> Report:
        """What became of a text; which one, it says itself."""
        told = self._proved(hook)
        status = _EVENTS.get(told["event"])
        if status is None:
            raise HookRefused("event")
        payload = told["payload"]
        sid, number = _word(payload, "messageId"), _word(payload, "phoneNumber")
        if message_id is not None and sid != str(message_id):
            raise HookRefused("sids_differ")
        code = _reason(str(payload.get("reason", ""))) if status is Status.FAILED else None
        return Report(sid, status, code, FAULTS.get(code or ""), _uuid(sid), _number(number))

    def _proved(self, hook: Hook) -> dict[str, Any]:
        """The event of a request that this very phone signed, just now."""
        signed, stamp = hook.headers.get("x-signature", ""), hook.headers.get("x-timestamp", "")
        if not signed or not self._key:
            raise HookRefused("signature_absent")
        true = hmac.new(self._key.encode(), hook.body + stamp.encode("latin-1"), sha256).hexdigest()
        if not hmac.compare_digest(signed.encode("latin-1", "replace"), true.encode()):
            raise HookRefused("signature_wrong")
        if not re.fullmatch(r"[0-9]{9,11}", stamp) or abs(hook.now.timestamp() - int(stamp)) > _SECONDS:
            raise HookRefused("too_old")
        try:
            told = json.loads(hook.body, object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            raise HookRefused("not_json") from error
        if not isinstance(told, dict) or not isinstance(told.get("payload"), dict):
            raise HookRefused("not_an_event")
        _word(told, "event")
        return told

    def _has(self, sid: str) -> bool:
        """Does the phone have a text under this id? Asking changes nothing, so whatever goes wrong is no harm."""
        try:
            answer = self._wire.ask("GET", f"/messages/{sid}", self._headers)
        except (Unsent, Unanswered) as error:
            raise _unreachable() from error
        if answer.status == 404:
            return False
        if answer.status != 200:
            raise _refusal(answer, asked_only=True)
        told = _object(answer)
        if told is None or told.get("id") != sid:
            raise SendError(Policy.SAFE, "channel_failed")
        return True

    def _asked(self, path: str) -> dict[str, Any] | None:
        answer = self._get(path)
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise _refusal(answer, asked_only=True)
        told = _object(answer)
        if told is None:
            raise _unreadable()
        return told

    def _get(self, path: str) -> Answer:
        try:
            return self._wire.ask("GET", path, self._headers)
        except Unsent as error:
            raise _unreachable() from error
        except Unanswered as error:
            raise _unreadable() from error


_SECONDS = SIGNED_WITHIN.total_seconds()


def _refusal(answer: Answer, *, asked_only: bool = False) -> SendError:
    """What an answer other than 2xx means; a question that was not answered did no harm."""
    if answer.status in (401, 403):
        return SendError(Policy.SAFE, "account", Fault.ACCOUNT, code=str(answer.status))
    if answer.status == 429:
        after = answer.headers.get("retry-after", "")
        wait = timedelta(seconds=min(int(after), 3600)) if after.isdecimal() else None
        return SendError(Policy.SAFE, "too_fast", Fault.RATE, code="429", wait=wait)
    if asked_only:
        return SendError(Policy.SAFE, "channel_failed", code=str(answer.status))
    told = _object(answer)
    if 400 <= answer.status < 500 and told is not None and isinstance(told.get("message"), str):
        return SendError(Policy.NEVER, "ours", Fault.OURS, code=str(answer.status))
    return SendError(Policy.ASK_FIRST, "channel_failed", code=str(answer.status))


def _unreachable() -> SendError:
    return SendError(Policy.SAFE, "route_unreachable")


def _unreadable() -> SendError:
    return SendError(Policy.ASK_FIRST, "channel_failed")


def _listed(told: Any, since: datetime) -> Listed:
    if not isinstance(told, dict) or not isinstance(told.get("id"), str):
        raise _unreadable()
    states = told.get("states")
    first = min(states.values(), default=None) if isinstance(states, dict) else None
    at = (_instant(first) if isinstance(first, str) else None) or since
    to = _recipient(told)
    code, number = _reason(str(to.get("error") or "")), _number(str(to.get("phoneNumber", "")))
    return Listed(told["id"], number, "", at, _state(told), code, _uuid(told["id"]))


def _recipient(told: Mapping[str, Any]) -> Mapping[str, Any]:
    recipients = told.get("recipients")
    first = recipients[0] if isinstance(recipients, list) and recipients else None
    return first if isinstance(first, dict) else {}


def _state(told: Mapping[str, Any]) -> Status:
    # A word we do not know says at least that there is such a text.
    return _STATES.get(str(told.get("state")), Status.ACCEPTED)


def _reason(written: str) -> str | None:
    """Android's own word in the app's sentence; the sentence may quote the number."""
    found = _REASON.search(written)
    return found[0] if found else None


def _number(written: str) -> str:
    """As it stands in our tables, where the phone shows a number of its own country as people dial it."""
    local = _LOCAL.fullmatch(written.replace(" ", "").removeprefix("+92").removeprefix("0092").removeprefix("92"))
    return f"+92{local[1]}" if local else written


def _word(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise HookRefused(f"without_{name}")
    return value


def _place(told: Mapping[str, Any]) -> tuple[int, int, str]:
    """Which part of how many a gateway says this is, and of which text; zeros where it joins the parts itself."""
    part, parts, reference = (told.get(name) for name in ("partNumber", "partCount", "partReference"))
    if not isinstance(part, int) or not isinstance(parts, int) or not isinstance(reference, int | str):
        return 0, 0, ""
    return (part, parts, str(reference)) if 1 <= part <= parts else (0, 0, "")


def _instant(written: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:
        return None
    return instant if instant.tzinfo else None


def _uuid(written: str) -> UUID | None:
    try:
        found = UUID(written)
    except ValueError:
        return None
    return found if str(found) == written else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def _object(answer: Answer) -> dict[str, Any] | None:
    told = _json(answer)
    return told if isinstance(told, dict) else None
