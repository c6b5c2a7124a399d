"""Has plans made that are asked for: one child after another, watched, ended when it is cancelled or takes too long."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from clusters.kernel.audit import Actor
from clusters.kernel.unit import UnitOfWork
from cop.child import Child, ChildFailed
from cop.planning.leases import Held, give_back, renew, settle, take
from cop.planning.rules import LIMITS

JOB = Actor("job")
LOOKED_EVERY = 1.0
"""Seconds between two looks whether the plan is still wanted; each holds the lease longer."""


@dataclass
class _Watch:
    """Says that the child is to be ended: the house closes, or nobody wants the plan from it any more."""

    unit: UnitOfWork
    held: Held
    stopping: Callable[[], bool]
    _last: float = field(default_factory=time.monotonic)

    def __call__(self) -> bool:
        if self.stopping():
            return True
        if time.monotonic() - self._last < LOOKED_EVERY:
            return False
        self._last = time.monotonic()
        with self.unit(JOB) as db:
            return not renew(db, self.held)


def plan_next(unit: UnitOfWork, child: Child, stopping: Callable[[], bool]) -> bool:
    """Have one plan made, if one is wanted and nobody makes it; what came of it the child itself writes down."""
    with unit(JOB) as db:
        held = take(db)
    if held is None:
        return False
    failure = ""
    try:
        child.run([str(held.id), str(held.token)], LIMITS[held.kind], _Watch(unit, held, stopping))
    except ChildFailed as failed:
        failure = failed.kind
    with unit(JOB) as db:
        if stopping():
            give_back(db, held)
        else:
            settle(db, held, failure)
    return True
