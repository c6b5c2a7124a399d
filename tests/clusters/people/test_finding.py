"""People are found by name in either script and spelling, by number, code and post; inside the scope, page by page."""

import pytest

from clusters.kernel.errors import NotFound
from clusters.people.actions import end_number, give_number, mark_wrong
from clusters.people.finding import alike, known, page_of
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.structure.queries import place
from tests import build

ALL = Scope.everywhere()


@pytest.fixture
def school(db):
    cluster = build.cluster(db, 2, in_circle=build.circle(db, build.block(db, "B1"), "C01"))
    return build.schools_of(db, cluster)[0]


def named(db, school, *names):
    return {name: build.teacher(db, school, name).id for name in names}


def found(db, words, **more):
    return [each.name for each in page_of(db, ALL, words, **more)]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("zaman", "Gul Zaman"),
        ("gul zam", "Gul Zaman"),
        ("GÜL  ZAMAN", "Gul Zaman"),
        ("gull zamaan", "Gul Zaman"),
        ("گل زمان", "Gul Zaman"),
        ("zakirullah khatak", "Zakirullah Khattak"),
        ("Mr. Mohd Yusuf", "Muhammad Yousaf"),
        ("yousaf", "محمد یوسف"),
        ("muhammad yousuf", "محمد یوسف"),
        ("يوسف", "محمد یوسف"),
        ("aisha bibi", "Ayesha Bibi"),
        ("عائشہ", "Ayesha Bibi"),
        ("shaista", "شائستہ گل"),
        ("abdul qayum", "Abdul Kayyum"),
    ],
)
def test_a_name_is_found_however_it_is_written(db, school, written, kept):
    named(db, school, kept, "Farid Wazir", "Sabiha Naz")
    assert kept in found(db, written)
    assert "Farid Wazir" not in found(db, written)


def test_signs_of_a_query_language_are_only_signs(db, school):
    named(db, school, "Gul Zaman")
    assert found(db, "gul' | !zaman:* \\") == ["Gul Zaman"]
    assert found(db, "'--%_") == []


def test_a_number_a_code_and_a_personal_number_find_their_people(db, school):
    ids = named(db, school, "Gul Zaman", "Noor Wali")
    give_number(db, ALL, ids["Gul Zaman"], "0345-1234567")
    assert found(db, "+92 345 1234567") == ["Gul Zaman"]
    assert found(db, "0345 1234567", by_number=False) == []
    assert found(db, school.code) == ["Gul Zaman", "Noor Wali"]
    end_number(db, ALL, ids["Gul Zaman"])
    assert found(db, "0345 1234567") == []


def test_pages_of_names_hold_everybody_once_and_in_order(db, school):
    names = [f"Person {letter}{other}" for letter in "abcdef" for other in "uvw"]
    named(db, school, *names, *names[:4])
    seen, after = [], ""
    while rows := page_of(db, ALL, "person", after=after, limit=5):
        seen += [(row.name_key, row.id) for row in rows]
        after = rows[-1].mark
    assert len(seen) == len(set(seen)) == 22
    assert seen == sorted(seen)


def test_post_and_place_leave_those_who_hold_such_a_post_there(db, school):
    other = build.cluster(db, 2)
    named(db, school, "Gul Zaman")
    away = build.teacher(db, build.schools_of(db, other)[0], "Noor Wali")
    lead = build.trainer(db, place_row := build.circle(db), "Zakir Ullah")
    assert found(db, "", role=PostRole.TEACHER) == ["Gul Zaman", "Noor Wali"]
    assert found(db, "", role=PostRole.CIRCLE_TRAINER) == [lead.name]
    there = place(db, ALL, f"T/{other.path}")
    assert [row.id for row in page_of(db, ALL, where=there)] == [away.id]
    assert page_of(db, ALL, where=place(db, ALL, f"T/{place_row.path}"), role=PostRole.TEACHER) == ()


def test_a_scope_finds_its_own_people_alone(db, school):
    other = build.schools_of(db, build.cluster(db, 2))[0]
    named(db, school, "Gul Zaman")
    hidden = build.teacher(db, other, "Gul Zaman")
    scope = build.scope_at(place_of(db, school))
    assert len(page_of(db, scope, "gul zaman")) == 1
    assert page_of(db, scope, other.code) == ()
    with pytest.raises(NotFound):
        known(db, scope, hidden.id)


def place_of(db, school):
    return place(db, ALL, f"T/{school.training_path}")


def test_who_shares_a_phone_is_named_inside_the_scope_and_counted_outside(db, school):
    mine = build.teacher(db, school, "Gul Zaman", number="+923451234567")
    build.teacher(db, school, "Noor Wali", number="+923451234567")
    build.teacher(db, build.schools_of(db, build.cluster(db, 2))[0], "Hidden Person", number="+923451234567")
    phone = known(db, build.scope_at(place_of(db, school)), mine.id).number
    assert [name for _, name in phone.shared_with] == ["Noor Wali"]
    assert phone.hidden == 1


def test_a_wrong_number_is_remembered_as_wrong(db, school):
    person = build.teacher(db, school, "Gul Zaman", number="+923451234567")
    mark_wrong(db, ALL, person.id)
    her = known(db, ALL, person.id)
    assert her.number is None
    assert [(each.number, each.wrong) for each in her.numbers] == [("+923451234567", True)]


def test_a_double_is_looked_for_by_number_personal_number_and_name(db, school):
    person = build.teacher(db, school, "Gul Zaman", number="+923451234567")
    person.personal_no = "00123456"
    db.flush()
    for words in (
        {"name": "Gul Zamaan"},
        {"name": "X Y", "written": "03451234567"},
        {"name": "X", "personal_no": "00123456"},
    ):
        assert [each.id for each in alike(db, ALL, **words)] == [person.id], words
    assert alike(db, ALL, "Sabiha Naz") == ()
