"""A small invented district for the tests of the cascade."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from clusters.calendar.rules import CalendarRules, training_days
from clusters.cascade.rules import CascadeRequest, CascadeRules, ClusterSeat, Member
from clusters.modules.rules import Subject, TaughtModule, one_module_each

START = date(2026, 12, 1)


def _district(
    *,
    blocks: int = 2,
    circles: int = 1,
    clusters: int = 3,
    schools: int = 8,
    teachers: tuple[int, ...] = (1, 2, 1, 3),
    subjects: tuple[Subject, ...] = (Subject.MATHS, Subject.SCIENCE),
    modules: tuple[TaughtModule, ...] = (),
    core: int = 3,
    masters: int = 2,
    trainers: int = 2,
    until: date = date(2028, 12, 31),
    rules: CascadeRules | None = None,
    **more: Any,
) -> CascadeRequest:
    """Blocks of circles of clusters of schools; the numbers of teachers go round the schools."""
    number = iter(range(1, 100_000))
    seats, team, staff = [], [], []
    for block in range(blocks):
        for circle in range(circles):
            path = f"B{block}.C{block}{circle}."
            team += [Member(next(number), path) for _ in range(trainers)]
            for cluster in range(clusters):
                place = f"{path}L{block}{circle}{cluster}."
                codes = [f"{block}{circle}{cluster}{school:02}" for school in range(schools)]
                seats.append(ClusterSeat(place, path, f"B{block}.", codes[0]))
                for school, code in enumerate(codes):
                    home = f"{place}{code}."
                    staff += [Member(next(number), home, code) for _ in range(teachers[school % len(teachers)])]
    return CascadeRequest(
        core=tuple(Member(next(number), "") for _ in range(core)),
        masters=tuple(Member(next(number), f"B{block}.") for block in range(blocks) for _ in range(masters)),
        circle_trainers=tuple(team),
        teachers=tuple(staff),
        clusters=tuple(seats),
        modules=modules or one_module_each(subjects),
        days=training_days(START, until, CalendarRules()),
        rules=rules or CascadeRules(),
        **more,
    )


@pytest.fixture(scope="session")
def district() -> Callable[..., CascadeRequest]:
    return _district
