"""Somebody's own page, by a personal link: her texts, and all that is held of her.

The name of somebody else stands there only where she named that person herself, and only by a link that was texted to
her own phone.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clusters.modules.rules import Subject
from clusters.people.rules import Language
from cop.web.views.session import Answer, Mark


class Texts(StrEnum):
    """How much somebody is texted."""

    ALL = "all"
    CHANGES = "changes"
    NONE = "none"


class TieKind(StrEnum):
    """How a tie of hers came to be."""

    NOMINATED = "nominated"
    EXCHANGED = "exchanged"
    PLANNED = "planned"
    OBSERVED = "observed"


class Purpose(StrEnum):
    """What she was asked to allow."""

    TIES = "ties"
    HELP = "help"
    NOTE_NAME = "note_name"
    NUMBER = "number"
    ACROSS = "across"


@dataclass(frozen=True, slots=True)
class OwnTie:
    """A tie that she gave; `name` is "" where she was not told who it was. `term` is as 2026-1."""

    id: int
    kind: TieKind
    subject: Subject | None
    term: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnConsent:
    """A yes or no of hers and since when it counts; `about` is the note it is about, or ""."""

    purpose: Purpose
    granted: bool
    at: datetime
    about: str


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """The printed sheet by whose numbers she can name peers."""

    subject: Subject
    starts_at: datetime
    last: int


class Spoken(StrEnum):
    """What she wrote to others besides notes."""

    ASKED = "asked"
    ANSWERED = "answered"
    TRIED = "tried"


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Words of hers to others: a question, an answer, or a note's number with what she said of it."""

    kind: Spoken
    words: str
    at: datetime


class Meets(StrEnum):
    """What she said to being introduced."""

    NUMBER = "number"
    NAME = "name"
    NO = "no"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class OwnIntroduction:
    """She was asked whether she wants to be introduced; `name` is whom she met, once both were told.

    What the other one said is nowhere in it.
    """

    subject: Subject | None
    asked_at: datetime
    said: Meets
    name: str
    met_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnCircle:
    """What nobody but herself sees; ties that others gave are theirs and stand on no page."""

    on_map: bool
    ties: tuple[OwnTie, ...]
    consents: tuple[OwnConsent, ...]
    looked: int
    """How often somebody looked at the community page of her area."""
    looked_since: date
    sheet: OwnSheet | None = None
    words: tuple[OwnWords, ...] = ()
    introductions: tuple[OwnIntroduction, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A training session she was on the list of: her answer, and the marks of its days on the sheet."""

    subject: Subject
    starts_at: datetime
    answer: Answer
    reason: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class OwnNote:
    """A practice note she wrote."""

    number: str
    title: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnData:
    """What is held of her; `answers` counts notes tried, questions asked and answered."""

    schools: tuple[str, ...] = ()
    personal_no: str = ""
    registered_at: datetime | None = None
    days: tuple[OwnDay, ...] = ()
    notes: tuple[OwnNote, ...] = ()
    answers: int = 0
    circle: OwnCircle | None = None
    """None by a link that somebody else has seen."""

    @property
    def marked(self) -> int:
        """Training sessions of which a sheet says something of her."""
        return sum(bool(day.marks) for day in self.days)


@dataclass(frozen=True, slots=True)
class OwnPage:
    """What she gets now; `link` is the end of the address. `by_phone`: the phone itself asked for silence, by text.

    `news`: she wants the monthly text on notes. `no_such_note` is a number that she just wrote and that leads to none.
    """

    link: str
    name: str
    phone: str
    """Masked; "" without one."""
    language: Language | None
    texts: Texts
    since: datetime | None
    by_phone: bool = False
    news: bool = False
    no_such_note: str = ""
    data: OwnData = OwnData()


@dataclass(frozen=True, slots=True)
class LinkOverPage:
    """A link that opens nothing: ended, revoked, or never there."""
