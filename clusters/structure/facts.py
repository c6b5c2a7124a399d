"""What can happen to places."""

from dataclasses import dataclass
from datetime import date

from clusters.kernel.facts import Fact


@dataclass(frozen=True)
class SchoolsPlaced(Fact):
    """Schools stand in new places from a date; one fact for a whole accepted draft or import."""

    from_date: date
