"""Practice notes that wait for somebody to read them before they travel."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cop.web.views.frame import FieldError


class NoteAct(StrEnum):
    """Values of the field `act` of a note's form."""

    SEND = "send"
    DECLINE = "decline"


class NoteFor(StrEnum):
    """Whom its author wants to show a note to."""

    CLUSTER = "ltrc"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Note:
    """A note as its author wrote it and as it would travel, with how many phones it goes to and what that costs.

    The author is named only where she wants to be.
    """

    note_id: int
    number: str
    words: str
    audience: NoteFor
    author: str
    since: datetime
    text: str
    language: str
    phones: int
    segments: int
    may_decide: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody of an LTRC, unnamed, wants it to see a note that travels."""

    wish_id: int
    number: str
    title: str
    words: str
    language: str
    cluster: str
    since: datetime


@dataclass(frozen=True, slots=True)
class NotesPage:
    """The oldest first."""

    notes: tuple[Note, ...]
    wishes: tuple[Wish, ...] = ()
    errors: tuple[FieldError, ...] = ()
