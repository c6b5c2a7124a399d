"""After an old backup came back, what went since is found in the channel's list before anything goes again."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from clusters.kernel.clock import real_now
from messaging.channels.base import SendError
from messaging.outbox.actions import enqueue
from messaging.outbox.evidence.restoring import reconcile_since
from messaging.outbox.models import Attempt, AttemptOutcome, Message, ProviderMessage, Stray
from messaging.outbox.rules import TextClass
from tests.messaging.voice import Shelf, Voice, draft, number, subject


@pytest.fixture
def voice(unit, clock):
    """A house in the present, with a provider that remembers."""
    clock.at = real_now()
    return Voice(unit, Shelf())


def plan(voice, count=1, **changes):
    with voice.unit() as db:
        subject(db)
        enqueue(db, [draft(db, n, **changes) for n in range(1, count + 1)])


def reconciled(voice):
    day = timedelta(days=1)
    return reconcile_since(voice.unit, {"rehearsal": voice.channel}, real_now() - day, real_now() + day)


def test_rows_that_the_backup_did_not_know_as_tried_are_adopted_with_an_attempt_that_says_so(voice):
    plan(voice, 2)
    voice.channel.put(number(1), "Text 1")
    assert reconciled(voice).counts == Counter(adopted=1)
    assert voice.states() == ["accepted", "queued"]
    with voice.unit() as db:
        (attempt,) = db.scalars(select(Attempt))
        assert (attempt.n, attempt.route, attempt.started_at) == (1, "rehearsal", voice.channel.shelf[0].at)
        assert db.execute(select(AttemptOutcome.source, AttemptOutcome.outcome)).all() == [("restored", "accepted")]
        assert db.scalars(select(ProviderMessage.via)).all() == ["restored"]
        message = db.scalars(select(Message).where(Message.person_id == 1)).one()
        assert (message.attempts, message.body, message.segments) == (1, "Text 1", 1)


def test_what_went_in_the_very_second_of_the_backup_is_found(voice):
    """Providers name whole seconds: what went just after a backup is listed as if it had gone just before."""
    backup = real_now().replace(microsecond=900_000)
    plan(voice)
    voice.channel.put(number(1), "Text 1", at=backup.replace(microsecond=0))
    found = reconcile_since(voice.unit, {"rehearsal": voice.channel}, backup, backup + timedelta(days=1))
    assert found.counts == Counter(adopted=1)


def test_nothing_that_was_adopted_goes_again(voice):
    plan(voice, 3)
    for n in (1, 3):
        voice.channel.put(number(n), f"Text {n}")
    reconciled(voice)
    voice.tick()
    assert sorted(each.number for each in voice.channel.shelf) == [number(1), number(2), number(3)]


@pytest.mark.parametrize("state", ["claimed", "submitting", "unknown", "expired", "parked", "cancelled"])
def test_it_is_adopted_whatever_the_backup_thought_of_the_row(voice, state):
    plan(voice)
    with voice.unit() as db:
        db.execute(text("UPDATE message SET state = :state"), {"state": state})
    voice.channel.put(number(1), "Text 1")
    assert reconciled(voice).counts == Counter(adopted=1)
    assert voice.states() == ["accepted"]


def test_a_row_that_was_tried_before_the_backup_is_found_by_its_attempt(voice):
    plan(voice)
    voice.tick()
    with voice.unit() as db:
        db.execute(text("DELETE FROM provider_message"))
        db.execute(text("UPDATE message SET state = 'unknown'"))
    assert reconciled(voice).counts == Counter(adopted=1)
    with voice.unit() as db:
        assert db.scalars(select(Attempt.n)).all() == [1]


def test_other_words_other_numbers_and_rows_of_a_later_hour_are_not_taken(voice, clock):
    plan(voice)
    plan(voice, 3, kind="T-0d", send_after=clock.at + timedelta(hours=2))
    voice.channel.put(number(1), "Other words")
    voice.channel.put(number(2), "Text 2")
    found = reconciled(voice)
    assert found.counts == Counter(nobodys=2)
    assert [orphan.listed.sid for orphan in found.orphans] == ["SM1", "SM2"]
    with voice.unit() as db:
        assert sorted(db.scalars(select(Stray.sid))) == ["SM1", "SM2"]
    assert set(voice.states()) == {"queued"}


def test_an_answer_that_is_made_again_after_the_backup_was_sent_already(voice, clock):
    plan(voice, kind="reply", text_class=TextClass.REPLY, send_after=clock.at + timedelta(minutes=5))
    voice.channel.put(number(1), "Text 1")
    assert reconciled(voice).counts == Counter(adopted=1)


def test_a_copy_too_many_is_recorded_and_no_other_row_pays_for_it(voice):
    plan(voice, 2)
    for _ in range(2):
        voice.channel.put(number(1), "Text 1")
    assert reconciled(voice).counts == Counter(adopted=1, extra=1)
    assert voice.states() == ["accepted", "queued"]


def test_a_text_that_cannot_be_made_keeps_no_other_from_being_found(voice):
    plan(voice, text_key="no_such_text")
    plan(voice, kind="T-0d")
    voice.channel.put(number(1), "Text 1")
    assert reconciled(voice).counts == Counter(adopted=1)


def test_doing_it_again_changes_nothing(voice):
    plan(voice)
    voice.channel.put(number(1), "Text 1")
    reconciled(voice)
    assert reconciled(voice).counts == Counter(known=1)


def test_a_list_that_breaks_off_is_an_error(voice):
    voice.channel.failing = True
    with pytest.raises(SendError):
        reconciled(voice)


def test_a_channel_without_a_list_is_said_to_be_unasked(voice):
    voice.channel.can_find = False
    assert reconciled(voice).counts == Counter(not_asked=1)


def test_of_two_rows_of_the_same_words_the_one_that_would_go_is_adopted(voice, clock):
    for again in range(2):
        plan(voice, again=again, send_after=clock.at - timedelta(minutes=2 - again))
        if not again:
            with voice.unit() as db:
                db.execute(text("UPDATE message SET state = 'cancelled'"))
    voice.channel.put(number(1), "Text 1")
    reconciled(voice)
    voice.tick()
    assert len(voice.channel.shelf) == 1
