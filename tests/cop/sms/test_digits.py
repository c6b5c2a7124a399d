"""Answers to invitations: one digit, one open invitation, said back and taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clusters.scope import Scope
from clusters.training.actions import answer
from clusters.training.models import Invitation
from clusters.training.rules import Answer
from tests import build


def answers(world, session=None):
    """What everybody answered, by row."""
    with world.house.unit() as db:
        wanted = (session or world.session).id
        rows = db.scalars(select(Invitation).where(Invitation.session_id == wanted).order_by(Invitation.row))
        return [row.answer for row in rows]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("1", Answer.YES),
        ("۱", Answer.YES),
        ("haan ji", Answer.YES),
        ("ok sir", Answer.YES),
        ("Yes i wil come sir", Answer.YES),
        ("2 shaadi hai", Answer.NO),
        ("ji nahi", Answer.NO),
        ("نہیں", Answer.NO),
        ("3", Answer.UNSURE),
        ("pata nahi", Answer.UNSURE),
    ],
)
def test_an_answer_is_stored_and_said_back(world, text, given):
    world.invite(world.session)
    [echo] = world.text(world.teachers[0], text)
    assert answers(world)[0] is given
    assert answers(world)[1:] == [None] * 7
    assert "0" in echo


def test_an_answer_before_anything_was_texted_answers_nothing(world):
    [told] = world.text(world.teachers[0], "1")
    assert "koi sawal nahi" in told
    assert answers(world) == [None] * 8


def test_zero_takes_the_answer_back(world):
    world.invite(world.session)
    world.text(world.teachers[0], "1")
    [told] = world.text(world.teachers[0], "0")
    assert "koi jawab nahi likha" in told
    assert answers(world)[0] is None
    world.clock.advance(minutes=11)
    [nothing] = world.text(world.teachers[0], "0")
    assert "kuch nahi mila" in nothing


def test_a_changed_answer_replaces_the_first_and_zero_brings_it_back(world):
    world.invite(world.session)
    world.text(world.teachers[0], "1")
    world.text(world.teachers[0], "2")
    assert answers(world)[0] is Answer.NO
    [told] = world.text(world.teachers[0], "0")
    assert "HAAN (pehle wala)" in told
    assert answers(world)[0] is Answer.YES


def test_yes_twice_is_one_answer(world):
    world.invite(world.session)
    world.text(world.teachers[0], "1")
    [again] = world.text(world.teachers[0], "1")
    assert "Pehle se likha hai: HAAN" in again
    assert world.text(world.teachers[0], "1") == []


def test_thanks_after_an_echo_get_no_reply(world):
    world.invite(world.session)
    world.text(world.teachers[0], "1")
    world.clock.advance(minutes=20)
    for thanks in ("shukriya", "ok", "1"):
        assert world.text(world.teachers[0], thanks) == []
    assert world.last().state == "acknowledged"


def test_of_two_open_invitations_it_is_asked_which(world):
    other = world.another(world.teachers)
    world.invite(world.session, other)
    [asked] = world.text(world.teachers[0], "1")
    assert "Kaun si training" in asked
    assert answers(world)[0] is answers(world, other)[0] is None
    [echo] = world.text(world.teachers[0], "2")
    assert "HAAN" in echo
    assert answers(world)[0] is None
    assert answers(world, other)[0] is Answer.YES


def test_the_same_digit_to_the_next_invitation_is_an_answer(world):
    world.invite(world.session)
    world.text(world.teachers[0], "1")
    world.clock.advance(minutes=5)
    other = world.another(world.teachers)
    world.invite(other)
    world.clock.advance(minutes=1)
    world.text(world.teachers[0], "1")
    assert answers(world, other)[0] is Answer.YES


def test_a_polite_one_does_not_answer_an_older_invitation(world):
    other = world.another(world.teachers)
    world.invite(world.session, other)
    world.text(world.teachers[0], "1")
    world.text(world.teachers[0], "1")
    world.clock.advance(minutes=15)
    [asked] = world.text(world.teachers[0], "ok")
    assert "Kaun si training" in asked
    assert answers(world, other)[0] is None


def test_an_invitation_closes_after_three_days_and_a_reminder_opens_it_again(world):
    far = world.another(world.teachers, days=20)
    world.invite(far)
    world.clock.advance(hours=73)
    world.text(world.teachers[0], "1")
    assert answers(world, far)[0] is None
    world.clock.at = far.starts_at - timedelta(days=6, hours=20)
    world.work()
    world.text(world.teachers[0], "1")
    assert answers(world, far)[0] is Answer.YES


@pytest.mark.parametrize("text", ["haan nahi aa sakta", "1 2", "2 log aayenge"])
def test_what_can_be_meant_in_two_ways_is_asked_and_not_stored(world, text):
    world.invite(world.session)
    [asked] = world.text(world.teachers[0], text)
    assert "Sirf number bhejein" in asked
    assert answers(world)[0] is None


def test_a_question_beside_a_yes_goes_to_the_office_where_no_text_reaches_the_trainer(world):
    world.invite(world.session)
    world.text(world.trainer, "band")
    [told] = world.text(world.teachers[0], "jee inshallah aonga magar gari kahan rukay gi?")
    assert "sawal daftar" in told
    assert answers(world)[0] is Answer.YES


def test_on_a_shared_phone_it_is_asked_whose_answer_it_is(world, house):
    with house.unit() as db:
        number = world.number(world.teachers[0])
        shared = build.person(db, "Mate", number=number)
        build.post(db, shared, build.PostRole.TEACHER, at_school=build.school(db))
        session = build.training_session(
            db, build.cluster(db, 2), invited=[world.teachers[0], shared], day=world.session.starts_at.date()
        )
    world.invite(session)
    [asked] = world.text(number, "1")
    assert "A=Usman" in asked
    assert answers(world, session) == [None, None]
    [echo] = world.text(number, "B")
    assert "HAAN" in echo
    assert answers(world, session) == [None, Answer.YES]
    world.clock.advance(minutes=15)
    [both] = world.text(number, "a 1 b 2")
    assert "Usman HAAN" in both
    assert "Mate NAHI" in both
    assert answers(world, session) == [Answer.YES, Answer.NO]
    [undone] = world.text(number, "0")
    assert not undone.startswith("Mate:")
    assert answers(world, session) == [None, Answer.YES]


def test_a_trainer_agrees_to_lead_and_who_cannot_is_brought_before_a_person(world):
    world.invite(world.session)
    [echo] = world.text(world.trainer, "1")
    assert "HAAN" in echo
    world.clock.advance(minutes=30)
    other = world.another(world.teachers)
    world.invite(other)
    world.clock.advance(minutes=1)
    [told] = world.text(world.trainer, "2")
    assert "Koi aadmi" in told
    assert world.last().state == "human"


def test_after_an_undo_a_one_is_an_answer_again(world):
    world.invite(world.session)
    for text in ("1", "0", "1"):
        world.clock.advance(minutes=1)
        world.text(world.teachers[0], text)
    assert answers(world)[0] is Answer.YES


@pytest.mark.parametrize("first", ["KAB", "BAND", "MADAD"])
def test_an_ok_after_another_reply_does_not_silently_answer_an_open_invitation(world, first):
    world.invite(world.session)
    world.clock.advance(minutes=1)
    world.text(world.teachers[0], first)
    world.text(world.teachers[0], "ok")
    assert answers(world)[0] is None


def test_the_same_answer_again_after_it_was_changed_elsewhere_is_stored_again(world, house):
    world.invite(world.session)
    teacher = world.teachers[0]
    world.text(teacher, "2 paper hain")
    with house.unit() as db:
        answer(db, Scope.everywhere(), world.session.id, teacher.id, Answer.YES, "page")
    world.clock.advance(minutes=1)
    world.text(teacher, "2 paper hain")
    assert answers(world)[0] is Answer.NO


def test_a_polite_one_on_a_shared_phone_asks_whose_it_is_not_which_training(world, house):
    with house.unit() as db:
        number = world.number(world.teachers[0])
        build.teacher(db, build.school(db), "Mate", number=number)
        mate = db.scalars(select(build.Person).where(build.Person.name == "Mate")).one()
        session = build.training_session(db, build.cluster(db, 2), invited=[world.teachers[0], mate])
    world.invite(session)
    world.clock.advance(minutes=1)
    world.text(number, "A KAB")
    [asked] = world.text(number, "1")
    assert "A=Usman" in asked
