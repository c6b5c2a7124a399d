"""The planner of the cascade: what it promises, over random instances and in single stories."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from clusters.calendar.rules import CalendarRules, Closure, is_training_day, training_days
from clusters.cascade.checker import check
from clusters.cascade.relaxing import with_relaxed
from clusters.cascade.rules import (
    ORDER,
    CascadeRequest,
    CascadeRules,
    ClusterSeat,
    Level,
    LevelRules,
    Member,
    Room,
    Taken,
)
from clusters.cascade.timetable import TRIES, CascadePlan, Infeasible, plan_cascade
from clusters.modules.rules import Subject, TaughtModule

District = Callable[..., CascadeRequest]
START = date(2026, 12, 1)


def planned(request: CascadeRequest, seed: int = 0, tries: int = TRIES) -> CascadePlan:
    plan = plan_cascade(request, seed=seed, tries=tries)
    assert isinstance(plan, CascadePlan), plan
    return plan


def refused(request: CascadeRequest) -> list[str]:
    answer = plan_cascade(request)
    assert isinstance(answer, Infeasible)
    assert all(problem.sentence.endswith(".") for problem in answer.problems)
    return [problem.key for problem in answer.problems]


def violations(plan: CascadePlan, request: CascadeRequest) -> tuple[object, ...]:
    return check(
        plan.meeting_rows(),
        plan.seat_rows(),
        plan.trainers,
        is_training_day=frozenset(request.days).__contains__,
        rules=request.rules,
        request=request,
    )


TAKEN_DAYS = st.dates(START - timedelta(days=5), START + timedelta(days=60))
SUBJECT_SETS = st.none() | st.frozensets(st.sampled_from(list(Subject)[:3]), min_size=1)


@st.composite
def levels(draw: st.DrawFn) -> CascadeRules:
    cap = st.none() | st.integers(3, 6)
    return CascadeRules(
        master=LevelRules(draw(st.integers(1, 3)), draw(st.integers(1, 4)), draw(st.integers(1, 2)), time(9), time(15)),
        circle=LevelRules(draw(st.integers(1, 3)), draw(st.integers(2, 6)), draw(st.integers(1, 2)), time(9), time(15)),
        teacher=LevelRules(None, draw(st.integers(1, 12)), draw(st.integers(1, 2)), time(10), time(13)),
        trainer_days_a_month=draw(st.none() | st.integers(4, 16)),
        teacher_days_a_month=draw(cap),
        return_after=draw(st.none() | st.integers(0, 30)),
        longest_pause=draw(st.integers(2, 5)),
    )


@st.composite
def requests(draw: st.DrawFn) -> CascadeRequest:
    """A programme of up to 16 clusters with any number of schools, teachers, trainers and closures."""
    person = iter(range(1, 10_000))
    seats, team, staff, blocks = [], [], [], []
    for block in range(draw(st.integers(1, 2))):
        blocks.append(f"B{block}.")
        for circle in range(draw(st.integers(1, 2))):
            path = f"B{block}.C{block}{circle}."
            team += [Member(next(person), path, subjects=draw(SUBJECT_SETS)) for _ in range(draw(st.integers(0, 3)))]
            for cluster in range(draw(st.integers(1, 4))):
                place = f"{path}L{block}{circle}{cluster}."
                seats.append(ClusterSeat(place, path, f"B{block}.", f"{block}{circle}{cluster}-0"))
                for school, teachers in enumerate(draw(st.lists(st.integers(0, 5), min_size=1, max_size=5))):
                    code = f"{block}{circle}{cluster}-{school}"
                    staff += [
                        Member(next(person), f"{place}{code}.", code, draw(SUBJECT_SETS)) for _ in range(teachers)
                    ]
    # Somebody in each team takes everything, so that most instances have a plan.
    team.append(Member(next(person), draw(st.sampled_from(blocks))))
    masters = [Member(next(person), draw(st.sampled_from(blocks)), subjects=draw(SUBJECT_SETS)) for _ in range(2)]
    masters.append(Member(next(person), ""))
    core = [Member(next(person), "", subjects=draw(SUBJECT_SETS)), Member(next(person), "")]
    subjects = draw(st.lists(st.sampled_from(list(Subject)[:3]), min_size=1, max_size=3, unique=True))
    modules = tuple(
        TaughtModule(subject, number, draw(st.integers(1, 2)))
        for subject in subjects
        for number in range(1, draw(st.integers(1, 2)) + 1)
    )
    persons = st.none() | st.integers(1, next(person))
    venues = st.none() | st.sampled_from([seat.venue for seat in seats])
    closures = tuple(
        Closure(day := START + timedelta(days=offset), day + timedelta(days=3), "Closed")
        for offset in draw(st.lists(st.integers(0, 100), max_size=4))
    )
    calendar = CalendarRules(fridays_closed=draw(st.booleans()), closures=closures)
    return CascadeRequest(
        tuple(core),
        tuple(masters),
        tuple(team),
        tuple(staff),
        tuple(seats),
        modules,
        training_days(START, date(2030, 12, 31), calendar),
        draw(levels()),
        taken=tuple(draw(st.lists(st.builds(Taken, TAKEN_DAYS, persons, venues), max_size=20))),
    )


SLOW_TO_DRAW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW_TO_DRAW)
@given(requests(), st.integers(0, 5))
def test_a_plan_of_any_instance_breaks_no_rule_and_no_floor(request: CascadeRequest, seed: int) -> None:
    judge(request, plan_cascade(request, seed=seed, tries=4, thinking=0))


@pytest.mark.long
@settings(max_examples=1_000, deadline=None, suppress_health_check=SLOW_TO_DRAW)
@given(requests(), st.integers(0, 5))
def test_no_plan_of_a_thousand_instances_breaks_a_rule(request: CascadeRequest, seed: int) -> None:
    judge(request, plan_cascade(request, seed=seed, tries=8, thinking=100))


def judge(request: CascadeRequest, answer: CascadePlan | Infeasible) -> None:
    """A plan keeps every rule, and its figures are true; a refusal names a reason that such instances can have."""
    if isinstance(answer, Infeasible):
        event("infeasible: " + ", ".join(sorted({problem.key for problem in answer.problems})))
        assert {problem.key for problem in answer.problems} <= {"nobody_learns", "no_teacher", "too_few_days"}
        return
    event("planned")
    assert violations(answer, request) == ()
    assert answer.lower_bound_days is not None
    assert answer.makespan_days >= answer.lower_bound_days
    days = [row.day for row in answer.meeting_rows()]
    assert (min(days), max(days)) == (answer.start_date, answer.end_date)
    assert answer.makespan_days == request.days.index(max(days)) - request.days.index(min(days)) + 1


def test_the_same_request_and_seed_give_the_same_plan_and_another_seed_other_groups(district: District) -> None:
    request = district()
    assert planned(request, seed=7) == planned(request, seed=7)
    groups = [
        {frozenset(member.person for member in each.participants) for each in planned(request, seed=seed).sessions}
        for seed in (7, 8)
    ]
    assert groups[0] != groups[1]


def test_the_order_in_which_people_and_clusters_are_given_changes_nothing(district: District) -> None:
    request = district()
    turned = replace(
        request,
        teachers=request.teachers[::-1],
        circle_trainers=request.circle_trainers[::-1],
        clusters=request.clusters[::-1],
    )
    assert planned(turned) == planned(request)


def test_a_subject_comes_down_level_by_level(district: District) -> None:
    plan = planned(district())
    for subject in (Subject.MATHS, Subject.SCIENCE):
        first = {
            level: min(each.meetings[0].day for each in plan.sessions if (each.level, each.subject) == (level, subject))
            for level in ORDER
        }
        assert first[Level.MASTER] < first[Level.CIRCLE] < first[Level.TEACHER]


def test_no_training_session_meets_on_a_friday_a_sunday_a_holiday_or_in_ramadan(district: District) -> None:
    plan = planned(district(subjects=tuple(Subject), clusters=4, trainers=1))
    assert plan.end_date > date(2027, 3, 10)  # the round runs through Ramadan
    assert [row.day for row in plan.meeting_rows() if not is_training_day(row.day, CalendarRules())] == []


def test_a_teacher_is_invited_once_to_each_module_and_a_trainer_learns_before(district: District) -> None:
    request = district()
    plan = planned(request)
    seats = Counter((each.level, each.module.code, m.person) for each in plan.sessions for m in each.participants)
    assert set(seats.values()) == {1}
    teachers = {person for level, _, person in seats if level is Level.TEACHER}
    assert teachers == {member.person for member in request.teachers}


def test_two_teachers_of_a_school_are_in_different_groups_and_one_alone_is_remarked(district: District) -> None:
    request = district(teachers=(2, 1))
    plan = planned(request)
    for each in plan.sessions:
        if each.level is Level.TEACHER:
            assert max(Counter(member.school for member in each.participants).values()) == 1
    assert [remark.key for remark in plan.remarks] == ["schools_of_one"]


def test_groups_take_turns_at_being_the_first(district: District) -> None:
    plan = planned(district(blocks=1, clusters=1, teachers=(2,), subjects=(Subject.MATHS, Subject.SCIENCE)))
    order = {
        subject: [
            frozenset(member.person for member in each.participants)
            for each in plan.sessions
            if (each.level, each.subject) == (Level.TEACHER, subject)
        ]
        for subject in (Subject.MATHS, Subject.SCIENCE)
    }
    assert len(order[Subject.MATHS]) == 2
    assert order[Subject.MATHS] == order[Subject.SCIENCE][::-1]


def test_times_are_local_and_a_friday_ends_before_prayer(district: District) -> None:
    request = district()
    every_day = CalendarRules(fridays_closed=False, sundays_closed=False)
    plan = planned(replace(request, days=training_days(START, date(2027, 12, 31), every_day)))
    hours = {(each.level, m.day.weekday() == 4, m.starts, m.ends) for each in plan.sessions for m in each.meetings}
    assert (Level.TEACHER, False, time(10), time(13)) in hours
    assert (Level.CIRCLE, True, time(9), time(12, 30)) in hours
    assert all(ends <= time(12, 30) for _, friday, _, ends in hours if friday)


def test_modules_of_one_subject_are_taught_in_their_order(district: District) -> None:
    modules = tuple(TaughtModule(Subject.MATHS, number) for number in (2, 1))
    plan = planned(district(modules=modules))
    ends: dict[tuple[Level, int, int], date] = {}
    for each in plan.sessions:
        for member in each.participants:
            ends[each.level, member.person, each.module.number] = each.meetings[-1].day
    firsts = {key: day for key, day in ends.items() if key[2] == 1}
    assert firsts
    assert all(day < ends[level, person, 2] for (level, person, _), day in firsts.items())


def test_the_periodic_return_brings_the_same_group_back_four_weeks_later(district: District) -> None:
    request = district(rules=CascadeRules(return_after=28))
    plan = planned(request)
    for each in plan.sessions:
        assert len(each.meetings) == (2 if each.level is Level.TEACHER else 3)
        if each.level is Level.TEACHER:
            assert each.meetings[1].day - each.meetings[0].day >= timedelta(days=28)
    assert violations(plan, request) == ()


def test_a_circle_without_a_trainer_is_served_from_its_block_and_never_from_another(district: District) -> None:
    request = district(circles=2)
    gone = {member.person for member in request.circle_trainers if member.home == "B0.C00."}
    request = replace(request, circle_trainers=tuple(m for m in request.circle_trainers if m.person not in gone))
    plan = planned(request)
    helpers = {
        row.home for row in plan.trainers for each in plan.sessions
        if each.place.startswith("B0.C00.") and row.person in each.trainers
    }  # fmt: skip
    assert helpers == {"B0.C01."}
    assert violations(plan, request) == ()


def test_named_rooms_are_used_for_blocks_and_programme(district: District) -> None:
    rooms = (Room("", "HALL"), Room("B0.", "COLLEGE"))
    plan = planned(district(rooms=rooms))
    venues = {(each.level, each.place): each.venue for each in plan.sessions if each.level is not Level.TEACHER}
    assert venues[Level.MASTER, ""] == "HALL"
    assert venues[Level.CIRCLE, "B0."] == "COLLEGE"


def test_days_promised_to_other_training_sessions_stay_free(district: District) -> None:
    request = district(blocks=1)
    first = planned(request)
    taken = tuple(
        Taken(row.day, person=person, venue=row.venue) for row in first.meeting_rows() for person in row.trainers
    )
    again = replace(request, taken=taken)
    second = planned(again)
    assert second.sessions != first.sessions
    assert violations(second, again) == ()
    booked = {(row.venue, row.day) for row in first.meeting_rows()}
    assert booked.isdisjoint({(row.venue, row.day) for row in second.meeting_rows()})


def test_a_person_in_two_teams_counts_in_the_higher_one(district: District) -> None:
    request = district()
    both = request.circle_trainers[0]
    request = replace(request, teachers=(*request.teachers, replace(both, school=request.clusters[0].venue)))
    plan = planned(request)
    attended = {each.level for each in plan.sessions if both.person in {m.person for m in each.participants}}
    assert attended == {Level.CIRCLE}
    assert violations(plan, request) == ()


def test_a_person_with_two_posts_takes_the_subjects_of_both(district: District) -> None:
    request = district(blocks=1, trainers=1)
    trainer = request.circle_trainers[0]
    posts = tuple(replace(trainer, subjects=frozenset({subject})) for subject in (Subject.MATHS, Subject.SCIENCE))
    plan = planned(replace(request, circle_trainers=posts))
    assert {each.subject for each in plan.sessions if trainer.person in each.trainers} == {
        Subject.MATHS,
        Subject.SCIENCE,
    }


def test_teachers_outside_every_cluster_are_left_out_and_remarked(district: District) -> None:
    request = district()
    lost = Member(99_999, "B9.C9.L9.", "lost")
    plan = planned(replace(request, teachers=(*request.teachers, lost)))
    assert "teachers_without_cluster" in [remark.key for remark in plan.remarks]
    assert lost.person not in {row.person for row in plan.seat_rows()}


def test_training_sessions_are_numbered_by_date_and_counted_by_level(district: District) -> None:
    plan = planned(district(blocks=2, clusters=3, subjects=(Subject.MATHS,), teachers=(2,)))
    assert [each.id for each in plan.sessions] == list(range(1, len(plan.sessions) + 1))
    assert [each.meetings[0].day for each in plan.sessions] == sorted(each.meetings[0].day for each in plan.sessions)
    assert plan.by_level() == {Level.MASTER: 1, Level.CIRCLE: 2, Level.TEACHER: 12}
    assert plan.proved
    assert (plan.makespan_days, plan.end_date) == (plan.lower_bound_days, plan.earliest_end)


def test_progress_is_told_and_time_running_out_still_leaves_a_whole_plan(district: District) -> None:
    request = district(subjects=tuple(Subject), trainers=1)
    told: list[tuple[int, int]] = []
    plan = plan_cascade(
        request, tries=5, on_progress=lambda done, of: told.append((done, of)), out_of_time=lambda: True
    )
    assert told == [(1, 5)]
    assert isinstance(plan, CascadePlan)
    assert violations(plan, request) == ()
    assert plan.remarks[-1].key == "cut_short"
    assert "cut_short" not in [remark.key for remark in planned(request).remarks]


def test_more_tries_never_end_later(district: District) -> None:
    request = district(subjects=tuple(Subject), trainers=2)
    few, many = (planned(request, tries=tries) for tries in (1, 30))
    assert many.makespan_days <= few.makespan_days


def test_an_easy_round_ends_on_its_floor(district: District) -> None:
    plan = planned(district(subjects=(Subject.MATHS,), teachers=(1,), clusters=3, trainers=3))
    assert plan.makespan_days == plan.lower_bound_days == 7  # 3 days, 3 days, 1 day


@pytest.mark.parametrize(
    ("emptied", "keys"),
    [
        ({"modules": ()}, ["no_subject"]),
        ({"clusters": ()}, ["no_cluster"]),
        ({"teachers": ()}, ["no_teacher"]),
        ({"days": ()}, ["no_day"]),
        ({"modules": (), "days": ()}, ["no_subject", "no_day"]),
        ({"core": ()}, ["no_core_team_member"] * 2),
        ({"masters": ()}, ["no_master_trainer"] * 2),
        ({"circle_trainers": ()}, ["no_circle_trainer"] * 2),
    ],
)
def test_what_is_missing_is_said_in_sentences(district: District, emptied: dict[str, object], keys: list[str]) -> None:
    assert refused(replace(district(), **emptied)) == keys  # type: ignore[arg-type]  # any field may be emptied


def test_a_subject_that_no_trainer_takes_is_named(district: District) -> None:
    request = district()
    only_maths = tuple(replace(member, subjects=frozenset({Subject.MATHS})) for member in request.masters)
    answer = plan_cascade(replace(request, masters=only_maths))
    assert isinstance(answer, Infeasible)
    assert [problem.sentence for problem in answer.problems] == [
        "No master trainer can deliver science. Appoint one, or leave the subject out."
    ]


def test_a_subject_that_no_teacher_takes_is_named(district: District) -> None:
    request = district()
    only_maths = tuple(replace(member, subjects=frozenset({Subject.MATHS})) for member in request.teachers)
    assert refused(replace(request, teachers=only_maths)) == ["nobody_learns"]


def test_a_calendar_that_is_too_short_is_said_and_gives_no_half_plan(district: District) -> None:
    assert refused(district(until=date(2026, 12, 9))) == ["too_few_days"]


def test_a_calendar_without_days_in_a_row_is_said(district: District) -> None:
    request = district()
    assert set(refused(replace(request, days=request.days[::6]))) == {"no_run"}


def test_rules_that_nothing_can_keep_are_said(district: District) -> None:
    request = district()
    assert refused(replace(request, rules=replace(request.rules, trainer_days_a_month=1))) == ["cap_too_low"] * 2
    no_seats = replace(request.rules, teacher=replace(request.rules.teacher, capacity=0))
    assert refused(replace(request, rules=no_seats)) == ["rules"]


def test_women_and_men_learn_apart_where_that_is_chosen(district: District) -> None:
    request = district(rules=CascadeRules(women_apart=True))
    request = replace(
        request, teachers=tuple(replace(member, woman=member.person % 3 == 0) for member in request.teachers)
    )
    plan = planned(request)
    mixed = {frozenset(m.woman for m in each.participants) for each in plan.sessions if each.level is Level.TEACHER}
    assert mixed == {frozenset({True}), frozenset({False})}
    assert violations(plan, request) == ()


def test_teachers_meet_on_the_last_working_day_of_the_month_where_that_is_the_habit(district: District) -> None:
    request = district(rules=CascadeRules(last_working_day=True))
    plan = planned(request)
    for row in plan.meeting_rows():
        if row.level is Level.TEACHER:
            following = request.days[request.days.index(row.day) + 1]
            assert following.month != row.day.month
    assert violations(plan, request) == ()


def test_a_plan_is_no_longer_than_its_list_and_shares_the_days_out(district: District) -> None:
    request = district(trainers=3)
    listed, exact = plan_cascade(request, thinking=0), planned(request)
    assert isinstance(listed, CascadePlan)
    assert exact.end_date <= listed.end_date
    days: Counter[int] = Counter()
    for row in exact.meeting_rows():
        if row.level is Level.TEACHER:
            days.update(row.trainers)
    for circle in {row.home for row in exact.trainers if row.level is Level.TEACHER}:
        loads = [days[row.person] for row in exact.trainers if row.level is Level.TEACHER and row.home == circle]
        assert max(loads) - min(loads) <= 2


def test_the_rule_that_an_end_hangs_on_is_named(district: District) -> None:
    rules = CascadeRules(teacher_days_a_month=1)
    plan = planned(district(rules=rules, trainers=6, subjects=tuple(Subject)[:4]))
    assert plan.hangs_on is not None
    assert plan.hangs_on.key == "hangs_on_teacher_cap"
    assert plan.hangs_on.sentence.endswith(".")


def test_leave_keeps_a_trainer_away_and_counts_in_no_month(district: District) -> None:
    request = district(blocks=1, trainers=1)
    trainer = request.circle_trainers[0].person
    first = planned(request)
    led = [row.day for row in first.meeting_rows() if trainer in row.trainers]
    leave = tuple(Taken(led[0] + timedelta(days=step), trainer, away=True) for step in range(12))
    again = replace(request, taken=leave)
    plan = planned(again)
    assert violations(plan, again) == ()
    assert {row.day for row in plan.meeting_rows() if trainer in row.trainers}.isdisjoint({day.day for day in leave})
    # As days given to other training sessions the same days would use up her month.
    promised = planned(replace(request, taken=tuple(replace(day, away=False) for day in leave)))
    assert plan.end_date <= promised.end_date


def far_apart(request: CascadeRequest, step: float = 0.4) -> CascadeRequest:
    """The clusters on a line to the north, so many degrees between them."""
    seats = tuple(replace(seat, spot=(33.0 + number * step, 70.0)) for number, seat in enumerate(request.clusters))
    return replace(request, clusters=seats)


def test_trainers_go_no_farther_than_the_limit_of_travel(district: District) -> None:
    request = far_apart(district(blocks=1, circles=2, clusters=2, trainers=2))
    near = replace(request, rules=replace(request.rules, travel_km=60.0))
    plan = planned(near)
    assert violations(plan, near) == ()
    assert violations(plan, replace(near, rules=replace(near.rules, travel_km=5.0))) != ()


def test_clusters_that_nobody_reaches_are_named_with_the_least_limit(district: District) -> None:
    request = far_apart(district(blocks=1, circles=2, clusters=2))
    alone = replace(
        request,
        circle_trainers=tuple(m for m in request.circle_trainers if m.home == "B0.C00."),
        rules=replace(request.rules, travel_km=50.0),
    )
    answer = plan_cascade(alone)
    assert isinstance(answer, Infeasible)
    assert {problem.key for problem in answer.problems} == {"too_far"}
    (way, *_) = answer.problems[0].ways
    assert way.value is not None
    assert isinstance(plan_cascade(with_relaxed(alone, way), tries=2, thinking=0), CascadePlan)
    less = replace(way, value=way.value - 1)
    assert isinstance(plan_cascade(with_relaxed(alone, less), tries=2, thinking=0), Infeasible)
