"""System health: what must be looked at first, then everything that is well, then each job of the clock."""

from dataclasses import dataclass
from datetime import datetime

from cop.vitals import Condition, Vital


@dataclass(frozen=True, slots=True)
class JobRun:
    """The latest run of a job in one worker; `took` in milliseconds, `moved` things of that run."""

    job: str
    at: datetime
    took: int
    moved: int
    runs: int
    failed_at: datetime | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class HealthPage:
    """`vitals` come with the ailing ones first."""

    at: datetime
    version: str
    routes: tuple[str, ...]
    """Channels of this installation, out and in."""
    vitals: tuple[Vital, ...]
    jobs: tuple[JobRun, ...]
    rehearsing: bool = True
    """No text reaches a real phone."""

    @property
    def ailing(self) -> int:
        """How many are not well."""
        return sum(vital.condition is not Condition.GOOD for vital in self.vitals)
