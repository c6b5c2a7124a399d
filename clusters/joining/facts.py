"""What can happen to a request."""

from dataclasses import dataclass

from clusters.kernel.facts import Fact


@dataclass(frozen=True)
class RequestSettled(Fact):
    """Somebody said yes or no to a request."""

    request_id: int
