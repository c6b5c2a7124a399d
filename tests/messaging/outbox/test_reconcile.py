"""Before anything is sent a second time its channel is asked, often enough and late enough."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from messaging.channels.base import Policy, Receipt, SendError
from messaging.outbox.actions import enqueue, withdraw
from messaging.outbox.models import AttemptOutcome, ProviderMessage
from messaging.outbox.rules import Pace, TextClass
from tests.messaging.voice import Stubborn, Voice, draft, subject

LOST = SendError(Policy.ASK_FIRST, "timeout")


def in_doubt(voice, text_class=TextClass.REMINDER):
    """Queue one text and lose the answer to its first try."""
    with voice.unit() as db:
        subject(db)
        enqueue(db, draft(db, text_class=text_class))
    voice.tick()
    assert voice.states() == ["unknown"]


def age(voice, **by):
    """Let all that was written down lie this far back, by the database's clock."""
    with voice.unit() as db:
        db.execute(text("UPDATE attempt_outcome SET at = at - :by"), {"by": timedelta(**by)})


def test_a_text_that_the_channel_knows_is_adopted(unit):
    channel = Stubborn(LOST)
    voice = Voice(unit, channel)
    in_doubt(voice)
    channel.listing = Receipt("SM77")
    assert voice.reconcile() == Counter(accepted=1)
    with unit() as db:
        assert db.execute(select(ProviderMessage.sid, ProviderMessage.via)).all() == [("SM77", "list")]
    assert voice.states() == ["accepted"]
    assert len(channel.sent) == 1


def test_nothing_is_decided_before_the_grace_is_over(unit):
    channel = Stubborn(LOST)
    voice = Voice(unit, channel)
    in_doubt(voice)
    for _ in range(5):
        assert voice.reconcile() == Counter(unknown=1)
        age(voice, seconds=50)
    assert voice.states() == ["unknown"]


def test_after_the_grace_and_two_looks_apart_a_reminder_is_sent_again(unit):
    channel = Stubborn(LOST)
    voice = Voice(unit, channel)
    in_doubt(voice)
    age(voice, seconds=301)
    assert voice.reconcile() == Counter(unknown=1)
    assert voice.reconcile() == Counter(unknown=1)  # two looks at once are one
    age(voice, seconds=20)
    assert voice.reconcile() == Counter(queued=1)
    voice.tick()
    assert len(channel.sent) == 2
    assert voice.states() == ["accepted"]


@pytest.mark.parametrize("text_class", [TextClass.REPLY, TextClass.BULK])
def test_replies_and_bulk_are_given_up_rather_than_sent_twice(unit, text_class):
    channel = Stubborn(LOST)
    voice = Voice(unit, channel)
    in_doubt(voice, text_class)
    age(voice, seconds=301)
    voice.reconcile()
    age(voice, seconds=20)
    assert voice.reconcile() == Counter(unresolved=1)
    assert len(channel.sent) == 1


def test_a_look_that_failed_counts_for_nothing(unit):
    channel = Stubborn(LOST)
    voice = Voice(unit, channel)
    in_doubt(voice)
    channel.listing = SendError(Policy.SAFE, "down")
    age(voice, hours=1)
    for _ in range(3):
        assert voice.reconcile() == Counter(not_asked=1)
        age(voice, minutes=1)
    with unit() as db:
        assert db.scalars(select(AttemptOutcome.outcome)).all() == ["unclear"]


def test_a_channel_that_can_neither_look_nor_refuse_twice_gets_every_text_once(unit):
    channel = Stubborn(LOST, can_find=False)
    voice = Voice(unit, channel)
    in_doubt(voice)
    assert voice.reconcile() == Counter(unknown=1)
    age(voice, seconds=301)
    assert voice.reconcile() == Counter(unresolved=1)
    assert channel.looked == []


def test_a_channel_that_refuses_our_id_twice_may_be_tried_again(unit):
    voice = Voice(unit, Stubborn(LOST, can_find=False, dedupes=True))
    in_doubt(voice, TextClass.BULK)
    age(voice, seconds=301)
    assert voice.reconcile() == Counter(queued=1)


def test_what_was_withdrawn_meanwhile_is_not_sent_again(unit):
    channel = Stubborn(LOST)
    voice = Voice(unit, channel)
    in_doubt(voice)
    with unit() as db:
        withdraw(db, "training_session", 7, "moved", person_id=1)
    age(voice, seconds=301)
    voice.reconcile()
    age(voice, seconds=20)
    assert voice.reconcile() == Counter(unresolved=1)


def test_what_would_come_too_late_is_not_sent_again(unit, clock):
    voice = Voice(unit, Stubborn(LOST))
    in_doubt(voice)
    clock.advance(hours=24)
    age(voice, seconds=301)
    voice.reconcile()
    age(voice, seconds=20)
    assert voice.reconcile() == Counter(unresolved=1)


def test_a_known_lag_of_the_list_lengthens_the_grace(unit):
    voice = Voice(unit, Stubborn(LOST, list_lag=timedelta(minutes=10)))
    in_doubt(voice)
    age(voice, minutes=15)
    voice.reconcile()
    age(voice, minutes=1)
    assert voice.reconcile() == Counter(unknown=1)
    assert voice.states() == ["unknown"]


@pytest.mark.parametrize("text_class", list(TextClass))
def test_a_list_that_never_lags_decides_at_once_and_leaves_no_doubt(unit, text_class):
    channel = Stubborn(LOST, list_lag=timedelta(0))
    voice = Voice(unit, channel)
    in_doubt(voice, text_class)
    assert voice.reconcile() == Counter(queued=1)
    assert voice.one().doubtful == 0
    voice.tick()
    assert voice.states() == ["accepted"]


def test_a_worker_that_died_before_handing_over_loses_nothing_on_the_rehearsal(voice):
    with voice.unit() as db:
        subject(db)
        enqueue(db, draft(db))

    class Dead(Stubborn):
        def send(self, outgoing):
            raise KeyboardInterrupt

    alive, voice.channel = voice.channel, Dead()
    with pytest.raises(KeyboardInterrupt):
        voice.tick()
    voice.channel, voice.pace = alive, Pace(in_flight=1)
    with voice.unit() as db:
        db.execute(text("UPDATE message SET lease_until = clock_timestamp() - interval '1 second'"))
    assert voice.reap() == Counter(unknown=1)
    assert voice.reconcile() == Counter(queued=1)
    voice.tick()
    assert len(voice.heard()) == 1


def test_a_worker_that_died_after_handing_over_sends_nothing_twice(voice):
    with voice.unit() as db:
        subject(db)
        enqueue(db, draft(db))
    real = voice.channel

    class DiesAfterwards(Stubborn):
        def send(self, outgoing):
            real.send(outgoing)
            raise KeyboardInterrupt

    voice.channel = DiesAfterwards()
    with pytest.raises(KeyboardInterrupt):
        voice.tick()
    voice.channel = real
    with voice.unit() as db:
        db.execute(text("UPDATE message SET lease_until = clock_timestamp() - interval '1 second'"))
    voice.reap()
    assert voice.reconcile() == Counter(accepted=1)
    voice.tick()
    assert len(voice.heard()) == 1
