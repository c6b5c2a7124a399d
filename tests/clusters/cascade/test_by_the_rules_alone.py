"""Plans judged by a check that shares no code with the planner or with the product's own checker."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from clusters.cascade.rules import CascadeRequest
from clusters.cascade.timetable import CascadePlan, plan_cascade
from clusters.modules.rules import Subject
from tests.rig.timetable_rules import Limits, Line, broken

District = Callable[..., CascadeRequest]
Judged = tuple[list[Line], list[tuple[int, int, str]], Limits]


def judged(request: CascadeRequest, seed: int = 0) -> Judged:
    plan = plan_cascade(request, seed=seed, tries=6, thinking=0)
    assert isinstance(plan, CascadePlan)
    lines = [
        Line(row.id, row.level.value, row.module, row.place, row.venue, row.trainers, row.day)
        for row in plan.meeting_rows()
    ]
    rules = request.rules
    seats = {"master": rules.master.capacity, "circle": rules.circle.capacity, "teacher": rules.teacher.capacity}
    staff = Counter(member.school for member in request.teachers)
    limits = Limits(frozenset(request.days), seats, 16, 4, staff)
    return lines, [(row.session, row.person, row.school) for row in plan.seat_rows()], limits


def try_instances(district: District, number: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(number):
        request = district(
            blocks=chance.randint(1, 2),
            circles=chance.randint(1, 2),
            clusters=chance.randint(1, 4),
            schools=chance.randint(3, 12),
            teachers=tuple(chance.randint(1, 4) for _ in range(4)),
            trainers=chance.randint(1, 4),
            subjects=tuple(chance.sample(list(Subject), chance.randint(1, 4))),
        )
        assert broken(*judged(request, chance.randint(0, 9))) == []


def test_no_plan_breaks_a_rule(district: District) -> None:
    try_instances(district, 8, seed=3)


@pytest.mark.long
def test_no_plan_of_a_thousand_breaks_a_rule(district: District) -> None:
    try_instances(district, 1_000, seed=4)


def test_every_planted_fault_is_found(district: District) -> None:
    lines, seats, limits = judged(district())
    assert broken(lines, seats, limits) == []
    line = next(each for each in lines if each.level == "teacher")
    rest = [each for each in lines if each != line]
    other = next(each for each in rest if each.day == line.day and each.level == "teacher")
    person = next(who for session, who, _ in seats if session == line.id)
    # The other group of the same cluster on the same day: schools of two teachers lose both.
    twin = next(each for each in rest if (each.place, each.module) == (line.place, line.module))
    without_twin = [each for each in lines if each != twin]
    planted = {
        "closed": ([*rest, replace(line, day=date(2026, 12, 25))], seats, limits),
        "untrained": ([*rest, replace(line, trainers=())], seats, limits),
        "room twice": ([*rest, replace(line, venue=other.venue)], seats, limits),
        "person twice": ([*rest, replace(line, trainers=other.trainers)], seats, limits),
        "precedence": ([*rest, replace(line, trainers=(99_999,))], seats, limits),
        "nowhere": (lines, [*seats, (9_999, person, "")], limits),
        "again": (lines, [*seats, (other.id, person, "")], limits),
        "left out": (lines, [each for each in seats if each[:2] != (line.id, person)], limits),
        "crowded": (lines, seats, replace(limits, seats={**limits.seats, "teacher": 2})),
        "month": (lines, seats, replace(limits, teacher_days=0)),
        "emptied": ([*without_twin, replace(twin, day=line.day)], seats, limits),
    }
    planted["school"] = (lines, [*seats, *((line.id, 70_000 + k, "one") for k in range(3))],
                         replace(limits, staff={**limits.staff, "one": 9}))  # fmt: skip
    found = {name: name in broken(*case) for name, case in planted.items()}
    assert [name for name, seen in found.items() if not seen] == []
