"""The wait list on the real database: who joins, who is seated when, what the sheet keeps."""

import random
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from clusters.cascade.rules import may_be_away
from clusters.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clusters.kernel.facts import react
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.training import actions, queries
from clusters.training.facts import CapacityChanged, InvitationAnswered
from clusters.training.models import Invitation, Waiting
from clusters.training.rules import Answer, Seat
from tests import build

EVERYWHERE = Scope.everywhere()
FOLLOW = {InvitationAnswered: (actions.fill_places,), CapacityChanged: (actions.fill_places,)}


@pytest.fixture
def world(db):
    circle = build.circle(db, build.block(db))
    cluster, neighbour = build.cluster(db, 6, in_circle=circle), build.cluster(db, 3, in_circle=circle)
    teachers = [build.teacher(db, school, f"Gul {n}") for n, school in enumerate(build.schools_of(db, cluster), 1)]
    others = [build.teacher(db, school, f"Noor {n}") for n, school in enumerate(build.schools_of(db, neighbour), 1)]
    trainer = build.trainer(db, circle, "Zakir")
    session = build.training_session(db, cluster, led_by=[trainer], invited=teachers[:3])
    session.capacity = 3
    db.flush()
    return SimpleNamespace(
        circle=circle, cluster=cluster, teachers=teachers, others=others, trainer=trainer, session=session,
        scope=build.scope_at(circle, trainer, PostRole.CIRCLE_TRAINER),
    )  # fmt: skip


def says(db, world, person, answer, reason=None):
    actions.answer(db, Scope(person.id, ()), world.session.id, person.id, answer, "text", reason)
    react(db, FOLLOW)


def names(rows):
    return [row.name for row in rows]


def listed(db, world):
    return {row.name: row for row in queries.roster(db, EVERYWHERE, world.session.id)}


def test_beyond_the_capacity_people_wait_in_order(db, world):
    for person, before in ((world.teachers[3], 0), (world.others[0], 1), (world.teachers[4], 2)):
        joined = actions.add(db, world.scope, world.session.id, person.id)
        assert (joined.row, joined.before) == (None, before)
    assert names(queries.wait_list(db, EVERYWHERE, world.session.id)) == ["Gul 4", "Noor 1", "Gul 5"]
    assert len(listed(db, world)) == 3


def test_an_apology_gives_the_place_to_who_waits_longest_with_a_further_row(db, world):
    actions.print_sheet(db, world.scope, world.session.id)
    for person in world.teachers[3:5]:
        actions.add(db, world.scope, world.session.id, person.id)
    says(db, world, world.teachers[0], Answer.NO, "shaadi")
    rows = listed(db, world)
    assert rows["Gul 4"].row == 4
    assert rows["Gul 4"].seat is Seat.WAITED
    assert (rows["Gul 1"].row, rows["Gul 1"].excused, rows["Gul 1"].reason) == (1, True, "shaadi")
    assert names(queries.wait_list(db, EVERYWHERE, world.session.id)) == ["Gul 5"]


def test_a_higher_capacity_seats_as_many_as_it_gives_and_never_fewer_than_are_seated(db, world):
    for person in (*world.teachers[3:], world.others[0]):
        actions.add(db, world.scope, world.session.id, person.id)
    actions.set_capacity(db, world.scope, world.session.id, 5)
    react(db, FOLLOW)
    assert [row.name for row in listed(db, world).values()][3:] == ["Gul 4", "Gul 5"]
    with pytest.raises(Invalid, match="capacity_unfit"):
        actions.set_capacity(db, world.scope, world.session.id, 4)


def test_who_comes_after_all_waits_when_her_place_is_gone_and_gets_the_next(db, world):
    actions.add(db, world.scope, world.session.id, world.teachers[3].id)
    says(db, world, world.teachers[0], Answer.NO)
    says(db, world, world.teachers[0], Answer.YES)
    assert listed(db, world)["Gul 1"].answer is Answer.NO
    assert queries.waits_for(db, EVERYWHERE, world.session.id, world.teachers[0].id)
    says(db, world, world.teachers[1], Answer.NO)
    rows = listed(db, world)
    assert (rows["Gul 1"].row, rows["Gul 1"].answer) == (1, Answer.YES)
    assert queries.wait_list(db, EVERYWHERE, world.session.id) == []


