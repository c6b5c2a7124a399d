"""What the routes of texts need before any may go: each setting that is missing or unfit, by its name."""

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from clusters.kernel.errors import Invalid
from cop.settings import Settings
from cop.whatsapp import first_of, templates_of
from messaging.channels.base import Medium

_SERVICE = r"MG[0-9a-fA-F]{32}"
_SENDERS = {
    Medium.SMS: re.compile(rf"\+[1-9][0-9]{{4,14}}|[0-9]{{3,10}}|(?=.*[A-Za-z])[A-Za-z0-9 ]{{2,11}}|{_SERVICE}"),
    Medium.WHATSAPP: re.compile(rf"\+[1-9][0-9]{{4,14}}|{_SERVICE}"),
}
"""What a text can go out from at Twilio; +1... may be any country's."""


def unfit(settings: Settings) -> Iterator[Invalid]:
    """What keeps the routes from working, each with its setting; nothing with the rehearsal."""
    for route in sorted(settings.routes.used & NEEDS.keys()):
        for name, wanted in NEEDS[route](settings):
            yield Invalid("route_unfit", route=route, name=name, wanted=wanted)
    yield from _whatsapp(settings)


def _whatsapp(settings: Settings) -> Iterator[Invalid]:
    for read in (first_of, templates_of):
        try:
            read(settings)
        except Invalid as error:
            yield error


def _twilio(settings: Settings) -> Iterator[tuple[str, str]]:
    if not re.fullmatch(r"AC[0-9a-f]{32}", settings.twilio_account):
        yield "COP_TWILIO_ACCOUNT", "the account SID of the provider's console: AC, then 32 figures and letters a-f"
    if not settings.twilio_token:
        yield "COP_TWILIO_TOKEN", "the auth token that stands below it"
    here = _on_this_machine(settings.twilio_address)
    if not here and not _by_https(settings.twilio_address):
        yield "COP_TWILIO_ADDRESS", "an https address"
    if not here and not _can_be_reached(settings.address):
        yield "COP_PUBLIC_URL", "the https address under which the provider finds this house from outside"
    for medium, route in ((Medium.SMS, settings.sms_out), (Medium.WHATSAPP, settings.whatsapp)):
        ours = [sender.name for sender in settings.routes.senders if sender.medium is medium]
        if route == "twilio" and not (ours and all(_SENDERS[medium].fullmatch(name) for name in ours)):
            yield "COP_SENDERS", _WANTED[medium]


def _android(settings: Settings) -> Iterator[tuple[str, str]]:
    parts = urlsplit(settings.android_address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        yield "COP_ANDROID_ADDRESS", "the address that the gateway app shows, such as http://192.168.1.20:8080"
    for name, value, wanted in (
        ("COP_ANDROID_USER", settings.android_user, "the user name that the gateway app shows"),
        ("COP_ANDROID_PASSWORD", settings.android_password, "the password that the gateway app shows"),
        ("COP_ANDROID_KEY", settings.android_key, "the signing key in the gateway app's settings of webhooks"),
    ):
        if not value:
            yield name, wanted


_WANTED = {
    Medium.SMS: "a number or name that SMS go out from, such as +12025550123, a name of up to 11 letters, or MG...",
    Medium.WHATSAPP: "the number that WhatsApp goes out from, such as whatsapp:+12025550123, or whatsapp:MG...",
}
NEEDS: Mapping[str, Callable[[Settings], Iterator[tuple[str, str]]]] = {"twilio": _twilio, "android": _android}
"""By the route's name: the settings that are missing or unfit, and what each takes."""


def _by_https(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(parts.hostname) and not parts.query and not parts.username


def _on_this_machine(address: str) -> bool:
    return urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1")


def _can_be_reached(address: str) -> bool:
    """Can a provider on the internet find this address? It takes no underscore in a name either."""
    host = urlsplit(address).hostname or ""
    if not _by_https(address) or "." not in host or "_" in host:
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return not host.endswith((".local", ".localhost", ".internal", ".lan"))
