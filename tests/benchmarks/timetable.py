"""A round of five subjects for a district of 640 teachers, against the independent check of the same plan."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from clusters.calendar.rules import CalendarRules, training_days
from clusters.cascade.checker import check
from clusters.cascade.rules import CascadeRequest, ClusterSeat, Member
from clusters.cascade.timetable import CascadePlan, plan_cascade
from clusters.modules.rules import Subject, one_module_each

SAYS = (
    "CPU of planning a round (640 teachers, 20 clusters, 5 subjects) over checking the plan; told: days and the floor"
)
CLOCK = "cpu_s"
CLUSTERS, TEACHERS = 20, 32


@contextmanager
def prepare(_folder: Path) -> Iterator[dict[str, Any]]:
    """Nothing: both sides draw the same district."""
    yield {}


def request() -> CascadeRequest:
    """Twenty clusters of 32 teachers from 28 schools, five circles with six trainers each, one block."""
    seats = tuple(
        ClusterSeat(f"B1.C{n // 4 + 1:02}.L{n % 4 + 1}.", f"B1.C{n // 4 + 1:02}.", "B1.", f"V{n}")
        for n in range(CLUSTERS)
    )
    teachers = tuple(
        Member(10_000 + n * TEACHERS + k, seat.place, f"S{n}-{k % 28}")
        for n, seat in enumerate(seats)
        for k in range(TEACHERS)
    )
    circles = sorted({seat.circle for seat in seats})
    trainers = tuple(Member(100 + 10 * n + k, circle) for n, circle in enumerate(circles) for k in range(6))
    masters = tuple(Member(10 + k, "B1.") for k in range(10))
    core = tuple(Member(1 + k, "") for k in range(6))
    first = date(2026, 4, 1)
    days = training_days(first, first + timedelta(days=500), CalendarRules())
    return CascadeRequest(core, masters, trainers, teachers, seats, one_module_each(tuple(Subject)), days)


def _plan() -> CascadePlan:
    found = plan_cascade(request(), seed=1)
    if not isinstance(found, CascadePlan):
        raise RuntimeError(str(found.problems))
    return found


def ours(_prepared: dict[str, Any]) -> dict[str, Any]:
    """The planner with its defaults."""
    found = _plan()
    return {"sessions": len(found.sessions), "days": found.makespan_days, "floor": found.lower_bound_days}


KEPT: dict[str, CascadePlan] = {}


def baseline(_prepared: dict[str, Any]) -> dict[str, Any]:
    """The checker on a finished plan; its planning is done before the clock runs."""
    found = KEPT["plan"]
    asked = request()
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
