"""What every answer carries and every form must prove: headers, cookies, hosts, origins, tokens."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal
from urllib.parse import urlsplit

from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.types import Message, Scope

from cop.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every answer, also on errors; a file under a hashed name says its own Cache-Control."""
ONLY_HTTPS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}

BODY_LIMIT = 64 * 1024
"""Bytes of a form."""
UPLOAD_LIMIT = 10 * 1024 * 1024 + BODY_LIMIT
"""Bytes of a form that brings a file."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
CookieName = Literal["", "-door", "-flash", "-language"]
"""The web session, the door at which nobody is signed in yet, what was just done, the language of this browser."""


def dressing(settings: Settings) -> Callable[[Message, Scope], Awaitable[None]]:
    """A hook that puts the headers on every answer before it is sent."""
    worn = HEADERS if settings.on_loopback else HEADERS | ONLY_HTTPS

    async def dress(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            for name, value in worn.items():
                headers.setdefault(name, value)

    return dress


def cookie_name(settings: Settings, which: CookieName = "") -> str:
    """`__Host-cop` over https; over plain http on loopback, where browsers refuse that prefix, `cop-local`."""
    return ("cop-local" if settings.on_loopback else "__Host-cop") + which


def cookie(settings: Settings, which: CookieName, value: str, *, seconds: int | None = None) -> Cookie:
    """A cookie of ours; without `seconds` it ends with the browser, with 0 it is taken back."""
    return Cookie(
        key=cookie_name(settings, which),
        value=value,
        path="/",
        secure=not settings.on_loopback,
        httponly=True,
        samesite="lax",
        max_age=seconds,
    )


def host_is_ours(settings: Settings, host: str) -> bool:
    """Was the page asked for under a name of this house? On loopback any port will do, for tunnels."""
    if settings.on_loopback:
        try:
            return urlsplit(f"//{host}").hostname in LOOPBACK
        except ValueError:  # brackets without an address in them
            return False
    return host.lower() == urlsplit(settings.address).netloc.lower()


def comes_from_us(settings: Settings, headers: Mapping[str, str]) -> bool:
    """Was the form sent by a page of ours?

    A browser says so by Sec-Fetch-Site, an older one by Origin. Our own Referrer-Policy makes browsers write
    `Origin: null`, which proves nothing alone. Whoever says neither is refused.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None or origin == "null":
        return site == "same-origin"
    return origin.lower() == _own_origin(settings, headers.get("host", ""))


def _own_origin(settings: Settings, host: str) -> str:
    if settings.on_loopback:
        return f"http://{host.lower()}"
    return "{0.scheme}://{0.netloc}".format(urlsplit(settings.address.lower()))


def form_token(secret: bytes, binding: str) -> str:
    """The token of forms shown to one web session; masked anew each time, so that compression tells nothing of it."""
    true = _true_token(secret, binding)
    mask = secrets.token_bytes(len(true))
    return urlsafe_b64encode(mask + _xor(mask, true)).decode()


def token_fits(secret: bytes, binding: str, given: str) -> bool:
    """Was the token made for this web session?"""
    true = _true_token(secret, binding)
    try:
        raw = urlsafe_b64decode(given.encode("ascii"))
    except (NotBase64, ValueError):
        return False
    if len(raw) != 2 * len(true):
        return False
    return hmac.compare_digest(_xor(raw[: len(true)], raw[len(true) :]), true)


def _true_token(secret: bytes, binding: str) -> bytes:
    return hmac.new(secret, f"form:{binding}".encode(), hashlib.sha256).digest()[:16]


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
