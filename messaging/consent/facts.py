"""What can happen to a number's consent."""

from dataclasses import dataclass

from clusters.kernel.facts import Fact


@dataclass(frozen=True)
class OptedOut(Fact):
    """A number asked for silence; with `changes_too` not about another date or venue."""

    number: str
    changes_too: bool = False


@dataclass(frozen=True)
class OptedIn(Fact):
    """A number that had asked for silence came back."""

    number: str
