"""Reads what Twilio brings: the signature over our own address, then known names, each once, each with its grammar.

The signed string is address + name + value + name + value, without anything between them. So a request that was cut
elsewhere carries the same signature; what can have been cut anew is refused, and read from the provider's list later.
"""

import hmac
import json
import re
from collections.abc import Collection, Mapping
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from twilio.request_validator import RequestValidator

from messaging.channels.base import Hook, HookRefused, Medium, Report, Texted
from messaging.channels.twilio_errors import STATUSES, fault_of

MOST_PARAMETERS = 64
FORM = "application/x-www-form-urlencoded"

_SID = r"(?:SM|MM)[0-9a-f]{32}"
_NUMBER = r"(?:whatsapp:)?\+[1-9][0-9]{4,14}|[0-9]{3,10}"
_PLACE = r"[^\d+]{0,80}"
_COUNTRY = r"[A-Z]{0,2}"
_ZIP = r"[A-Z0-9 -]{0,12}"
_FEW = r"[0-9]{1,2}"
_YES_NO = r"true|false"
_ANY = r"(?s:.*)"

_BOTH = {
    "AccountSid": r"AC[0-9a-f]{32}",
    "ApiVersion": r"20[0-9]{2}-[0-9]{2}-[0-9]{2}",
    "ChannelInstallSid": r"XE[0-9a-f]{32}",
    "ChannelPrefix": r"whatsapp|messenger|sms",
    "ChannelToAddress": r"\+[0-9X]{5,16}",
    "From": _NUMBER,
    "MessageSid": _SID,
    "MessagingServiceSid": r"(?:MG[0-9a-f]{32})?",
    "SmsSid": _SID,
    "To": _NUMBER,
}
_TEXT = {
    **_BOTH,
    "Address": _ANY,
    "Body": _ANY,
    "ButtonPayload": _ANY,
    "ButtonText": _ANY,
    "ButtonType": r"[A-Za-z_]{1,32}",
    "ChannelMetadata": r"(?s:\{.*\})",
    "Forwarded": _YES_NO,
    "FrequentlyForwarded": _YES_NO,
    "FromCity": _PLACE,
    "FromCountry": _COUNTRY,
    "FromState": _PLACE,
    "FromZip": _ZIP,
    "Label": _ANY,
    "Latitude": r"-?[0-9]{1,3}\.[0-9]{1,20}",
    "Longitude": r"-?[0-9]{1,3}\.[0-9]{1,20}",
    "MessageType": r"[a-z_]{1,32}",
    "NumMedia": _FEW,
    "NumSegments": _FEW,
    "OptOutType": r"STOP|START|HELP",
    "OriginalRepliedMessageSender": _NUMBER,
    "OriginalRepliedMessageSid": _SID,
    "ProfileName": _ANY,
    "ReferralNumMedia": _FEW,
    "SmsMessageSid": _SID,
    "SmsStatus": r"received|receiving",
    "ToCity": _PLACE,
    "ToCountry": _COUNTRY,
    "ToState": _PLACE,
    "ToZip": _ZIP,
    "WaId": r"[0-9]{5,15}",
    **{f"MediaUrl{n}": r"https?://[!-~]{1,500}" for n in range(10)},
    **{f"MediaContentType{n}": r"[a-z]+/[!-~]{1,100}" for n in range(10)},
}
_WORDS = "|".join(STATUSES)
_STATUS = {
    **_BOTH,
    # What a text goes out from may be a name.
    "From": _NUMBER + r"|(?:whatsapp:)?\+?[A-Za-z0-9 ]{1,15}|rcs:[a-z0-9_]{1,60}",
    "ChannelStatusMessage": _ANY,
    "ErrorCode": r"[0-9]{0,6}",
    "ErrorMessage": _ANY,
    "EventType": r"[A-Za-z_]{1,32}",
    "MessageStatus": _WORDS,
    "RawDlrDoneDate": r"[0-9]{10,14}",
    "SmsStatus": _WORDS,
    "StructuredMessage": _YES_NO,
}
_TEXT_NEEDS = ("AccountSid", "Body", "From", "MessageSid", "NumMedia", "To")
_STATUS_NEEDS = ("AccountSid", "MessageSid", "MessageStatus", "To")
_OPEN = frozenset({_ANY, _PLACE, _COUNTRY, _ZIP})
"""Grammars that names and values of others fit too."""
_HIDDEN = re.compile(
    r"(?:From|To)(?:\+|whatsapp:|[0-9]{3})|(?:Message|Sms|SmsMessage|RepliedMessage)Sid(?:SM|MM)[0-9a-f]{8}"
    r"|AccountSidAC|ServiceSidMG|ApiVersion20|Num(?:Media|Segments)[0-9]|WaId[0-9]|ErrorCode[0-9]"
    r"|(?:Sms|Message)Status(?:" + _WORDS + r"|receiv)|(?:MediaUrl|MediaContentType)[0-9]|OptOutType(?:ST|HE)"
    r"|Forwarded(?:true|false)|ChannelMetadata\{|ChannelInstallSidXE"
)
"""A name of theirs with a value that fits it: where it stands inside another value, something was cut anew."""
_CHOICE = re.compile(r"[0-9]")
"""What a quick reply of ours carries: the digit that an SMS would bring."""
_NEW_NAME = re.compile(r"[A-Z][A-Za-z0-9]{2,40}")


_WHATSAPP_ONLY = frozenset(
    {
        "Address", "ButtonPayload", "ButtonText", "ButtonType", "ChannelMetadata", "Forwarded", "FrequentlyForwarded",
        "Label", "Latitude", "Longitude", "MessageType", "OriginalRepliedMessageSender", "OriginalRepliedMessageSid",
        "ProfileName", "ReferralNumMedia", "WaId",
    }
)  # fmt: skip
"""Names that come with texts by WhatsApp and with no other."""


