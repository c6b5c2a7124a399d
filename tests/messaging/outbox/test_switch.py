"""While sending is stopped nothing begins; what waits stays, and goes once it is released."""

import threading
from collections import Counter
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from clusters.kernel.errors import Conflict, NotAllowed
from clusters.scope import Held, Scope
from cop.house import open_house
from cop.settings import Settings
from messaging.channels.rehearsal import RehearsalChannel
from messaging.outbox.actions import enqueue
from messaging.outbox.models import Attempt, Message, SendingStop
from messaging.outbox.rules import State, StopReason, TextClass
from messaging.outbox.switch import oldest_stop, resume_sending, standing_under_lock, stop_of, stop_sending, stops
from tests.messaging.voice import Voice, draft, number, subject

EVERYWHERE = Scope.everywhere()


def queue(voice, **changes):
    with voice.unit() as db:
        subject(db)
        enqueue(db, draft(db, **changes))


@pytest.mark.parametrize("text_class", TextClass)
def test_a_stopped_house_sends_nothing_of_any_class_and_keeps_it_queued(voice, text_class):
    queue(voice, text_class=text_class)
    with voice.unit() as db:
        stop_sending(db, EVERYWHERE, StopReason.PERSON, "wrong  list")
    assert voice.tick() == Counter()
    assert voice.heard() == []
    assert voice.one().state is State.QUEUED
    with voice.unit() as db:
        resume_sending(db, EVERYWHERE)
    voice.tick()
    assert voice.heard() == [(number(1), "Text 1")]


def test_a_stop_between_claim_and_submission_gives_back_what_was_claimed(voice):
    queue(voice)
    claim = voice.dispatcher
    claimed = claim._claim(token := uuid4())
    with voice.unit() as db:
        stop_sending(db, EVERYWHERE, StopReason.PERSON)
    counts = Counter()
    assert claim._submit(token, claimed, counts) == []
    assert counts == Counter(queued=1)
    assert voice.one().state is State.QUEUED
    with voice.unit() as db:
        assert db.scalar(select(func.count()).select_from(Attempt)) == 0


def test_after_a_stop_has_committed_no_attempt_is_written(new_database, tmp_path):
    settings = Settings(database_url=new_database(), data_dir=tmp_path, window="00:00-24:00")
    with open_house(settings) as house:
        with house.unit() as db:
            subject(db)
            enqueue(db, [draft(db, n) for n in range(200)])
        voice = Voice(house.worker_unit, RehearsalChannel(house.worker_unit))
        sending = threading.Thread(target=lambda: [voice.tick() for _ in range(6)])
        sending.start()
        while not voice.heard():
            pass
        with house.unit() as db:
            stop_sending(db, EVERYWHERE, StopReason.PERSON)
        with house.unit() as db:
            at = db.scalar(text("SELECT clock_timestamp()"))
        sending.join()
        with house.unit() as db:
            late = db.scalar(select(func.count()).where(Attempt.started_at > at))
            left = db.scalar(select(func.count()).where(Message.state == State.QUEUED))
        assert late == 0
        assert left > 0


def test_a_stop_waits_for_a_submission_that_has_begun(new_database, tmp_path):
    with open_house(Settings(database_url=new_database(), data_dir=tmp_path)) as house:
        done = threading.Event()

        def stop():
            with house.unit() as db:
                stop_sending(db, EVERYWHERE, StopReason.PERSON)
            done.set()

        with house.worker_unit() as db:
            assert not standing_under_lock(db).everything
            stopping = threading.Thread(target=stop)
            stopping.start()
            assert not done.wait(0.3)
        stopping.join()
        with house.worker_unit() as db:
            assert standing_under_lock(db).everything


def test_several_stops_are_told_in_order_and_released_together(db):
    stop_sending(db, EVERYWHERE, StopReason.RESTORED)
    stop_sending(db, EVERYWHERE, StopReason.PERSON, "budget")
    assert [(stop.reason, stop.why) for stop in stops(db)] == [
        (StopReason.RESTORED, None),
        (StopReason.PERSON, "budget"),
    ]
    first = stops(db)[0]
    assert stop_of(db.scalar(select(oldest_stop())), first.at) == first
    assert resume_sending(db, EVERYWHERE) == 2
    assert stops(db) == []
    assert stop_of(db.scalar(select(oldest_stop())), first.at) is None
    with pytest.raises(Conflict):
        resume_sending(db, EVERYWHERE)


