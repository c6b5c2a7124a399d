"""9 opens a conversation with a person: further words of that number lie on one card until somebody settles it."""

import pytest
from sqlalchemy import select

from clusters.people.models import Person
from clusters.people.rules import Language, PostRole
from clusters.scope import Held, Scope
from messaging.inbound.actions import answer_by_hand, make_private
from messaging.inbound.models import InboundText, Parked
from messaging.inbound.queries import cards


def waiting(world):
    with world.house.unit() as db:
        return cards(db, Scope.everywhere())


@pytest.mark.parametrize(
    ("language", "asks", "says"),
    [
        (Language.ROMAN_URDU, "9", ("mera bhai bemar he", "hospital mein hun")),
        (Language.ENGLISH, "call me", ("my brother is ill", "i am in the hospital")),
        (Language.URDU, "انسان", ("میرا بھائی بیمار ہے", "ہسپتال میں ہوں")),
    ],
)
def test_further_words_lie_on_the_same_card_and_are_confirmed_once(world, language, asks, says):
    teacher = world.teachers[0]
    with world.house.unit() as db:
        db.get_one(Person, teacher.id).language = language
    assert len(world.text(teacher, asks)) == 1
    assert [len(world.text(teacher, each)) for each in says] == [1, 0]
    [card] = waiting(world)
    assert card.body == "\n".join((asks, *says))


def test_commands_and_answers_do_what_they_always_do(world):
    world.invite(world.session)
    teacher = world.teachers[0]
    world.text(teacher, "9")
    assert "HAAN" in world.text(teacher, "1")[0]
    assert "Agli training" in world.text(teacher, "KAB")[0]
    assert len(waiting(world)) == 1


def test_once_settled_new_words_are_read_like_any(world):
    teacher = world.teachers[0]
    world.text(teacher, "9")
    [card] = waiting(world)
    with world.house.unit() as db:
        answer_by_hand(db, settler(world), card.id, "Ji, kya baat hai?", world.hands.book())
    world.text(teacher, "xyzzy plugh")
    assert waiting(world) == []
    assert world.last().state == "asked"


def test_what_is_private_hides_the_further_words_too(world):
    teacher = world.teachers[0]
    for body in ("9", "ghar mein masail hain bohat"):
        world.text(teacher, body)
    [card] = waiting(world)
    with world.house.unit() as db:
        make_private(db, settler(world), card.id)
    world.text(teacher, "aur bhi bohat kuch hai")
    [card] = waiting(world)
    assert card.body == ""
    with world.house.unit() as db:
        own = select(InboundText.private).where(InboundText.number == card.number)
        assert set(db.scalars(own)) == {True}
        assert len(db.scalars(select(Parked)).all()) == 1


def settler(world):
    """An education manager of the whole programme."""
    return Scope(world.trainer.id, (Held("T", "", PostRole.EDUCATION_MANAGER.value),))
