"""A round of 5,000 teachers' sessions for a province: the planner's CPU over the independent check of the same plan."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clusters.cascade.checker import check
from clusters.cascade.timetable import CascadePlan, plan_cascade
from tests.benchmarks.rounds import a_round

SAYS = (
    "CPU of planning a round (500 clusters, 5 subjects, 5,000 sessions of teachers) over checking the plan; told: "
    "days, the floor, the end and whether it is proved"
)
CLOCK = "cpu_s"
CLUSTERS = 500


@contextmanager
def prepare(_folder: Path) -> Iterator[dict[str, Any]]:
    """Nothing: both sides draw the same province."""
    yield {}


def _plan() -> CascadePlan:
    found = plan_cascade(a_round(CLUSTERS), seed=1)
    if not isinstance(found, CascadePlan):
        raise RuntimeError(str(found.problems))
    return found


def ours(_prepared: dict[str, Any]) -> dict[str, Any]:
    """The planner with its defaults."""
    found = _plan()
    return {
        "sessions": len(found.sessions),
        "days": found.makespan_days,
        "floor": found.lower_bound_days,
        "end": found.end_date.isoformat(),
        "proved": found.proved,
        "settled": found.settled,
    }


KEPT: dict[str, CascadePlan] = {}


def baseline(_prepared: dict[str, Any]) -> dict[str, Any]:
    """The checker on a finished plan; its planning is done before the clock runs."""
    found = KEPT["plan"]
    asked = a_round(CLUSTERS)
    broken = check(
        found.meeting_rows(),
        found.seat_rows(),
        found.trainers,
        is_training_day=frozenset(asked.days).__contains__,
        rules=asked.rules,
        request=asked,
    )
    return {"violations": len(broken)}


def ready_baseline(_prepared: dict[str, Any]) -> None:
    """Plan first."""
    KEPT["plan"] = _plan()
