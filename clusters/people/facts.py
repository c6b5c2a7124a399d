"""What can happen to persons."""

from dataclasses import dataclass

from clusters.kernel.facts import Fact


@dataclass(frozen=True)
class NumberChanged(Fact):
    """A person is reached by another number, or by none (None)."""

    person_id: int
    old: str | None
    new: str | None
