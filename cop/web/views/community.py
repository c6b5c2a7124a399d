"""Community: groups and the ties between them, as they were published; nothing here is about one person."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from clusters.modules.rules import Subject
from cop.network.disclosure import Balance, Band, Change, Effort, Reason, Told, Watering
from cop.web.pictures import Line, Node
from cop.web.views.frame import FieldError

STEPS = (0, 10, 25, 50)
"""Where the bands begin."""


class Sureness(StrEnum):
    """How far something can be trusted."""

    UNSURE = "unsure"
    LIKELY = "likely"
    SURE = "sure"


class Flowering(StrEnum):
    """What is worth a word about a group: an axis of its health on which it does well, or little; see gardening."""

    ALIVE_GOOD = "alive_good"
    ALIVE_LOW = "alive_low"
    RETURNING_GOOD = "returning_good"
    RETURNING_LOW = "returning_low"
    ANSWERED_GOOD = "answered_good"
    ANSWERED_LOW = "answered_low"
    OPEN_GOOD = "open_good"
    OPEN_LOW = "open_low"


@dataclass(frozen=True, slots=True)
class Doing:
    """How a group is doing on one axis; what is not sure wears a question mark."""

    what: Flowering
    sure: bool


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of the picture and the table; `part` is the circle or block it lies in, `answered` tenths of the
    questions (None: hidden), `x` and `y` where it stands, 0 to 1."""

    path: str
    name: str
    """Of several that stand together, all their names."""
    part: str
    members: Band | None
    answered: int | None
    links_low: int
    links_high: int
    change: Change
    sure: bool
    doing: tuple[Doing, ...]
    x: float
    y: float
    kept_from: date | None = None
    """Its figure is older than the rest: too few of its people changed since."""
    few_asked: bool = False
    """So few questions that no share of them is told."""
    href: str | None = None
    """Where its own groups are shown, if it has any."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """Ties between two groups, by their paths; 0 to 9 with `may_be_more` is drawn as a shadow only."""

    one: str
    other: str
    ties: Band
    may_be_more: bool


@dataclass(frozen=True, slots=True)
class Water:
    """Something that could be given to a few groups, and why; it names places only."""

    kind: Watering
    names: tuple[str, ...]
    subject: Subject | None
    why: tuple[Reason, ...]
    sure: Sureness
    effort: Effort
    what: str = ""
    """By what it is known in a form."""
    said_id: int | None = None
    """What was said to it, to take that back by; None while it is open."""
    planned_on: date | None = None


@dataclass(frozen=True, slots=True)
class FactRow:
    """A share of the whole place in tenths, and the tenths that it may well be; `balance`: how women's compares."""

    what: Told
    low: float
    high: float
    doubt_low: float
    doubt_high: float
    balance: Balance = Balance.UNKNOWN


@dataclass(frozen=True, slots=True)
class Published:
    """A published figure as it is frozen, for files; `high` is None where its step has no end."""

    figure: str
    path: str
    name: str
    second: str
    low: float
    high: float | None
    doubt_low: float
    doubt_high: float | None
    of: int
    hidden: bool
    merged: tuple[str, ...]
    kept_from: str


@dataclass(frozen=True, slots=True)
class CommunityPage:
    """What was frozen of a place; `frozen_on` None before there is anything to show."""

    place: str
    frozen_on: date | None = None
    term: str = ""
    taking_part: int | None = None
    of: int | None = None
    answered: int | None = None
    groups: tuple[GroupRow, ...] = ()
    """In the order of the tree, whatever their figures."""
    links: tuple[LinkRow, ...] = ()
    water: tuple[Water, ...] = ()
    lively: tuple[str, ...] = ()
    """Names of groups that do well wherever it is known, in the order of the tree; a few of them."""
    alone: tuple[str, ...] = ()
    """Names of groups that no line joins to another, in the order of the tree; a few of them."""
    at: str = ""
    """The address of the place, for forms."""
    may_water: bool = False
    aside: tuple[Water, ...] = ()
    """What was set aside for a month."""
    facts: tuple[FactRow, ...] = ()
    published: tuple[Published, ...] = ()
    """Every figure of the place and its groups, in the order of the tree; the page's files hold them all."""
    errors: tuple[FieldError, ...] = ()

    @property
    def parts(self) -> tuple[tuple[str, tuple[GroupRow, ...]], ...]:
        """The groups by the circle or block they lie in."""
        return tuple((part, tuple(rows)) for part, rows in groupby(self.groups, key=lambda row: row.part))

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The groups as the picture draws them."""
        return tuple(Node(row.path, row.name, row.x, row.y, max(_step(row.members) - 1, 0)) for row in self.groups)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The ties as the picture draws them."""
        return tuple(Line(each.one, each.other, _step(each.ties), each.may_be_more) for each in self.links)


def _step(band: Band | None) -> int:
    """The step of a band, 0 for few or none to 3 for 50 and more; what is hidden is drawn as the smallest group."""
    return 1 if band is None else STEPS.index(band.low)
