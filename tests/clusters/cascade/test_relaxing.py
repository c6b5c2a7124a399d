"""A refusal offers the smallest change that works: with exactly it there is a plan, with one less there is none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from clusters.cascade.checker import check
from clusters.cascade.feasibility import Remark
from clusters.cascade.relaxing import Relaxation, with_relaxed
from clusters.cascade.rules import CascadeRequest, CascadeRules
from clusters.cascade.timetable import CascadePlan, Infeasible, plan_cascade
from clusters.modules.rules import Subject, TaughtModule

District = Callable[..., CascadeRequest]
TWO_DAYS = (TaughtModule(Subject.MATHS, 1, 2),)
FIVE_DAYS = (TaughtModule(Subject.MATHS, 1, 5),)


def asked(request: CascadeRequest) -> CascadePlan | Infeasible:
    return plan_cascade(request, tries=2, thinking=0)


def refused(request: CascadeRequest) -> tuple[Remark, ...]:
    answer = asked(request)
    assert isinstance(answer, Infeasible), answer.end_date
    return answer.problems


def one_less(way: Relaxation) -> Relaxation | None:
    """The same change made smaller by one; None where it is already the smallest."""
    if way.value is None or way.before is None or abs(way.value - way.before) <= 1:
        return None
    return replace(way, value=way.value - (1 if way.value > way.before else -1))


def enough_and_not_too_much(request: CascadeRequest, ways: tuple[Relaxation, ...]) -> None:
    assert ways
    for way in ways:
        relaxed = with_relaxed(request, way)
        plan = asked(relaxed)
        assert isinstance(plan, CascadePlan), way
        is_open = frozenset(relaxed.days).__contains__
        assert (
            check(
                plan.meeting_rows(),
                plan.seat_rows(),
                plan.trainers,
                is_training_day=is_open,
                rules=relaxed.rules,
                request=relaxed,
            )
            == ()
        )
        less = one_less(way)
        assert less is None or isinstance(asked(with_relaxed(request, less)), Infeasible), way


@pytest.mark.parametrize("until", [date(2026, 12, 9), date(2026, 12, 12)])
def test_so_many_more_days_are_enough_and_one_less_is_not(district: District, until: date) -> None:
    request = district(blocks=1, clusters=2, until=until)
    (problem,) = refused(request)
    assert problem.key == "too_few_days"
    assert "training_days" in [way.rule for way in problem.ways]
    assert "The smallest change that works: Open " in problem.sentence
    enough_and_not_too_much(request, problem.ways)


def test_a_cap_is_raised_as_far_as_needed_where_that_ends_it(district: District) -> None:
    request = district(
        blocks=1,
        subjects=tuple(Subject)[:3],
        trainers=3,
        until=date(2027, 1, 20),
        rules=CascadeRules(teacher_days_a_month=1),
    )
    (problem,) = refused(request)
    rules = {way.rule: way for way in problem.ways}
    assert rules["teacher_days_a_month"].before == 1
    assert f"Raise the cap of a teacher from 1 to {rules['teacher_days_a_month'].value} days" in problem.sentence
    enough_and_not_too_much(request, problem.ways)


def test_the_habit_of_the_last_working_day_may_be_what_gives(district: District) -> None:
    request = district(
        blocks=1, subjects=(Subject.MATHS,), until=date(2026, 12, 31), rules=CascadeRules(last_working_day=True)
    )
    (problem,) = refused(request)
    assert "last_working_day" in [way.rule for way in problem.ways]
    enough_and_not_too_much(request, problem.ways)


def test_a_wait_before_the_return_is_shortened_as_little_as_need_be(district: District) -> None:
    request = district(blocks=1, until=date(2027, 1, 7), subjects=(Subject.MATHS,), rules=CascadeRules(return_after=28))
    (problem,) = refused(request)
    assert "return_after" in [way.rule for way in problem.ways]
    enough_and_not_too_much(request, problem.ways)


def test_a_pause_is_allowed_as_long_as_need_be(district: District) -> None:
    request = district(blocks=1, modules=TWO_DAYS)
    request = replace(request, days=request.days[::6])
    problems = refused(request)
    assert {problem.key for problem in problems} == {"no_run"}
    pauses = [way for problem in problems for way in problem.ways if way.rule == "longest_pause"]
    widest = max(pauses, key=lambda way: way.value or 0)
    enough_and_not_too_much(request, (widest,))


def test_a_cap_below_a_module_is_raised_to_the_fewest_days_of_one_month(district: District) -> None:
    request = district(blocks=1, modules=FIVE_DAYS, rules=CascadeRules(teacher_days_a_month=2))
    (problem,) = refused(request)
    assert problem.key == "cap_too_low"
    assert [(way.rule, way.before, way.value) for way in problem.ways] == [
        ("days_teacher", 5, 4),
        ("teacher_days_a_month", 2, 3),
    ]
    enough_and_not_too_much(request, problem.ways)


@pytest.mark.parametrize("team", ["core", "masters", "circle_trainers"])
def test_one_more_appointment_is_enough_where_nobody_can_train(district: District, team: str) -> None:
    request = replace(district(blocks=1, subjects=(Subject.MATHS,)), **{team: ()})  # type: ignore[arg-type]  # one of the three teams
    (problem,) = refused(request)
    assert [(way.before, way.value) for way in problem.ways] == [(0, 1)]
    enough_and_not_too_much(request, problem.ways)


def test_numbers_below_one_are_set_to_one(district: District) -> None:
    rules = CascadeRules()
    request = district(blocks=1, rules=replace(rules, teacher=replace(rules.teacher, capacity=0)))
    (problem,) = refused(request)
    assert [(way.rule, way.before, way.value) for way in problem.ways] == [("capacity_teacher", 0, 1)]
    enough_and_not_too_much(request, problem.ways)
