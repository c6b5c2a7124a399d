"""The dialect of the open SMS Gateway app for Android, as its own server on the phone speaks it ("local mode").

All but /health asks for Basic auth. `/message` and `/messages` are the same place, as `/webhook` and `/webhooks` are.

POST /messages {"id"?, "textMessage": {"text"} or "message", "phoneNumbers": [...], "simNumber"?: 1..,
    "ttl"?: seconds or "validUntil"?: ISO time, "withDeliveryReport"?: true, "priority"?}
  -> 202 {"id", "deviceId", "state": "Pending", "isHashed": false, "isEncrypted": false,
    "recipients": [{"phoneNumber", "state", "error"}], "states": {"Pending": ISO time}}
  -> 400 {"message": why}. An id that it has breaks the key of its table: 500 {"message": "UNIQUE constraint failed..."}
    and no second text; told so by the way `repeats`, it sends once more instead.
GET /messages/{id} -> 200 as above, or 404 without a body; `state` is Pending, Processed, Sent, Delivered or Failed.
GET /messages?state&from&to&limit=50&offset -> 200 [as above], newest first, X-Total-Count.
GET /inbox?type&from&to&limit=50&offset -> 200 [{"id", "type": "SMS", "sender", "recipient", "simNumber",
    "contentPreview", "createdAt"}], newest first, X-Total-Count.
POST /webhooks {"id"?, "url", "event"} -> 201 the same; GET /webhooks -> 200 [...]; DELETE /webhooks/{id} -> 204.
GET /health -> 200 {"status": "pass", ...}.

It brings events to the addresses registered for them: {"deviceId", "event", "id", "webhookId", "payload": {"messageId",
"phoneNumber", "simNumber", ...}} with sms:received (message, receivedAt), sms:sent (partsCount, sentAt), sms:delivered
(deliveredAt; if a delivery report was wanted), sms:failed (failedAt, reason). `id` is the event's own and the same when
it is brought again; the messageId of sms:received is made of what the text says, and not unique. Signed: X-Timestamp
is Unix seconds, X-Signature = hex(HMAC-SHA256(key, body + X-Timestamp)). It wants a 2xx within 30 s.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from itertools import islice
from typing import Any

from tests.rig.gateway.answering import scripted
from tests.rig.gateway.book import Kept
from tests.rig.gateway.callbacks import Postman, Report
from tests.rig.gateway.provider import PASSWORD, USER, Provider
from tests.rig.gateway.verdicts import Answer, Attempt, Callbacks, Verdict
from tests.rig.gateway.wire import Incoming, Reply, Request, told

ALLOWED = "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()
DEVICE = "ffffffffceb0b1db0000018e937c815b"
EVENTS = ("sms:received", "sms:sent", "sms:delivered", "sms:failed")
STATES = {"queued": "Pending", "sent": "Sent", "delivered": "Delivered", "failed": "Failed", "undelivered": "Failed"}
NEWS = {"sent": "sms:sent", "delivered": "sms:delivered", "failed": "sms:failed", "undelivered": "sms:failed"}
MOMENTS = {"sms:sent": "sentAt", "sms:delivered": "deliveredAt", "sms:failed": "failedAt", "sms:received": "receivedAt"}
FAILED = "RESULT_ERROR_GENERIC_FAILURE"
KARACHI = timezone(timedelta(hours=5))


class Android:
    """Answers what comes to the port of the phone."""

    def __init__(self, provider: Provider, postman: Postman) -> None:
        self._provider, self._postman = provider, postman
        self._hooks: dict[str, dict[str, str]] = {}
        self._events = 0

    def __call__(self, request: Request) -> Incoming:
        if request.path == "/health":
            return told(200, {"status": "pass", "version": "1.0", "releaseId": 1, "checks": {}})
        if request.headers.get("authorization") != ALLOWED:
            return Reply(401, headers={"WWW-Authenticate": 'Basic realm="Access to SMS Gateway"'})
        _, place, *rest = request.path.split("/")
        match request.method, place, rest:
            case "POST", "message" | "messages", []:
                return self._send(request)
            case "GET", "message" | "messages", []:
                return self._list(request.query, "outbound-api")
            case "GET", "message" | "messages", [sid]:
                kept = self._provider.phone.by_sid.get(sid)
                return Reply(404) if kept is None else told(200, self._now(kept))
            case "GET", "inbox", []:
                return self._list(request.query, "inbound")
            case "POST", "webhook" | "webhooks", []:
                return self._register(json.loads(request.body))
            case "GET", "webhook" | "webhooks", []:
                return told(200, list(self._hooks.values()))
            case "DELETE", "webhook" | "webhooks", [hook]:
                return Reply(204 if self._hooks.pop(hook, None) else 404)
        return Reply(404)

    def forget(self) -> None:
        """Nobody is registered any more."""
        self._hooks.clear()

    def texted(self, kept: Kept) -> list[Report]:
        """What goes out when somebody texts the phone."""
        payload = {
            "messageId": sha256(f"{kept.sender}{kept.body}".encode()).hexdigest()[:8],
            "message": kept.body,
            "phoneNumber": kept.sender,
            "simNumber": 1,
        }
        return self._news(kept.sid, "sms:received", payload)

    def _send(self, request: Request) -> Incoming:
        try:
            given = json.loads(request.body)
        except ValueError:
            return told(400, {"message": "Invalid request body"})
        if wrong := _mistake(given):
            return told(400, {"message": wrong})
        body = given["textMessage"]["text"] if given.get("textMessage") else given["message"]
        to = given["phoneNumbers"][0]
        attempt, verdict = self._provider.script.judge(to, body)
        self._provider.ledger.note("tried", request=request.n, to=to, nth=attempt.nth, accept=verdict.accept)
        kept = self._made(given, body, attempt, verdict)
        known = kept.sid in self._provider.phone.by_sid
        if known and self._provider.ways.repeats == "refused":
            why = "UNIQUE constraint failed: message.id (code 1555 SQLITE_CONSTRAINT_PRIMARYKEY)"
            return told(500, {"message": why})
        reply = self._answer(verdict.answer, kept)
        if not verdict.accept:
            return reply
        self._keep(request, kept, attempt, given)
        reports = self._reports(kept, attempt, verdict.callbacks, bool(given.get("withDeliveryReport", True)))
        if verdict.callbacks.before_answer:
            return self._postman.first(reports, reply)
        self._postman.take(reports)
        return reply

    def _made(self, given: Mapping[str, Any], body: str, attempt: Attempt, verdict: Verdict) -> Kept:
        now = self._provider.clock()
        return Kept(
            sid=given.get("id") or attempt.digest("sid").hex()[:21],
            to=given["phoneNumbers"][0],
            sender=f"sim {given.get('simNumber') or 1}",
            body=body,
            at=now,
            visible_from=now + self._provider.ways.list_lag,
            settles=now + self._provider.ways.settles,
            fate=verdict.callbacks.statuses,
            updated=now,
        )

    def _keep(self, request: Request, kept: Kept, attempt: Attempt, given: Mapping[str, Any]) -> None:
        self._provider.phone.keep(kept)
        self._provider.ledger.note(
            "accepted",
            request=request.n,
            sid=kept.sid,
            to=kept.to,
            sender=kept.sender,
            body=kept.body,
            nth=attempt.nth,
            visible_from=kept.visible_from - self._provider.skew,
            validity=given.get("ttl"),
        )

    def _answer(self, answer: Answer, kept: Kept) -> Reply:
        return scripted(answer, _shown(kept), name="id", taken=202, error={"message": "Scripted"})

    def _reports(self, kept: Kept, attempt: Attempt, callbacks: Callbacks, delivery: bool) -> list[Report]:
        reports = []
        for place, status in enumerate(callbacks.statuses):
            event = NEWS.get(status)
            if event is None or (event == "sms:delivered" and not delivery):
                continue
            if attempt.chance(f"loss {place}") < callbacks.loss:
                continue
            payload: dict[str, Any] = {"messageId": kept.sid, "phoneNumber": kept.to, "simNumber": 1}
            if event == "sms:sent":
                payload["partsCount"] = 1
            elif event == "sms:failed":
                payload["reason"] = FAILED
            reports += self._news(kept.sid, event, payload, callbacks.delay) * callbacks.copies
        reports = attempt.shuffled(reports) if callbacks.reorder else reports
        return reports[::-1] if callbacks.backwards else reports

    def _news(self, sid: str, event: str, payload: Mapping[str, Any], delay: float = 0.0) -> list[Report]:
        """One event for each address that is registered for it."""
        now = self._provider.clock()
        found = []
        for hook in (*self._hooks.values(), *_usual_hooks(self._provider.ways.phone_hooks)):
            if hook["event"] != event:
                continue
            self._events += 1
            news = {
                "deviceId": DEVICE,
                "event": event,
                "id": sha256(f"{self._provider.script.seed}|event|{self._events}".encode()).hexdigest()[:21],
                "webhookId": hook["id"],
                "payload": {**payload, MOMENTS[event]: _local(now)},
            }
            found.append(Report.of_phone(sid, hook["url"], news, delay))
        return found

    def _list(self, query: Mapping[str, str], direction: str) -> Reply:
        ways = self._provider.ways
        if ways.list_fails:
            ways.list_fails -= ways.list_fails > 0
            return told(500, {"message": "Failed to retrieve messages"})
        since, until = _instant(query.get("from"), 0.0), _instant(query.get("to"), float("inf"))
        found = [
            kept
            for kept in self._provider.phone.newest_first(self._provider.clock())
            if kept.direction == direction
            and since <= kept.at <= until
            and ("state" not in query or STATES.get(kept.status) == query["state"])
        ]
        first, limit = int(query.get("offset", 0)), int(query.get("limit", 50))
        shown = islice(found, first, first + min(limit, ways.page_size))
        show = self._now if direction == "outbound-api" else _received
        answer = told(200, [show(kept) for kept in shown])
        return Reply(200, answer.body, headers={"X-Total-Count": str(len(found))}, hang=ways.list_hangs)

    def _register(self, given: Mapping[str, str]) -> Reply:
        if given.get("event") not in EVENTS or not given.get("url"):
            return told(400, {"message": "Unsupported event or no address"})
        hook = {"id": given.get("id") or f"hook-{len(self._hooks) + 1}", "url": given["url"], "event": given["event"]}
        self._hooks[hook["id"]] = hook
        return told(201, hook)

    def _now(self, kept: Kept) -> dict[str, Any]:
        kept.settle(self._provider.clock())
        return _shown(kept)


def _shown(kept: Kept) -> dict[str, Any]:
    state = STATES.get(kept.status, "Pending")
    return {
        "id": kept.sid,
        "deviceId": DEVICE,
        "state": state,
        "isHashed": False,
        "isEncrypted": False,
        "recipients": [
            {"phoneNumber": kept.to, "state": state, "error": FAILED if state == "Failed" else None},
        ],
        "states": {"Pending": _local(kept.at)} | ({} if state == "Pending" else {state: _local(kept.updated)}),
    }


def _received(kept: Kept) -> dict[str, Any]:
    return {
        "id": kept.sid,
        "type": "SMS",
        "sender": kept.sender,
        "recipient": kept.to,
        "simNumber": 1,
        "contentPreview": kept.body,
        "createdAt": _local(kept.at),
    }


def _mistake(given: Mapping[str, Any]) -> str | None:
    """What the app itself refuses, in its own words."""
    kinds = [given[name] for name in ("textMessage", "dataMessage", "message") if given.get(name) is not None]
    if not kinds:
        return "Must specify exactly one of: textMessage, dataMessage, or message"
    if len(kinds) > 1:
        return "Cannot specify multiple message types simultaneously"
    if kinds[0] in ("", {"text": ""}):
        return "Text message is empty"
    if not given.get("phoneNumbers"):
        return "phoneNumbers is empty"
    if given.get("simNumber") is not None and given["simNumber"] < 1:
        return "simNumber must be >= 1"
    if given.get("ttl") is not None and given.get("validUntil") is not None:
        return "fields conflict: ttl and validUntil"
    if given.get("ttl") is not None and given["ttl"] < 0:
        return "message already expired"
    return None


def _usual_hooks(url: str) -> list[dict[str, str]]:
    """All events at one address, as a person sets them up on the phone."""
    return [{"id": f"usual-{place}", "url": url, "event": event} for place, event in enumerate(EVENTS)] if url else []


def _instant(written: str | None, otherwise: float) -> float:
    return datetime.fromisoformat(written).timestamp() if written else otherwise


def _local(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).astimezone(KARACHI).isoformat(timespec="milliseconds")
