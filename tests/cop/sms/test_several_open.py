"""Several questions open with one number: what we asked back comes first, and of the rest we ask which, once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from clusters.training.models import Invitation
from clusters.training.rules import Answer
from cop.words import BOOK
from messaging.inbound.actions import invite
from messaging.inbound.models import Question
from messaging.inbound.outcomes import Words
from messaging.inbound.words import Asked, Reply, Word, WordBook

SAID = "kahaniyan"


def act(db, scope, text):
    """Store nothing but what was heard."""
    if not text.question:
        return Reply("nothing_asked", asks=Asked(SAID, 1, {"back": True}, 4))
    said = text.heard.rest if isinstance(text.heard, Words) else text.heard.choice
    back = bool(text.question.get("back"))
    return Reply("nothing_changed", undo={"said": said}, did={"do": "feedback", "said": said, "back": back})


def take_back(db, scope, text, undo):
    return Reply("already_recorded")


TALES = Word(SAID, {"ur_latn": (SAID,)}, 0, act, take_back, listens=lambda said: said[0].text == "qissa")


@pytest.fixture
def world(world):
    book = WordBook((*BOOK.words.values(), TALES), BOOK.digits.values())
    world.hands = replace(world.hands, book=lambda: book)
    return world


def put(world, who, options=3, hours=72):
    """A question of ours to this person, beside her invitations."""
    with world.house.unit() as db:
        until = world.clock.at + timedelta(hours=hours)
        return invite(db, world.number(who), who.id, Asked(SAID, 1, {"back": False}, options), until)


def answer_of(world, place=0):
    with world.house.unit() as db:
        rows = db.scalars(select(Invitation).where(Invitation.session_id == world.session.id).order_by(Invitation.row))
        return rows.all()[place].answer


def is_open(world, question):
    with world.house.unit() as db:
        return db.get_one(Question, question).closed_at is None


def test_a_question_of_ours_alone_is_answered_by_a_digit(world):
    question = put(world, world.teachers[0])
    [told] = world.text(world.teachers[0], "3")
    assert "kuch nahi badla" in told
    assert not is_open(world, question)


def test_beside_an_invitation_it_is_asked_which_once(world):
    usman = world.teachers[0]
    world.invite(world.session)
    question = put(world, usman)
    [asked] = world.text(usman, "1")
    assert asked.startswith("Yeh kis ka jawab hai? 1=Maths")
    assert f"2={SAID.upper()}" in asked
    assert answer_of(world) is None
    assert is_open(world, question)
    world.text(usman, "1")
    assert answer_of(world) is Answer.YES
    assert is_open(world, question)


def test_the_other_one_can_be_meant_and_the_first_digit_counts(world):
    usman = world.teachers[0]
    world.invite(world.session)
    question = put(world, usman)
    world.text(usman, "3")
    [told] = world.text(usman, "2")
    assert "kuch nahi badla" in told
    assert not is_open(world, question)
    assert answer_of(world) is None


def test_a_word_for_yes_goes_to_what_takes_yes_and_no(world):
    usman = world.teachers[0]
    world.invite(world.session)
    question = put(world, usman)
    world.text(usman, "haan")
    assert answer_of(world) is Answer.YES
    assert is_open(world, question)


def test_a_digit_that_only_one_of_them_has_goes_there(world):
    usman = world.teachers[0]
    world.invite(world.session)
    question = put(world, usman, options=5)
    world.text(usman, "5")
    assert not is_open(world, question)
    assert answer_of(world) is None


def test_what_was_asked_back_comes_before_both(world):
    usman = world.teachers[0]
    world.invite(world.session)
    question = put(world, usman)
    world.text(usman, SAID)
    [told] = world.text(usman, "4")
    assert "kuch nahi badla" in told
    assert is_open(world, question)
    assert answer_of(world) is None
    [asked] = world.text(usman, "2")
    assert asked.startswith("Yeh kis ka jawab hai?")


def test_words_that_a_question_listens_to_answer_it_beside_an_invitation(world):
    usman = world.teachers[0]
    world.invite(world.session)
    question = put(world, usman)
    world.text(usman, "qissa ek bachay ka")
    assert not is_open(world, question)
    assert answer_of(world) is None


def test_taking_an_answer_back_opens_the_question_again(world):
    usman = world.teachers[0]
    question = put(world, usman)
    world.text(usman, "3")
    assert not is_open(world, question)
    world.text(usman, "0")
    assert is_open(world, question)
    world.text(usman, "2")
    assert not is_open(world, question)


@pytest.mark.parametrize("polite", ["1", "ok", "theek"])
def test_after_an_echo_a_polite_word_is_asked_when_something_else_stands_open(world, polite):
    usman = world.teachers[0]
    world.invite(world.session)
    question = put(world, usman, options=2)
    world.text(usman, "2")
    [echo] = world.text(usman, "1")
    assert "NAHI aayenge" in echo
    world.clock.advance(minutes=20)
    [asked] = world.text(usman, polite)
    assert asked.startswith("Yeh kis ka jawab hai? 1=")
    assert is_open(world, question)
    [told] = world.text(usman, "1")
    assert "kuch nahi badla" in told
    assert not is_open(world, question)


def test_a_question_of_ours_ends_with_its_time(world):
    usman = world.teachers[0]
    question = put(world, usman, hours=72)
    world.clock.advance(hours=71, minutes=59)
    assert "kuch nahi badla" in world.text(usman, "1")[0]
    world.text(usman, "0")
    assert is_open(world, question)
    world.clock.advance(minutes=2)
    assert "koi sawal nahi" in world.text(usman, "3")[0]


def test_what_was_asked_back_ends_after_a_day(world):
    usman = world.teachers[0]
    world.text(usman, SAID)
    world.clock.advance(hours=23, minutes=59)
    assert "kuch nahi badla" in world.text(usman, "4")[0]
    world.text(usman, SAID)
    world.clock.advance(hours=24, minutes=1)
    assert "koi sawal nahi" in world.text(usman, "4")[0]


def test_an_invitation_ends_when_the_training_begins(world):
    soon = world.another(world.teachers, days=1)
    world.invite(soon)
    world.clock.at = soon.starts_at
    assert "koi sawal nahi" in world.text(world.teachers[0], "1")[0]


def test_the_question_of_one_person_is_not_answered_by_another_on_the_phone(world, house):
    usman, shaista = world.teachers[:2]
    question = put(world, usman)
    [told] = world.text(shaista, "1")
    assert "koi sawal nahi" in told
    assert is_open(world, question)
