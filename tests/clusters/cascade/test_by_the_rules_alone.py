"""Plans judged by a check that shares no code with the planner or with the product's own checker."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import reduce

import pytest

from clusters.cascade.relaxing import with_relaxed
from clusters.cascade.rules import CascadeRequest, CascadeRules
from clusters.cascade.timetable import CascadePlan, Infeasible, plan_cascade
from tests.rig.invented_rounds import invented_round, limits_of, planted_obstacle
from tests.rig.timetable_rules import Limits, Line, broken

District = Callable[..., CascadeRequest]
Judged = tuple[list[Line], list[tuple[int, int, str]], Limits]

FEW, SLICE, SLICES = 100, 100, 10
"""Rounds judged in every run of the suite; in `make soak` so many slices of so many more, so that it can be stopped."""
REFUSED = 5
"""Every so many-th round is one that cannot be planned."""
TRIES = 2
KEPT_APART = ("rules", "cap_too_low")
"""Rules that no plan could keep for themselves; what they ask together with the calendar is said next."""
NOTHING_TO_RELAX = ("nobody_learns", "no_day")
"""Where no change of a rule helps: somebody has to learn the subject, and the calendar has to have a day."""


def rows(plan: CascadePlan) -> tuple[list[Line], list[tuple[int, int, str]]]:
    lines = [
        Line(row.id, row.level.value, row.module, row.place, row.venue, row.trainers, row.day)
        for row in plan.meeting_rows()
    ]
    return lines, [(row.session, row.person, row.school) for row in plan.seat_rows()]


def judged(seed: int, thinking: int = 0) -> str:
    """What became of a round; an assertion where the plan, its figures or the refusal is wrong."""
    if seed % REFUSED == REFUSED - 1:
        planted = planted_obstacle(seed)
        answer = plan_cascade(planted.request, tries=TRIES, thinking=thinking)
        assert isinstance(answer, Infeasible)
        assert planted.key in {problem.key for problem in answer.problems}
        assert all(problem.sentence.endswith(".") for problem in answer.problems)
        check_relaxation(planted.request, answer, planted.key, thinking)
        assert isinstance(plan_cascade(planted.mended, tries=TRIES, thinking=thinking), CascadePlan)
        return planted.key
    request = invented_round(seed)
    plan = plan_cascade(request, seed=seed % 10, tries=TRIES, thinking=thinking)
    assert isinstance(plan, CascadePlan)
    lines, seats = rows(plan)
    assert broken(lines, seats, limits_of(request)) == []
    days = [line.day for line in lines]
    assert (plan.start_date, plan.end_date) == (min(days), max(days))
    assert plan.makespan_days == sum(plan.start_date <= day <= plan.end_date for day in request.days)
    assert plan.earliest_end is not None
    assert plan.earliest_end <= plan.end_date
    assert plan.proved == (plan.earliest_end == plan.end_date)
    if seed % 10 == 0:
        check_repeated(request, plan, seed, thinking)
    return "planned"


def check_relaxation(request: CascadeRequest, answer: Infeasible, key: str, thinking: int) -> None:
    """The smallest changes offered are enough for a plan that keeps every rule; with one less there is none."""
    # With one day a month for all, days alone may not do, nor the habit alone: then no single change is offered.
    rare = key == "too_few_days" and request.rules.last_working_day
    for problem in answer.problems:
        assert rare or bool(problem.ways) == (problem.key not in NOTHING_TO_RELAX)
    ways = [problem.ways[0] for problem in answer.problems if problem.ways]
    relaxed = reduce(with_relaxed, ways, request)
    plan = plan_cascade(relaxed, tries=TRIES, thinking=thinking)
    if isinstance(plan, Infeasible):
        # Nothing can be changed about it; or the rule can be kept now, as with a room for one, and lacks days next.
        left = {problem.key for problem in plan.problems}
        assert rare or left <= {*NOTHING_TO_RELAX} or (key in KEPT_APART and left == {"too_few_days"})
        return
    assert broken(*rows(plan), limits_of(relaxed)) == []
    for way in ways if len(ways) == 1 else ():
        if way.value is not None and way.before is not None and abs(way.value - way.before) > 1:
            less = replace(way, value=way.value - (1 if way.value > way.before else -1))
            assert isinstance(plan_cascade(with_relaxed(request, less), tries=TRIES, thinking=thinking), Infeasible)


def check_repeated(request: CascadeRequest, plan: CascadePlan, seed: int, thinking: int) -> None:
    """The same seed gives the same plan; no other seed ends before the day before which none was said to end."""
    assert plan_cascade(request, seed=seed % 10, tries=TRIES, thinking=thinking) == plan
    other = plan_cascade(request, seed=seed % 10 + 1, tries=TRIES, thinking=thinking)
    assert isinstance(other, CascadePlan)
    assert plan.earliest_end is not None
    assert other.earliest_end is not None
    assert max(plan.earliest_end, other.earliest_end) <= min(plan.end_date, other.end_date)


def judged_by_number(seed: int, thinking: int = 0) -> str:
    try:
        return judged(seed, thinking)
    except AssertionError as wrong:
        wrong.add_note(f"round {seed}")
        raise


def test_no_plan_breaks_a_rule_and_what_cannot_be_planned_is_refused_by_its_rule() -> None:
    outcomes = Counter(judged_by_number(seed) for seed in range(FEW))
    assert outcomes["planned"] == FEW - FEW // REFUSED
    assert len(outcomes) > 6


@pytest.mark.long
@pytest.mark.parametrize("number", range(SLICES))
def test_no_plan_of_a_thousand_breaks_a_rule(number: int) -> None:
    for seed in range(FEW + number * SLICE, FEW + (number + 1) * SLICE):
        judged_by_number(seed, thinking=100)


def test_every_planted_fault_is_found(district: District) -> None:
    rules = CascadeRules(return_after=28, women_apart=True)
    request = district(rules=rules)
    plan = plan_cascade(request, tries=6, thinking=0)
    assert isinstance(plan, CascadePlan)
    lines, seats = rows(plan)
    limits = limits_of(request)
    assert broken(lines, seats, limits) == []
    line = next(each for each in lines if each.level == "teacher")
    own = [each for each in lines if each.id == line.id]
    rest = [each for each in lines if each != line]
    other = next(each for each in rest if each.day == line.day and each.level == "teacher")
    person = next(who for session, who, _ in seats if session == line.id)
    # The other group of the same cluster on the same day: schools of two teachers lose both.
    twin = next(each for each in rest if (each.place, each.module) == (line.place, line.module) and each not in own)
    without_twin = [each for each in lines if each != twin]
    top = next(each for each in lines if each.level == "master")
    months = [each for each in request.days if (each.year, each.month) == (own[-1].day.year, own[-1].day.month)]
    turned = {"maths-1": "maths-2", "science-1": "maths-1"}
    planted = {
        "closed": ([*rest, replace(line, day=date(2026, 12, 25))], seats, limits),
        "untrained": ([replace(each, trainers=()) for each in lines], seats, limits),
        "room twice": ([*rest, replace(line, venue=other.venue)], seats, limits),
        "person twice": ([*rest, replace(line, trainers=other.trainers)], seats, limits),
        "precedence": ([replace(each, trainers=(99_999,)) for each in lines], seats, limits),
        "nowhere": (lines, [*seats, (9_999, person, "")], limits),
        "again": (lines, [*seats, (other.id, person, "")], limits),
        "left out": (lines, [each for each in seats if each[:2] != (line.id, person)], limits),
        "uninvited": (lines, [*seats, (line.id, 99_999, "")], limits),
        "crowded": (lines, seats, replace(limits, seats={**limits.seats, "teacher": 2})),
        "month": (lines, seats, replace(limits, teacher_days=0)),
        "emptied": ([*without_twin, replace(twin, day=line.day)], seats, limits),
        "changing": ([*rest, replace(line, place=other.place)], seats, limits),
        "length": (rest, seats, limits),
        "pause": ([*lines, replace(top, day=request.days[-1])], seats, limits),
        "return": ([each for each in lines if each != own[-1]], seats, limits),
        "month end": ([*rest, replace(line, day=months[0])], seats, replace(limits, last_working_day=True)),
        "venue": ([replace(each, venue="elsewhere") for each in lines], seats, limits),
        "mixed": (lines, seats, replace(limits, women=frozenset({person}))),
        "stranger": ([replace(each, trainers=(99_999,)) for each in lines], seats, limits),
        "too many trainers": ([replace(each, trainers=(1, 2, 3)) for each in lines], seats, limits),
        "order": ([replace(each, module=turned[each.module]) for each in lines], seats, limits),
    }  # fmt: skip
    planted["school"] = (lines, [*seats, *((line.id, 70_000 + k, "one") for k in range(3))],
                         replace(limits, staff={**limits.staff, "one": 9}))  # fmt: skip
    taken = replace(limits, taken=frozenset({(line.trainers[0], line.day)}))
    planted["person twice"] = (lines, seats, taken)
    planted["away"] = (lines, seats, replace(limits, away=frozenset({(line.venue, line.day)})))
    apart = {seat.place: (33.0 + number, 70.0) for number, seat in enumerate(request.clusters)}
    planted["too far"] = (lines, seats, replace(limits, spots=apart, travel_km=50.0))
    found = {name: name in broken(*case) for name, case in planted.items()}
    assert [name for name, seen in found.items() if not seen] == []
