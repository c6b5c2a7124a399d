"""The REST dialect of Twilio: create, list and fetch messages under one account.

POST /2010-04-01/Accounts/{Sid}/Messages.json; GET the same, with To, From, DateSent and PageSize; GET .../{Sid}.json.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import formatdate
from itertools import islice
from urllib.parse import urlencode

from tests.rig.gateway.answering import scripted
from tests.rig.gateway.book import Kept
from tests.rig.gateway.callbacks import Postman, Report
from tests.rig.gateway.provider import ACCOUNT, TOKEN, Provider
from tests.rig.gateway.verdicts import Attempt, Callbacks, Verdict
from tests.rig.gateway.wire import Incoming, Reply, Request, told

HOME = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"
ALLOWED = "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
NUMBER = re.compile(r"(whatsapp:)?\+[1-9][0-9]{6,14}")
LONGEST_BODY, LONGEST_VALIDITY, USUAL_PAGE = 1600, 36_000, 50


class Twilio:
    """Answers what comes to the port of the provider."""

    def __init__(self, provider: Provider, postman: Postman) -> None:
        self._provider, self._postman = provider, postman

    def __call__(self, request: Request) -> Incoming:
        if request.headers.get("authorization") != ALLOWED:
            return refused(401, 20003, "Authenticate")
        if request.path == f"{HOME}.json":
            return self._create(request) if request.method == "POST" else self._list(request)
        if request.path.startswith(f"{HOME}/") and request.method == "GET":
            return self._fetch(request.path.removeprefix(f"{HOME}/").removesuffix(".json"))
        return refused(404, 20404, f"The requested resource {request.path} was not found")

    def _create(self, request: Request) -> Incoming:
        form = request.form
        if wrong := _mistake(form):
            return wrong
        body = self._body(form)
        attempt, verdict = self._provider.script.judge(form["To"], body)
        self._provider.ledger.note("tried", request=request.n, to=form["To"], nth=attempt.nth, accept=verdict.accept)
        kept = self._accept(request, form, body, attempt, verdict) if verdict.accept else None
        code = verdict.answer.code
        reply = scripted(
            verdict.answer,
            _resource(kept or self._made(form, body, attempt, verdict)),
            name="sid",
            taken=201,
            error=None if code is None else _error(verdict.answer.status, code, "Scripted"),
        )
        if kept is None or not form.get("StatusCallback"):
            return reply
        reports = self._reports(kept, form["StatusCallback"], attempt, verdict.callbacks)
        if verdict.callbacks.before_answer:
            return self._postman.first(reports, reply)
        self._postman.take(reports)
        return reply

    def _body(self, form: Mapping[str, str]) -> str:
        if "ContentSid" not in form:
            return form.get("Body", "")
        text = self._provider.ways.contents.get(form["ContentSid"], "")
        values = json.loads(form.get("ContentVariables") or "{}")
        return re.sub(r"\{\{(\w+)\}\}", lambda place: str(values.get(place[1], "")), text)

    def _made(self, form: Mapping[str, str], body: str, attempt: Attempt, verdict: Verdict) -> Kept:
        now = self._provider.clock()
        return Kept(
            sid="SM" + attempt.digest("sid").hex()[:32],
            to=form["To"],
            sender=form.get("From", ""),
            body=body,
            at=now,
            visible_from=now + self._provider.ways.list_lag,
            status="accepted" if form.get("MessagingServiceSid") else "queued",
            service=form.get("MessagingServiceSid"),
            settles=now + self._provider.ways.settles,
            fate=verdict.callbacks.statuses,
            code=verdict.callbacks.code,
            updated=now,
        )

    def _accept(self, request: Request, form: Mapping[str, str], body: str, attempt: Attempt, verdict: Verdict) -> Kept:
        kept = self._made(form, body, attempt, verdict)
        self._provider.book.keep(kept)
        self._provider.ledger.note(
            "accepted",
            request=request.n,
            sid=kept.sid,
            to=kept.to,
            sender=kept.sender or kept.service,
            body=body,
            nth=attempt.nth,
            visible_from=kept.visible_from - self._provider.skew,
            validity=form.get("ValidityPeriod"),
            callback=form.get("StatusCallback"),
            form=dict(form),
        )
        return kept

    def _reports(self, kept: Kept, url: str, attempt: Attempt, callbacks: Callbacks) -> list[Report]:
        reports = []
        for place, status in enumerate(callbacks.statuses):
            if attempt.chance(f"loss {place}") < callbacks.loss:
                continue
            form = {
                "AccountSid": ACCOUNT,
                "ApiVersion": "2010-04-01",
                "From": kept.sender,
                "MessageSid": kept.sid,
                "MessageStatus": status,
                "SmsSid": kept.sid,
                "SmsStatus": status,
                "To": kept.to,
            }
            if callbacks.code is not None and place == len(callbacks.statuses) - 1:
                form["ErrorCode"] = str(callbacks.code)
            reports += [Report.of_twilio(kept.sid, url, form, callbacks.delay)] * callbacks.copies
        reports = attempt.shuffled(reports) if callbacks.reorder else reports
        return reports[::-1] if callbacks.backwards else reports

    def _list(self, request: Request) -> Reply:
        ways = self._provider.ways
        if ways.list_fails:
            ways.list_fails -= ways.list_fails > 0
            return refused(500, 20500, "An internal server error has occurred")
        query, now = request.query, self._provider.clock()
        size = max(1, min(int(query.get("PageSize", USUAL_PAGE)), ways.page_size, 1000))
        page = int(query.get("Page", 0))
        found = (kept for kept in self._provider.book.newest_first(now, query.get("To")) if _listed(kept, query))
        after = query.get("PageToken", "").removeprefix("PA")
        if after:
            for kept in found:
                if kept.sid == after:
                    break
        shown = list(islice(found, size + 1))
        more, shown = len(shown) > size, shown[:size]
        asked = {name: value for name, value in query.items() if name not in ("Page", "PageToken", "PageSize")}
        first = asked | {"PageSize": str(size), "Page": "0"}
        next_page = (
            asked | {"PageSize": str(size), "Page": str(page + 1), "PageToken": f"PA{shown[-1].sid}"} if more else {}
        )
        return Reply(
            200,
            json.dumps(
                {
                    "end": page * size + len(shown) - 1 if shown else 0,
                    "first_page_uri": f"{HOME}.json?{urlencode(first)}",
                    "messages": [_resource(kept) for kept in shown],
                    "next_page_uri": f"{HOME}.json?{urlencode(next_page)}" if more else None,
                    "page": page,
                    "page_size": size,
                    "previous_page_uri": None,
                    "start": page * size,
                    "uri": request.target,
                }
            ).encode(),
            hang=ways.list_hangs,
        )

    def _fetch(self, sid: str) -> Reply:
        kept = self._provider.book.by_sid.get(sid)
        if kept is None:
            return refused(404, 20404, f"The requested resource {HOME}/{sid}.json was not found")
        kept.settle(self._provider.clock())
        return told(200, _resource(kept))


def refused(status: int, code: int, message: str) -> Reply:
    """The provider's error as JSON."""
    return told(status, _error(status, code, message))


