"""Leaving and coming back, strangers, what nobody understands: no text is lost, and none is answered twice."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from clusters.kernel.clock import now
from clusters.scope import Scope
from clusters.training.actions import move
from clusters.training.models import Invitation
from clusters.training.rules import Sitting
from messaging.channels.base import Medium
from messaging.channels.plan import REHEARSAL, Routes
from messaging.consent.queries import silent
from messaging.inbound.actions import keep
from messaging.inbound.models import InboundText, Parked
from messaging.outbox.actions import Draft, about, enqueue
from messaging.outbox.models import Message
from messaging.outbox.rules import ALWAYS, State, TextClass
from messaging.outbox.sender import Dispatcher
from tests import build
from tests.messaging.voice import ONE_BY_ONE

STRANGER = "+923111234567"


def cards(world):
    """Why texts wait for a person, in order."""
    with world.house.unit() as db:
        return list(db.scalars(select(Parked.why).where(Parked.settled_at.is_(None)).order_by(Parked.id)))


def is_silent(world, who):
    with world.house.unit() as db:
        return bool(silent(db, [world.number(who)]))


@pytest.mark.parametrize(
    "text", ["BAND", "Band karo bhai", "STOP", "Stop. Thank you", "بند", "sms mat bhejo", "unsubscribe", "roko"]
)
def test_leaving_in_any_wording_is_confirmed_once_and_nothing_more_is_sent(world, text):
    world.invite(world.session)
    teacher = world.teachers[0]
    [told] = world.text(teacher, text)
    assert "SHURU" in told or "شروع" in told
    assert is_silent(world, teacher)
    assert world.text(teacher, text) == []
    before = world.heard(teacher)
    world.live_on(world.session.ends_at)
    assert world.heard(teacher) == before
    assert len(world.heard(world.teachers[1])) > 1


def test_an_ordinary_text_opts_nobody_back_in_but_shuru_does(world):
    world.invite(world.session)
    teacher = world.teachers[0]
    world.text(teacher, "BAND")
    [echo] = world.text(teacher, "haan")
    assert "HAAN" in echo
    assert is_silent(world, teacher)
    [back] = world.text(teacher, "shuru")
    assert "Khush aamdeed" in back
    assert not is_silent(world, teacher)
    world.live_on(world.session.starts_at)
    assert any("Kal" in text for text in world.heard(teacher))


def test_leaving_with_other_words_also_reaches_a_person(world):
    world.text(world.teachers[0], "STOP it not working")
    assert is_silent(world, world.teachers[0])
    assert cards(world) == ["left_with_words"]


def test_a_leave_word_in_a_sentence_is_read_by_a_person_and_changes_nothing(world):
    [told] = world.text(world.teachers[0], "aaj school band hai")
    assert "Koi aadmi" in told
    assert not is_silent(world, world.teachers[0])
    assert cards(world) == ["leave_word_inside"]


def test_a_leave_word_with_a_code_does_neither_thing(world):
    [told] = world.text(world.trainer, "CANCEL 4814")
    assert "Kuch nahi badla" in told
    assert not is_silent(world, world.trainer)


def test_perhaps_leaving_is_asked_and_a_one_leaves(world):
    [asked] = world.text(world.teachers[0], "sms band ho gaye?")
    assert "1=Haan 2=Nahi" in asked
    assert not is_silent(world, world.teachers[0])
    world.text(world.teachers[0], "1")
    assert is_silent(world, world.teachers[0])


def test_an_unknown_number_is_told_once_a_day(world):
    [told] = world.text(STRANGER, "hello kya hai")
    assert "Shamil hone ke liye: NAYA" in told
    assert world.text(STRANGER, "jawab do") == []
    assert world.last().state == "unknown_sender"
    world.clock.advance(hours=25)
    assert len(world.text(STRANGER, "hello")) == 1


def test_an_unknown_number_can_leave_too(world):
    assert len(world.text(STRANGER, "STOP")) == 1
    assert len(world.heard(STRANGER)) == 1


@pytest.mark.parametrize("number", ["8777", "JAZZ", "+442071234567"])
def test_a_short_code_is_kept_and_never_answered(world, number):
    assert world.text(number, "Win a prize, reply YES") == []
    assert world.last().state == "quarantined"


def test_what_nobody_understands_is_asked_once_and_then_read_by_a_person(world):
    world.invite(world.session)
    [asked] = world.text(world.teachers[0], "Y3s plz 4 me")
    assert "1=Aaunga" in asked
    [told] = world.text(world.teachers[0], "mera bhai bemar he")
    assert "Koi aadmi" in told
    assert cards(world) == ["not_understood"]
    with world.house.unit() as db:
        card = db.scalars(select(Parked)).one()
    assert [guess["as"] for guess in card.guesses] == ["1", "2", "3"]
    assert card.training_path == world.session.training_path


def test_nine_calls_a_person(world):
    [told] = world.text(world.teachers[0], "9")
    assert "raabta karega" in told
    assert cards(world) == ["asked_for_person"]


@pytest.mark.parametrize(
    ("text", "part"),
    [("KAB", "Agli training"), ("kahan", "rasta"), ("MADAD", "KAB=agli"), ("?", "KAB=agli"), ("HELP", "KAB=")],
)
def test_queries_are_answered(world, text, part):
    [told] = world.text(world.teachers[0], text)
    assert part in told


def test_help_of_a_trainer_names_hazri(world):
    [told] = world.text(world.trainer, "MADAD")
    assert "HAZRI" in told


def test_a_text_is_stored_once_under_its_providers_id(world, house):
    with house.unit() as db:
        assert keep(db, "rehearsal", "same", "+923005550001", "1\0")
        assert not keep(db, "rehearsal", "same", "+923005550001", "1")
        assert db.scalars(select(InboundText.body)).all() == ["1"]


def test_seven_texts_in_an_hour_get_six_replies_and_the_seventh_lies_before_a_person(world):
    said = [world.text(world.teachers[0], text) for text in ("KAB", "KAHAN", "MADAD", "kab", "kahan", "madad", "next")]
    assert [len(each) for each in said] == [1, 1, 1, 1, 1, 1, 0]
    assert cards(world) == ["too_many"]


def test_what_is_stored_after_the_sixth_reply_lays_one_card_and_what_is_not_lays_one_each(world):
    for text in ("KAB", "KAHAN", "MADAD", "kab", "kahan", "madad"):
        world.text(world.teachers[0], text)
    assert [world.text(world.teachers[0], text) for text in ("next", "where", "1", "0")] == [[]] * 4
    assert cards(world) == ["too_many"]
    assert world.text(world.teachers[0], "AZMAYA") == []
    assert cards(world) == ["too_many", "too_many"]


def test_our_own_text_sent_back_is_not_read(world):
    world.invite(world.session)
    ours = world.heard(world.teachers[0])[0]
    assert world.text(world.teachers[0], ours) == []
    assert world.last().state == "ignored"


@pytest.mark.parametrize("text", ["", "   ", "\U0001f600", "x" * 1600, "shukriya", "AOA"])
def test_every_text_ends_in_one_state(world, text):
    told = world.text(world.teachers[0], text)
    assert len(told) <= 1
    assert world.last().state != "received"


def test_a_reply_speaks_the_script_that_was_written_unless_a_language_was_chosen(world, house):
    with house.unit() as db:
        undecided = build.person(db, "Zar", language=None)
        build.post(db, undecided, build.PostRole.TEACHER, at_school=build.school(db))
    [told] = world.text(undecided, "مدد")
    assert "مدد" in told or "انسان" in told or "غلطی" in told
    [roman] = world.text(world.teachers[0], "مدد")
    assert "KAB" in roman


def test_at_most_one_reply_for_each_text(world):
    world.invite(world.session)
    for text in ("1", "0", "BAND", "shuru", "9", "HAZRI 4814 3", "kya?", "a1", "dono 1"):
        world.text(world.teachers[0], text)
    with world.house.unit() as db:
        per_text = select(func.count()).where(Message.subject_kind == "inbound_text").group_by(Message.subject_id)
        assert set(db.scalars(per_text)) == {1}


def test_answers_of_others_are_untouched(world):
    world.invite(world.session)
    world.text(world.teachers[3], "2")
    with world.house.unit() as db:
        rows = db.scalars(select(Invitation).order_by(Invitation.row)).all()
    assert [row.answer is not None for row in rows] == [row.row == 4 for row in rows]


def test_shuru_two_keeps_changes_of_date_and_nothing_else(world):
    world.invite(world.session)
    teacher, other = world.teachers[0], world.teachers[1]
    world.text(teacher, "BAND")
    [told] = world.text(teacher, "shuru 2")
    assert "Ab sirf tareekh ya jagah" in told
    assert is_silent(world, teacher)
    before = len(world.heard(teacher))
    with world.house.unit() as db:
        later = Sitting(world.session.starts_at + timedelta(days=1), world.session.ends_at + timedelta(days=1))
        move(db, Scope.everywhere(), world.session.id, [later])
    world.live_on(world.session.starts_at + timedelta(days=1))
    heard = world.heard(teacher)[before:]
    assert len(heard) == 1
    assert heard[0].startswith("TABDEELI")
    assert len(world.heard(other)) > len(heard) + 1


@pytest.mark.parametrize("medium", Medium)
def test_a_wish_by_one_medium_silences_every_medium(world, medium):
    who = world.teachers[0]
    with world.house.unit() as db:
        keep(db, "rehearsal", "P-1", world.number(who), "band karo bhai", medium)
    world.work()
    assert is_silent(world, who)
    with world.house.unit() as db:
        about(db, "trial", who.id, training_path=None, admin_path=None)
        for each in Medium:
            draft = Draft(
                "trial", who.id, 1, who.id, world.number(who), f"by {each}", TextClass.REMINDER, "",
                {"text": "Kal"}, "en", now(db), now(db) + timedelta(hours=1), medium=each,
            )  # fmt: skip
            enqueue(db, draft)
    both = Routes(whatsapp=REHEARSAL)
    Dispatcher(world.house.worker_unit, world.hands.channels, ALWAYS, pace=ONE_BY_ONE, routes=both).tick()
    with world.house.unit() as db:
        trial = select(Message.medium, Message.state).where(Message.subject_kind == "trial")
        assert {tuple(row) for row in db.execute(trial)} == {(each, State.SUPPRESSED) for each in Medium}


@pytest.mark.parametrize("sent_on", ["{}", "Fwd: {}", "FW: {}", "  {}  \n", '"{}"'])
def test_a_forwarded_text_of_ours_is_not_executed_however_a_phone_wraps_it(world, sent_on):
    world.after()
    world.text(world.trainer, "hazri 4814 6 8")
    ours = world.heard(world.trainer)[-1]
    assert "HAZRI" in ours
    assert world.text(world.trainer, sent_on.format(ours)) == []
    assert world.last().state == "ignored"
    assert world.text(world.trainer, sent_on.format(ours[:60]).upper()) == []


def test_a_text_of_ours_with_words_around_it_is_read_by_a_person(world):
    world.invite(world.session)
    ours = world.heard(world.teachers[0])[0]
    [told] = world.text(world.teachers[0], f"sir yeh kya hai: {ours}")
    assert "Koi aadmi" in told
    assert cards(world) == ["copy_of_ours"]


def test_our_own_offer_to_leave_sent_back_silences_nobody_and_a_leave_word_before_it_does(world):
    world.invite(world.session)
    teacher = world.teachers[0]
    welcome = "Yeh LTRC Kakki ki ustad training ki SMS hai: date, jagah aur hazri ke liye. SMS band karne hon to: BAND"
    world.text(teacher, "BAND")
    offered = world.heard(teacher)[-1]
    world.text(teacher, "SHURU")
    assert not is_silent(world, teacher)
    assert "SHURU" in offered
    assert welcome[-4:] == "BAND"
    assert world.text(teacher, offered) == []
    assert not is_silent(world, teacher)
    world.text(teacher, f"BAND\n> {offered}")
    assert is_silent(world, teacher)


def test_a_text_of_ours_older_than_thirty_days_is_an_ordinary_text(world):
    world.invite(world.session)
    ours = world.heard(world.teachers[0])[0]
    world.clock.advance(days=31)
    world.text(world.teachers[0], ours)
    assert world.last().state != "ignored"


def test_digits_alone_are_answered_in_the_script_that_was_written_before(world, house):
    with house.unit() as db:
        undecided = build.person(db, "Zar", language=None)
        build.post(db, undecided, build.PostRole.TEACHER, at_school=build.school(db))
    world.text(undecided, "مدد")
    [urdu] = world.text(undecided, "7")
    assert "سوال" in urdu
    world.text(undecided, "madad")
    [roman] = world.text(undecided, "۸")
    assert "Abhi" in roman or "Koi aadmi" in roman


def test_a_report_of_a_silent_trainer_is_stored_answered_once_and_she_stays_silent(world):
    world.after()
    world.text(world.trainer, "BAND")
    [echo] = world.text(world.trainer, "HAZRI 4814 3 7")
    assert "Likh liya 4814" in echo
    assert is_silent(world, world.trainer)
    before = len(world.heard(world.trainer))
    world.live_on(world.clock.at + timedelta(days=3))
    assert len(world.heard(world.trainer)) == before


def test_please_call_me_of_an_operator_goes_to_a_person_without_a_reply(world):
    assert world.text(world.teachers[0], "Please call me. Free service of 0300-5550101") == []
    assert cards(world) == ["service_text"]


def test_two_machines_that_answer_each_other_stop_and_lie_before_a_person(world):
    told = [world.text(world.teachers[0], f"auto reply {n}: I am away") for n in range(9)]
    assert sum(len(each) for each in told) <= 6
    assert "too_many" in cards(world) or len(cards(world)) >= 1


def test_a_duplicate_is_answered_once_and_after_ten_minutes_it_is_a_new_text(world):
    world.after()
    [echo] = world.text(world.trainer, "HAZRI 4814 3 7")
    [again] = world.text(world.trainer, "hazri  4814 3 7.")
    assert "Pehle se likha hai" in again
    assert [world.text(world.trainer, "HAZRI 4814 3 7") for _ in range(3)] == [[], [], []]
    world.clock.advance(minutes=11)
    [anew] = world.text(world.trainer, "HAZRI 4814 3 7")
    assert "4814" in anew
    assert echo
