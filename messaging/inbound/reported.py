"""What a report of attendance turned out to be: rows, a head count, a doubt with its readings, or a wrong code."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a report is read against: a session's code, the row numbers of its sheet, its day in Karachi."""

    code: str
    rows: frozenset[int]
    day: date | None = None

    @property
    def last(self) -> int:
        """The highest row number."""
        return max(self.rows, default=0)


@dataclass(frozen=True, slots=True)
class Report:
    """Who was absent, by row; everybody else on the sheet was present."""

    code: str
    absent: tuple[int, ...]
    present: int
    score: float
    sure: bool
    """May it be stored at once? Otherwise it is proposed: "... ghair hazir? 1=Haan, likh lein 2=Nahi"."""
    here: tuple[int, ...] = field(default=(), compare=False)
    """Rows that were named as present; of the others only who said no in advance is not taken to have come."""


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many came, without saying who."""

    code: str
    present: int


Doubt = Literal[
    "one_number", "one_present", "sum", "range", "pair", "date", "count", "unread", "mixed", "empty", "two_reports"
]


@dataclass(frozen=True, slots=True)
class ReportInDoubt:
    """A report that can be meant in two ways: asked once, nothing stored.

    `one_number`: row or head count? `one_present`: the same with a label for present. `sum`: two rows, or so many
    present and absent? `range`, `pair`: from-to or only the two (the likelier first). `date`: rows or a date?
    `count`: which rows? `unread`: a word between the numbers; `mixed`: present and absent do not fit; `empty`: a code
    and nothing else; `two_reports`: two codes, or two different reports.
    """

    kind: Doubt
    code: str
    numbers: tuple[int, ...] = ()
    word: str = ""
    present: int = 0
    away: int = 0
    options: tuple[Report | Headcount | None, ...] = ()
    """What 1, 2 ... would store; None where an option stores nothing."""


@dataclass(frozen=True, slots=True)
class NotOnSheet:
    """Numbers that the sheet does not have; nothing is stored."""

    code: str
    numbers: tuple[int, ...]
    last: int


@dataclass(frozen=True, slots=True)
class WrongCode:
    """A code that none of the sender's sessions has; `near` are hers that are one slip away."""

    written: str
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoCode:
    """A report without a code: offer the sender's sessions."""


Reading = Report | Headcount | ReportInDoubt | NotOnSheet | WrongCode | NoCode
