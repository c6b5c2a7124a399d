"""What is due goes out once, in order, inside the hours; what must not go stays, and says why."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from clusters.scope import Scope
from messaging.channels.base import Fault, Policy, Receipt, SendError
from messaging.consent.actions import end_silence, opt_in, opt_out, silence
from messaging.outbox.actions import enqueue, raise_revision, unpark, withdraw
from messaging.outbox.models import Attempt, AttemptOutcome, Message, ProviderMessage
from messaging.outbox.rules import Pace, State, TextClass
from messaging.outbox.sender import Dispatcher
from tests.messaging.voice import ONE_BY_ONE, Stubborn, Voice, draft, number, opening_at, subject


def queue(voice, *changes, count=1):
    with voice.unit() as db:
        subject(db)
        for n, change in enumerate(changes or [{}] * count, 1):
            enqueue(db, draft(db, n, **change))


def test_what_is_due_reaches_its_phone_once(voice):
    queue(voice, count=3)
    assert voice.tick() == Counter(claimed=3, accepted=3)
    assert voice.tick() == Counter()
    assert voice.heard() == [(number(n), f"Text {n}") for n in (1, 2, 3)]
    with voice.unit() as db:
        assert db.scalars(select(Attempt.n)).all() == [1, 1, 1]
        assert set(db.scalars(select(ProviderMessage.via))) == {"answer"}


def test_a_text_of_the_catalogue_is_said_in_the_persons_language(voice, clock):
    start = clock.at + timedelta(days=1)
    values = {"subject": "maths", "start": start, "venue": "GPS Kakki"}
    queue(voice, {"text_key": "reminder_eve", "text_values": values, "language": "ur_latn"})
    voice.tick()
    assert voice.heard()[0][1].startswith("Kal Maths training: Mangal 3 March")
    assert voice.one().segments == 1


def test_nothing_goes_before_its_time(voice, clock):
    queue(voice, {"send_after": clock.at + timedelta(minutes=5)})
    assert voice.tick() == Counter()
    clock.advance(minutes=5)
    assert voice.tick()["accepted"] == 1


def test_urgent_texts_go_first_and_a_batch_has_its_limit(voice):
    voice.pace = Pace(in_flight=1, batch=2)
    classes = (TextClass.BULK, TextClass.REMINDER, TextClass.CHANGE, TextClass.REPLY)
    queue(voice, *({"text_class": text_class} for text_class in classes))
    voice.tick()
    assert [phone for phone, _ in voice.heard()] == [number(3), number(4)]
    voice.tick()
    assert len(voice.heard()) == 4


def test_outside_the_hours_only_answers_go(voice, clock):
    voice.window = opening_at(clock.at + timedelta(hours=2))
    queue(voice, {}, {"text_class": TextClass.REPLY}, {"text_class": TextClass.CHANGE})
    voice.tick()
    assert [phone for phone, _ in voice.heard()] == [number(2)]
    clock.advance(hours=2)
    voice.tick()
    assert len(voice.heard()) == 3


def test_hours_that_close_between_claim_and_submission_send_it_back_to_the_queue(voice, clock):
    queue(voice)
    shut_after_one_look = iter([True, False])
    voice.window = type(voice.window)(lambda _: next(shut_after_one_look), lambda at: at)
    assert voice.tick() == Counter(claimed=1, queued=1)
    assert voice.heard() == []


def test_what_is_too_late_expires_and_never_goes(voice, clock):
    queue(voice)
    clock.advance(days=1)
    assert voice.tick() == Counter()
    assert voice.reap() == Counter(expired=1)
    assert voice.one().why == "too_late"


def test_a_withdrawn_text_never_goes(voice):
    queue(voice, count=2)
    with voice.unit() as db:
        assert withdraw(db, "training_session", 7, "skipped", person_id=1) == 1
    voice.tick()
    assert voice.heard() == [(number(2), "Text 2")]


def test_a_text_of_an_older_revision_never_goes_even_when_queued_too_late_to_be_withdrawn(voice):
    queue(voice)
    with voice.unit() as db:
        raise_revision(db, "training_session", 7, "moved")
        enqueue(db, draft(db, 2))  # somebody who had read the older revision
        enqueue(db, draft(db, 3, revision=2))
    voice.tick()
    assert voice.heard() == [(number(3), "Text 3")]
    assert voice.states() == ["cancelled", "cancelled", "accepted"]


def test_a_silent_number_gets_nothing_but_the_answer_to_its_own_text(voice):
    queue(
        voice, {}, {"number": number(1), "text_class": TextClass.REPLY, "kind": "reply", "text_values": {"text": "Bye"}}
    )
    with voice.unit() as db:
        opt_out(db, number(1), "text")
    voice.tick()
    assert voice.heard() == [(number(1), "Bye")]
    with voice.unit() as db:
        states = dict(db.execute(select(Message.kind, Message.state)).all())
    assert states == {"T-1d": State.SUPPRESSED, "reply": State.ACCEPTED}


def test_a_wish_for_silence_after_the_claim_holds_the_text_back(voice):
    queue(voice)

    class TalksBack(Dispatcher):
        def _submit(self, token, claimed, counts):
            with self._unit() as db:
                opt_out(db, number(1), "text")
            return super()._submit(token, claimed, counts)

    TalksBack(voice.unit, {"rehearsal": voice.channel}, voice.window, pace=voice.pace).tick()
    assert voice.heard() == []
    assert voice.states() == ["suppressed"]


def test_the_silence_of_one_person_leaves_the_others_on_her_phone_their_texts(voice):
    queue(voice, {}, {"person_id": 2, "number": number(1)})
    with voice.unit() as db:
        assert silence(db, 1, [number(1)], "trainer")
        assert not silence(db, 1, [number(1)], "office")
    voice.tick()
    assert voice.heard() == [(number(1), "Text 2")]
    with voice.unit() as db:
        assert end_silence(db, 1, "office")
        enqueue(db, draft(db, 1, kind="T-0d"))
    voice.tick()
    assert len(voice.heard()) == 2


def test_who_returns_gets_the_reminders_that_are_still_ahead(voice, clock):
    queue(voice, {"send_after": clock.at + timedelta(hours=3)})
    with voice.unit() as db:
        opt_out(db, number(1), "text")
    with voice.unit() as db:
        opt_in(db, number(1), "text")
    clock.advance(hours=3)
    voice.tick()
    assert voice.heard() == [(number(1), "Text 1")]


@pytest.mark.parametrize(
    "poison",
    [
        {"text_key": "no_such_text"},
        {"text_key": "reminder_eve", "text_values": {"subject": "maths"}},
        {"text_values": {"text": "long " * 100_000}},
        {"text_values": {"text": "\x07"}},
        {"text_values": {"text": "  "}},
        {"text_values": {}},
        {"number": "0300123"},
    ],
    ids=["key", "values", "length", "control", "empty", "none", "number"],
)
def test_a_text_that_cannot_be_said_parks_alone_and_keeps_nobody_back(voice, poison):
    queue(voice, poison, {}, {})
    assert voice.tick()["accepted"] == 2
    assert voice.states().count("queued") == 1
    voice.tick()
    voice.tick()
    assert voice.states().count("parked") == 1
    assert voice.tick() == Counter()
    with voice.unit() as db:
        assert db.scalar(select(Attempt.n).where(Attempt.message_id == _parked(db))) is None


def test_a_parked_text_goes_when_a_person_has_mended_it(voice):
    queue(voice, {"text_values": {"text": ""}})
    for _ in range(3):
        voice.tick()
    with voice.unit() as db:
        db.execute(text('UPDATE message SET text_values = \'{"text": "Mended"}\''))
        unpark(db, Scope.everywhere(), _parked(db))
    voice.tick()
    assert voice.heard() == [(number(1), "Mended")]


def test_a_parked_text_expires_like_any_other(voice, clock):
    queue(voice, {"text_values": {"text": ""}})
    for _ in range(3):
        voice.tick()
    clock.advance(days=2)
    assert voice.reap() == Counter(expired=1)


def test_a_refusal_that_is_surely_one_waits_and_tries_again(unit, clock):
    voice = Voice(unit, Stubborn(SendError(Policy.SAFE, "too_many_requests"), Receipt("SM9")))
    queue(voice)
    assert voice.tick() == Counter(claimed=1, queued=1)
    assert voice.tick() == Counter()
    clock.advance(seconds=5)
    assert voice.tick()["accepted"] == 1
    message = voice.one()
    assert (message.attempts, message.doubtful) == (2, 1)


def test_a_definite_no_ends_it(unit):
    voice = Voice(unit, Stubborn(SendError(Policy.NEVER, "refused", Fault.NUMBER)))
    queue(voice)
    voice.tick()
    assert (voice.one().state, voice.one().why) == (State.REJECTED, "refused")


@pytest.mark.parametrize("error", [SendError(Policy.ASK_FIRST, "timeout"), TimeoutError(), RuntimeError("bug")])
def test_a_lost_answer_is_never_followed_by_a_blind_second_try(unit, clock, error):
    channel = Stubborn(error)
    voice = Voice(unit, channel)
    queue(voice)
    voice.tick()
    clock.advance(hours=1)
    voice.tick()
    voice.reap()
    assert len(channel.sent) == 1
    assert voice.states() == ["unknown"]


def test_a_definite_no_after_a_lost_answer_says_only_that_nobody_knows(unit, clock):
    channel = Stubborn(SendError(Policy.ASK_FIRST, "timeout"), SendError(Policy.NEVER, "refused"))
    voice = Voice(unit, channel)
    queue(voice)
    voice.tick()
    _back_to_queue(voice)
    voice.tick()
    assert voice.states() == ["unresolved"]


def test_a_withdrawal_after_a_lost_answer_forbids_the_second_try_and_claims_nothing(unit):
    channel = Stubborn(SendError(Policy.ASK_FIRST, "timeout"))
    voice = Voice(unit, channel)
    queue(voice)
    voice.tick()
    with unit() as db:
        assert withdraw(db, "training_session", 7, "cancelled", person_id=1) == 0
    assert voice.states() == ["unknown"]
    _back_to_queue(voice)
    voice.tick()
    assert len(channel.sent) == 1
    assert voice.states() == ["unresolved"]


def test_after_four_doubtful_tries_nobody_tries_again(unit, clock):
    channel = Stubborn(*[SendError(Policy.ASK_FIRST, "timeout")] * 9)
    voice = Voice(unit, channel)
    queue(voice)
    for _ in range(6):
        voice.tick()
        _back_to_queue(voice)
    assert len(channel.sent) == 4
    assert (voice.one().state, voice.one().why) == (State.UNRESOLVED, "tried_often")


def test_a_late_worker_begins_no_request_when_its_trust_is_over(unit):
    channel = Stubborn()
    voice = Voice(unit, channel, pace=Pace(in_flight=1, trust=timedelta(seconds=-1)))
    queue(voice)
    assert voice.tick() == Counter(claimed=1, queued=1)
    assert channel.sent == []
    with unit() as db:
        assert db.scalars(select(AttemptOutcome.outcome)).all() == ["not_begun"]
    assert voice.one().doubtful == 0


def test_a_worker_whose_lease_was_taken_records_its_receipt_and_overwrites_nothing(unit):
    """The late answer of a worker that stood still: its fact is kept, the newer holder's state is not touched."""

    class Slow(Stubborn):
        def send(self, outgoing):
            if not self.sent:
                _end_lease(voice)
                voice.reap()
            return super().send(outgoing)

    channel = Slow(SendError(Policy.SAFE, "late"))
    voice = Voice(unit, channel)
    queue(voice)
    voice.tick()
    assert voice.states() == ["unknown"]  # and not queued, as the late answer would have it
    channel.sent.clear()


