"""The inbox: texts that a person must read, each with our best readings as buttons."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cop.web.views.frame import FieldError


class CardAct(StrEnum):
    """Values of the field `act` of a card's form; a reading is sent as `guess` with its key."""

    GUESS = "guess"
    REPLY = "reply"
    NOT_FOR_US = "not_for_us"
    WRONG_PERSON = "wrong_person"


@dataclass(frozen=True, slots=True)
class Guess:
    """One reading: what the button says and what it would store, in the viewer's language."""

    key: str
    label: str
    effect: str


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
