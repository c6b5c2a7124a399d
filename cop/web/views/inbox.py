"""The inbox: texts that a person must read, each with our best readings as buttons."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cop.web.views.frame import FieldError


class CardAct(StrEnum):
    """Values of the field `act` of a card's form; a reading is sent as `guess` with its key, or as `all` for this text
    and those alike."""

    GUESS = "guess"
    REPLY = "reply"
    NOT_FOR_US = "not_for_us"
    WRONG_PERSON = "wrong_person"
    PRIVATE = "private"


class MediaKind(StrEnum):
    """What came with a text."""

    VOICE = "voice"
    PICTURE = "picture"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Media:
    """Something that came with a text; `href` fetches it from the provider, None where it cannot be had here."""

    kind: MediaKind
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """A text that says the same as a card's; its number is masked."""

    number: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Guess:
    """One reading: what the button says and what it would store, in the viewer's language."""

    key: str
    label: str
    effect: str
    also: int = 0
    """So many texts that are alike have this reading too."""


@dataclass(frozen=True, slots=True)
class Card:
    """A text that waits; `number` is masked, `who` empty for an unknown one, `language` ur, ps, ur-Latn or en."""

    card_id: int
    number: str
    who: tuple[str, ...]
    about_who: str
    sure_who: bool
    asked: str | None
    """What we last asked, in the viewer's language; None when nothing was open."""
    came_at: datetime
    waiting_minutes: int
    text: str
    language: str
    guesses: tuple[Guess, ...]
    may_reply: bool = True
    reply: str = ""
    """A reply being written, kept when something was wrong with it."""
    errors: tuple[FieldError, ...] = ()
    alike: tuple[Other, ...] = ()
    """Texts that wait and say the same, the first few of them."""
    alike_count: int = 0
    private: bool = False
    private_text: str = field(default="", metadata={"exported": False})
    """The words of a private text, for the one role that reads them; never in a data twin."""
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Oldest first; `more` is the address of the next ones."""

    as_of: datetime
    cards: tuple[Card, ...]
    waiting: int
    received_this_week: int
    understood_this_week: int
    more: str | None = None
    more_count: int = 0
    needed_person: int = 0
    """Of a hundred texts of this week, those that a person had to read."""
    apart: bool = False
    """Texts that are alike stand each by itself."""