def _error(status: int, code: int, message: str) -> dict[str, object]:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return {"code": code, "message": message, "more_info": more, "status": status}


def _mistake(form: Mapping[str, str]) -> Reply | None:
    """What the provider itself refuses, before any script."""
    if not form.get("To"):
        return refused(400, 21604, "A 'To' phone number is required.")
    if not NUMBER.fullmatch(form["To"]):
        return refused(400, 21211, "Invalid 'To' Phone Number")
    if not form.get("From") and not form.get("MessagingServiceSid"):
        return refused(400, 21603, "A 'From' phone number is required.")
    if not form.get("Body") and not form.get("ContentSid"):
        return refused(400, 21602, "Message body is required.")
    if len(form.get("Body", "")) > LONGEST_BODY:
        return refused(400, 21617, "The concatenated message body exceeds the 1600 character limit")
    if not 1 <= int(form.get("ValidityPeriod", LONGEST_VALIDITY)) <= LONGEST_VALIDITY:
        return refused(400, 21621, "The ValidityPeriod is out of its range")
    return None


def _listed(kept: Kept, query: Mapping[str, str]) -> bool:
    """Do the filters let it through? Dates are days of UTC, whatever time is given with them."""
    day = datetime.fromtimestamp(kept.at, UTC).date().isoformat()
    return (
        ("From" not in query or kept.sender == query["From"])
        and ("DateSent" not in query or day == query["DateSent"][:10])
        and ("DateSent>" not in query or day >= query["DateSent>"][:10])
        and ("DateSent<" not in query or day <= query["DateSent<"][:10])
    )


def _resource(kept: Kept) -> dict[str, object]:
    """A text as the provider shows it."""
    failed = kept.status in ("failed", "undelivered")
    return {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": kept.body,
        "date_created": _when(kept.at),
        "date_sent": None if kept.status in ("queued", "accepted") else _when(kept.updated),
        "date_updated": _when(kept.updated),
        "direction": kept.direction,
        "error_code": kept.code if failed else None,
        "error_message": None,
        "from": kept.sender or None,
        "messaging_service_sid": kept.service,
        "num_media": str(kept.media),
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": kept.sid,
        "status": kept.status,
        "subresource_uris": {"media": f"{HOME}/{kept.sid}/Media.json"},
        "to": kept.to,
        "uri": f"{HOME}/{kept.sid}.json",
    }


def _when(instant: float) -> str:
    return formatdate(instant).replace("-0000", "+0000")
