"""Requests as Twilio would bring them, and what somebody could make of one that she got hold of."""

import random
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus, unquote_to_bytes
from uuid import UUID

from messaging.channels.base import Channel, Hook, HookRefused, Report, Texted
from tests.rig.gateway import signing
from tests.rig.gateway.provider import ACCOUNT, TOKEN

PUBLIC = "https://cop.example.org"
TEXT_URL = f"{PUBLIC}/hooks/twilio/text"
OURS = ("+12025550123", "whatsapp:+12025550124")
NOW = datetime(2026, 12, 1, 5, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"
WORDS = (
    "1", "yes", "ok thanks", "جی ہاں", "کل نہیں آ سکتی",
    "ATT 1234 1-20 abs 3,7", "🙂👍", "a+b = c & d%20", "line\nline",
    "Yes Come", "Will Do", "Code 123456", "no; sorry", "", "  ", "http://example.org/?a=b&c=d", "x" * 300,
)  # fmt: skip
STATUSES = ("queued", "accepted", "sending", "sent", "delivered", "undelivered", "failed", "read", "canceled")
KNOWN = (
    "AccountSid", "Address", "ApiVersion", "Body", "ButtonPayload", "ButtonText", "ChannelMetadata", "ErrorCode",
    "ErrorMessage", "Forwarded", "From", "FromCity", "FromCountry", "FromState", "FromZip", "Label", "Latitude",
    "Longitude", "MediaContentType0", "MediaUrl0", "MessageSid", "MessageStatus", "MessageType", "MessagingServiceSid",
    "NumMedia", "NumSegments", "OptOutType", "OriginalRepliedMessageSender", "OriginalRepliedMessageSid", "ProfileName",
    "RawDlrDoneDate", "ReferralNumMedia", "SmsMessageSid", "SmsSid", "SmsStatus", "To", "ToCity", "ToCountry",
    "ToState", "ToZip", "WaId",
)  # fmt: skip

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Brought:
    """A request that comes in; `pairs` is what it says, None where that cannot be read."""

    url: str
    body: bytes
    signature: str | None
    kind: str = FORM
    pairs: Pairs | None = None

    def at(self, channel: Channel) -> Texted | Report | None:
        """What a channel makes of it; None when it refuses."""
        headers = {"content-type": self.kind}
        if self.signature is not None:
            headers["x-twilio-signature"] = self.signature
        hook = Hook(self.url, self.body, headers, NOW)
        try:
            if "/status" in self.url:
                return channel.read_report(hook, UUID(int=1))
            return channel.read_text(hook)
        except HookRefused:
            return None


class Forge:
    """Makes genuine requests and false ones out of them; a seed makes the same ones again."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def genuine(self, *, crafted: bool = False) -> Brought:
        """A request of the provider's own; `crafted` is one whose writer has a later forgery in mind."""
        pairs = self.rng.choice((self._sms, self._sms, self._whatsapp, self._status))(crafted)
        url = TEXT_URL if any(name == "Body" for name, _ in pairs) else f"{PUBLIC}/hooks/twilio/status/{UUID(int=1)}"
        return signed(url, pairs)

    def variant(self, request: Brought) -> Brought:
        """The same request, spelt another way that the provider might choose."""
        pairs = list(request.pairs or ())
        self.rng.shuffle(pairs)
        write = self.rng.choice((quote_plus, lambda text: quote(text, safe="")))
        body = "&".join(f"{write(name)}={write(value)}" for name, value in pairs)
        if self.rng.random() < 0.3:
            body = _lower_hex(body)
        url = self.rng.choice((request.url, request.url.replace(".org/", ".org:443/")))
        return replace(
            request,
            body=body.encode(),
            signature=signing.twilio(url, dict(request.pairs or ()), TOKEN),
            kind=self.rng.choice((FORM, f"{FORM}; charset=UTF-8", FORM.title())),
        )

    def mutant(self, request: Brought) -> Brought:
        """The request with something changed; what it says then stands in `pairs`."""
        change: Callable[[Brought], Brought] = self.rng.choice(
            (
                self._flip, self._flip, self._flip, self._lose, self._gain, self._sign_anew, self._sign_anew,
                self._readdress, self._readdress, self._retell, self._retell, self._retell,
            )
        )  # fmt: skip
        changed = change(request)
        return replace(changed, pairs=_read(changed.body))

    def cut_anew(self, request: Brought) -> Iterator[Brought]:
        """Requests that say something else and have the same signature: the same letters, cut at other places."""
        pairs = tuple(sorted(request.pairs or ()))
        letters = "".join(name + value for name, value in pairs)
        for _ in range(12):
            other = self.rng.choice((self._shift, self._merge, self._carve, self._walk, self._walk))(pairs, letters)
            names = [name for name, _ in other]
            if (
                other != pairs
                and len(set(names)) == len(names)
                and all(names)
                and names == sorted(names)
                and "".join(name + value for name, value in other) == letters
            ):
                body = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in other)
                yield replace(request, body=body.encode(), pairs=other)

    def _sms(self, crafted: bool) -> Pairs:
        sid = self._sid()
        blank = self.rng.random() < 0.5
        told = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "Body": self._crafted() if crafted else self._words(),
            "From": self._number(),
            "FromCity": "" if blank else "KARACHI",
            "FromCountry": "PK",
            "FromState": "" if blank else "SINDH",
            "FromZip": "",
            "MessageSid": sid,
            "NumMedia": "0",
            "NumSegments": str(self.rng.randint(1, 4)),
            "SmsMessageSid": sid,
            "SmsSid": sid,
            "SmsStatus": "received",
            "To": OURS[0],
            "ToCity": "SAN FRANCISCO",
            "ToCountry": "US",
            "ToState": "CA",
            "ToZip": "94103",
        }
        if self.rng.random() < 0.2:
            told |= {"NumMedia": "1", "MediaUrl0": f"https://api.twilio.com/m/{sid}", "MediaContentType0": "image/jpeg"}
        if self.rng.random() < 0.2:
            told |= {
                "MessagingServiceSid": "MG" + self._hex(),
                "OptOutType": "STOP",
            }
        if self.rng.random() < 0.2:
            told |= {"QueueTime": str(self.rng.randint(1, 99))}
        return tuple(told.items())

    def _whatsapp(self, crafted: bool) -> Pairs:
        sid, number = self._sid(), self._number()
        name = self._crafted() if crafted else self.rng.choice(("Ali", "نسرین", "Ms Khan 🙂", "O'Neil"))
        told = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "Body": self._crafted() if crafted else self._words(),
            "ChannelMetadata": '{"type":"whatsapp","data":{"context":{}}}',
            "From": f"whatsapp:{number}",
            "MessageSid": sid,
            "MessageType": "text",
            "NumMedia": "0",
            "NumSegments": "1",
            "ProfileName": name,
            "ReferralNumMedia": "0",
            "SmsMessageSid": sid,
            "SmsSid": sid,
            "SmsStatus": "received",
            "To": OURS[1],
            "WaId": number.removeprefix("+"),
        }
        more = self.rng.random()
        if more < 0.2:
            told |= {"MessageType": "button", "ButtonText": "Yes", "ButtonPayload": "yes-1", "Body": "Yes"}
        elif more < 0.3:
            told |= {"MessageType": "location", "Latitude": "33.6844", "Longitude": "73.0479", "Body": ""}
        elif more < 0.4:
            told |= {"Forwarded": "true"}
        elif more < 0.5:
            told |= {"OriginalRepliedMessageSender": OURS[1], "OriginalRepliedMessageSid": self._sid()}
        return tuple(told.items())

    def _status(self, crafted: bool) -> Pairs:
        sid, word = self._sid(), self.rng.choice(STATUSES)
        told = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "From": self.rng.choice((*OURS, "PROGRAMME")),
            "MessageSid": sid,
            "MessageStatus": word,
            "SmsSid": sid,
            "SmsStatus": word,
            "To": self._number(),
        }
        if word in ("failed", "undelivered"):
            told |= {"ErrorCode": self.rng.choice(("30003", "30005", "21610", "63016"))}
            if crafted or self.rng.random() < 0.3:
                told |= {"ErrorMessage": self._crafted() if crafted else "Unreachable destination handset"}
        if self.rng.random() < 0.3:
            told |= {"RawDlrDoneDate": "2612010500"}
        if self.rng.random() < 0.3:
            told |= {"MessagingServiceSid": "MG" + self._hex()}
        return tuple(told.items())

    def _crafted(self) -> str:
        """Words that hold names and values of the provider's, as many as fit."""
        tokens = (
            f"From{self._number()}", "FromCity", f"MessageSid{self._sid()}", f"To{OURS[0]}", "NumMedia0",
            "ButtonTextYes",
            "Forwardedtrue", 'ChannelMetadata{"a":1}', "Zeta", "Dxx", "Fzz", "ApiVersion2010-04-01",
            f"SmsSid{self._sid()}",
            f"AccountSid{ACCOUNT}", "Bodyyes", "ErrorCode0", "MessageStatusdelivered", "ProfileNameAli", "QueueTime3",
            "ReferralNumMedia0", "WaId923001234567", "MediaUrl0https://x.example/", "NumSegments1", "Yes ",
        )  # fmt: skip
        return self._words() + "".join(self.rng.sample(tokens, self.rng.randint(1, 5)))

    def _words(self) -> str:
        return self.rng.choice(WORDS)

    def _number(self) -> str:
        return f"+923{self.rng.randrange(10**9):09}"

    def _hex(self) -> str:
        return f"{self.rng.getrandbits(128):032x}"

    def _sid(self) -> str:
        return self.rng.choice(("SM", "SM", "MM")) + self._hex()

    def _flip(self, request: Brought) -> Brought:
        body = bytearray(request.body)
        for _ in range(self.rng.choice((1, 1, 2, 3))):
            body[self.rng.randrange(len(body))] ^= 1 << self.rng.randrange(8)
        return replace(request, body=bytes(body))

    def _lose(self, request: Brought) -> Brought:
        place = self.rng.randrange(len(request.body))
        return replace(request, body=request.body[:place] + request.body[place + self.rng.choice((1, 1, 5)) :])

    def _gain(self, request: Brought) -> Brought:
        place = self.rng.randrange(len(request.body) + 1)
        more = self.rng.choice((b"&", b"=", b"+", b"%00", b"&X=1", b"\x00", b"%", b"&Body=no", bytes([place % 256])))
        return replace(request, body=request.body[:place] + more + request.body[place:])

    def _sign_anew(self, request: Brought) -> Brought:
        known, pairs = request.signature or "", dict(request.pairs or ())
        flipped = bytearray(known.encode())
        flipped[self.rng.randrange(len(flipped))] ^= 1 << self.rng.randrange(7)
        return replace(
            request,
            signature=self.rng.choice(
                (
                    None, "", known[:-1], known + "=", known.swapcase(), flipped.decode("latin-1"), "ü" + known[1:],
                    signing.twilio(request.url, pairs, "another token"), signing.twilio(request.url, pairs, ""),
                    signing.twilio(request.url + "/", pairs, TOKEN), signing.twilio(PUBLIC, pairs, TOKEN),
                    signing.twilio(request.url.replace(".org", ".org:8443"), pairs, TOKEN),
                    signing.twilio(request.url.replace(".org", ".org:80"), pairs, TOKEN),
                    signing.twilio(request.url, {}, TOKEN), b64encode(bytes(20)).decode(),
                )
            ),
        )  # fmt: skip

    def _readdress(self, request: Brought) -> Brought:
        url = request.url
        return replace(
            request,
            url=self.rng.choice(
                (
                    url + "/", url + "?a=b", url + "?", url.replace("https:", "http:"),
                    url.replace("cop.", "www."), url.replace("/hooks/", "//hooks/"), url.replace("/hooks", "/Hooks"),
                    f"{PUBLIC}/hooks/twilio/status/{UUID(int=2)}", f"{PUBLIC}/hooks/twilio/status", url + "#a",
                    url.replace("twilio", "%74wilio"),
                    TEXT_URL if "/status" in url else f"{PUBLIC}/hooks/twilio/status/{UUID(int=1)}",
                )
            ),
        )  # fmt: skip

    def _retell(self, request: Brought) -> Brought:
        pairs = list(request.pairs or ())
        place, other = self.rng.randrange(len(pairs)), self.rng.randrange(len(pairs))
        (name, value), (second, _) = pairs[place], pairs[other]
        match self.rng.randrange(8):
            case 0:
                pairs.append((self.rng.choice(("Extra", "Admin", "MediaUrl1", "OptOutType")), "STOP"))
            case 1:
                del pairs[place]
            case 2:
                pairs.append((name, value))
            case 3:
                pairs.append((name, value + "x"))
            case 4:
                pairs[place] = (name, self.rng.choice((value + " ", value[1:], value.upper(), "STOP", self._number())))
            case 5:
                pairs[place] = (self.rng.choice((name.lower(), name + "x", name[1:], f" {name}")), value)
            case 6:
                pairs[place], pairs[other] = (name, dict(pairs)[second]), (second, value)
            case _:
                pairs = [(n, ACCOUNT[:-1] + "0" if n == "AccountSid" else v) for n, v in pairs]
        return replace(request, body="&".join(f"{quote_plus(n)}={quote_plus(v)}" for n, v in pairs).encode())

    def _shift(self, pairs: Pairs, letters: str) -> Pairs:
        """One name ends some letters earlier or later."""
        place, by = self.rng.randrange(len(pairs)), self.rng.randint(1, 4)
        name, value = pairs[place]
        moved = (name + value[:by], value[by:]) if self.rng.random() < 0.5 else (name[:-by], name[-by:] + value)
        return (*pairs[:place], moved, *pairs[place + 1 :])

    def _merge(self, pairs: Pairs, letters: str) -> Pairs:
        """One value swallows what follows."""
        place = self.rng.randrange(len(pairs) - 1)
        many = self.rng.randint(1, 2)
        name, value = pairs[place]
        swallowed = "".join(n + v for n, v in pairs[place + 1 : place + 1 + many])
        return (*pairs[:place], (name, value + swallowed), *pairs[place + 1 + many :])

    def _carve(self, pairs: Pairs, letters: str) -> Pairs:
        """A new name is cut out of a value."""
        place = self.rng.randrange(len(pairs))
        name, value = pairs[place]
        starts = [spot for spot, letter in enumerate(value) if letter.isupper()] or [0]
        start = self.rng.choice(starts)
        end = min(len(value), start + self.rng.randint(1, 12))
        return (*pairs[:place], (name, value[:start]), (value[start:end], value[end:]), *pairs[place + 1 :])

    def _walk(self, pairs: Pairs, letters: str) -> Pairs:
        """Cut wherever a name stands, whether it is one or was only written."""
        spots = sorted(
            {(spot, known) for known in (*KNOWN, "Zeta", "Dxx", "Fzz", "QueueTime") for spot in _all(letters, known)}
        )
        cuts: list[tuple[int, str]] = []
        for spot, known in spots:
            if cuts and (spot < cuts[-1][0] + len(cuts[-1][1]) or known <= cuts[-1][1]):
                continue
            if not cuts or self.rng.random() < 0.8:
                cuts.append((spot, known))
        ends = [spot for spot, _ in cuts[1:]] + [len(letters)]
        return tuple((known, letters[spot + len(known) : end]) for (spot, known), end in zip(cuts, ends, strict=True))


