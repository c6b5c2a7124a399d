"""The channel of Twilio: SMS and WhatsApp through its official library, over one client of our own."""

import json
import logging
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from twilio.base.exceptions import TwilioException
from twilio.base.values import unset
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance, MessageList

from clusters.kernel.clock import real_now
from messaging.channels import twilio_hooks
from messaging.channels.base import (
    Fault,
    Hook,
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
from messaging.channels.twilio_errors import STATUSES, fault_of, refusal
from messaging.channels.wire import Unanswered, Unsent, Wire

NAME = "twilio"
VALID_LONGEST = timedelta(hours=4)
PAGE, NUMBERS_PAGE, PAGES_MOST = 1000, 100, 1000
"""Texts in a page of the whole list and of one number's, and the pages that a list may have."""
QUEUED_LONGEST = timedelta(days=1)
"""A text is listed under the day it was sent; it may have been created so long before."""

_WHATSAPP = "whatsapp:"
_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")


class TwilioChannel:
    """Texts by an account at Twilio; reports of texts come to `public_url`, under our own id.

    `senders` are our own numbers there; without any the provider's whole list is read.
    """

    name = NAME
    media = frozenset(Medium)
    callback_carries_our_id = True
    can_find = True
    dedupes = False
    list_lag: timedelta | None = None

    def __init__(
        self,
        account: str,
        token: str,
        *,
        address: str,
        public_url: str,
        senders: Sequence[str] = (),
        clock: Callable[[], datetime] = real_now,
        wire: Wire | None = None,
    ) -> None:
        self._account, self._token, self._senders, self._clock = account, token, tuple(senders), clock
        self._public_url = public_url.rstrip("/")
        self._http = _Http(wire or Wire(address), account, token, clock)
        # An environment of its own: the library would look into the process's for a region.
        self._client = Client(account, token, http_client=self._http, environment={"TWILIO_REGION": ""})
        self._messages: MessageList = self._client.messages

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand a text over, once; our id rides in the address that its reports come to."""
        whatsapp = outgoing.medium is Medium.WHATSAPP
        service = bool(_SERVICE.fullmatch(outgoing.sender))
        sender = _WHATSAPP + outgoing.sender if whatsapp and outgoing.sender and not service else outgoing.sender
        valid_for = VALID_LONGEST if outgoing.valid_for is None else min(outgoing.valid_for, VALID_LONGEST)
        template = outgoing.template
        with _asked(in_doubt=True):
            made = self._messages.create(
                to=_WHATSAPP + outgoing.number if whatsapp else outgoing.number,
                from_=unset if service or not sender else sender,
                messaging_service_sid=sender if service else unset,
                body=unset if template else outgoing.body,
                content_sid=template.name if template else unset,
                content_variables=_variables(template.values) if template else unset,
                status_callback=f"{self._public_url}/hooks/{NAME}/status/{outgoing.message_id}",
                validity_period=max(1, int(valid_for.total_seconds())),
                smart_encoded=False,
            )
            if not isinstance(made.sid, str) or not _SID.fullmatch(made.sid):
                raise ValueError
        return Receipt(made.sid)

    def find(self, outgoing: Outgoing, since: datetime, until: datetime) -> Sequence[Listed]:
        """Its texts to this number with these words, made in [since, until]; those from the same sender first."""
        to = _WHATSAPP + outgoing.number if outgoing.medium is Medium.WHATSAPP else outgoing.number
        wanted = body_hash(outgoing.body)
        found = []
        with _asked():
            for page in self._pages(NUMBERS_PAGE, to=to):
                outbound = [(record, self._listed(record)) for record in page if _ours(record)]
                found += [
                    (record, listed)
                    for record, listed in outbound
                    if since <= listed.at <= until and listed.body_hash == wanted
                ]
                # The newest come first, so far as one can tell; what is a day older than all we look for ends it.
                if outbound and all(listed.at < since - QUEUED_LONGEST for _, listed in outbound):
                    break
        found.sort(key=lambda pair: (not _from(pair[0], outgoing.sender), pair[1].at))
        return [listed for _, listed in found]

    def listed(self, since: datetime, until: datetime) -> Iterable[Listed]:
        """All that it took from us in [since, until]; its own filter knows only days, so times are compared here."""
        for record in self._between(since, until):
            if _ours(record):
                listed = self._listed(record)
                if since <= listed.at <= until:
                    yield listed

    def fetch(self, sid: str) -> Report | None:
        """What became of a text of ours."""
        try:
            with _asked():
                record = self._messages(sid).fetch()
                return _report(record) if _ours(record) else None
        except SendError as error:
            if error.code == "20404":
                return None
            raise

    def heard(self, since: datetime, until: datetime) -> Iterable[Texted]:
        """The texts that came in for our numbers in [since, until]."""
        for number in self._inbound_numbers() or (unset,):
            for record in self._between(since, until, to=number):
                if record.direction == "inbound":
                    at = self._at(record)
                    if since <= at <= until:
                        yield _texted(record, at)

    def read_text(self, hook: Hook) -> Texted:
        """A text that the provider brings."""
        return twilio_hooks.read_text(hook, self._token, self._account, self._inbound_numbers())

    def read_report(self, hook: Hook, message_id: UUID | None) -> Report:
        """A report that the provider brings."""
        return twilio_hooks.read_report(hook, self._token, self._account, message_id)

    def _inbound_numbers(self) -> tuple[str, ...]:
        return tuple(sender for sender in self._senders if sender.removeprefix(_WHATSAPP).startswith("+"))

    def _between(self, since: datetime, until: datetime, **wanted: object) -> Iterator[MessageInstance]:
        skew = self._http.skew
        first, last = since + skew, until + skew + QUEUED_LONGEST
        with _asked():
            for page in self._pages(
                PAGE, date_sent_after=f"{first:%Y-%m-%d}", date_sent_before=f"{last:%Y-%m-%d}", **wanted
            ):
                yield from page

    def _pages(self, size: int, **wanted: object) -> Iterator[Sequence[MessageInstance]]:
        page = self._messages.page(page_size=size, **wanted)
        for _ in range(PAGES_MOST):
            yield list(page)
            further = page.next_page()
            if further is None:
                return
            page = further
        raise ValueError("a list without end")

    def _listed(self, record: MessageInstance) -> Listed:
        code = str(record.error_code) if record.error_code else None
        number = (record.to or "").removeprefix(_WHATSAPP)
        return Listed(str(record.sid), number, body_hash(record.body or ""), self._at(record), _status(record), code)

    def _at(self, record: MessageInstance) -> datetime:
        """When the provider made its record, by our clock."""
        if record.date_created is None:
            raise ValueError("a record without a date")
        created: datetime = record.date_created
        return created - self._http.skew


class _Http(HttpClient):  # type: ignore[misc]  # the library is not typed
    """What the library speaks over: nothing of its defaults, and errors that say what is certain."""

    def __init__(self, wire: Wire, account: str, token: str, clock: Callable[[], datetime]) -> None:
        super().__init__(logging.getLogger("twilio.http_client"), False)
        self._wire, self._clock = wire, clock
        self._proof = {"Authorization": "Basic " + b64encode(f"{account}:{token}".encode()).decode()}
        self.skew = timedelta()
        """How far the provider's clock stands ahead of ours, by the last answer."""

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: object = None,
        timeout: object = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Ask the configured host, whatever host the address names; SendError for every answer but a 2xx."""
        named = urlsplit(uri)
        query = "&".join(filter(None, (named.query, urlencode(params, doseq=True) if params else "")))
        path = named.path + (f"?{query}" if query else "")
        body = urlencode(data, doseq=True).encode() if data else b""
        answer = self._wire.ask(method, path, {**(headers or {}), **self._proof}, body)
        self._look_at_clock(answer.headers.get("date"))
        if not 200 <= answer.status < 300:
            raise refusal(answer.status, _code(answer.body), answer.headers.get("retry-after"), self._clock())
        return Response(answer.status, answer.body.decode(), answer.headers)

    def _look_at_clock(self, date: str | None) -> None:
        if date is None:
            return
        try:
            self.skew = parsedate_to_datetime(date) - self._clock()
        except (ValueError, TypeError):  # an unreadable date, or one without a zone
            return


@contextmanager
def _asked(*, in_doubt: bool = False) -> Iterator[None]:
    """Whatever goes wrong with a request becomes a SendError that says what is certain."""
    try:
        yield
    except Unsent as error:
        raise SendError(Policy.SAFE, "route_unreachable", Fault.CHANNEL) from error
    except (Unanswered, TwilioException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SendError(Policy.ASK_FIRST, "channel_failed", Fault.CHANNEL) from error


def _code(body: bytes) -> int | None:
    """The provider's number of an error, where an answer is its JSON."""
    try:
        told = json.loads(body)
    except ValueError:
        return None
    code = told.get("code") if isinstance(told, dict) else None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _variables(values: Mapping[str, str]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True)


def _ours(record: MessageInstance) -> bool:
    return (record.direction or "").startswith("outbound")


def _from(record: MessageInstance, sender: str) -> bool:
    return sender in ((record.from_ or "").removeprefix(_WHATSAPP), record.messaging_service_sid)


def _status(record: MessageInstance) -> Status:
    # A word we do not know says at least that there is such a text.
    return STATUSES.get(str(record.status), Status.ACCEPTED)


def _report(record: MessageInstance) -> Report:
    code = str(record.error_code) if record.error_code else None
    number = (record.to or "").removeprefix(_WHATSAPP)
    return Report(str(record.sid), _status(record), code, fault_of(code), number=number or None)


def _texted(record: MessageInstance, at: datetime) -> Texted:
    said, media = record.from_ or "", record.num_media or "0"
    return Texted(
        str(record.sid),
        said.removeprefix(_WHATSAPP),
        (record.body or "").replace("\0", ""),
        Medium.WHATSAPP if said.startswith(_WHATSAPP) else Medium.SMS,
        int(media) if media.isdecimal() else 0,
        at,
    )
