"""What is planned in the background, how far that can be, and how long it may take."""

from datetime import timedelta
from enum import StrEnum


class PlanKind(StrEnum):
    """The two planners, and mending a round after bad news."""

    CLUSTERS = "clusters"
    CASCADE = "cascade"
    MENDING = "mending"


class PlanState(StrEnum):
    """How far a plan is; whatever is not under way stays as it is."""

    WAITING = "waiting"
    WORKING = "working"
    TIGHTENING = "tightening"
    """The draft stands; what is proved of it still becomes better."""
    DONE = "done"
    REFUSED = "refused"
    """The rules allow no plan, or what was asked cannot be done; the row says why."""
    FAILED = "failed"
    CANCELLED = "cancelled"


UNDER_WAY = (PlanState.WAITING, PlanState.WORKING, PlanState.TIGHTENING)


class PlanStage(StrEnum):
    """What is being done at this moment."""

    READING = "reading"
    GROUPING = "grouping"
    CIRCLES = "circles"
    ORDERS = "orders"
    DATES = "dates"
    SAVING = "saving"
    TIGHTENING = "tightening"


PATIENCE = dict.fromkeys(PlanKind, timedelta(minutes=8))
"""After so long the best plan found by then stands, and says so; only a machine that is far too slow takes so long."""
LIMITS = dict.fromkeys(PlanKind, timedelta(minutes=10))
"""After so long the child is ended, and nothing of its work stands that it had not saved."""
TRIES = 3
"""A plan whose child died so often is given up."""
