"""A make-up for the absent: whom it takes, when it can be held, and what stands after it was accepted."""

import itertools
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from clusters.calendar.rules import CalendarRules, is_training_day
from clusters.cascade.rules import may_be_away
from clusters.kernel.clock import day_of
from clusters.kernel.errors import Conflict, Invalid, NotAllowed
from clusters.modules.rules import Subject
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.training import actions, queries
from clusters.training.catching_up import propose
from clusters.training.facts import SessionsScheduled
from clusters.training.make_up import LONGEST_PAUSE, SENSIBLE, Missed, day_runs, first_slot, gathered
from clusters.training.models import Booking, TrainingSession
from clusters.training.presence import outcomes
from clusters.training.rules import Mark, Seat, SessionState
from tests import build

EVERYWHERE = Scope.everywhere()
CALENDAR = CalendarRules()


def missed(session):
    return st.lists(st.tuples(st.integers(1, 30), st.none() | st.integers(1, 5)), max_size=20).map(
        lambda rows: [
            Missed(n, person, "", school, "", session, session, "") for n, (person, school) in enumerate(rows)
        ]
    )


@settings(deadline=None, max_examples=60)
@given(missed(1), missed(2), st.integers(1, 12), st.dictionaries(st.integers(1, 5), st.integers(1, 4)))
def test_nobody_twice_never_beyond_the_room_no_school_emptied_and_the_own_first(own, near, capacity, staff):
    taken = gathered(own, near, capacity, staff)
    assert len(taken) <= capacity
    assert len({each.person_id for each in taken}) == len(taken)
    for school in {each.school_id for each in taken} - {None}:
        assert sum(each.school_id == school for each in taken) <= may_be_away(staff.get(school, 1))
    of = [each.session_id for each in taken]
    assert of == sorted(of)
    if len(own) >= SENSIBLE:
        assert 2 not in of
    assert of.count(2) <= SENSIBLE


@settings(deadline=None, max_examples=60)
@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(1, 4))
def test_days_are_open_in_order_and_close_together(first, days):
    for run in day_runs(first, days, lambda day: is_training_day(day, CALENDAR)):
        assert all(is_training_day(day, CALENDAR) for day in run)
        assert all(0 < (later - earlier).days <= LONGEST_PAUSE for earlier, later in itertools.pairwise(run))
        assert run[0] >= first


def test_the_first_slot_leaves_out_days_on_which_anybody_or_everything_is_taken():
    days = [date(2026, 4, number) for number in range(1, 6)]
    slot = first_slot(
        ((day,) for day in days), [1, 2], [7], {(1, None, days[2]), (None, 7, days[1])}, {days[0]: {9}}, {9}
    )
    assert slot is not None
    assert (slot.days, slot.trainer, slot.venue) == ((days[2],), 2, 7)
    assert first_slot(iter([(days[1],)]), [1], [7], {(None, 7, days[1])}, {}, {9}) is None


@pytest.fixture
def world(db):
    circle = build.circle(db, build.block(db))
    clusters = [build.cluster(db, 5, in_circle=circle) for _ in range(2)]
    teachers = [
        [build.teacher(db, school, f"{name} {n}") for n, school in enumerate(build.schools_of(db, cluster), 1)]
        for name, cluster in zip(("Gul", "Noor"), clusters, strict=True)
    ]
    trainer = build.trainer(db, circle, "Zakir")
    held = []
    for cluster, people in zip(clusters, teachers, strict=True):
        session = build.training_session(db, cluster, led_by=[trainer], invited=people, day=date(2026, 3, 25))
        db.info["now"] = session.ends_at
        actions.take_attendance(db, EVERYWHERE, session.id, {1: Mark.AWAY, 2: Mark.AWAY}, "sms", others=Mark.HERE)
        held.append(session)
    db.info["facts"].clear()
    return SimpleNamespace(
        circle=circle, clusters=clusters, teachers=teachers, trainer=trainer, session=held[0], other=held[1],
        scope=build.scope_at(circle, trainer, PostRole.CIRCLE_TRAINER),
    )  # fmt: skip