def test_with_a_place_left_she_simply_comes_after_all(db, world):
    says(db, world, world.teachers[0], Answer.NO)
    says(db, world, world.teachers[0], Answer.YES)
    assert listed(db, world)["Gul 1"].answer is Answer.YES


def test_a_school_is_not_emptied_and_the_next_of_another_is_seated(db, world):
    colleague = build.teacher(db, build.schools_of(db, world.cluster)[1], "Gul Colleague")
    for person in (colleague, world.teachers[3]):
        actions.add(db, world.scope, world.session.id, person.id)
    says(db, world, world.teachers[0], Answer.NO)
    assert "Gul Colleague" not in listed(db, world)
    assert "Gul 4" in listed(db, world)
    assert names(queries.wait_list(db, EVERYWHERE, world.session.id)) == ["Gul Colleague"]


def test_who_leaves_the_wait_list_is_passed_over_and_may_come_back_at_its_end(db, world):
    for person in world.teachers[3:5]:
        actions.add(db, world.scope, world.session.id, person.id)
    actions.leave_wait_list(db, world.scope, world.session.id, world.teachers[3].id)
    actions.add(db, world.scope, world.session.id, world.teachers[3].id)
    assert names(queries.wait_list(db, EVERYWHERE, world.session.id)) == ["Gul 5", "Gul 4"]


def test_only_learners_of_the_circle_are_found_and_added_by_who_keeps_the_list(db, world):
    stranger = build.teacher(db, build.schools_of(db, build.cluster(db, 2))[0], "Gul Stranger")
    found = queries.invitable(db, world.scope, world.session.id, "gul")
    assert {row.name for row in found} == {person.name for person in world.teachers}
    assert queries.invitable(db, world.scope, world.session.id, "noor")[0].name == "Noor 1"
    with pytest.raises(NotFound):
        actions.add(db, world.scope, world.session.id, stranger.id)
    with pytest.raises(Conflict, match="invited_already"):
        actions.add(db, world.scope, world.session.id, world.teachers[0].id)
    monitor = build.scope_at(build.area(db), build.person(db), PostRole.MONITOR)
    with pytest.raises(NotAllowed):
        actions.add(db, monitor, world.session.id, world.teachers[4].id)


def test_once_it_has_begun_the_list_stays(db, world):
    actions.add(db, world.scope, world.session.id, world.teachers[3].id)
    db.info["now"] = world.session.starts_at
    with pytest.raises(Conflict, match="session_begun"):
        actions.add(db, world.scope, world.session.id, world.teachers[4].id)
    says(db, world, world.teachers[0], Answer.NO)
    assert len(listed(db, world)) == 3


@pytest.mark.parametrize("seed", range(6))
def test_whatever_people_say_places_schools_and_order_hold(db, world, seed):
    dice = random.Random(seed)
    colleagues = [build.teacher(db, school) for school in build.schools_of(db, world.cluster)[:3]]
    people, session_id = [*world.teachers, *world.others, *colleagues], world.session.id

    for _ in range(40):
        person, deed = dice.choice(people), dice.random()
        try:
            if deed < 0.4:
                actions.add(db, world.scope, session_id, person.id)
            elif deed < 0.9:
                says(db, world, person, dice.choice([Answer.NO, Answer.YES, Answer.UNSURE]))
            else:
                actions.set_capacity(db, world.scope, session_id, dice.randint(2, 5))
        except (Conflict, NotFound, Invalid):
            pass

        react(db, FOLLOW)
        db.flush()
        coming = list(
            db.scalars(
                select(Invitation.school_id).where(
                    Invitation.session_id == session_id, Invitation.answer.is_distinct_from(Answer.NO)
                )
            )
        )
        assert len(coming) <= world.session.capacity
        staff = {school: 1 + (n < 3) for n, school in enumerate(s.id for s in build.schools_of(db, world.cluster))}
        assert all(coming.count(school) <= may_be_away(staff.get(school, 1)) for school in set(coming))
        waiting = list(db.scalars(select(Waiting.person_id).where(Waiting.left_at.is_(None)).order_by(Waiting.id)))
        assert len(waiting) == len(set(waiting))
    rows = [row.row for row in queries.roster(db, EVERYWHERE, session_id)]
    assert rows == sorted(set(rows))
