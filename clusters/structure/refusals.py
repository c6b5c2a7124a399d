"""What is said of schools that cannot be cut into clusters: the obstacle, and the ways out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Obstacle(StrEnum):
    """Why a stratum cannot be cut."""

    SIZE = "size"
    HOSTS = "hosts"


class Way(StrEnum):
    """The ways out."""

    WAIVE = "waive"
    MERGE = "merge"
    SIZES = "sizes"
    HOSTS = "hosts"


@dataclass(frozen=True, slots=True)
class Choice:
    """One way out, said in a sentence."""

    way: Way
    sentence: str
    merge_with: tuple[str, ...] | None = None
    added_km: float | None = None
    """Estimated kilometres more in all, one way to the host, against planning the two strata apart."""
    sizes: tuple[int, int] | None = None
    """The smallest and largest size under which it could be cut."""
    hosts: int | None = None
    """So many more schools that can host are enough."""


@dataclass(frozen=True, slots=True)
class Infeasible:
    """A stratum that cannot be cut, with what can be done."""

    stratum: tuple[str, ...]
    size: int
    obstacle: Obstacle
    sentence: str
    choices: tuple[Choice, ...]

    @property
    def relaxation(self) -> Choice | None:
        """The smallest change of the rule itself that works: other sizes, or more hosts; None for an empty list."""
        return next((choice for choice in self.choices if choice.way in (Way.SIZES, Way.HOSTS)), None)


def title(name: Sequence[str]) -> str:
    """A stratum's name as people say it; the whole list where it was not divided."""
    return " / ".join(part or "(blank)" for part in name) or "all schools"
