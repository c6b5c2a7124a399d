"""A round from the database through planner, checker and draft to planned training sessions, and what refuses it."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Range

from clusters.calendar.rules import CalendarRules, Closure, is_training_day
from clusters.cascade.checker import check
from clusters.cascade.models import Round
from clusters.cascade.rules import Level, TrainerRow
from clusters.kernel.clock import KARACHI, day_of
from clusters.kernel.errors import Conflict, Invalid, NotFound
from clusters.modules.models import Module
from clusters.modules.rules import Subject
from clusters.people.models import Person, Post
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.structure.models import School
from clusters.training import actions, rounds
from clusters.training.actions import accept_round, discard_round
from clusters.training.code import is_valid
from clusters.training.facts import SessionsScheduled
from clusters.training.models import Booking, Invitation, Meeting, SessionTrainer, TrainingSession
from clusters.training.rules import SessionState
from cop.compute import cascade
from cop.compute.cascade import Wish, plan_round
from tests import build

EVERYWHERE = Scope.everywhere()
OPEN = CalendarRules()
START = date(2026, 4, 6)
MATHS = Wish((Subject.MATHS,), START)


@pytest.fixture
def world(unit):
    """One block of two circles with a cluster each, of four schools with one to three teachers; trainers throughout."""
    with unit() as db:
        block = build.block(db)
        core = [build.trainer(db, build.programme(db), role=PostRole.CORE_TEAM) for _ in range(2)]
        masters = [build.trainer(db, block, role=PostRole.MASTER_TRAINER) for _ in range(2)]
        circles = [build.circle(db, block) for _ in range(2)]
        trainers = {circle.path: [build.trainer(db, circle) for _ in range(2)] for circle in circles}
        clusters = [build.cluster(db, 4, in_circle=circle) for circle in circles]
        teachers = [
            build.teacher(db, school)
            for cluster in clusters
            for number, school in enumerate(build.schools_of(db, cluster))
            for _ in range(1 + number % 3)
        ]
    return SimpleNamespace(
        block=block,
        core=core,
        masters=masters,
        circles=circles,
        trainers=trainers,
        clusters=clusters,
        teachers=teachers,
    )


@pytest.fixture
def draft(unit, world):
    return cascade.save(unit, plan_round(unit, MATHS, OPEN))


def sessions(db):
    return db.scalars(select(TrainingSession).order_by(TrainingSession.starts_at, TrainingSession.id)).all()


def retire(db, person, day):
    db.execute(update(Post).where(Post.person_id == person.id).values(during=Range(build.SINCE, day)))


def problems(unit, draft, calendar=None):
    with pytest.raises(Conflict) as refused, unit() as db:
        accept_round(db, EVERYWHERE, draft, calendar=calendar)
    assert refused.value.key == "round_outdated"
    with unit() as db:
        assert {row.state for row in sessions(db)} == {SessionState.DRAFT}
        assert db.scalar(select(func.count()).select_from(Booking)) == 0
    return refused.value.values["problems"]


def test_a_draft_holds_the_plan_row_by_row_and_breaks_no_rule(unit, world):
    planned = plan_round(unit, Wish((Subject.MATHS, Subject.SCIENCE), START), OPEN)
    assert planned.violations == ()
    draft = cascade.save(unit, planned)
    with unit() as db:
        meetings = rounds.meeting_rows(db, EVERYWHERE, draft)
        seats = rounds.seat_rows(db, EVERYWHERE, draft)
        kept = rounds.round_of(db, EVERYWHERE, draft)
    number = dict(zip([s.id for s in planned.plan.sessions], sorted({row.id for row in meetings}), strict=True))
    plain = {
        (number[r.id], r.level, r.module, r.place, r.venue, r.trainers, r.day, r.starts, r.ends)
        for r in planned.plan.meeting_rows()
    }
    assert plain == {(r.id, r.level, r.module, r.place, r.venue, r.trainers, r.day, r.starts, r.ends) for r in meetings}
    assert {(number[s.session], s.person, s.school) for s in planned.plan.seat_rows()} == {
        (s.session, s.person, s.school) for s in seats
    }
    trainers = {TrainerRow(person, row.level, "") for row in meetings for person in row.trainers}
    request = planned.ground.request(planned.rules.modules, (), (), planned.rules.cascade)
    found = check(
        meetings,
        seats,
        trainers,
        is_training_day=lambda day: is_training_day(day, OPEN),
        rules=planned.rules.cascade,
        request=request,
    )
    assert found == ()
    assert (kept.state, kept.subjects, kept.from_date) == ("draft", (Subject.MATHS, Subject.SCIENCE), START)
    assert kept.summary["sessions"] == len(planned.plan.sessions)


def test_rows_of_the_sheet_stand_by_school_and_then_by_name(unit, draft):
    rows = (
        select(Invitation.session_id, func.coalesce(School.name, ""), Person.name)
        .join(Person, Person.id == Invitation.person_id)
        .outerjoin(School, School.id == Invitation.school_id)
        .order_by(Invitation.session_id, Invitation.row)
    )
    with unit() as db:
        found = [tuple(row) for row in db.execute(rows)]
    assert len({session for session, _, _ in found}) > 4
    assert found == sorted(found)


def test_a_training_session_meets_at_the_host_school_in_local_hours(unit, world, draft):
    with unit() as db:
        hosts = {cluster.id: db.get(School, cluster.host_school_id) for cluster in world.clusters}
        taught = [session for session in sessions(db) if session.level is Level.TEACHER]
    assert taught
    for session in taught:
        host = hosts[session.place_id]
        assert (session.venue, session.venue_school_id) == (host.name, host.id)
        assert (session.starts_at.astimezone(KARACHI).hour, session.ends_at.astimezone(KARACHI).hour) == (10, 13)


def test_an_accepted_round_is_planned_booked_coded_and_noted_once(unit, world, draft):
    with unit() as db:
        count = accept_round(db, EVERYWHERE, draft, calendar=OPEN)
        noted = list(db.info["facts"])
        rows = sessions(db)
        assert noted == [SessionsScheduled(tuple(row.id for row in rows))]
    assert count == len(rows)
    with unit() as db:
        assert {row.state for row in sessions(db)} == {SessionState.PLANNED}
        assert all(is_valid(row.code) for row in sessions(db))
        days = db.execute(select(Meeting.session_id, Meeting.starts_at)).all()
        leading = db.scalar(
            select(func.count())
            .select_from(Meeting)
            .join(SessionTrainer, SessionTrainer.session_id == Meeting.session_id)
        )
        assert db.scalar(select(func.count()).select_from(Booking)) == leading + len(days)
        assert rounds.round_of(db, EVERYWHERE, draft).state == "accepted"
    with pytest.raises(Conflict, match="round_not_a_draft"), unit() as db:
        accept_round(db, EVERYWHERE, draft)


def test_a_trainer_who_retired_since_the_draft_refuses_it_by_name(unit, world, draft):
    trainer = world.trainers[world.circles[0].path][0]
    with unit() as db:
        retire(db, trainer, START)
    (said, learning) = problems(unit, draft)
    assert said.startswith(f"{trainer.name} does not train maths any more, but would lead ")
    assert learning.startswith(f"1 person ({trainer.name}) would be invited, but no longer learn there")


def test_a_teacher_who_left_and_one_who_changed_her_school_refuse_it(unit, world, draft):
    left, moved = world.teachers[0], world.teachers[-1]
    with unit() as db:
        retire(db, left, START)
        other = build.schools_of(db, world.clusters[-1])[1]
        retire(db, moved, START)
        build.post(db, moved, PostRole.TEACHER, at_school=other)
    said = problems(unit, draft)
    assert said[0].startswith(f"1 person ({left.name}) would be invited, but no longer learn there")
    assert said[1] == f"1 person ({moved.name}) would be invited, but teach at another school now."


def test_a_day_that_was_closed_since_refuses_it(unit, draft):
    with unit() as db:
        first = day_of(sessions(db)[0].starts_at)
    said = problems(unit, draft, CalendarRules(closures=(Closure(first, first, "Election"),)))
    assert said == ["Monday 6 April 2026 is no training day any more, and 1 session would meet on it."]


def test_a_cluster_that_is_gone_and_one_with_another_host_refuse_it(unit, world, draft):
    gone, rehosted = world.clusters[0], world.clusters[1]
    with unit() as db:
        db.merge(gone).closed_on = date(2026, 3, 2)
        db.merge(rehosted).host_school_id = build.schools_of(db, rehosted)[1].id
    said = problems(unit, draft)
    assert any("is closed, or has no host school any more." in line for line in said)
    assert f"The cluster {rehosted.name} meets at another host school now." in said


def test_a_day_that_another_round_took_meanwhile_refuses_it(unit, world, draft):
    second = cascade.save(unit, plan_round(unit, MATHS, OPEN))
    with unit() as db:
        accept_round(db, EVERYWHERE, draft)
    with pytest.raises(Conflict, match="round_outdated") as refused, unit() as db:
        accept_round(db, EVERYWHERE, second)
    assert any("would be wanted twice on a day" in line for line in refused.value.values["problems"])
    assert any("is taken by another session on" in line for line in refused.value.values["problems"])


def test_somebody_who_came_since_the_draft_is_left_out_and_counted(unit, world, draft):
    with unit() as db:
        build.teacher(db, build.schools_of(db, world.clusters[0])[3])
    with unit() as db:
        accept_round(db, EVERYWHERE, draft)
        assert rounds.round_of(db, EVERYWHERE, draft).summary["newcomers"] == 1


def test_the_next_round_keeps_clear_of_everybody_who_is_wanted_already(unit, world, draft):
    with unit() as db:
        accept_round(db, EVERYWHERE, draft)
    second = cascade.save(unit, plan_round(unit, Wish((Subject.SCIENCE,), START), OPEN))
    with unit() as db:
        accept_round(db, EVERYWHERE, second)
        wanted = db.execute(
            select(Invitation.person_id, Meeting.starts_at).join(Meeting, Meeting.session_id == Invitation.session_id)
        ).all()
    days = [(person, day_of(starts_at)) for person, starts_at in wanted]
    assert len(days) == len(set(days))


def test_a_module_takes_as_many_days_as_its_row_says(unit, world):
    with unit() as db:
        db.add(Module(subject=Subject.MATHS, number=1, title="Fractions", days=2))
    planned = plan_round(unit, MATHS, OPEN)
    taught = [each for each in planned.plan.sessions if each.level is Level.TEACHER]
    assert {len(each.meetings) for each in taught} == {2}


def test_an_unnamed_round_is_named_for_its_subjects_and_its_first_day(unit, world):
    planned = plan_round(unit, MATHS, OPEN)
    assert planned.name == f"Maths from {planned.plan.start_date.day} April 2026"
    assert plan_round(unit, Wish((Subject.MATHS,), None, "Spring"), OPEN).name == "Spring"


def test_a_round_without_a_start_leaves_two_weeks_for_the_invitations(unit, world, clock):
    planned = plan_round(unit, Wish((Subject.MATHS,)), CalendarRules(ramadan_closed=False))
    assert planned.from_date == day_of(clock.at) + timedelta(days=14)
    assert planned.plan.start_date >= planned.from_date


def test_a_cluster_without_a_host_school_is_named(unit, world):
    with unit() as db:
        db.merge(world.clusters[0]).host_school_id = None
    with pytest.raises(Invalid) as refused:
        plan_round(unit, MATHS, OPEN)
    assert refused.value.values["keys"] == ["no_host"]
    assert world.clusters[0].name in refused.value.values["problems"][0]


def test_a_plan_that_breaks_a_rule_is_not_saved(unit, world):
    planned = plan_round(unit, MATHS, CalendarRules(fridays_closed=False))
    broken = check(
        planned.plan.meeting_rows(),
        planned.plan.seat_rows(),
        (),
        is_training_day=lambda _: False,
        rules=planned.rules.cascade,
    )
    with pytest.raises(Invalid, match="round_breaks_rules"):
        cascade.save(
            unit,
            SimpleNamespace(**{name: getattr(planned, name) for name in planned.__slots__} | {"violations": broken}),
        )
    with unit() as db:
        assert db.scalar(select(func.count()).select_from(Round)) == 0


def test_a_manager_of_a_part_neither_sees_nor_accepts_nor_discards_a_round_of_the_whole(unit, world, draft):
    with unit() as db:
        part = build.scope_at(world.circles[0], build.manager(db, world.circles[0]))
        monitor = build.scope_at(build.programme(db), build.person(db), PostRole.MONITOR)
    for scope in (part, monitor):
        with unit() as db:
            assert rounds.rounds(db, scope) == []
            for read in (
                rounds.round_of,
                rounds.levels,
                rounds.told,
                rounds.seats,
                rounds.meeting_rows,
                rounds.seat_rows,
            ):
                with pytest.raises(NotFound):
                    read(db, scope, draft)
            with pytest.raises(NotFound):
                rounds.first_sessions(db, scope, draft, 5)
            for act in (accept_round, discard_round):
                with pytest.raises(NotFound):
                    act(db, scope, draft)


def test_the_manager_of_the_whole_sees_the_round_level_by_level_and_may_accept_it(unit, world, draft):
    with unit() as db:
        whole = build.scope_at(build.programme(db), build.manager(db, build.programme(db)))
        assert [row.id for row in rounds.rounds(db, whole)] == [draft]
        by_level = {row.level: row for row in rounds.levels(db, whole, draft)}
        assert list(by_level) == [Level.MASTER, Level.CIRCLE, Level.TEACHER]
        assert (by_level[Level.MASTER].people, by_level[Level.CIRCLE].people) == (2, 4)
        assert by_level[Level.TEACHER].people == len(world.teachers)
        first = rounds.first_sessions(db, whole, draft, 3)
        assert first[0].level is Level.MASTER
        assert first[0].trainers == tuple(sorted(person.name for person in world.core))
        told = rounds.told(db, whole, draft)
        assert sum(told.invited.values()) == rounds.seats(db, whole, draft) == 2 + 4 + len(world.teachers)
        assert told.by_hand == 0
        assert actions.accept_round(db, whole, draft) == sum(row.sessions for row in by_level.values())
