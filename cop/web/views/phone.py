"""One rehearsal phone: its conversation, keys, and what the parser read and why."""

from dataclasses import dataclass
from datetime import datetime

from cop.web.views.phones import Clock, PhoneRow
from messaging.channels.base import Medium


@dataclass(frozen=True, slots=True)
class PhoneText:
    """A text on the phone's screen; `mine` was typed on this phone. `language` is ur, ps, ur-Latn or en."""

    text: str
    at: datetime
    mine: bool
    language: str
    segments: int = 1
    medium: Medium = Medium.SMS
    quick: tuple[tuple[str, str], ...] = ()
    """Quick replies under a WhatsApp text, digits with their words; the newest text alone has them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How one text was read; `reading`, `why` and `stored` are in the viewer's language."""

    text: str
    reading: str
    why: str
    stored: str
    newest: bool = False
    score: str = ""
    """How surely a command was read, such as 0.9; empty where none was."""
    did: str = ""
    """What was done, in the viewer's language; empty when nothing was."""


@dataclass(frozen=True, slots=True)
class PhonePage:
    """The form posts `text` or, from a key, `key` to this page's own address."""

    number: str
    names: tuple[str, ...]
    post: str
    texts: tuple[PhoneText, ...]
    readings: tuple[Reading, ...]
    clock: Clock
    others: tuple[PhoneRow, ...] = ()
    draft: str = ""
    opted_out: bool = False
    on_whatsapp: bool = False
    """The house has a WhatsApp route, so that this phone may write there."""
    by_whatsapp: bool = False
    """Its last text went that way."""
