"""The evening's question and RAI: opinions without names, taken back for two hours, shown when there are enough."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from clusters.calendar.windows import WindowRules, window_open
from clusters.feedback.models import FeedbackAnswer, FeedbackAsked, FeedbackGiven, FeedbackLink
from clusters.feedback.queries import opinions
from clusters.feedback.rules import ask_at, may_show
from clusters.scope import Scope
from clusters.training.models import Invitation
from cop.jobs import hear_opinions
from cop.sms.feedback import listens
from messaging.inbound.models import Effect, InboundText, ParseRecord, Question
from messaging.inbound.script import tokens
from tests import build

EVERYWHERE = Scope.everywhere()
ASK = (
    "Aaj ki Maths training kaisi lagi? 1=Bohat kaam ki 2=Theek 3=Kaam ki nahi. Trainer ko aap ka naam NAHI dikhta."
    " Kuch likhna ho to likh dein."
)
THANKS = "Shukriya. Yeh bina naam ke trainer tak tab jayega jab 10 ya zyada jawab aa jayen."


def answers(world):
    with world.house.unit() as db:
        rows = db.execute(select(FeedbackAnswer.score, FeedbackAnswer.words))
        return sorted((tuple(row) for row in rows), key=str)


def rows(world):
    """Everything that feedback keeps."""
    with world.house.unit() as db:
        tables = (FeedbackAnswer, FeedbackGiven, FeedbackLink)
        return [sorted(map(str, db.execute(select(*table.__table__.columns)))) for table in tables]


def ask(world):
    """Live on to the evening after the session and let the question go out."""
    world.clock.at = ask_at(world.session.ends_at, WindowRules())
    counts = hear_opinions(world.hands)
    world.work()
    return counts


def test_in_the_evening_everybody_invited_is_asked_once_and_answers_with_a_digit_and_words(world):
    world.after()
    assert hear_opinions(world.hands) == {}
    assert ask(world) == {"asked": 8}
    assert hear_opinions(world.hands) == {}
    teacher = world.teachers[0]
    assert world.heard(teacher)[-1] == ASK
    assert world.heard(world.trainer) == []
    assert world.text(teacher, "3 waqt kam tha") == [THANKS]
    assert answers(world) == [(3, "waqt kam tha")]
    with world.house.unit() as db:
        assert db.get_one(ParseRecord, world.last().id).did == {"do": "feedback"}
    assert world.text(world.teachers[1], "۲") == [THANKS]
    assert world.text(world.teachers[2], "bohat acha laga sab kuch") == [THANKS]
    assert world.text(world.teachers[3], "کام کی نہیں")
    assert answers(world) == sorted(
        [(3, "waqt kam tha"), (2, None), (None, "bohat acha laga sab kuch"), (3, None)], key=str
    )


def test_who_said_no_or_was_away_is_not_asked(world):
    world.invite(world.session)
    world.text(world.teachers[0], "2")
    world.after()
    world.text(world.trainer, "HAZRI 4814 3 7")
    assert ask(world) == {"asked": 5}


def test_finished_brings_the_question_and_after_it_finished_stays(world):
    world.after()
    world.text(world.trainer, "KHATAM 4814")
    ask(world)
    [told] = world.text(world.trainer, "0")
    assert "KHATAM nahi" not in told
    with world.house.unit() as db:
        assert db.scalar(select(func.count()).select_from(FeedbackAsked)) == 1


def test_zero_takes_an_opinion_back_exactly_and_the_question_is_open_again(world):
    ask(world)
    before = rows(world)
    world.text(world.teachers[0], "1 acha tha")
    [back] = world.text(world.teachers[0], "0")
    assert "mita di" in back
    assert rows(world) == before
    assert world.text(world.teachers[0], "2") == [THANKS]
    assert answers(world) == [(2, None)]


def test_two_hours_later_nothing_tells_whose_it_was_and_zero_finds_nothing(world):
    ask(world)
    teacher = world.teachers[0]
    number = world.number(teacher)
    world.text(teacher, "3 waqt kam tha")
    text_id = world.last().id
    world.clock.advance(hours=1, minutes=59)
    assert "unlinked" not in hear_opinions(world.hands)
    world.clock.advance(minutes=1)
    assert hear_opinions(world.hands)["unlinked"] == 1
    with world.house.unit() as db:
        text = db.get_one(InboundText, text_id)
        assert (text.number, text.person_id, text.body, text.rule, text.training_path) == ("", None, "", None, None)
        assert db.get(ParseRecord, text_id) is None
        assert db.scalar(select(func.count()).select_from(FeedbackLink)) == 0
        assert db.scalar(select(func.count()).where(Effect.number == number)) == 0
        told = db.scalars(select(Question.values).where(Question.number == number)).all()
        assert "waqt" not in str(told)
    world.text(teacher, "0")
    assert answers(world) == [(3, "waqt kam tha")]
    [twice] = world.text(teacher, "RAI aur bhi kuch")
    assert "pehle mil chuki" in twice
    assert len(answers(world)) == 1


def test_rai_is_about_the_last_training_and_asks_where_nothing_was_said(world):
    [nothing] = world.text(world.teachers[0], "RAI waqt kam tha")
    assert "14 din" in nothing
    world.after()
    assert world.text(world.teachers[0], "RAI") == [ASK]
    assert world.text(world.teachers[0], "2 theek thi") == [THANKS]
    assert world.text(world.teachers[1], "rai 1 bohat acha") == [THANKS]
    world.text(world.teachers[2], "رائے وقت کم تھا")
    assert (None, "وقت کم تھا") in answers(world)
    assert world.text(world.teachers[3], "RAI 3 din kam thay") == [THANKS]
    assert (None, "3 din kam thay") in answers(world)


def test_opinions_are_shown_from_ten_answers_of_three_schools_only(world, house):
    ask(world)
    with house.unit() as db:
        for number in range(9):
            db.add(FeedbackAnswer(id=UUID(int=number), session_id=world.session.id, score=1 + number % 3, words=None))
        for teacher in world.teachers:
            school = db.scalar(select(Invitation.school_id).where(Invitation.person_id == teacher.id))
            db.add(FeedbackGiven(session_id=world.session.id, person_id=teacher.id, school_id=school))
        db.add(FeedbackGiven(session_id=world.session.id, person_id=world.trainer.id))
    with house.unit() as db:
        assert opinions(db, EVERYWHERE, world.session.id) is None
        guest = build.person(db, "Guest")
        db.add(FeedbackGiven(session_id=world.session.id, person_id=guest.id))
        db.add(FeedbackAnswer(session_id=world.session.id, score=None, words="waqt kam tha"))
    with house.unit() as db:
        shown = opinions(db, EVERYWHERE, world.session.id)
        assert (shown.answers, [*shown.scores.values()], shown.words) == (10, [3, 3, 3], ("waqt kam tha",))
        assert opinions(db, Scope(guest.id, ()), world.session.id) is None
    assert not may_show(9, 3)
    assert not may_show(10, 2)


@given(st.integers(0, 366 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)))
def test_the_question_goes_in_open_hours_an_hour_after_the_end_at_the_earliest(over):
    rules = WindowRules()
    at = ask_at(over, rules)
    assert window_open(at, rules)
    assert over + timedelta(hours=1) <= at


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("3 waqt kam tha", True),
        ("waqt kam tha", True),
        ("theek thi", True),
        ("3", False),
        ("3 log aaye", False),
        ("1 2", False),
        ("0", False),
        ("shukriya", False),
        ("4814 3 7", False),
    ],
)
def test_what_answers_the_question_is_told_from_what_does_not(text, heard):
    assert listens(tokens(text)) is heard