def signed(url: str, pairs: Pairs) -> Brought:
    """A request as the provider signs it."""
    body = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)
    return Brought(url, body.encode(), signing.twilio(url, dict(pairs), TOKEN), pairs=pairs)


def same(one: Brought, other: Brought) -> bool:
    """Do two requests say the same at the same place, proved by the same signature?"""
    return (
        one.pairs is not None
        and other.pairs is not None
        and (one.url, one.signature, sorted(one.pairs)) == (other.url, other.signature, sorted(other.pairs))
    )


def _read(body: bytes) -> Pairs | None:
    """What a body says, read the plain way; None when the provider would never have written it so."""
    found = []
    for part in body.split(b"&"):
        name, equals, value = part.replace(b"+", b" ").partition(b"=")
        if not equals:
            return None
        try:
            found.append((unquote_to_bytes(name).decode(), unquote_to_bytes(value).decode()))
        except UnicodeDecodeError:
            return None
    return tuple(found)


def _lower_hex(body: str) -> str:
    parts = body.split("%")
    return "%".join([parts[0], *(part[:2].lower() + part[2:] for part in parts[1:])])


def _all(letters: str, part: str) -> Iterator[int]:
    spot = letters.find(part)
    while spot >= 0:
        yield spot
        spot = letters.find(part, spot + 1)
