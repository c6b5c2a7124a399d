"""DORA: a manager's visits to schools of her area, with what she saw and what help is needed; undone by 0."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clusters.structure.models import School
from clusters.visits.models import Visit
from cop.sms.saying import says_something
from messaging.inbound.models import ParseRecord
from messaging.inbound.script import tokens
from tests import build


@pytest.fixture
def manager(world):
    """A manager over three schools, one with the code 23451."""
    with world.house.unit() as db:
        cluster = build.cluster(db, 3)
        first, second, third = build.schools_of(db, cluster)
        first.code, second.code, third.code = "23451", "23460", "87654"
        first.name, second.name = "GPS Kakki No.1", "GPS Domel"
        return build.manager(db, cluster, "Salma Bibi")


def visits(world):
    with world.house.unit() as db:
        rows = db.execute(
            select(School.code, Visit.day, Visit.words, Visit.help)
            .join(School, School.id == Visit.school_id)
            .order_by(Visit.id)
        )
        return [tuple(row) for row in rows]


def did(world):
    with world.house.unit() as db:
        return db.get_one(ParseRecord, world.last().id).did


def test_a_visit_is_kept_and_the_help_a_school_needs_is_asked_and_kept_with_it(world, manager):
    today = world.clock.at.date()
    said = f"{today.day} {today:%B}"
    [echo] = world.text(manager, "DORA 23451")
    asked = "School ko kya madad chahiye? Likh dein. Ghalti ho to 0 bhejein."
    assert echo == f"Dora likh liya: GPS Kakki No.1 (23451), {said}. {asked}"
    assert did(world) == {"do": "visit", "school": "23451"}
    assert visits(world) == [("23451", today, None, None)]
    [helped] = world.text(manager, "2 kamron ki chhat tapakti hai")
    assert "GPS Kakki No.1" in helped
    assert visits(world) == [("23451", today, None, "2 kamron ki chhat tapakti hai")]
    world.text(manager, "0")
    assert visits(world) == [("23451", today, None, None)]
    world.clock.advance(minutes=11)
    [back] = world.text(manager, "0")
    assert "23451" in back
    assert visits(world) == []


@pytest.mark.parametrize(
    ("text", "days_ago", "words"),
    [
        ("visit 23451 kal kiya tha", 1, None),
        ("دورہ ۲۳۴۵۱ کل کیا تھا", 1, None),
        ("Dora 2345I aaj", 0, None),
        ("DORA 23451 bijli nahi thi", 0, "bijli nahi thi"),
    ],
)
def test_yesterday_is_a_day_only_with_a_verb_of_the_past_and_words_are_kept(world, manager, text, days_ago, words):
    world.text(manager, text)
    assert visits(world) == [("23451", world.clock.at.date() - timedelta(days=days_ago), words, None)]


def test_a_visit_to_come_is_asked_about(world, manager):
    [asked] = world.text(manager, "DORA 23451 kal karun ga")
    assert "1=Aaj ho gaya" in asked
    assert visits(world) == []
    world.text(manager, "1")
    assert [row[0] for row in visits(world)] == ["23451"]


def test_two_codes_are_two_visits_taken_back_together(world, manager):
    [echo] = world.text(manager, "DORA 23451 aur 23460")
    assert "23451, 23460" in echo
    assert [row[0] for row in visits(world)] == ["23451", "23460"]
    world.text(manager, "0")
    assert visits(world) == []


@pytest.mark.parametrize("polite", ["ok", "shukriya", "theek hai", "1"])
def test_a_polite_word_after_the_question_changes_nothing_and_is_not_answered(world, manager, polite):
    world.text(manager, "DORA 23451")
    before = visits(world)
    assert world.text(manager, polite) == []
    assert visits(world) == before


def test_nothing_is_kept_of_another_area_without_a_code_or_by_who_visits_for_nobody(world, manager, house):
    with house.unit() as db:
        far = build.manager(db, build.circle(db), "Far Away")
    for who, text in ((far, "DORA 23451"), (manager, "DORA 99999"), (manager, "DORA 23451 99999"), (manager, "DORA")):
        [told] = world.text(who, text)
        assert "Kuch save nahi hua" in told
    world.text(world.trainer, "DORA 23451")
    assert visits(world) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("chhat tapakti hai", True),
        ("2 ustad chahiye", True),
        ("haan chhat kharab hai", True),
        ("ok", False),
        ("nahi", False),
        ("0", False),
        ("ghalat", False),
        ("shukriya", False),
        ("12", False),
        ("insan se baat", False),
    ],
)
def test_words_that_say_something_are_told_from_mere_answers(text, says):
    assert says_something(tokens(text)) is says
