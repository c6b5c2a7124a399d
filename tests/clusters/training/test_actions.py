"""What can be done with a training session, on the real database."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from clusters.cascade.rules import Level
from clusters.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clusters.modules.rules import Subject
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.training import actions, queries
from clusters.training.code import is_valid
from clusters.training.facts import (
    AttendanceTaken,
    InvitationAnswered,
    SessionCancelled,
    SessionMoved,
    SessionsScheduled,
)
from clusters.training.models import Booking, CodeHold, TrainingSession
from clusters.training.rules import Answer, Invitee, Mark, Proposal, SessionState, Sitting
from tests import build

EVERYWHERE = Scope.everywhere()
HOUR = timedelta(hours=1)


def noted(db):
    return list(db.info["facts"])


@pytest.fixture
def world(db):
    cluster = build.cluster(db, 4)
    schools = build.schools_of(db, cluster)
    trainer = build.trainer(db, build._at(db, cluster.tree, "B1.C01."), "Zakir")
    teachers = [build.teacher(db, school, f"Teacher {number:02}") for number, school in enumerate(schools, 1)]
    circle = build._at(db, cluster.tree, "B1.C01.")
    return SimpleNamespace(
        cluster=cluster,
        circle=circle,
        schools=schools,
        trainer=trainer,
        teachers=teachers,
        trainer_scope=build.scope_at(circle, trainer, PostRole.CIRCLE_TRAINER),
        manager_scope=build.scope_at(build.area(db), build.manager(db, build.area(db))),
    )


@pytest.fixture
def planned(db, world):
    return build.training_session(db, world.cluster, led_by=[world.trainer], invited=world.teachers)


def proposal(world, day, *, trainers=None, module=1, subject=Subject.MATHS):
    start = build._midnight(day) + build.DAY_BEGINS
    return Proposal(
        level=Level.TEACHER,
        subject=subject,
        place_id=world.cluster.id,
        venue=world.schools[0].name,
        venue_school_id=world.schools[0].id,
        trainers=trainers or (world.trainer.id,),
        sittings=(Sitting(start, start + 3 * HOUR),),
        invitees=tuple(Invitee(person.id, None) for person in world.teachers),
        capacity=40,
        module=module,
    )


def draft(db, proposals, name="Round 1"):
    return actions.save_round(db, EVERYWHERE, name, date(2026, 4, 1), proposals, rules={}, summary={})


def test_a_draft_round_is_on_no_calendar_until_it_is_accepted(db, world):
    round_id = draft(db, [proposal(world, date(2026, 4, 7))])
    far = (db.info["now"], db.info["now"] + timedelta(days=99))
    assert queries.sessions_between(db, EVERYWHERE, *far) == []
    assert actions.accept_round(db, EVERYWHERE, round_id) == 1
    (row,) = queries.sessions_between(db, EVERYWHERE, *far)
    assert (row.state, row.invited, row.days, row.came, row.place) == (
        SessionState.PLANNED,
        4,
        1,
        None,
        world.cluster.name,
    )
    assert is_valid(row.code)
    assert noted(db) == [SessionsScheduled((row.id,))]


def test_a_round_is_accepted_once(db, world):
    round_id = draft(db, [proposal(world, date(2026, 4, 7))])
    actions.accept_round(db, EVERYWHERE, round_id)
    with pytest.raises(Conflict) as refused:
        actions.accept_round(db, EVERYWHERE, round_id)
    assert refused.value.key == "round_not_a_draft"


def test_a_round_whose_days_have_passed_is_not_accepted(db, world):
    round_id = draft(db, [proposal(world, date(2026, 2, 7))])
    with pytest.raises(Conflict, match="round_in_the_past"):
        actions.accept_round(db, EVERYWHERE, round_id)


@pytest.mark.parametrize("key", ["trainer_booked", "venue_booked"])
def test_no_trainer_and_no_venue_stands_twice_on_a_day(db, world, key):
    other = build.trainer(db, world.circle, "Other")
    first, second = proposal(world, date(2026, 4, 7)), proposal(world, date(2026, 4, 7), subject=Subject.SCIENCE)
    if key == "venue_booked":
        second = proposal(world, date(2026, 4, 7), subject=Subject.SCIENCE, trainers=(other.id,))
    actions.accept_round(db, EVERYWHERE, draft(db, [first]))
    with pytest.raises(Conflict, match=key):
        actions.accept_round(db, EVERYWHERE, draft(db, [second], "Round 2"))


def test_codes_of_one_circle_and_one_trainer_are_never_the_same(db, world):
    days = [date(2026, 4, 1) + timedelta(days=number) for number in range(25)]
    actions.accept_round(db, EVERYWHERE, draft(db, [proposal(world, day) for day in days]))
    codes = db.scalars(select(TrainingSession.code)).all()
    assert len(set(codes)) == 25
    assert all(is_valid(code) for code in codes)
    assert db.scalar(select(func.count()).select_from(CodeHold)) == 50


def test_a_discarded_draft_leaves_nothing(db, world):
    round_id = draft(db, [proposal(world, date(2026, 4, 7))])
    actions.discard_round(db, EVERYWHERE, round_id)
    assert db.scalar(select(func.count()).select_from(TrainingSession)) == 0
    with pytest.raises(Conflict):
        actions.discard_round(db, EVERYWHERE, round_id)


def test_a_round_of_another_district_does_not_exist_for_a_manager(db, world):
    round_id = draft(db, [proposal(world, date(2026, 4, 7))])
    elsewhere = build.scope_at(build.area(db, "KP.KARAK."), build.manager(db, build.area(db, "KP.KARAK.")))
    for act in (actions.accept_round, actions.discard_round):
        with pytest.raises(NotFound):
            act(db, elsewhere, round_id)


def test_an_invited_person_answers_for_herself_and_learns_what_she_had_said(db, world, planned):
    me = world.teachers[0]
    mine = Scope(me.id, ())
    assert actions.answer(db, mine, planned.id, me.id, Answer.YES, "text") is None
    assert actions.answer(db, mine, planned.id, me.id, Answer.NO, "text", "wedding") is Answer.YES
    row = queries.roster(db, EVERYWHERE, planned.id)[0]
    assert (row.name, row.answer, row.has_phone) == ("Teacher 01", Answer.NO, True)
    assert noted(db)[-1] == InvitationAnswered(planned.id, me.id, Answer.NO, Answer.YES)
    actions.answer(db, mine, planned.id, me.id, None, "text")
    assert queries.roster(db, EVERYWHERE, planned.id)[0].answer is None


def test_nobody_answers_for_a_colleague(db, world, planned):
    with pytest.raises(NotFound):
        actions.answer(db, Scope(world.teachers[0].id, ()), planned.id, world.teachers[1].id, Answer.YES, "text")


def test_attendance_by_absent_rows_marks_all_others_here(db, world, planned, clock):
    clock.at = planned.ends_at
    db.info["now"] = clock.at
    taken = actions.take_attendance(db, world.trainer_scope, planned.id, {2: Mark.AWAY}, "sms", others=Mark.HERE)
    assert (taken.here, taken.away, taken.absent, taken.replaced) == (3, 1, ((2, "Teacher 02"),), False)
    assert [row.mark for row in queries.roster(db, EVERYWHERE, planned.id)] == [
        Mark.HERE,
        Mark.AWAY,
        Mark.HERE,
        Mark.HERE,
    ]
    assert queries.training_session(db, EVERYWHERE, planned.id).came == 3
    assert noted(db) == [AttendanceTaken(planned.id)]


def test_a_later_report_replaces_the_earlier_and_its_undo_brings_that_back(db, world, planned):
    db.info["now"] = planned.ends_at
    first = actions.take_attendance(db, world.trainer_scope, planned.id, {2: Mark.AWAY}, "sms", others=Mark.HERE)
    second = actions.take_attendance(db, world.trainer_scope, planned.id, {3: Mark.AWAY}, "sms", others=Mark.HERE)
    assert second.replaced
    with pytest.raises(Conflict, match="attendance_replaced"):
        actions.undo_attendance(db, world.trainer_scope, planned.id, first.version)
    actions.undo_attendance(db, world.trainer_scope, planned.id, second.version)
    assert [row.mark for row in queries.roster(db, EVERYWHERE, planned.id)][1:3] == [Mark.AWAY, Mark.HERE]
    actions.undo_attendance(db, world.trainer_scope, planned.id, first.version)
    row = queries.training_session(db, EVERYWHERE, planned.id)
    assert (row.came, row.state) == (None, SessionState.PLANNED)


def test_a_row_that_is_not_on_the_sheet_stores_nothing(db, world, planned):
    db.info["now"] = planned.ends_at
    with pytest.raises(Invalid) as refused:
        actions.take_attendance(
            db, world.trainer_scope, planned.id, {2: Mark.AWAY, 45: Mark.AWAY}, "sms", others=Mark.HERE
        )
    assert refused.value.values == {"rows": [45], "last": 4}
    assert queries.report_of(db, EVERYWHERE, planned.id) is None


@pytest.mark.parametrize(
    ("moment", "key"),
    [
        (lambda s: s.starts_at - timedelta(hours=1, seconds=1), "attendance_too_early"),
        (lambda s: s.starts_at - timedelta(hours=1), None),
        (lambda s: s.ends_at + timedelta(hours=47, minutes=59), None),
        (lambda s: s.ends_at + timedelta(hours=48), "attendance_too_late"),
    ],
)
def test_attendance_is_taken_from_an_hour_before_to_two_days_after(db, world, planned, moment, key):
    db.info["now"] = moment(planned)
    if key is None:
        actions.take_attendance(db, world.trainer_scope, planned.id, {}, "sms", others=Mark.HERE)
        return
    with pytest.raises(Invalid, match=key):
        actions.take_attendance(db, world.trainer_scope, planned.id, {}, "sms", others=Mark.HERE)


def test_who_sees_a_session_without_a_role_there_may_not_mark_it(db, world, planned):
    db.info["now"] = planned.ends_at
    monitor = build.scope_at(build.area(db), build.person(db), PostRole.MONITOR)
    with pytest.raises(NotAllowed):
        actions.take_attendance(db, monitor, planned.id, {}, "page", others=Mark.HERE)


def moved_to(planned, **by):
    return [Sitting(planned.starts_at + timedelta(**by), planned.ends_at + timedelta(**by))]


def test_a_moved_session_has_a_new_day_a_higher_revision_and_new_bookings(db, world, planned):
    old = planned.starts_at
    assert actions.move(db, world.manager_scope, planned.id, moved_to(planned, days=7), venue="GHS Kakki")
    row = queries.training_session(db, EVERYWHERE, planned.id)
    assert (row.starts_at, row.revision, row.venue) == (old + timedelta(days=7), 2, "GHS Kakki")
    assert noted(db) == [SessionMoved(planned.id, old, world.schools[0].name)]
    assert set(db.scalars(select(Booking.day))) == {(old + timedelta(days=7)).date()}


def test_moving_to_where_it_stands_tells_nobody(db, world, planned):
    assert not actions.move(db, world.manager_scope, planned.id, moved_to(planned, days=0))
    assert noted(db) == []


def test_a_session_is_not_moved_into_the_past_nor_onto_a_day_of_the_same_people(db, world, planned):
    with pytest.raises(Invalid, match="move_into_the_past"):
        actions.move(db, world.manager_scope, planned.id, moved_to(planned, days=-30))
    other = build.training_session(
        db, world.cluster, day=date(2026, 4, 15), subject=Subject.SCIENCE, invited=world.teachers[:2]
    )
    shift = (other.starts_at - planned.starts_at).days
    with pytest.raises(Conflict) as refused:
        actions.move(db, world.manager_scope, planned.id, moved_to(planned, days=shift))
    assert refused.value.values == {"people": 2, "other": other.code}


def test_a_called_off_session_frees_its_days_and_takes_no_attendance(db, world, planned):
    actions.call_off(db, world.manager_scope, planned.id, "snow")
    assert noted(db) == [SessionCancelled(planned.id, "snow")]
    assert db.scalar(select(func.count()).select_from(Booking)) == 0
    db.info["now"] = planned.ends_at
    with pytest.raises(Conflict, match="session_called_off"):
        actions.take_attendance(db, world.trainer_scope, planned.id, {}, "sms", others=Mark.HERE)


def test_a_manager_of_another_district_and_a_trainer_of_another_circle_find_nothing(db, world, planned):
    karak = build.scope_at(build.area(db, "KP.KARAK."), build.person(db))
    other_circle = build.circle(db, build.block(db))
    stranger = build.scope_at(other_circle, build.trainer(db, other_circle), PostRole.CIRCLE_TRAINER)
    far = (db.info["now"], db.info["now"] + timedelta(days=99))
    for scope in (karak, stranger):
        assert queries.sessions_between(db, scope, *far) == []
        assert queries.roster(db, scope, planned.id) == []
        assert queries.trainers(db, scope, planned.id) == []
        assert queries.sittings(db, scope, [planned.id]) == {}
        assert queries.reached(db, scope, db.info["now"] - timedelta(days=99)) == {}
        for act in (
            lambda scope: queries.training_session(db, scope, planned.id),
            lambda scope: actions.move(db, scope, planned.id, moved_to(planned, days=7)),
            lambda scope: actions.call_off(db, scope, planned.id, "x"),
            lambda scope: actions.print_sheet(db, scope, planned.id),
            lambda scope: actions.take_attendance(db, scope, planned.id, {}, "page", others=Mark.HERE),
        ):
            with pytest.raises(NotFound):
                act(scope)


def test_the_next_sessions_of_a_person_are_those_she_is_invited_to_and_those_she_leads(db, world, planned):
    later = build.training_session(db, world.cluster, day=date(2026, 5, 5), invited=world.teachers[:1])
    me = world.teachers[0]
    assert [row.id for row in queries.coming_for(db, Scope(me.id, ()), me.id, db.info["now"])] == [planned.id, later.id]
    leads = queries.coming_for(db, world.trainer_scope, world.trainer.id, db.info["now"])
    assert [row.id for row in leads] == [planned.id]
    with pytest.raises(NotFound):
        queries.coming_for(db, Scope(me.id, ()), world.teachers[1].id, db.info["now"])


def test_a_subject_has_reached_those_who_came_not_those_who_were_invited(db, world, planned):
    db.info["now"] = planned.ends_at
    actions.take_attendance(db, world.trainer_scope, planned.id, {1: Mark.AWAY, 2: Mark.LATE}, "sms", others=Mark.HERE)
    assert queries.reached(db, world.manager_scope, planned.starts_at - timedelta(days=1)) == {Subject.MATHS: 3}


def test_the_first_printing_of_a_sheet_is_remembered(db, world, planned):
    actions.print_sheet(db, world.trainer_scope, planned.id)
    first = queries.training_session(db, EVERYWHERE, planned.id).sheet_printed_at
    db.info["now"] += HOUR
    actions.print_sheet(db, world.trainer_scope, planned.id)
    assert queries.training_session(db, EVERYWHERE, planned.id).sheet_printed_at == first == planned.sheet_printed_at


def test_a_proposal_whose_meetings_overlap_is_refused(db, world):
    start = build._midnight(date(2026, 4, 7)) + build.DAY_BEGINS
    twice = (Sitting(start, start + 3 * HOUR), Sitting(start + HOUR, start + 4 * HOUR))
    broken = replace(proposal(world, date(2026, 4, 7)), sittings=twice)
    with pytest.raises(Invalid, match="meetings_overlap"):
        draft(db, [broken])
