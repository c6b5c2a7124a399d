"""Bad news answered with the fewest changes: the plan keeps every rule again, and what need not move stays."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from clusters.cascade.checker import Rule, Violation, check
from clusters.cascade.mending.news import Mended, News, Unmendable
from clusters.cascade.mending.rows import mended_rows
from clusters.cascade.replan import replan
from clusters.cascade.rules import CascadeRequest, Level, TrainerRow
from clusters.cascade.timetable import CascadePlan, plan_cascade
from clusters.modules.rules import Subject, TaughtModule

District = Callable[..., CascadeRequest]
LONG_AGO = date(2026, 1, 1)


def planned(request: CascadeRequest) -> CascadePlan:
    plan = plan_cascade(request, tries=6, thinking=0)
    assert isinstance(plan, CascadePlan)
    return plan


def broken_after(plan: CascadePlan, request: CascadeRequest, news: News, mended: Mended) -> list[Violation]:
    """What the independent check finds after the changes; without its room a cluster must meet elsewhere."""
    rows = mended_rows(plan.meeting_rows(), mended.changes, request)
    left = replace(
        request,
        days=tuple(day for day in request.days if day not in news.closed_days or day < news.today),
    )
    found = check(
        rows,
        plan.seat_rows(),
        [TrainerRow(person, row.level, "") for row in rows for person in row.trainers],
        is_training_day=frozenset(left.days).__contains__,
        rules=request.rules,
        request=left,
    )
    given_up = {Rule.VENUE} if news.closed_venues else set()
    return [violation for violation in found if violation.rule not in given_up]


def mended(plan: CascadePlan, request: CascadeRequest, news: News) -> Mended:
    answer = replan(request, plan.meeting_rows(), plan.seat_rows(), news)
    assert isinstance(answer, Mended), answer
    assert broken_after(plan, request, news, answer) == []
    return answer


@pytest.fixture(scope="module")
def round_(district: District) -> tuple[CascadeRequest, CascadePlan]:
    request = district(blocks=1, circles=2, clusters=3, trainers=3, schools=10)
    return request, planned(request)


def test_where_nothing_is_broken_nothing_changes(round_: tuple[CascadeRequest, CascadePlan]) -> None:
    request, plan = round_
    news = News(LONG_AGO, LONG_AGO, closed_days=frozenset({date(2026, 12, 25)}))
    assert mended(plan, request, news) == Mended((), (), (), plan.end_date, plan.end_date, True)


def test_a_lost_trainer_hands_her_duties_over_and_hardly_anybody_else_moves(
    round_: tuple[CascadeRequest, CascadePlan],
) -> None:
    request, plan = round_
    lost = next(s.trainers[0] for s in plan.sessions if s.level is Level.TEACHER)
    duties = {each.id for each in plan.sessions if each.level is Level.TEACHER and lost in each.trainers}
    answer = mended(plan, request, News(LONG_AGO, LONG_AGO, lost=frozenset({lost})))
    assert set(answer.broken) == duties
    assert answer.fewest
    assert len(answer.others) <= 1
    assert all(lost not in change.trainers for change in answer.changes)


def test_a_closed_day_moves_only_what_met_on_it(round_: tuple[CascadeRequest, CascadePlan]) -> None:
    request, plan = round_
    last_upper = max(each.meetings[-1].day for each in plan.sessions if each.level is not Level.TEACHER)
    day = next(row.day for row in plan.meeting_rows() if row.day > last_upper)
    answer = mended(plan, request, News(LONG_AGO, LONG_AGO, closed_days=frozenset({day})))
    met = {row.id for row in plan.meeting_rows() if row.day == day}
    assert set(answer.broken) == met
    assert day not in {moved for change in answer.changes for moved in change.days}


def test_a_closed_venue_sends_its_teachers_to_the_nearest_free_room(round_: tuple[CascadeRequest, CascadePlan]) -> None:
    request, plan = round_
    venue = request.clusters[0].venue
    answer = mended(plan, request, News(LONG_AGO, LONG_AGO, closed_venues=frozenset({venue})))
    circle = {seat.venue for seat in request.clusters if seat.circle == request.clusters[0].circle}
    assert answer.changes
    teachers = {each.id for each in plan.sessions if each.level is Level.TEACHER}
    assert {change.venue for change in answer.changes if change.session in teachers} <= circle - {venue}
    assert venue not in {change.venue for change in answer.changes}


def test_what_was_held_and_what_is_near_stays(round_: tuple[CascadeRequest, CascadePlan]) -> None:
    request, plan = round_
    sessions = [each for each in plan.sessions if each.level is Level.TEACHER]
    today = sessions[len(sessions) // 2].meetings[0].day
    since = today + timedelta(days=7)
    lost = sessions[-1].trainers[0]
    answer = mended(plan, request, News(since, today, lost=frozenset({lost})))
    for change in answer.changes:
        assert change.days_before[0] >= today
        if change.session not in answer.broken:
            assert change.days_before[0] >= since


def test_the_end_is_put_off_only_where_it_must_be_and_that_is_said(round_: tuple[CascadeRequest, CascadePlan]) -> None:
    request, plan = round_
    answer = mended(plan, request, News(LONG_AGO, LONG_AGO, closed_days=frozenset({plan.end_date})))
    assert answer.end_before == plan.end_date
    assert answer.end != plan.end_date


def test_news_that_nothing_can_answer_is_refused_with_what_to_do(district: District) -> None:
    request = district(blocks=1, clusters=1, trainers=1, subjects=(Subject.MATHS,))
    plan = planned(request)
    lost = frozenset(member.person for member in request.circle_trainers)
    answer = replan(request, plan.meeting_rows(), plan.seat_rows(), News(LONG_AGO, LONG_AGO, lost=lost))
    assert isinstance(answer, Unmendable)
    assert answer.sentence.endswith(".")
    assert "Appoint a trainer" in answer.sentence


def random_news(plan: CascadePlan, chance: random.Random) -> News:
    session = chance.choice([each for each in plan.sessions if each.level is Level.TEACHER])
    kinds = (
        {"lost": frozenset({session.trainers[0]})},
        {"closed_venues": frozenset({session.venue})},
        {"closed_days": frozenset({session.meetings[0].day})},
    )
    today = chance.choice([LONG_AGO, plan.start_date + timedelta(days=chance.randrange(20))])
    return News(today + timedelta(days=7), today, **chance.choice(kinds))


def try_events(district: District, number: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(number):
        modules = chance.choice([(), (TaughtModule(Subject.MATHS, 1, 2), TaughtModule(Subject.MATHS, 2))])
        shape = {"blocks": 1, "circles": chance.randint(1, 2), "clusters": chance.randint(1, 3), "schools": 6}
        request = district(**shape, trainers=chance.randint(2, 4), modules=modules)
        plan = planned(request)
        news = random_news(plan, chance)
        answer = replan(request, plan.meeting_rows(), plan.seat_rows(), news)
        if isinstance(answer, Mended):
            assert broken_after(plan, request, news, answer) == []
            assert {change.session for change in answer.changes} == {*answer.broken, *answer.others}


def test_any_news_leaves_a_plan_that_keeps_every_rule(district: District) -> None:
    try_events(district, 6, seed=1)


@pytest.mark.long
def test_a_thousand_events_leave_plans_that_keep_every_rule(district: District) -> None:
    try_events(district, 1_000, seed=2)
