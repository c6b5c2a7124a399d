"""What callbacks did not bring is asked for: by each text, or by one list when there are many."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from messaging.channels.base import Report, Status
from messaging.outbox.actions import enqueue
from messaging.outbox.evidence.polling import poll
from messaging.outbox.evidence.reconcile import MANY
from messaging.outbox.evidence.reporting import report
from messaging.outbox.models import ProviderEvent
from messaging.outbox.rules import Pace
from tests.messaging.voice import Shelf, Voice, draft, number, subject


def sent(unit, count):
    voice = Voice(unit, Shelf(), pace=Pace(in_flight=1, batch=count))
    with unit() as db:
        subject(db)
        enqueue(db, [draft(db, n) for n in range(1, count + 1)])
    voice.tick()
    return voice


def polled(voice):
    return poll(voice.unit, {"rehearsal": voice.channel})


@pytest.mark.parametrize("count", [3, MANY])
def test_texts_whose_callbacks_were_lost_get_their_last_word(unit, count):
    voice = sent(unit, count)
    for n in range(1, count + 1):
        voice.channel.become(f"SM{n}", Status.DELIVERED)
    assert polled(voice) == Counter(news=count)
    assert voice.states() == ["delivered"] * count
    assert voice.channel.lists == (count == MANY)
    assert polled(voice) == Counter()


@pytest.mark.parametrize("count", [3, MANY])
def test_an_error_is_asked_for_with_its_meaning(unit, count):
    voice = sent(unit, count)
    voice.channel.become("SM2", Status.UNDELIVERED, "30003")
    polled(voice)
    with unit() as db:
        assert db.execute(
            select(ProviderEvent.code, ProviderEvent.fault).where(ProviderEvent.code.is_not(None))
        ).all() == [("30003", "channel")]
    assert sorted(voice.states()) == ["accepted"] * (count - 1) + ["undelivered"]


def test_what_is_known_already_is_no_news(unit):
    voice = sent(unit, 1)
    voice.channel.become("SM1", Status.SENT)
    assert polled(voice) == Counter(news=1)
    assert polled(voice) == Counter()


def test_a_text_with_its_last_word_is_not_asked_about(unit):
    voice = sent(unit, 1)
    with unit() as db:
        report(db, "rehearsal", Report("SM1", Status.DELIVERED, number=number(1)))
    voice.channel.become("SM1", Status.FAILED)
    assert polled(voice) == Counter()


def test_a_text_of_yesterday_is_left_as_it_is(unit):
    voice = sent(unit, 1)
    with unit() as db:
        db.execute(text("UPDATE attempt SET started_at = started_at - interval '24 hours 1 minute'"))
    voice.channel.become("SM1", Status.DELIVERED)
    assert polled(voice) == Counter()


@pytest.mark.parametrize(("count", "asked"), [(5, 3), (MANY, 1)])
def test_a_channel_that_is_down_is_left_alone_until_the_next_sweep(unit, count, asked):
    voice = sent(unit, count)
    voice.channel.failing = True
    assert polled(voice) == Counter(not_asked=asked)
    assert set(voice.states()) == {"accepted"}


def test_simulated_phones_have_nothing_more_to_say_and_are_not_asked(unit):
    voice = sent(unit, MANY)
    voice.channel.list_lag = timedelta(0)
    assert polled(voice) == Counter()
    assert voice.channel.lists == 0
