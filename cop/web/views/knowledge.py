"""Notes that travel: how far each came, what grew from it, what it changed; nobody is named but who wants to be.

People are counted by whole months, and fewer than ten are "some".
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from clusters.modules.rules import Subject
from cop.knowledge.rules import NoteKind, Proposal
from cop.knowledge.travels import Came
from cop.web.pictures import SpreadLine
from cop.web.views.frame import FieldError
from cop.web.views.notes import NoteFor


class Tried(StrEnum):
    """How many tried a note, where no number may be told."""

    NOBODY = "nobody"
    SOME = "some"


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note in the list; `tried` is a number from ten up. `steps` are its arrivals as shares of its days so far."""

    number: str
    title: str
    kind: NoteKind
    subject: Subject | None
    classes: str
    clusters: int
    circles: int
    days: int
    tried: int | Tried
    steps: tuple[float, ...] = field(default=(), metadata={"exported": False})


@dataclass(frozen=True, slots=True)
class KnowledgePage:
    """The newest first; `more` is the address of the next ones. `waiting` leads to what somebody has to read first."""

    notes: tuple[NoteLine, ...]
    more: str | None = None
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class ArrivalLine:
    """When a note came to an LTRC; without a name where it lies elsewhere or is too small to be told."""

    cluster: str
    circle: str
    came: Came
    source: str
    day: int
    at: datetime
    apart: bool = field(default=False, metadata={"exported": False})


@dataclass(frozen=True, slots=True)
class Change:
    """What a note was to change in the material, and what became of that."""

    id: int
    material: str
    reason: str
    standing: Proposal
    since: datetime
    version: str
    answer: str


@dataclass(frozen=True, slots=True)
class TreeNote:
    """A note in the tree of what grew from another; `here` is the page's own."""

    number: str
    title: str
    kind: NoteKind
    place: str
    at: datetime
    tried: int | Tried
    here: bool
    changes: tuple[Change, ...]
    grown: tuple["TreeNote", ...]


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A training session of these weeks, at which ways out of a problem may have been gathered."""

    session_id: int
    code: str
    subject: Subject
    at: datetime
    cluster: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The picture of the spread: its lines beside their names, and the days under it."""

    names: tuple[str, ...]
    lines: tuple[SpreadLine, ...]
    ticks: tuple[tuple[float, datetime], ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class TravelPage:
    """How one note travelled, and what may be done with it.

    `elsewhere` are LTRCs that the viewer does not see; `further` are those it could still go to in her places.
    """

    number: str
    title: str
    words: str
    language: str
    kind: NoteKind
    subject: Subject | None
    classes: str
    audience: NoteFor
    author: str
    since: datetime
    clusters: int
    circles: int
    days: int
    tried: int | Tried
    adapted: int
    counted: datetime
    arrivals: tuple[ArrivalLine, ...]
    elsewhere: int
    strip: Strip = field(metadata={"exported": False})
    tree: TreeNote = field(metadata={"exported": False})
    changes: tuple[Change, ...] = ()
    further: int = field(default=0, metadata={"exported": False})
    may_propose: bool = field(default=False, metadata={"exported": False})
    may_decide: bool = field(default=False, metadata={"exported": False})
    sessions: tuple[HeldSession, ...] = field(default=(), metadata={"exported": False})
    may_gather: bool = field(default=False, metadata={"exported": False})
    errors: tuple[FieldError, ...] = field(default=(), metadata={"exported": False})

    @property
    def open_change(self) -> Change | None:
        """The proposal that waits for the material team."""
        return next((each for each in self.changes if each.standing is Proposal.PROPOSED), None)


@dataclass(frozen=True, slots=True)
class Target:
    """A circle with LTRCs that do not have the note; `chosen` are those it shall go to."""

    path: str
    name: str
    clusters: tuple[str, ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Source:
    """An LTRC of hers that has the note, from which it can go."""

    path: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PassOnPage:
    """A note before it is passed on to more LTRCs: the text as it goes, to how many, at what cost."""

    number: str
    title: str
    text: str
    language: str
    targets: tuple[Target, ...]
    clusters: int
    phones: int
    segments: int
    rupees: float
    sources: tuple[Source, ...] = ()
    """Asked only of whoever belongs to several; otherwise it goes from the nearest."""
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class WallSheetPage:
    """A note to print and hang on a wall."""

    number: str
    title: str
    words: str
    language: str
    subject: Subject | None
    classes: str
    author: str
    tried: int | Tried
    grown: tuple[TreeNote, ...] = ()