def test_a_late_receipt_lifts_the_message_whatever_became_of_it(unit):
    class Slow(Stubborn):
        def send(self, outgoing):
            _end_lease(voice)
            voice.reap()
            return super().send(outgoing)

    voice = Voice(unit, Slow(Receipt("SM1")))
    queue(voice)
    voice.tick()
    assert voice.states() == ["accepted"]


def test_a_stopping_worker_gives_back_what_it_had_not_begun(voice):
    queue(voice, count=4)
    asked = iter([False, False, True])
    voice_that_stops = Dispatcher(
        voice.unit, {"rehearsal": voice.channel}, voice.window, pace=voice.pace, stopping=lambda: next(asked)
    )
    assert voice_that_stops.tick()["accepted"] == 2
    assert voice.states().count("queued") == 2


def test_claims_left_behind_by_a_dead_worker_come_back_when_its_lease_is_over(voice):
    queue(voice, count=2)
    voice.dispatcher._claim(uuid4())
    assert voice.reap() == Counter()
    _end_lease(voice)
    assert voice.reap() == Counter(queued=2)
    assert voice.tick()["accepted"] == 2


def _back_to_queue(voice):
    with voice.unit() as db:
        db.execute(text("UPDATE message SET state = 'queued' WHERE state = 'unknown'"))


