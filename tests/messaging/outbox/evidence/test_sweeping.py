"""Once a day the channel's own list is the measure: what we lack is stored, duplicates and strangers are told."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from clusters.kernel.clock import day_of, midnight, real_now
from clusters.scope import Scope
from cop.jobs import sweep_once
from messaging.channels.base import Policy, SendError, Status
from messaging.outbox import queries
from messaging.outbox.actions import enqueue
from messaging.outbox.evidence.sweeping import sweep
from messaging.outbox.models import ProviderMessage, Stray
from tests.messaging.voice import Shelf, Voice, draft, number, subject

LOST = SendError(Policy.ASK_FIRST, "timeout")


@pytest.fixture
def voice(unit):
    return Voice(unit, Shelf())


def sent(voice, count=1, *answers):
    voice.channel.answers = list(answers)
    with voice.unit() as db:
        subject(db)
        enqueue(db, [draft(db, n) for n in range(1, count + 1)])
    voice.tick()


def swept(voice):
    day = timedelta(days=1)
    return sweep(voice.unit, {"rehearsal": voice.channel}, real_now() - day, real_now() + day)


def test_what_is_known_stays_as_it_is(voice):
    sent(voice, 2)
    assert swept(voice) == Counter(known=2)
    assert voice.states() == ["accepted", "accepted"]


@pytest.mark.parametrize("state", ["unknown", "unresolved", "expired", "queued"])
def test_a_text_that_was_taken_after_all_is_stored(voice, state):
    sent(voice, 1, LOST)
    with voice.unit() as db:
        db.execute(text("UPDATE message SET state = :state"), {"state": state})
    assert swept(voice) == Counter(adopted=1)
    assert voice.states() == ["accepted"]
    assert swept(voice) == Counter(known=1)


def test_every_copy_too_many_is_recorded_and_told(voice):
    sent(voice)
    voice.channel.put(number(1), "Text 1")
    voice.channel.put(number(1), "Text 1")
    assert swept(voice) == Counter(known=1, extra=2)
    with voice.unit() as db:
        extra = db.execute(select(ProviderMessage.sid, ProviderMessage.via).where(ProviderMessage.extra)).all()
    assert sorted(extra) == [("SM2", "sweep"), ("SM3", "sweep")]


def test_a_text_that_nobody_here_sent_is_told_as_that(voice):
    sent(voice)
    voice.channel.put(number(9), "Who am I?")
    voice.channel.put(number(1), "Text 1", real_now() - timedelta(hours=2))
    for _ in range(2):
        assert swept(voice) == Counter(known=1, nobodys=2)
    with voice.unit() as db:
        assert sorted(db.execute(select(Stray.sid, Stray.why, Stray.number))) == [
            ("SM2", "nobodys", number(9)),
            ("SM3", "nobodys", number(1)),
        ]


def test_a_last_word_that_nobody_brought_is_stored_too(voice):
    sent(voice, 2, LOST)
    voice.channel.become("SM1", Status.DELIVERED)
    voice.channel.become("SM2", Status.UNDELIVERED, "30003")
    assert swept(voice) == Counter(known=1, adopted=1)
    assert sorted(voice.states()) == ["delivered", "undelivered"]


def test_a_list_that_breaks_off_is_an_error_and_not_an_empty_day(voice):
    sent(voice)
    voice.channel.failing = True
    with pytest.raises(SendError):
        swept(voice)


def test_a_channel_that_cannot_be_asked_is_left_out(voice):
    sent(voice)
    voice.channel.can_find = False
    assert swept(voice) == Counter()


def test_what_is_too_much_is_listed_for_who_sees_everything(voice):
    sent(voice)
    voice.channel.put(number(1), "Text 1")
    voice.channel.put(number(9), "Who am I?")
    swept(voice)
    with voice.unit() as db:
        told = queries.strange(db, Scope.everywhere())
        assert sorted((each.sid, each.number, each.message_id is None) for each in told) == [
            ("SM2", number(1), False),
            ("SM3", number(9), True),
        ]
        assert queries.strange(db, Scope(None, ())) == []


def at_night(voice, clock, hour):
    """What a worker sweeps at an hour of the day after the texts went."""
    clock.at = midnight(day_of(real_now()) + timedelta(days=1)) + timedelta(hours=hour)
    return sweep_once(voice.unit, {"rehearsal": voice.channel})


def test_yesterday_is_swept_once_a_night_and_not_before_two(voice, clock):
    sent(voice)
    assert at_night(voice, clock, 1) == {}
    assert at_night(voice, clock, 2) == {"known": 1}
    assert at_night(voice, clock, 3) == {}
    assert voice.channel.lists == 1


def test_a_night_whose_list_could_not_be_had_is_swept_at_the_next_tick(voice, clock):
    sent(voice)
    voice.channel.failing = True
    with pytest.raises(SendError):
        at_night(voice, clock, 2)
    voice.channel.failing = False
    assert at_night(voice, clock, 2.5) == {"known": 1}


def test_days_in_which_no_worker_ran_are_swept_afterwards(voice, clock):
    assert at_night(voice, clock, 2 - 2 * 24) == {}
    sent(voice)
    assert at_night(voice, clock, 2 + 3 * 24) == {"known": 1}
    assert at_night(voice, clock, 2 + 4 * 24) == {}
