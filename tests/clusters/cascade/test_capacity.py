"""The capacity answer: never shorter with fewer trainers, never longer than the planner's own floor."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusters.calendar.rules import CalendarRules, training_days
from clusters.cascade.capacity import Programme, Standing, capacity_of, months_after, programme_of, span_of
from clusters.cascade.rules import CascadeRequest, CascadeRules, Level
from clusters.cascade.timetable import CascadePlan, plan_cascade
from clusters.modules.rules import Subject, TaughtModule

START = date(2026, 12, 1)
DAYS = training_days(START, START + timedelta(days=500), CalendarRules())
FIVE = tuple(TaughtModule(subject, 1, 2) for subject in Subject)


def a_programme(subjects: int, days: int, trainers: int, **more: int | None) -> Programme:
    modules = tuple(TaughtModule(subject, 1, days) for subject in list(Subject)[:subjects])
    return programme_of(modules, teachers=22_000, trainers=trainers, rules=CascadeRules(**more))  # type: ignore[arg-type]  # caps alone are given


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 5), st.integers(1, 3), st.integers(1, 6), st.integers(3, 16), st.integers(2, 16), st.integers(0, 300)
)
def test_more_trainers_and_higher_caps_never_take_longer(
    subjects: int, days: int, trainers: int, teacher_cap: int, trainer_cap: int, later: int
) -> None:
    calendar = DAYS[later:]
    caps = {"teacher_days_a_month": teacher_cap, "trainer_days_a_month": trainer_cap}

    def end(**changed: int) -> date:
        asked = {"trainers": trainers, **caps} | changed
        return span_of(a_programme(subjects, days, **asked), calendar).end or date.max

    assert end(trainers=trainers + 1) <= end()
    assert end(teacher_days_a_month=teacher_cap + 1) <= end()
    assert end(trainer_days_a_month=trainer_cap + 1) <= end()


@pytest.mark.parametrize(
    ("subjects", "circles", "clusters", "trainers", "cap"),
    [(1, 1, 3, 2, 4), (2, 2, 4, 1, 4), (4, 1, 4, 3, 2), (5, 2, 3, 4, 1), (3, 1, 1, 1, 4)],
)
def test_the_answer_is_the_planners_own_floor_on_places_of_that_size(
    district: Callable[..., CascadeRequest], subjects: int, circles: int, clusters: int, trainers: int, cap: int
) -> None:
    chosen = tuple(Subject)[:subjects]
    rules = CascadeRules(teacher_days_a_month=cap)
    request = district(
        blocks=2, circles=circles, clusters=clusters, trainers=trainers, teachers=(2,), subjects=chosen, rules=rules
    )
    plan = plan_cascade(request, tries=6, thinking=0)
    assert isinstance(plan, CascadePlan)
    here = Standing(len(request.teachers), 2 * circles * clusters, clusters, 2 * circles, 2, 2 * circles * trainers)
    answer = capacity_of(programme_of(request.modules, here, rules=rules), request.days)
    assert answer.span.end == plan.earliest_end
    sessions = {demand.level: demand.sessions for demand in answer.demands}
    assert sessions == plan.by_level()
    rooms = sum(len(each.meetings) for each in plan.sessions)
    assert answer.venue_days == rooms


def test_the_cap_of_the_teachers_is_named_where_it_binds() -> None:
    answer = capacity_of(a_programme(5, 2, 3), DAYS)
    assert answer.binding == ("hangs_on_teacher_cap",)
    binds = "With 3 circle trainers a circle the teachers' cap of 4 days a month binds"
    assert answer.binds.sentence == f"{binds}: {answer.span.weeks} weeks at least."
    lifted = capacity_of(a_programme(5, 2, 3, teacher_days_a_month=None), DAYS)
    assert (lifted.span.end or date.max) < (answer.span.end or date.min)


def test_the_number_of_trainers_for_so_many_weeks_is_enough_and_one_less_is_not() -> None:
    answer = capacity_of(a_programme(5, 2, 1), DAYS)
    spans = dict(answer.by_trainers)
    weeks = [span.weeks for _, span in sorted(spans.items()) if span.weeks]
    assert weeks == sorted(weeks, reverse=True)
    assert answer.enough_for(weeks[0]) == 1
    enough = answer.enough_for(weeks[-1])
    assert enough is not None
    assert enough > 1
    fewer = capacity_of(a_programme(5, 2, enough - 1), DAYS).span.weeks
    assert fewer is not None
    assert fewer > weeks[-1]
    assert answer.enough_for(1) is None


def test_what_a_programme_of_the_usual_size_takes() -> None:
    programme = programme_of(FIVE)
    answer = capacity_of(programme, DAYS, months_after(START))
    assert (programme.teachers, programme.clusters, programme.circles, programme.blocks) == (22_000, 500, 125, 4)
    demand = {each.level: each for each in answer.demands}
    assert demand[Level.TEACHER].sessions == 500 * 2 * 5
    assert demand[Level.TEACHER].venue_days == 500 * 2 * 5 * 2
    assert demand[Level.TEACHER].seats == 22_000 * 5
    assert demand[Level.TEACHER].trainers == 125 * 3
    assert [span.start.month for span in answer.by_start][:3] == [1, 2, 3]
    assert answer.teacher_days == 10


def test_a_return_and_women_apart_take_more_days_and_rooms() -> None:
    plain = capacity_of(programme_of(FIVE), DAYS)
    back = capacity_of(programme_of(FIVE, rules=CascadeRules(return_after=28)), DAYS)
    assert back.teacher_days == plain.teacher_days + 5
    assert (back.span.end or date.min) > (plain.span.end or date.max)
    cramped = replace(CascadeRules().teacher, capacity=20)
    apart = programme_of(FIVE, rules=CascadeRules(women_apart=True, teacher=cramped))
    assert apart.groups_a_cluster == 4


def test_a_calendar_that_is_too_short_has_no_end() -> None:
    answer = capacity_of(programme_of(FIVE), DAYS[:8])
    assert (answer.span.end, answer.span.weeks) == (None, None)
    assert "no end within the calendar" in answer.binds.sentence
