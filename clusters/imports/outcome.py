"""What came of checking a list: one outcome a row, problems where they are, and counts that must agree."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from clusters.imports.vocabulary import ListKind

Value = str | float
"""A cleaned value; enums of the programme are texts too."""


class Outcome(StrEnum):
    """What one row would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault that keeps a row out: where it is, its cause as a key, and a sentence for people."""

    row: int
    column: str
    cause: str
    message: str
    proposal: str | None = None
    """What may have been meant; never taken without a person."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Swapped coordinates that were put right."""

    row: int
    code: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that keeps no row out and that a person should know; `row` is the first of `rows` rows."""

    column: str
    message: str
    row: int = 0
    rows: int = 0
    cause: str = ""
    word: str = ""
    """What was not understood."""


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row: its outcome, what it says, and what it would change (field -> stored value and new value)."""

    row: int
    outcome: Outcome
    values: Mapping[str, Value]
    code: str | None = None
    """The school's code as the list gives it, of the school itself or of a person's school."""
    match: int | None = None
    """The stored person this row is about; schools are matched by their code."""
    changes: Mapping[str, tuple[Value | None, Value]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """The whole list. rows = new + changed + unchanged + duplicates + problem_rows, always."""

    kind: ListKind
    rows: tuple[CheckedRow, ...]
    problems: tuple[Problem, ...]
    repairs: tuple[Repair, ...] = ()
    remarks: tuple[Remark, ...] = ()
    skipped: tuple[tuple[int, str], ...] = ()
    """Rows that are no records, with the reason: totals, headings, repeated headers."""
    without_coordinates: int = 0
    names_missing: int = 0

    def count(self, outcome: Outcome) -> int:
        """How many rows have this outcome."""
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def good(self) -> bool:
        """Could the list be applied as a whole?"""
        return not self.problems

    def document(self) -> dict[str, Any]:
        """The counts and lists as the command line prints them."""
        counted = Counter(row.outcome for row in self.rows)
        return {
            "rows": len(self.rows),
            "new": counted[Outcome.NEW],
            "changed": counted[Outcome.CHANGED],
            "unchanged": counted[Outcome.UNCHANGED],
            "duplicates": counted[Outcome.DUPLICATE],
            "problem_rows": counted[Outcome.PROBLEM],
            "problems": [_problem(problem) for problem in self.problems],
            "swapped_repaired": len(self.repairs),
            "repairs": [
                {"row": repair.row, "code": repair.code, "lat": repair.lat, "lon": repair.lon}
                for repair in self.repairs
            ],
            "without_coordinates": self.without_coordinates,
            "names_missing": self.names_missing,
            "remarks": [
                {"row": remark.row or None, "rows": remark.rows, "column": remark.column, "message": remark.message}
                for remark in self.remarks
            ],
            "skipped": [{"row": row, "reason": reason} for row, reason in self.skipped],
        }


def _problem(problem: Problem) -> dict[str, Any]:
    told: dict[str, Any] = {
        "row": problem.row,
        "column": problem.column,
        "cause": problem.cause,
        "message": problem.message,
    }
    if problem.proposal:
        told["proposal"] = problem.proposal
    return told


@dataclass(slots=True)
class Draft:
    """A row while it is being checked."""

    row: int
    values: dict[str, Value]
    code: str | None = None
    match: int | None = None
    problems: list[Problem] = field(default_factory=list)
    unread: tuple[str, ...] = ()
    """Texts of cells that could not be read, so that two rows that differ in them differ."""
    duplicate: bool = False
    changes: dict[str, tuple[Value | None, Value]] = field(default_factory=dict)
    known: bool = False

    def checked(self) -> CheckedRow:
        """The row as it stands in the end."""
        if self.problems:
            outcome = Outcome.PROBLEM
        elif self.duplicate:
            outcome = Outcome.DUPLICATE
        elif not self.known:
            outcome = Outcome.NEW
        else:
            outcome = Outcome.CHANGED if self.changes else Outcome.UNCHANGED
        return CheckedRow(self.row, outcome, self.values, self.code, self.match, self.changes)


def all_problems(drafts: Sequence[Draft]) -> tuple[Problem, ...]:
    """Every problem in the order of the rows."""
    return tuple(problem for draft in drafts for problem in draft.problems)
