"""Every report of the attendance of one training session, side by side where they differ."""

from dataclasses import dataclass
from datetime import datetime

from clusters.modules.rules import Subject
from cop.web.views.session import Mark


@dataclass(frozen=True, slots=True)
class Report:
    """One report: when, by whom (None: the house itself), how it came, and why if it was corrected late."""

    version: int
    at: datetime
    who: str | None
    by_text: bool
    came: int
    of: int
    why: str | None = None
    undone_at: datetime | None = None
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of the sheet of which the reports say different things; marks stand in the order of the reports."""

    row: int
    name: str
    marks: tuple[Mark | None, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """The reports of one meeting day, the newest first, and the rows in which they differ."""

    day: int
    start: datetime
    reports: tuple[Report, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class AttendancePage:
    """The attendance of one training session; `may_undo` the report of each day that counts, if late with a reason."""

    session_id: int
    code: str
    subject: Subject
    place: str
    days: tuple[Day, ...]
    may_undo: bool = False
    late: bool = False
