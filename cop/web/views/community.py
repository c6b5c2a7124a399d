"""Community: groups and the ties between them, as they were published; nothing here is about one person."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clusters.modules.rules import Subject
from cop.network.disclosure import Band, Change, Effort, Reason, Watering
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
    errors: tuple[FieldError, ...] = ()

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
