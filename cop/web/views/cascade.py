"""Cascade progress: whom each subject has reached at each tier, area by area."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clusters.cascade.rules import Level
from clusters.modules.rules import Subject
from clusters.progress.rules import SchoolsOf


class Axis(StrEnum):
    """What stands in the columns beside the areas."""

    SUBJECT = "subject"
    TIER = "tier"
    SCHOOLS = "schools"


@dataclass(frozen=True, slots=True)
class Cell:
    """Persons of one area in one column; all None where so few are counted that this viewer may not see them."""

    people: int | None
    trained: int | None
    absent: int | None = None
    made_up: int | None = None
    invited: int | None = None
    planned: int = 0
    """Training sessions still to come."""
    held: int = 0

    @property
    def hidden(self) -> bool:
        """Is this cell kept back?"""
        return self.people is None


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier, a cell for each subject; `waits` are median days until what its trainers learnt was given to it."""

    level: Level
    cells: tuple[Cell, ...]
    waits: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """An area with a cell for each column, and where it opens."""

    name: str
    href: str
    clusters: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell of the table as data: an area, a column, and its figures."""

    area: str
    level: Level
    subject: Subject
    schools_of: SchoolsOf | None
    people: int | None
    invited: int | None
    trained: int | None
    absent: int | None
    made_up: int | None
    sessions_planned: int
    sessions_held: int
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to see the same in another light; `here` is the one that is shown."""

    label: str
    href: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Slowest:
    """The subject that waits longest: who could give it, whom it has reached, how long it took between the two."""

    subject: Subject
    ready: int
    trainers: int
    trained: int
    people: int
    days: int | None


@dataclass(frozen=True, slots=True)
class Weakest:
    """The cell that needs help first, and the next step towards it."""

    area: str
    subject: Subject
    trained: int
    people: int
    href: str
    is_cluster: bool
    plan: str | None
    """Where a training session for it is planned, for those who may."""


@dataclass(frozen=True, slots=True)
class CascadePage:
    """The progress of one area in one school year."""

    area: str
    below: str
    """What the rows are, in the viewer's language: Block, Circle, LTRC, District."""
    year: str
    until: date
    as_of: datetime | None
    planned: bool
    """Is there any training session in this year and area?"""
    axis: Axis
    subject: Subject
    """The subject of the columns, where they are not the subjects."""
    columns: tuple[StrEnum, ...]
    tiers: tuple[Tier, ...]
    rows: tuple[Row, ...]
    whole: Row
    slowest: Slowest | None
    weakest: Weakest | None
    axes: tuple[Choice, ...]
    subjects: tuple[Choice, ...]
    trees: tuple[Choice, ...]
    years: tuple[Choice, ...]
    figures: tuple[Figure, ...]
    plan: str | None = None
    """Where a round is planned, for those who may."""
    hidden: int = 0
    """Cells that are kept back."""

    @property
    def all_subjects(self) -> tuple[Subject, ...]:
        """The columns of the tiers."""
        return tuple(Subject)
