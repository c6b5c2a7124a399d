"""Before anything is sent a second time its channel is asked, often enough and late enough."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from messaging.channels.base import Medium, Policy, Receipt, SendError
from messaging.outbox.actions import enqueue, withdraw
from messaging.outbox.evidence.lagging import lag_of
from messaging.outbox.evidence.reconcile import MANY
from messaging.outbox.models import Attempt, AttemptOutcome, ProviderMessage
from messaging.outbox.rules import Pace, TextClass
from tests.messaging.voice import Shelf, Stubborn, Voice, draft, number, subject

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


def test_a_text_by_whatsapp_that_is_not_listed_is_given_up_rather_than_sent_twice(unit):
    channel = Stubborn(LOST)
    voice = Voice(unit, channel)
    in_doubt(voice)
    with unit() as db:
        db.execute(text("UPDATE message SET medium = 'whatsapp'"))
    age(voice, seconds=301)
    voice.reconcile()
    age(voice, seconds=20)
    voice.reconcile()
    assert voice.states() == ["unresolved"]
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


def many_in_doubt(unit, count, **abilities):
    """So many texts to as many numbers, each taken by the provider, each without its answer."""
    voice = Voice(unit, Shelf(*[LOST] * count, **abilities), pace=Pace(in_flight=1, batch=count))
    with unit() as db:
        subject(db)
        enqueue(db, [draft(db, n) for n in range(1, count + 1)])
    voice.tick()
    assert set(voice.states()) == {"unknown"}
    return voice


def test_many_in_doubt_are_found_by_one_list(unit):
    voice = many_in_doubt(unit, MANY)
    assert voice.reconcile() == Counter(accepted=MANY)
    assert (voice.channel.lists, voice.channel.looked) == (1, [])
    with unit() as db:
        assert db.scalar(select(func.count()).select_from(ProviderMessage)) == MANY


def test_few_in_doubt_are_asked_about_one_by_one(unit):
    voice = many_in_doubt(unit, 3)
    assert voice.reconcile() == Counter(accepted=3)
    assert (voice.channel.lists, len(voice.channel.looked)) == (0, 3)


@pytest.mark.parametrize("count", [5, MANY])
def test_a_channel_that_is_down_is_not_asked_for_every_text(unit, count):
    voice = many_in_doubt(unit, count)
    voice.channel.failing = True
    assert voice.reconcile() == Counter(not_asked=count)
    assert len(voice.channel.looked) <= 3
    assert voice.channel.lists <= 1


def same_words(unit, count, taken):
    """So many texts of equal words to one number, in doubt, of which the provider took some."""
    voice = Voice(unit, Shelf(*[LOST] * count))
    with unit() as db:
        subject(db)
        for again in range(count):
            enqueue(db, draft(db, again=again))
    voice.tick()
    voice.channel.shelf = voice.channel.shelf[:taken]
    with unit() as db:
        db.execute(
            text(
                "UPDATE attempt a SET started_at = started_at + m.again * interval '1 second' FROM message m"
                " WHERE m.id = a.message_id"
            )
        )
    return voice


def test_of_rows_with_equal_number_and_words_the_one_tried_first_adopts(unit):
    voice = same_words(unit, 3, taken=2)
    with unit() as db:
        order = db.scalars(select(Attempt.message_id).order_by(Attempt.started_at)).all()
    voice.reconcile()
    with unit() as db:
        adopted = dict(db.execute(select(ProviderMessage.message_id, ProviderMessage.sid)).all())
        assert not any(db.scalars(select(ProviderMessage.extra)))
    assert adopted == {order[0]: "SM1", order[1]: "SM2"}
    assert sorted(voice.states()) == ["accepted", "accepted", "unknown"]


def test_a_text_whose_answer_is_awaited_is_taken_from_nobody(unit):
    voice = same_words(unit, 2, taken=1)
    with unit() as db:
        first = db.scalars(select(Attempt.message_id).order_by(Attempt.started_at)).first()
        db.execute(
            text(
                "UPDATE message SET state = 'submitting', lease_until = clock_timestamp() + interval '1 minute'"
                " WHERE id = :id"
            ),
            {"id": first},
        )
    voice.reconcile()
    with unit() as db:
        assert db.scalars(select(ProviderMessage.message_id)).all() != [first]


def test_a_second_copy_in_the_list_is_recorded_as_one(unit):
    voice = many_in_doubt(unit, 1)
    voice.channel.put(number(1), "Text 1")
    voice.reconcile()
    with unit() as db:
        assert sorted(db.scalars(select(ProviderMessage.extra))) == [False, True]
    assert voice.states() == ["accepted"]


def accepted_by(unit, **abilities):
    voice = Voice(unit, Shelf(**abilities))
    with unit() as db:
        subject(db)
        enqueue(db, draft(db))
    voice.tick()
    return voice


def seen_lag(voice):
    with voice.unit() as db:
        return lag_of(db, voice.channel)


def test_how_far_a_list_lags_is_watched_on_texts_that_it_must_show(unit):
    voice = accepted_by(unit)
    assert seen_lag(voice) is None
    assert voice.reconcile() == Counter(listed=1)
    assert timedelta(0) < seen_lag(voice) < timedelta(seconds=10)
    assert voice.reconcile() == Counter()  # one look is enough once it is listed
    assert len(voice.channel.looked) == 1


def test_a_text_that_is_not_listed_yet_counts_as_long_as_it_was_looked_for(unit):
    voice = accepted_by(unit, lag=timedelta(hours=1))
    for _ in range(3):
        voice.reconcile()
        with unit() as db:
            db.execute(text("UPDATE list_watch SET taken_at = taken_at - interval '20 seconds'"))
            db.execute(text("UPDATE attempt SET started_at = started_at - interval '20 seconds'"))
    voice.reconcile()
    assert seen_lag(voice) > timedelta(seconds=59)


def test_a_text_that_nobody_looked_for_in_time_tells_nothing(unit):
    voice = accepted_by(unit, lag=timedelta(hours=1))
    voice.reconcile()
    with unit() as db:
        db.execute(
            text(
                "UPDATE list_watch SET taken_at = taken_at - interval '10 minutes',"
                " looked_at = looked_at - interval '9 minutes'"
            )
        )
        db.execute(text("UPDATE attempt SET started_at = started_at - interval '10 minutes'"))
    voice.channel.lag = timedelta(0)
    voice.reconcile()
    assert seen_lag(voice) is None


def test_a_list_that_never_lags_is_not_watched(unit):
    voice = accepted_by(unit, list_lag=timedelta(0))
    assert voice.reconcile() == Counter()
    assert voice.channel.looked == []


def test_a_lag_that_was_observed_lengthens_the_grace(unit):
    voice = Voice(unit, Stubborn(LOST))
    in_doubt(voice)
    with unit() as db:
        db.execute(
            text(
                "INSERT INTO list_watch (sid, channel, message_id, taken_at, listed_at)"
                " SELECT 'SM0', 'rehearsal', id, clock_timestamp() - interval '1 hour',"
                " clock_timestamp() - interval '50 minutes' FROM message"
            )
        )
    age(voice, minutes=15)
    voice.reconcile()
    age(voice, minutes=1)
    assert voice.reconcile() == Counter(unknown=1)
    age(voice, minutes=5)
    voice.reconcile()
    age(voice, minutes=1)
    assert voice.reconcile() == Counter(queued=1)


@pytest.mark.parametrize(("medium", "ends"), [(Medium.SMS, "queued"), (Medium.WHATSAPP, "unresolved")])
def test_a_list_that_may_not_show_the_words_of_a_template_sends_nothing_on_whatsapp_again(unit, medium, ends):
    voice = Voice(unit, Stubborn(LOST))
    in_doubt(voice)
    with unit() as db:
        db.execute(text("UPDATE message SET medium = :medium"), {"medium": medium.value})
    age(voice, seconds=301)
    voice.reconcile()
    age(voice, seconds=20)
    voice.reconcile()
    assert voice.states() == [ends]


def test_a_text_in_doubt_whose_channel_is_used_no_more_is_given_up_after_the_grace(unit):
    voice = Voice(unit, Stubborn(LOST))
    in_doubt(voice)
    with unit() as db:
        db.execute(text("UPDATE attempt SET route = 'the one of last year'"))
    assert voice.reconcile() == Counter(unknown=1)
    age(voice, seconds=301)
    assert voice.reconcile() == Counter(unresolved=1)
    assert voice.one().why == "in_doubt"