def _end_lease(voice):
    with voice.unit() as db:
        db.execute(text("UPDATE message SET lease_until = clock_timestamp() - interval '1 second'"))


def _parked(db):
    return db.scalars(select(Message.id).where(Message.state == State.PARKED)).one()


@pytest.mark.parametrize("asked_by", ["number", "person"])
def test_who_wants_changes_only_hears_of_a_change_and_of_nothing_else(voice, asked_by):
    classes = (TextClass.REMINDER, TextClass.BULK, TextClass.CHANGE, TextClass.REPLY)
    with voice.unit() as db:
        subject(db)
        enqueue(db, [draft(db, kind=each.name, text_class=each, text_values={"text": each.name}) for each in classes])
        enqueue(db, draft(db, 2, text_class=TextClass.CHANGE))
    with voice.unit() as db:
        if asked_by == "number":
            opt_out(db, number(1), "text", changes_too=True)
            opt_out(db, number(2), "text")
        else:
            silence(db, 1, [number(1)], "link", changes_too=True)
            silence(db, 2, [number(2)], "office")
    voice.tick()
    assert sorted(body for _, body in voice.heard()) == ["CHANGE", "REPLY"]


def test_what_would_have_to_wait_until_it_is_of_no_use_ends_when_it_is_of_none(unit, clock):
    refused = [SendError(Policy.SAFE, "channel_down")] * 9
    voice = Voice(unit, Stubborn(*refused), pace=replace(ONE_BY_ONE, first_back_off=timedelta(minutes=5)))
    with unit() as db:
        subject(db)
        enqueue(db, draft(db, send_by=clock.at + timedelta(minutes=2)))
    voice.tick()
    assert voice.states() == ["queued"]
    clock.advance(minutes=2, seconds=1)
    voice.reap()
    assert voice.states() == ["expired"]