def accept(db, world, proposed, days=None):
    return actions.make_up(
        db, world.scope, world.session.id, CALENDAR, days or proposed.slot.days, proposed.slot.trainer,
        proposed.slot.venue,
    )  # fmt: skip


def test_the_few_of_one_cluster_are_joined_by_those_of_its_neighbour(db, world):
    proposed = propose(db, world.scope, world.session.id, CALENDAR)
    assert [each.name for each in proposed.people] == ["Gul 1", "Gul 2", "Noor 1", "Noor 2"]
    assert proposed.place_id == world.circle.id
    assert proposed.slot.trainer == world.trainer.id
    assert is_training_day(proposed.slot.days[0], CALENDAR)
    assert proposed.slot.days[0] >= day_of(db.info["now"]) + timedelta(days=7)


def test_a_booked_day_of_the_trainer_and_a_session_of_one_of_the_people_are_passed_over(db, world):
    first, second, *_ = (run[0] for run in day_runs(date(2026, 4, 1), 1, lambda day: is_training_day(day, CALENDAR)))
    db.add(Booking(session_id=world.session.id, person_id=world.trainer.id, day=first))
    build.training_session(db, world.clusters[0], day=second, subject=Subject.SCIENCE, invited=[world.teachers[0][0]])
    db.flush()
    proposed = propose(db, world.scope, world.session.id, CALENDAR)
    assert proposed.slot.days[0] not in (first, second)


def test_an_accepted_make_up_is_an_ordinary_session_that_knows_what_it_makes_up_for(db, world):
    proposed = propose(db, world.scope, world.session.id, CALENDAR)
    new_id = accept(db, world, proposed)
    row = queries.training_session(db, EVERYWHERE, new_id)
    assert (row.state, row.makes_up_id, row.invited) == (SessionState.PLANNED, world.session.id, 4)
    assert list(db.info["facts"]) == [SessionsScheduled((new_id,))]
    assert all(each.seat is Seat.MAKE_UP for each in queries.roster(db, EVERYWHERE, new_id))
    assert db.scalars(select(Booking.day).where(Booking.session_id == new_id)).all()
    assert not propose(db, world.scope, world.session.id, CALENDAR).enough
    db.info["now"] = db.get_one(TrainingSession, new_id).ends_at
    actions.take_attendance(db, EVERYWHERE, new_id, {2: Mark.AWAY}, "sms", others=Mark.HERE)
    found = {each.person_id: each.outcome for each in db.execute(outcomes())}
    gul, noor = world.teachers
    assert [found[each.id] for each in (*gul[:2], *noor[:2])] == ["made_up", "absent", "made_up", "made_up"]
    assert [each.name for each in propose(db, world.scope, world.session.id, CALENDAR).people] == ["Gul 2"]


def test_what_no_longer_fits_is_refused_when_it_is_accepted(db, world):
    proposed = propose(db, world.scope, world.session.id, CALENDAR)
    friday = next(day for day in (date(2026, 4, 1) + timedelta(days=n) for n in range(9)) if day.weekday() == 4)
    with pytest.raises(Conflict, match="day_closed"):
        accept(db, world, proposed, (friday,))
    with pytest.raises(Invalid, match="make_up_days"):
        accept(db, world, proposed, (*proposed.slot.days, friday))
    db.add(Booking(session_id=world.session.id, person_id=world.trainer.id, day=proposed.slot.days[0]))
    db.flush()
    with pytest.raises(Conflict, match="trainer_booked"):
        accept(db, world, proposed)
    clerk = build.scope_at(build.area(db), build.person(db), PostRole.CLERK)
    with pytest.raises(NotAllowed):
        actions.make_up(db, clerk, world.session.id, CALENDAR, proposed.slot.days, world.trainer.id, 1)