def test_who_may_not_stop_the_programme_changes_nothing(db):
    trainer = Scope(1, (Held("T", "B1.C01.", "circle_trainer"),))
    with pytest.raises(NotAllowed):
        stop_sending(db, trainer, StopReason.PERSON)
    stop_sending(db, EVERYWHERE, StopReason.PERSON)
    with pytest.raises(NotAllowed):
        resume_sending(db, trainer)
    assert db.scalar(select(func.count()).where(SendingStop.released_at.is_(None))) == 1


def test_a_stop_of_one_place_holds_what_is_about_it_and_nothing_else(voice):
    with voice.unit() as db:
        subject(db)
        subject(db, 8, "B1.C02.L1.")
        enqueue(db, [draft(db, 1), draft(db, 2, subject_id=8)])
        stop_sending(db, EVERYWHERE, StopReason.PERSON, training_path="B1.C01.")
    assert voice.tick() == Counter(claimed=1, accepted=1)
    assert voice.tick() == Counter()
    assert voice.heard() == [(number(2), "Text 2")]
    with voice.unit() as db:
        assert resume_sending(db, EVERYWHERE, training_path="B1.C01.") == 1
    assert voice.tick()["accepted"] == 1


def test_a_stop_of_one_channel_or_place_between_claim_and_submission_gives_back_its_own(voice):
    queue(voice)
    for held in ({"channel": "rehearsal"}, {"training_path": "B1."}):
        dispatcher = voice.dispatcher
        claimed = dispatcher._claim(token := uuid4())
        with voice.unit() as db:
            stop_sending(db, EVERYWHERE, StopReason.PERSON, **held)
        counts = Counter()
        assert dispatcher._submit(token, claimed, counts) == []
        assert counts == Counter(queued=1)
        assert voice.tick() == Counter()
        assert voice.one().why == "stopped"
        with voice.unit() as db:
            resume_sending(db, EVERYWHERE, **held)


def test_a_trainer_stops_and_releases_her_own_circle_and_no_other(db):
    trainer = Scope(1, (Held("T", "B1.C01.", "circle_trainer"),))
    stop_sending(db, trainer, StopReason.PERSON, "exams", training_path="B1.C01.")
    with pytest.raises(NotAllowed):
        stop_sending(db, trainer, StopReason.PERSON, training_path="B1.C02.")
    assert resume_sending(db, trainer, training_path="B1.C01.") == 1


def test_a_trainer_who_names_a_channel_too_holds_her_circle_and_not_the_channel(voice):
    with voice.unit() as db:
        subject(db, 7, "B1.C01.L1.")
        subject(db, 8, "B1.C02.L1.")
        enqueue(db, [draft(db, 1), draft(db, 2, subject_id=8)])
        her = Scope(5, (Held("T", "B1.C01.", "circle_trainer"),))
        stop_sending(db, her, StopReason.PERSON, channel="rehearsal", training_path="B1.C01.")
    voice.tick()
    voice.tick()
    assert voice.heard() == [(number(2), "Text 2")]
    assert voice.states() == ["queued", "accepted"]


def test_a_stop_of_another_channel_about_a_place_holds_nothing_of_this_one(voice):
    queue(voice)
    with voice.unit() as db:
        stop_sending(db, EVERYWHERE, StopReason.PERSON, channel="twilio", training_path="B1.C01.")
    voice.tick()
    assert voice.heard() == [(number(1), "Text 1")]


def test_many_texts_that_a_channel_may_not_carry_for_a_place_keep_no_other_waiting(voice):
    with voice.unit() as db:
        subject(db, 7, "B1.C01.L1.")
        subject(db, 8, "B1.C02.L1.")
        enqueue(db, [draft(db, n) for n in range(1, 61)])
        enqueue(db, draft(db, 99, subject_id=8))
        stop_sending(db, EVERYWHERE, StopReason.PERSON, channel="rehearsal", training_path="B1.C01.")
    assert voice.tick() == Counter(claimed=1, accepted=1)
    assert voice.heard() == [(number(99), "Text 99")]