def read_text(hook: Hook, token: str, account: str, senders: Collection[str]) -> Texted:
    """A text that somebody sent us; `senders` are our own numbers, none means that any may be ours."""
    told = _proved(hook, token, account, _TEXT, _TEXT_NEEDS)
    if senders and told["To"] not in senders:
        raise HookRefused("number_not_ours")
    if {told.get("SmsSid", told["MessageSid"]), told.get("SmsMessageSid", told["MessageSid"])} != {told["MessageSid"]}:
        raise HookRefused("sids_differ")
    said = told["From"]
    whatsapp = said.startswith("whatsapp:")
    if not whatsapp and _WHATSAPP_ONLY & told.keys():
        raise HookRefused("parameter_out_of_place")
    if {"ButtonPayload", "ButtonText"} & told.keys() and told.get("MessageType") not in ("button", "interactive"):
        raise HookRefused("parameter_out_of_place")
    return Texted(
        told["MessageSid"],
        said.removeprefix("whatsapp:"),
        _said(told),
        Medium.WHATSAPP if whatsapp else Medium.SMS,
        int(told["NumMedia"]),
        hook.now,
        kinds=tuple(
            told[f"MediaContentType{n}"] for n in range(int(told["NumMedia"])) if f"MediaContentType{n}" in told
        ),
    )


def _said(told: Mapping[str, str]) -> str:
    """The words of a text; of a button that was pressed the digit it stands for, whatever is written on it."""
    pressed = told.get("ButtonPayload", "").strip()
    return pressed if _CHOICE.fullmatch(pressed) else told["Body"].replace("\0", "")


def read_report(hook: Hook, token: str, account: str, message_id: UUID | None) -> Report:
    """What became of a text of ours."""
    told = _proved(hook, token, account, _STATUS, _STATUS_NEEDS)
    sid, word = told["MessageSid"], told["MessageStatus"]
    if told.get("SmsSid", sid) != sid or told.get("SmsStatus", word) != word:
        raise HookRefused("sids_differ")
    code = told["ErrorCode"] if int(told.get("ErrorCode") or "0") else None
    return Report(sid, STATUSES[word], code, fault_of(code), message_id, told["To"].removeprefix("whatsapp:"))


def _proved(
    hook: Hook, token: str, account: str, grammars: Mapping[str, str], needed: Collection[str]
) -> Mapping[str, str]:
    """The parameters of a request that is the provider's own and can be read in one way only."""
    told = _parameters(hook)
    signature = hook.headers.get("x-twilio-signature")
    if not signature:
        raise HookRefused("signature_absent")
    if not _signed(hook.url, told, token, signature):
        raise HookRefused("signature_wrong")
    for name, value in told.items():
        grammar = grammars.get(name)
        if grammar is None:
            _refuse_strange(name, grammars)
        elif not re.fullmatch(grammar, value):
            raise HookRefused("value_strange")
        if _HIDDEN.search(value):
            raise HookRefused("cut_anew")
    if not _is_json(told.get("ChannelMetadata", "{}")):
        raise HookRefused("value_strange")
    _refuse_cut(told, grammars)
    if missing := [name for name in needed if name not in told]:
        raise HookRefused(f"without_{missing[0]}")
    if told["AccountSid"] != account:
        raise HookRefused("account_not_ours")
    return told


def _is_json(value: str) -> bool:
    """Is it whole? What was cut shorter or longer is not."""
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def _parameters(hook: Hook) -> dict[str, str]:
    if hook.headers.get("content-type", FORM).partition(";")[0].strip().lower() != FORM:
        raise HookRefused("not_a_form")
    try:
        pairs = parse_qsl(
            hook.body.decode(),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
    except ValueError as error:
        raise HookRefused("not_a_form") from error
    told = dict(pairs)
    if len(told) < len(pairs):
        raise HookRefused("parameter_twice")
    return told


def _signed(url: str, told: Mapping[str, str], token: str, signature: str) -> bool:
    """Is the signature that of our address? Some of the provider's senders name its port, and some leave it out."""
    validator, given = RequestValidator(token), signature.encode()
    fits = [hmac.compare_digest(validator.compute_signature(address, told).encode(), given) for address in _spelt(url)]
    return any(fits)


def _spelt(url: str) -> tuple[str, str]:
    """An address without its port, and with it."""
    parts = urlsplit(url)
    path = url.removeprefix(f"{parts.scheme}://{parts.netloc}")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{path}", f"{parts.scheme}://{host}:{port}{path}"


def _refuse_strange(name: str, grammars: Mapping[str, str]) -> None:
    """A new name of the provider's is let pass; one that may be a known name cut elsewhere is not."""
    if not _NEW_NAME.fullmatch(name):
        raise HookRefused("name_strange")
    if any(name.startswith(known) or known.startswith(name) for known in grammars):
        raise HookRefused("name_strange")


def _refuse_cut(told: Mapping[str, str], grammars: Mapping[str, str]) -> None:
    """Refuse where a neighbour in the signed order may have been swallowed by an open value, or been cut out of one."""
    order = [*sorted(told), "\U0010ffff"]
    by_whatsapp = told.get("From", "").startswith("whatsapp:")
    may_come = grammars.keys() - (() if by_whatsapp else _WHATSAPP_ONLY)
    for name, following in pairwise(order):
        grammar, new = grammars.get(name, _ANY), following in told and following not in grammars
        if new and re.fullmatch(grammar, told[name] + following + told[following]):
            raise HookRefused("cut_anew")
        if grammar in _OPEN and any(name < known < following and known in told[name] for known in may_come):
            raise HookRefused("cut_anew")
