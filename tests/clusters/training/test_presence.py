"""What came of an invitation, read from attendance alone."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from clusters.kernel.errors import Invalid, NotFound
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.training import actions, queries
from clusters.training.models import Invitation, TrainingSession
from clusters.training.presence import outcomes
from clusters.training.rules import Mark, Outcome, Seat, SessionState, is_held
from tests import build

EVERYWHERE = Scope.everywhere()


@pytest.fixture
def cluster(db):
    return build.cluster(db, 4)


@pytest.fixture
def teachers(db, cluster):
    return [build.teacher(db, school, f"Gul {n}") for n, school in enumerate(build.schools_of(db, cluster), 1)]


def report(db, session, day, absent, at=None):
    db.info["now"] = at or session.ends_at
    marks = dict.fromkeys(absent, Mark.AWAY)
    return actions.take_attendance(db, EVERYWHERE, session.id, marks, "sms", others=Mark.HERE, day=day)


def read(db, *where):
    return {row.person_id: Outcome(row.outcome) for row in db.execute(outcomes(*where))}


def test_a_person_is_trained_who_came_on_every_day(db, cluster, teachers):
    two = build.training_session(db, cluster, days=2, invited=teachers)
    report(db, two, 1, [1])
    report(db, two, 2, [2])
    assert list(read(db).values()) == [Outcome.ABSENT, Outcome.ABSENT, Outcome.TRAINED, Outcome.TRAINED]
    half = Counter(row.outcome for row in db.execute(outcomes(TrainingSession.id == two.id, share=0.5)))
    assert half == {"trained": 4}


def test_before_the_session_is_held_nobody_is_absent(db, cluster, teachers):
    two = build.training_session(db, cluster, days=2, invited=teachers)
    report(db, two, 1, [1], at=two.starts_at)
    assert queries.training_session(db, EVERYWHERE, two.id).state is SessionState.PLANNED
    assert set(read(db).values()) == {Outcome.AHEAD}


def test_who_comes_to_the_make_up_has_made_it_up_and_is_counted_once(db, cluster, teachers):
    missed = build.training_session(db, cluster, invited=teachers)
    report(db, missed, 1, [1, 2])
    again = build.training_session(db, cluster, invited=teachers[:2], day=(missed.ends_at + timedelta(days=7)).date())
    for row in db.scalars(select(Invitation).where(Invitation.session_id == again.id)):
        row.seat = Seat.MAKE_UP
        row.makes_up_id = db.scalar(
            select(Invitation.id).where(Invitation.session_id == missed.id, Invitation.person_id == row.person_id)
        )
    db.flush()
    assert list(read(db).values())[:2] == [Outcome.ABSENT, Outcome.ABSENT]
    report(db, again, 1, [2])
    assert [read(db)[each.id] for each in teachers] == [
        Outcome.MADE_UP, Outcome.ABSENT, Outcome.TRAINED, Outcome.TRAINED,
    ]  # fmt: skip


def test_a_correction_and_its_undo_change_what_is_read(db, cluster, teachers):
    one = build.training_session(db, cluster, invited=teachers)
    report(db, one, 1, [1])
    corrected = report(db, one, 1, [])
    assert set(read(db).values()) == {Outcome.TRAINED}
    actions.undo_attendance(db, EVERYWHERE, one.id, corrected.version)
    assert read(db)[teachers[0].id] is Outcome.ABSENT


def test_each_day_keeps_versions_of_its_own(db, cluster, teachers):
    two = build.training_session(db, cluster, days=2, invited=teachers)
    report(db, two, 1, [1])
    report(db, two, 2, [2])
    again = report(db, two, 1, [3])
    assert again.replaced
    assert again.version == 3
    assert [row.mark for row in queries.roster(db, EVERYWHERE, two.id, 1)].index(Mark.AWAY) == 2
    assert [row.mark for row in queries.roster(db, EVERYWHERE, two.id, 2)].index(Mark.AWAY) == 1
    row = queries.training_session(db, EVERYWHERE, two.id)
    assert (row.came, row.reported, row.state) == (4, 2, SessionState.HELD)
    actions.undo_attendance(db, EVERYWHERE, two.id, 2)
    assert queries.report_of(db, EVERYWHERE, two.id).day == 1


def test_a_report_is_of_the_day_that_began_last_unless_another_is_named(db, cluster, teachers):
    two = build.training_session(db, cluster, days=2, invited=teachers)
    assert report(db, two, None, [], at=two.starts_at).day == 1
    assert report(db, two, None, [], at=two.ends_at).day == 2
    with pytest.raises(NotFound):
        report(db, two, 3, [])


def test_the_second_day_is_not_reported_on_the_first(db, cluster, teachers):
    two = build.training_session(db, cluster, days=2, invited=teachers)
    with pytest.raises(Invalid, match="attendance_too_early"):
        report(db, two, 2, [], at=two.starts_at)


def test_a_session_over_of_which_one_day_was_reported_is_held_by_the_clock(db, cluster, teachers):
    two = build.training_session(db, cluster, days=2, invited=teachers)
    report(db, two, 1, [], at=two.starts_at)
    assert actions.close_over(db, EVERYWHERE) == 0
    db.info["now"] = two.ends_at
    assert actions.close_over(db, EVERYWHERE) == 1
    db.expire_all()
    assert queries.training_session(db, EVERYWHERE, two.id).state is SessionState.HELD


def test_after_two_days_only_the_office_corrects_and_says_why(db, cluster, teachers):
    trainer = build.trainer(db, build._at(db, cluster.tree, "B1.C01."))
    one = build.training_session(db, cluster, invited=teachers, led_by=[trainer])
    report(db, one, 1, [1])
    db.info["now"] = one.ends_at + timedelta(hours=49)
    leading = build.scope_at(build._at(db, cluster.tree, "B1.C01."), trainer, PostRole.CIRCLE_TRAINER)
    clerk = build.scope_at(build.area(db), build.person(db), PostRole.CLERK)
    marks = {1: Mark.HERE}
    with pytest.raises(Invalid, match="attendance_too_late"):
        actions.take_attendance(db, leading, one.id, marks, "page", others=Mark.HERE, why="paper sheet")
    with pytest.raises(Invalid, match="correction_without_reason"):
        actions.take_attendance(db, clerk, one.id, marks, "page", others=Mark.HERE, why="  ")
    taken = actions.take_attendance(db, clerk, one.id, marks, "page", others=Mark.HERE, why="paper sheet")
    assert taken.away == 0
    db.info["now"] += timedelta(minutes=11)
    with pytest.raises(Invalid, match="correction_without_reason"):
        actions.undo_attendance(db, clerk, one.id, taken.version)
    actions.undo_attendance(db, clerk, one.id, taken.version, "wrong sheet")
    assert queries.training_session(db, EVERYWHERE, one.id).came == 3


def test_who_said_no_in_advance_is_away_unless_she_is_named(db, cluster, teachers):
    one = build.training_session(db, cluster, invited=teachers)
    actions.answer(db, Scope(teachers[0].id, ()), one.id, teachers[0].id, queries.Answer.NO, "text", "wedding")
    db.info["now"] = one.ends_at
    taken = actions.take_attendance(db, EVERYWHERE, one.id, {2: Mark.AWAY}, "sms", others=Mark.HERE)
    assert [row for row, _ in taken.absent] == [1, 2]
    taken = actions.take_attendance(db, EVERYWHERE, one.id, {1: Mark.HERE}, "sms", others=Mark.HERE)
    assert taken.absent == ()


@pytest.mark.parametrize(
    ("days", "reported", "over", "held"),
    [
        (1, {1}, False, True),
        (2, {1}, False, False),
        (2, {2}, False, True),
        (2, {1}, True, True),
        (2, set(), True, False),
    ],
)
def test_a_session_is_held_when_its_last_day_is_reported_or_over(days, reported, over, held):
    assert is_held(days, reported, over=over) is held
