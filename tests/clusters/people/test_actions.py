"""Persons are registered, appointed, moved and reached; their posts follow their schools."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from clusters.kernel.audit import Actor
from clusters.kernel.clock import today
from clusters.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clusters.kernel.facts import react
from clusters.modules.rules import Subject
from clusters.people.actions import (
    appoint,
    end_number,
    end_post,
    fill,
    follow_placement,
    give_number,
    register,
    rename,
    retire,
    transfer,
)
from clusters.people.facts import NumberChanged
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.queries import numbers_of, person, posts_of, scope_of, teachers_of
from clusters.people.rules import Gender, PostRole, may_appoint
from clusters.scope import Held, Scope
from clusters.structure.actions import place_schools
from clusters.structure.facts import SchoolsPlaced
from clusters.structure.models import School
from clusters.structure.rules import SchoolGender, Tree
from tests import build

ALL = Scope.everywhere()


def bannu_manager(db):
    return build.scope_at(build.area(db, "KP.BANNU."))


def noted(db):
    found = []
    react(db, {NumberChanged: (lambda db, fact: found.append(fact),)})
    return found


def test_somebody_is_registered_then_appointed_then_seen(db):
    cluster = build.cluster(db, 2)
    home = build.schools_of(db, cluster)[0]
    scope = bannu_manager(db)
    who = register(db, scope, "  Gul   Bibi ", gender=Gender.WOMAN, personal_no="00123")
    appoint(db, scope, who, PostRole.TEACHER, at_school=home.id)
    assert person(db, scope, who).name == "Gul Bibi"
    assert [row.name for row in teachers_of(db, scope, cluster.id)] == ["Gul Bibi"]
    with pytest.raises(Conflict):
        register(db, scope, "Somebody else", personal_no="00123")
    with pytest.raises(Invalid):
        register(db, scope, " . ")
    rename(db, scope, who, "Gul Begum")
    assert db.get(Person, who).name_key == "gulbegum"


def test_trainers_and_monitors_register_nobody(db):
    with pytest.raises(NotAllowed):
        register(db, Scope(1, (Held("T", "B1.", "circle_trainer"),)), "Zakir")


def test_nobody_is_appointed_where_the_appointer_sees_nothing_or_may_do_nothing(db):
    there = build.school(db, admin_path="KP.LAKKI.")
    here = build.school(db, admin_path="KP.BANNU.")
    who = build.person(db)
    with pytest.raises(NotFound):
        appoint(db, bannu_manager(db), who.id, PostRole.TEACHER, at_school=there.id)
    with pytest.raises(NotAllowed):
        appoint(db, Scope(1, (Held("A", "KP.BANNU.", "monitor"),)), who.id, PostRole.TEACHER, at_school=here.id)
    with pytest.raises(Invalid):
        appoint(db, ALL, who.id, PostRole.TEACHER)


def test_only_administrators_make_planners(db):
    place = build.area(db, "KP.BANNU.")
    who = build.person(db)
    with pytest.raises(NotAllowed):
        appoint(db, bannu_manager(db), who.id, PostRole.EDUCATION_MANAGER, at_place=place.id)
    administrator = build.scope_at(place, role=PostRole.ADMINISTRATOR)
    appoint(db, administrator, who.id, PostRole.EDUCATION_MANAGER, at_place=place.id)
    assert scope_of(db, who.id).places == (Held("A", "KP.BANNU.", "education_manager"),)
    assert not any(may_appoint(role, PostRole.CLERK) for role in PostRole if role.value.endswith("trainer"))


def test_a_district_that_is_the_whole_programme_today_still_appoints_nobody_to_the_programme(db):
    build.cluster(db, 2, admin_path="KP.BANNU.")
    root = build.programme(db)
    assert root.seat_path == "KP.BANNU."
    who = build.person(db)
    with pytest.raises(NotAllowed):
        appoint(db, bannu_manager(db), who.id, PostRole.CORE_TEAM, at_place=root.id)


def test_the_same_post_is_not_held_twice_at_once(db):
    circle = build.circle(db)
    who = build.trainer(db, circle, subject=Subject.MATHS)
    with pytest.raises(Conflict):
        appoint(db, ALL, who.id, PostRole.CIRCLE_TRAINER, at_place=circle.id, subject=Subject.MATHS)
    appoint(db, ALL, who.id, PostRole.CIRCLE_TRAINER, at_place=circle.id, subject=Subject.SCIENCE)
    assert len(posts_of(db, ALL, who.id)) == 2


def test_a_transfer_ends_teaching_here_and_begins_it_there(db, clock, unit):
    cluster = build.cluster(db, 2)
    first, second = build.schools_of(db, cluster)
    who = build.teacher(db, first)
    day = today(db) + timedelta(days=3)
    transfer(db, bannu_manager(db), who.id, PostRole.TEACHER, second.id, day)
    assert [(post.school_id, post.since, post.until) for post in posts_of(db, ALL, who.id)] == [
        (second.id, day, None),
        (first.id, build.SINCE, day),
    ]
    assert [row.school_id for row in teachers_of(db, ALL, cluster.id)] == [first.id]
    clock.advance(days=3)
    with unit() as later:
        assert [row.school_id for row in teachers_of(later, ALL, cluster.id)] == [second.id]


def test_retiring_ends_every_post_and_a_post_not_begun_is_as_if_it_had_not_been(db):
    school = build.school(db)
    who = build.teacher(db, school)
    build.post(db, who, PostRole.HEAD_TEACHER, at_school=school, since=today(db) + timedelta(days=9))
    assert retire(db, bannu_manager(db), who.id) == 2
    assert [(post.role, post.until) for post in posts_of(db, ALL, who.id)] == [(PostRole.TEACHER, today(db))]
    assert retire(db, ALL, who.id) == 0


def test_a_post_of_another_district_cannot_be_ended(db):
    who = build.teacher(db, build.school(db, admin_path="KP.LAKKI."))
    (post,) = posts_of(db, ALL, who.id)
    with pytest.raises(NotFound):
        end_post(db, bannu_manager(db), post.id)
    with pytest.raises(NotAllowed):
        end_post(db, Scope(1, (Held("A", "KP.LAKKI.", "monitor"),)), post.id)


def test_a_number_is_taken_in_any_spelling_and_every_change_is_noted_once(db):
    who = build.person(db, number=None)
    assert give_number(db, ALL, who.id, "0345 1234567") == "+923451234567"
    assert give_number(db, ALL, who.id, "+92 345-1234567") == "+923451234567"
    assert noted(db) == [NumberChanged(who.id, None, "+923451234567")]
    give_number(db, ALL, who.id, "0300-7654321")
    assert numbers_of(db, ALL, [who.id]) == {who.id: "+923007654321"}
    end_number(db, ALL, who.id)
    end_number(db, ALL, who.id)
    assert noted(db) == [
        NumberChanged(who.id, "+923451234567", "+923007654321"),
        NumberChanged(who.id, "+923007654321", None),
    ]
    assert db.scalar(select(func.count()).where(PersonNumber.person_id == who.id)) == 2


@pytest.mark.parametrize(
    ("written", "key"),
    [("", "phone_missing"), ("0512345678", "phone_not_pk_mobile"), ("3.45E+09", "phone_damaged")],
)
def test_what_is_no_mobile_number_changes_nothing(db, written, key):
    who = build.person(db)
    before = numbers_of(db, ALL, [who.id])
    with pytest.raises(Invalid) as refused:
        give_number(db, ALL, who.id, written)
    assert refused.value.key == key
    assert numbers_of(db, ALL, [who.id]) == before


def test_two_may_share_a_number_and_one_of_them_may_leave_it(db):
    one, other = build.person(db, number=None), build.person(db, number=None)
    give_number(db, ALL, one.id, "03451234567")
    give_number(db, ALL, other.id, "03451234567")
    give_number(db, ALL, one.id, "03007654321")
    assert numbers_of(db, ALL, [one.id, other.id]) == {one.id: "+923007654321", other.id: "+923451234567"}


def test_numbers_are_changed_by_an_office_or_by_oneself(db):
    who = build.teacher(db, build.school(db))
    with pytest.raises(NotFound):
        give_number(db, build.scope_at(build.area(db, "KP.LAKKI.")), who.id, "03451234567")
    with pytest.raises(NotAllowed):
        give_number(db, Scope(1, (Held("A", "KP.BANNU.", "monitor"),)), who.id, "03451234567")
    give_number(db, Scope(who.id, ()), who.id, "03451234567")
    give_number(db, bannu_manager(db), who.id, "03451234568")


def test_posts_follow_their_schools_and_places(db):
    cluster = build.cluster(db, 2)
    home = build.schools_of(db, cluster)[0]
    who, trainer = build.teacher(db, home), build.trainer(db, cluster)
    lakki = build.area(db, "KP.LAKKI.")
    other = build.cluster(db, 0, admin_path="KP.LAKKI.")
    place_schools(db, Tree.TRAINING, {home.id: other.id}, today(db))
    place_schools(db, Tree.ADMINISTRATIVE, {home.id: lakki.id}, today(db))
    cluster.path = "B9.C01.L1."
    db.flush()
    follow_placement(db, SchoolsPlaced(today(db)))
    paths = dict(db.execute(select(Post.person_id, Post.training_path)).all())
    assert paths == {who.id: other.path, trainer.id: "B9.C01.L1."}
    assert db.scalar(select(Post.admin_path).where(Post.person_id == who.id)) == "KP.LAKKI."


def test_whoever_trains_and_was_known_by_her_school_serves_its_circle_once_there_is_one(db):
    lonely = build.school(db)
    circle, master, teacher, former = (build.person(db, f"Person {number}") for number in range(4))
    for who, role in (
        (circle, PostRole.CIRCLE_TRAINER),
        (master, PostRole.MASTER_TRAINER),
        (teacher, PostRole.TEACHER),
        (former, PostRole.CIRCLE_TRAINER),
    ):
        appoint(db, Scope.everywhere(), who.id, role, at_school=lonely.id, from_date=today(db) - timedelta(days=90))
    end_post(db, Scope.everywhere(), posts_of(db, Scope.everywhere(), former.id)[0].id)
    cluster = build.cluster(db, 1)
    place_schools(db, Tree.TRAINING, {lonely.id: cluster.id}, today(db))
    for _ in range(2):
        follow_placement(db, SchoolsPlaced(today(db)))
    now = {post.person_id: post for post in db.scalars(select(Post))}
    up = cluster.path.split(".")
    assert now[circle.id].training_path == f"{up[0]}.{up[1]}."
    assert now[master.id].training_path == f"{up[0]}."
    assert (now[circle.id].school_id, now[master.id].school_id) == (None, None)
    assert now[circle.id].during.lower == today(db) - timedelta(days=90)
    assert (now[teacher.id].school_id, now[teacher.id].training_path) == (lonely.id, cluster.path)
    assert now[former.id].school_id == lonely.id


def test_filling_in_gives_every_school_teachers_and_every_place_trainers_once(db):
    girls = build.cluster(db, 26, gender=SchoolGender.GIRLS)
    build.cluster(db, 24, gender=SchoolGender.BOYS, in_circle=build.circle(db, build.block(db)))
    unplaced = build.school(db)
    taught = build.schools_of(db, girls)[3]
    build.teacher(db, taught)
    done = fill(db, ALL, 7)
    assert (done.teachers, done.circle_trainers, done.master_trainers, done.core_team) == (70, 12, 20, 6)
    assert (done.without_phone, done.sharing_a_phone) == (4, 2)
    teachers = teachers_of(db, ALL, "A/KP.")
    assert {row.school_id for row in teachers} == {school.id for school in db.scalars(select(School))}
    assert {row.gender for row in teachers_of(db, ALL, girls.id) if row.school_id != taught.id} == {Gender.WOMAN}
    assert {row.gender for row in teachers_of(db, ALL, "T/B2.")} == {Gender.MAN}
    assert sum(row.school_id == taught.id for row in teachers) == 1
    assert any(row.school_id == unplaced.id for row in teachers)
    subjects = db.scalars(select(Post.subject).where(Post.role == PostRole.CIRCLE_TRAINER)).all()
    assert sorted(map(str, subjects)) == sorted([*map(str, Subject), "None"] * 2)
    again = fill(db, ALL, 7)
    assert (again.teachers, again.circle_trainers, again.master_trainers, again.core_team) == (0, 0, 0, 0)


def test_the_same_seed_fills_in_the_same_people(connection, clock, unit):
    def people(seed):
        with unit(Actor("test")) as db:
            outer = db.begin_nested()
            build.cluster(db, 20)
            fill(db, ALL, seed)
            query = select(Person.name, PersonNumber.number).outerjoin(PersonNumber).order_by(Person.name)
            found = db.execute(query).all()
            outer.rollback()
        return found

    assert people(3) == people(3) != people(4)


def test_filling_in_is_for_administrators_and_within_reason(db):
    with pytest.raises(NotAllowed):
        fill(db, bannu_manager(db), 1)
    with pytest.raises(Invalid):
        fill(db, ALL, 1, teachers_per_school=0.5)


def test_a_number_somebody_has_is_never_invented_again(db):
    build.cluster(db, 20)
    fill(db, ALL, 3)
    before = set(db.scalars(select(PersonNumber.number)))
    db.execute(update(Post).values(during=func.daterange(build.SINCE, build.SINCE + timedelta(days=1))))
    fill(db, ALL, 3)
    rows = db.scalars(select(PersonNumber.number)).all()
    assert len(set(rows) - before) > 20
