"""What people write that no command has yet, words that wait for a second person, and how texts were understood."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cop.web.views.frame import FieldError


class How(StrEnum):
    """By what a text was understood."""

    EXACT = "exact"
    NEAR = "near"
    SOUND = "sound"
    QUESTION = "question"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Week:
    """The texts of a week from a Monday on, by what understood them, in the order of `How`."""

    monday: date
    parts: tuple[int, ...]

    @property
    def texts(self) -> int:
        """All of them."""
        return sum(self.parts)

    @property
    def needed_person(self) -> int:
        """Of a hundred texts, those that a person had to read, rounded up: a whole hundred is never claimed falsely."""
        return -(-100 * self.parts[-1] // self.texts) if self.texts else 0


@dataclass(frozen=True, slots=True)
class Unknown:
    """A first word that no command has, with how many texts began so."""

    word: str
    times: int


@dataclass(frozen=True, slots=True)
class Command:
    """A command that words may be added to; `printed` is the word it is known by."""

    name: str
    printed: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A word that waits; `by` is who proposed it, empty where the viewer may not know her."""

    proposal_id: int
    word: str
    printed: str
    times: int
    by: str
    at: datetime
    own: bool


@dataclass(frozen=True, slots=True)
class WordsPage:
    """The weeks newest first; the most frequent unknown word first."""

    weeks: tuple[Week, ...]
    unknown: tuple[Unknown, ...]
    waiting: tuple[Proposal, ...]
    taught: tuple[tuple[str, str], ...]
    commands: tuple[Command, ...]
    may_propose: bool = False
    may_decide: bool = False
    word: str = ""
    """A word being proposed, kept when something was wrong with it."""
    command: str = ""
    errors: tuple[FieldError, ...] = ()
    hows: tuple[How, ...] = tuple(How)
