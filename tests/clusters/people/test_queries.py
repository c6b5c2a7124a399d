"""Who sees whom: a scope opens its own people, a number its own persons, and nothing else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clusters.kernel.clock import today
from clusters.kernel.errors import NotFound
from clusters.people.actions import end_number, end_post, give_number
from clusters.people.queries import (
    numbers_of,
    person,
    persons,
    persons_at_number,
    posts_of,
    scope_of,
    scope_of_phone,
    search,
    teachers_by_cluster,
    teachers_by_school,
    teachers_of,
    trainers,
    trainers_for,
)
from clusters.people.rules import PostRole
from clusters.scope import Held, Scope
from tests import build

ALL = Scope.everywhere()
SHARED = "+923451234567"


@pytest.fixture
def two_districts(db):
    """A cluster each in Bannu (block 1) and Lakki (block 2), each with a teacher and a circle trainer."""
    found = {}
    for district, village in (("BANNU", "Kakki"), ("LAKKI", "Naurang")):
        circle = build.circle(db, build.block(db))
        cluster = build.cluster(db, 3, in_circle=circle, name=village, admin_path=f"KP.{district}.")
        home = build.schools_of(db, cluster)[0]
        found[district] = {
            "cluster": cluster,
            "circle": circle,
            "school": home,
            "teacher": build.teacher(db, home, f"Teacher of {village}"),
            "trainer": build.trainer(db, circle, f"Trainer of {village}"),
        }
    return found["BANNU"], found["LAKKI"]


@pytest.mark.parametrize("held", [Held("A", "KP.BANNU.", "education_manager"), Held("T", "B1.", "education_manager")])
def test_a_manager_of_one_district_or_block_sees_nobody_of_the_other(db, two_districts, held):
    bannu, lakki = two_districts
    scope = Scope(None, (held,))
    theirs = [lakki["teacher"].id, lakki["trainer"].id]
    hers = [bannu["teacher"].id, bannu["trainer"].id]
    assert set(persons(db, scope, [*hers, *theirs])) == set(hers)
    assert set(numbers_of(db, scope, [*hers, *theirs])) == set(hers)
    for hidden in theirs:
        with pytest.raises(NotFound):
            person(db, scope, hidden)
        assert posts_of(db, scope, hidden) == ()
        number = numbers_of(db, ALL, [hidden])[hidden]
        assert persons_at_number(db, scope, number) == ()
        assert search(db, scope, number) == ()
    assert [row.id for row in search(db, scope, "teacher of")] == [bannu["teacher"].id]
    assert [row.person_id for row in trainers(db, scope)] == [bannu["trainer"].id]
    assert [row.person_id for row in teachers_of(db, scope, bannu["cluster"].id)] == [bannu["teacher"].id]
    assert teachers_by_cluster(db, scope) == {"B1.C01.L1.": 1}
    assert teachers_by_school(db, scope) == {bannu["school"].id: 1}
    for hidden in (lakki["cluster"].id, "A/KP.LAKKI.", "T/B2."):
        with pytest.raises(NotFound):
            teachers_of(db, scope, hidden)
        with pytest.raises(NotFound):
            trainers_for(db, scope, hidden)


def test_posts_open_their_places_and_teaching_opens_none(db, two_districts):
    bannu, _ = two_districts
    assert scope_of(db, bannu["teacher"].id) == Scope(bannu["teacher"].id, ())
    assert scope_of(db, bannu["trainer"].id).places == (Held("T", "B1.C01.", "circle_trainer"),)
    manager = build.manager(db, build.area(db, "KP.BANNU."))
    build.post(db, manager, PostRole.CLERK, at_place=bannu["circle"])
    assert scope_of(db, manager.id).places == (
        Held("A", "KP.BANNU.", "education_manager"),
        Held("T", "B1.C01.", "clerk"),
    )


def test_somebody_who_hosts_at_a_school_opens_its_cluster(db, two_districts):
    bannu, _ = two_districts
    host = build.person(db)
    build.post(db, host, PostRole.FACILITATOR, at_school=bannu["school"])
    assert scope_of(db, host.id).places == (Held("T", "B1.C01.L1.", "facilitator"),)


def test_a_post_opens_its_place_only_while_it_is_held(db, two_districts, clock, unit):
    bannu, _ = two_districts
    later = build.person(db)
    build.post(db, later, PostRole.CLERK, at_place=bannu["circle"], since=today(db) + timedelta(days=1))
    assert scope_of(db, later.id).places == ()
    assert person(db, build.scope_at(bannu["circle"]), later.id).id == later.id
    clock.advance(days=1)
    with unit() as tomorrow:
        assert scope_of(tomorrow, later.id).places == (Held("T", "B1.C01.", "clerk"),)


def test_a_closed_place_opens_nothing(db, two_districts):
    bannu, _ = two_districts
    bannu["circle"].closed_on = date(2026, 1, 1)
    db.flush()
    assert scope_of(db, bannu["trainer"].id).places == ()


def test_who_left_is_seen_no_more(db, two_districts):
    bannu, _ = two_districts
    scope = build.scope_at(build.area(db, "KP.BANNU."))
    (post,) = posts_of(db, scope, bannu["teacher"].id)
    end_post(db, scope, post.id)
    assert persons(db, scope, [bannu["teacher"].id]) == {}
    assert teachers_of(db, scope, bannu["cluster"].id) == ()


def test_a_post_holds_from_its_first_day_and_no_more_on_the_day_after_it(db, two_districts):
    bannu, _ = two_districts
    (post,) = posts_of(db, ALL, bannu["teacher"].id)
    ended = replace(post, until=post.since + timedelta(days=7))
    assert [ended.holds_on(post.since + timedelta(days=day)) for day in (-1, 0, 6, 7)] == [False, True, True, False]
    assert post.holds_on(post.since + timedelta(days=7))


def test_everybody_sees_herself(db, two_districts):
    bannu, lakki = two_districts
    own = scope_of(db, bannu["teacher"].id)
    assert person(db, own, bannu["teacher"].id).name == "Teacher of Kakki"
    assert [post.role for post in posts_of(db, own, bannu["teacher"].id)] == [PostRole.TEACHER]
    with pytest.raises(NotFound):
        person(db, own, lakki["teacher"].id)


def test_those_who_share_a_number_keep_their_letters(db, two_districts, clock, unit):
    bannu, lakki = two_districts
    give_number(db, ALL, lakki["teacher"].id, SHARED)
    clock.advance(hours=1)
    with unit() as later:
        give_number(later, ALL, bannu["teacher"].id, SHARED)
        rows = persons_at_number(later, ALL, SHARED)
        assert [(row.letter, row.name) for row in rows] == [("A", "Teacher of Naurang"), ("B", "Teacher of Kakki")]
        found = scope_of_phone(later, SHARED)
        assert [(row.person_id, scope.person_id) for row, scope in found] == [
            (lakki["teacher"].id, lakki["teacher"].id),
            (bannu["teacher"].id, bannu["teacher"].id),
        ]
        end_number(later, ALL, lakki["teacher"].id)
        assert [(row.letter, row.name) for row in persons_at_number(later, ALL, SHARED)] == [("A", "Teacher of Kakki")]


def test_a_name_is_found_in_any_spelling(db, two_districts):
    bannu, _ = two_districts
    build.person(db, "Zakir Ullah")
    assert search(db, ALL, "  ") == ()
    assert [row.name for row in search(db, ALL, "teacherOF KAKKI")] == ["Teacher of Kakki"]
    (number,) = numbers_of(db, ALL, [bannu["teacher"].id]).values()
    assert [row.name for row in search(db, ALL, "0" + number[3:])] == ["Teacher of Kakki"]
    assert search(db, ALL, "%") == ()


def test_people_are_found_by_the_school_where_they_teach_if_it_is_hers_to_see(db, two_districts):
    bannu, lakki = two_districts
    bannu["school"].name, lakki["school"].name = "GPS Ghoriwala", "GPS Tajori"
    build.post(db, bannu["teacher"], PostRole.TEACHER, at_school=lakki["school"])
    scope = build.scope_at(build.area(db, "KP.BANNU."))
    assert [row.id for row in search(db, scope, "ghoriwala")] == [bannu["teacher"].id]
    assert search(db, scope, "tajori") == ()
    assert {row.id for row in search(db, ALL, "tajori")} == {bannu["teacher"].id, lakki["teacher"].id}


def test_a_cluster_is_trained_by_those_of_its_circle(db, two_districts):
    bannu, lakki = two_districts
    master = build.trainer(db, build.block(db, "B1X"), role=PostRole.MASTER_TRAINER)
    assert [row.person_id for row in trainers_for(db, ALL, bannu["cluster"].id)] == [bannu["trainer"].id]
    assert [row.person_id for row in trainers_for(db, ALL, lakki["cluster"].id)] == [lakki["trainer"].id]
    assert master.id in {row.person_id for row in trainers(db, ALL)}
    only_hers = Scope(1, (Held("T", "B1.C01.L1.", "clerk"),))
    assert [row.person_id for row in trainers_for(db, only_hers, bannu["cluster"].id)] == [bannu["trainer"].id]
