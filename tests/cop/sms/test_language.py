"""ZABAN: a person chooses her language by digit or word in three scripts; `0` brings back the one before, exactly."""

import pytest
from sqlalchemy import select

from clusters.people.models import Person
from clusters.people.rules import Language
from messaging.inbound.models import ParseRecord
from messaging.outbox.models import Message


def language_of(world, who):
    with world.house.unit() as db:
        return db.scalar(select(Person.language).where(Person.id == who.id))


def did(world):
    with world.house.unit() as db:
        return db.scalars(select(ParseRecord.did).order_by(ParseRecord.inbound_text_id.desc()).limit(1)).one()


@pytest.mark.parametrize(
    ("said", "wanted", "heard"),
    [
        ("ZABAN 2", Language.URDU, "ٹھیک ہے۔ اب SMS اردو میں آئیں گے۔ بدلنا ہو تو: ZABAN 1"),
        ("zaban urdu", Language.URDU, "ٹھیک ہے۔ اب SMS اردو میں آئیں گے۔ بدلنا ہو تو: ZABAN 1"),
        ("زبان ۲", Language.URDU, "ٹھیک ہے۔ اب SMS اردو میں آئیں گے۔ بدلنا ہو تو: ZABAN 1"),
        ("زبان اردو", Language.URDU, "ٹھیک ہے۔ اب SMS اردو میں آئیں گے۔ بدلنا ہو تو: ZABAN 1"),
        (
            "Language English",
            Language.ENGLISH,
            "OK. Texts will now come in English. Wrong? Send 0. To change: LANGUAGE 1",
        ),
        ("zaban3", Language.ENGLISH, "OK. Texts will now come in English. Wrong? Send 0. To change: LANGUAGE 1"),
        (
            "zaban roman urdu",
            Language.ROMAN_URDU,
            "Theek hai. Ab SMS roman Urdu mein aayenge. Ghalti ho to 0. Badalna ho to: ZABAN 2",
        ),
    ],
)
def test_a_language_is_chosen_by_digit_or_word_and_answered_in_itself(world, said, wanted, heard):
    assert world.text(world.teachers[0], said) == [heard]
    assert language_of(world, world.teachers[0]) is wanted
    assert did(world) == {"do": "language", "to": wanted.value}


@pytest.mark.parametrize("before", [None, *Language])
def test_undo_brings_back_exactly_the_language_of_before(world, before):
    teacher = world.teachers[0]
    with world.house.unit() as db:
        db.get_one(Person, teacher.id).language = before
    world.text(teacher, "ZABAN 2")
    world.text(teacher, "0")
    assert language_of(world, teacher) is before


def test_without_a_value_it_asks_and_a_digit_or_a_word_answers(world):
    teacher, other = world.teachers[:2]
    for who, answer in ((teacher, "3"), (other, "english")):
        assert world.text(who, "zaban") == [
            "SMS kis zaban mein bhejein? 1=Roman Urdu 2=Urdu 3=English. Ek number bhejein."
        ]
        assert language_of(world, who) is Language.ROMAN_URDU
        world.text(who, answer)
        assert language_of(world, who) is Language.ENGLISH


def test_two_languages_at_once_are_asked(world):
    assert "1=Roman Urdu" in world.text(world.teachers[0], "zaban urdu english")[0]
    assert language_of(world, world.teachers[0]) is Language.ROMAN_URDU


def test_what_waits_already_goes_in_the_new_language(world):
    world.invite(world.session)
    teacher = world.teachers[0]
    world.text(teacher, "ZABAN 3")
    with world.house.unit() as db:
        waiting = select(Message.language).where(Message.person_id == teacher.id, Message.state == "queued")
        assert set(db.scalars(waiting)) == {"en"}
