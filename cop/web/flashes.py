"""What was just done, carried from the act to the next page in a signed cookie that is shown once."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

from cop.web.views.frame import Flash

LASTS_SECONDS = 60
LONGEST = 600
"""Characters of the text; a browser drops cookies over 4 KB."""


def pack(secret: bytes, reader: str, flash: Flash) -> str:
    """A flash as the value of a cookie that is shown to one reader alone."""
    text = flash.text if len(flash.text) <= LONGEST else flash.text[: LONGEST - 1] + "…"
    body = urlsafe_b64encode(msgspec.json.encode(Flash(text, flash.tone, flash.undo))).decode()
    return f"{body}.{_mark(secret, reader, body)}"


def unpack(secret: bytes, reader: str, value: str) -> Flash | None:
    """The flash in a cookie, if it was made for this reader."""
    body, _, mark = value.partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(secret, reader, body).encode()):
        return None
    return msgspec.json.decode(urlsafe_b64decode(body), type=Flash)


def _mark(secret: bytes, reader: str, body: str) -> str:
    return hmac.new(secret, f"flash:{reader}:{body}".encode(), hashlib.sha256).hexdigest()
