"""Dialogue 16: a missed call says yes to the one open invitation that asked for it, in three scripts; `0` undoes it."""

import pytest
from sqlalchemy import func, select

from clusters.people.models import Person
from clusters.people.rules import Language
from clusters.training.facts import SessionsScheduled
from clusters.training.models import Invitation
from clusters.training.rules import Answer
from messaging.channels.base import CALL, Texted
from messaging.inbound.actions import Came, take_all
from messaging.inbound.models import Effect, ParseRecord
from messaging.reminders.actions import plan
from messaging.reminders.rules import ReminderRules

BY_CALL = ReminderRules(call_number="+923451234567")
STRANGER = "+923009876543"


def invite(world, *sessions, rules=BY_CALL):
    with world.house.unit() as db:
        plan(db, SessionsScheduled(tuple(each.id for each in sessions)), rules)
    world.work()


def ring(world, who, times=1):
    number = who if isinstance(who, str) else world.number(who)
    before = len(world.heard(number))
    for each in range(times):
        with world.house.unit() as db:
            sid = f"C{number}-{world.clock.at.isoformat()}-{each}"
            take_all(db, [Came("android", Texted(sid, number, "", kinds=(CALL,)))])
    world.work()
    return world.heard(number)[before:]


def answer_of(world, who, session):
    with world.house.unit() as db:
        own = Invitation.person_id == who.id, Invitation.session_id == session.id
        return db.scalar(select(Invitation.answer).where(*own))


@pytest.mark.parametrize(
    ("language", "asked", "heard"),
    [
        (Language.ROMAN_URDU, "per MISSED CALL dein (muft).", "Aap ki missed call mil gayi: HAAN,"),
        (Language.ENGLISH, "a MISSED CALL (free). If you do not come", "We got your missed call. Saved: YES,"),
        (Language.URDU, "پر مس کال دیں", "مس کال مل گئی: ہاں،"),
    ],
)  # fmt: skip
def test_a_missed_call_says_yes_and_0_takes_it_back(world, language, asked, heard):
    teacher = world.teachers[0]
    with world.house.unit() as db:
        db.get_one(Person, teacher.id).language = language
    invite(world, world.session)
    assert asked in world.heard(teacher)[-1]
    assert "0345-1234567" in world.heard(teacher)[-1]
    [reply] = ring(world, teacher)
    assert reply.startswith(heard)
    assert answer_of(world, teacher, world.session) is Answer.YES
    with world.house.unit() as db:
        did = select(ParseRecord.did).order_by(ParseRecord.inbound_text_id.desc()).limit(1)
        assert db.scalars(did).one() == {"do": "rsvp", "session": "4814", "answer": "yes"}
    world.text(teacher, "0")
    assert answer_of(world, teacher, world.session) is None


def test_a_second_call_changes_nothing_and_gets_no_answer(world):
    invite(world, world.session)
    assert len(ring(world, world.teachers[0], times=3)) == 1
    with world.house.unit() as db:
        assert db.scalar(select(func.count(Effect.id))) == 1


def test_a_call_after_a_no_leaves_the_no(world):
    invite(world, world.session)
    world.text(world.teachers[0], "2")
    assert ring(world, world.teachers[0]) == []
    assert answer_of(world, world.teachers[0], world.session) is Answer.NO


def test_a_call_answers_no_invitation_that_did_not_ask_for_it(world):
    invite(world, world.session, rules=ReminderRules())
    assert ring(world, world.teachers[0]) == []
    assert answer_of(world, world.teachers[0], world.session) is None


def test_a_call_that_may_mean_two_sessions_means_none(world):
    teacher = world.teachers[0]
    other = world.another([teacher], days=6)
    invite(world, world.session, other)
    assert ring(world, teacher) == []
    assert (answer_of(world, teacher, world.session), answer_of(world, teacher, other)) == (None, None)


def test_a_call_answers_no_question_and_leads_no_session(world):
    invite(world, world.session)
    world.text(world.trainer, "HAZRI 4814 28")
    assert ring(world, world.trainer) == []
    with world.house.unit() as db:
        assert db.scalar(select(func.count(Effect.id))) == 0


def test_a_strangers_call_is_kept_and_not_answered(world):
    assert ring(world, STRANGER) == []
    assert world.last().state == "acknowledged"
