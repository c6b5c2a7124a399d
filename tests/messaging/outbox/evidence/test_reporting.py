"""Reports of channels: believed of the text they are about, kept apart otherwise, the same in whatever order."""

from itertools import permutations

import pytest
from sqlalchemy import func, select, text

from messaging.channels.base import Fault, Medium, Policy, Report, SendError, Status
from messaging.consent.actions import clear_wrong, opt_in
from messaging.consent.queries import silent, wrong_numbers
from messaging.outbox.actions import enqueue
from messaging.outbox.evidence.noting import accept
from messaging.outbox.evidence.reporting import Taken, heed, report
from messaging.outbox.models import Message, ProviderEvent, ProviderMessage, Stray
from messaging.outbox.rules import State, TextClass
from tests.messaging.voice import Stubborn, Voice, draft, number, subject

CHANNEL = "rehearsal"


@pytest.fixture
def stubborn(unit):
    """One text, accepted as SM1."""
    voice = Voice(unit, Stubborn())
    _queue(voice)
    voice.tick()
    return voice


def _queue(voice, count=1, **changes):
    with voice.unit() as db:
        subject(db)
        for n in range(1, count + 1):
            enqueue(db, draft(db, n, **changes))


def tell(voice, status, code=None, *, sid="SM1", fault=None, to=None, about=None):
    with voice.unit() as db:
        return report(db, CHANNEL, Report(sid, status, code, fault, about, to))


def facts(voice, table):
    with voice.unit() as db:
        return db.scalar(select(func.count()).select_from(table))


def strays(voice):
    with voice.unit() as db:
        return list(db.scalars(select(Stray.why).order_by(Stray.id)))


def test_a_text_rises_as_its_channel_says(stubborn):
    for status in (Status.SENT, Status.DELIVERED, Status.READ):
        assert tell(stubborn, status) is Taken.NEWS
        assert stubborn.one().state.value == status.value


@pytest.mark.parametrize(
    "order", list(permutations([(Status.SENT, None), (Status.UNDELIVERED, "30003"), (Status.DELIVERED, None)]))
)
def test_the_order_of_reports_does_not_matter_nor_their_repetition(stubborn, order):
    for status, code in [*order, *order]:
        tell(stubborn, status, code)
    message = stubborn.one()
    assert (message.state, message.contradicted) == (State.DELIVERED, True)
    assert facts(stubborn, ProviderEvent) == 3


def test_a_repeated_report_changes_nothing(stubborn):
    tell(stubborn, Status.DELIVERED)
    before = stubborn.one().state_at
    assert tell(stubborn, Status.DELIVERED) is Taken.REPEATED
    assert stubborn.one().state_at == before


def test_a_late_word_does_not_pull_a_text_back(stubborn):
    tell(stubborn, Status.DELIVERED)
    tell(stubborn, Status.SENT)
    tell(stubborn, Status.FAILED, "30008", fault=Fault.CHANNEL)
    assert stubborn.states() == ["delivered"]


def test_a_report_brings_home_a_text_whose_answer_was_lost(unit):
    voice = Voice(unit, Stubborn(SendError(Policy.ASK_FIRST, "timeout")))
    _queue(voice)
    voice.tick()
    assert voice.states() == ["unknown"]
    assert tell(voice, Status.SENT, sid="SM9", to=number(1), about=voice.one().id) is Taken.NEWS
    assert voice.states() == ["sent"]
    with unit() as db:
        assert db.execute(select(ProviderMessage.sid, ProviderMessage.via, ProviderMessage.extra)).all() == [
            ("SM9", "callback", False)
        ]


@pytest.mark.parametrize(
    "state", ["queued", "parked", "claimed", "submitting", "unknown", "rejected", "cancelled", "expired", "unresolved"]
)
def test_evidence_wins_over_whatever_was_thought_of_a_text_that_was_tried(unit, state):
    voice = Voice(unit, Stubborn(SendError(Policy.ASK_FIRST, "timeout")))
    _queue(voice)
    voice.tick()
    with unit() as db:
        db.execute(text("UPDATE message SET state = :state"), {"state": state})
    tell(voice, Status.ACCEPTED, sid="SM9", to=number(1), about=voice.one().id)
    assert voice.states() == ["accepted"]


def test_a_second_id_is_the_record_of_a_duplicate(stubborn):
    assert tell(stubborn, Status.SENT, sid="SM2", to=number(1), about=stubborn.one().id) is Taken.NEWS
    with stubborn.unit() as db:
        assert db.scalars(select(ProviderMessage.extra).order_by(ProviderMessage.sid)).all() == [False, True]
    assert stubborn.states() == ["sent"]


def test_what_is_reported_before_the_id_is_known_counts_when_it_is(unit):
    voice = Voice(unit, Stubborn(SendError(Policy.ASK_FIRST, "timeout")))
    _queue(voice)
    voice.tick()
    assert tell(voice, Status.DELIVERED, sid="SM5") is Taken.STRAY
    assert voice.states() == ["unknown"]
    with unit() as db:
        accept(db, {voice.one().id: "SM5"}, via="answer")
    assert voice.states() == ["delivered"]


def test_an_id_of_another_message_lifts_nothing(unit):
    voice = Voice(unit, Stubborn())
    _queue(voice, count=2)
    voice.tick()
    with unit() as db:
        second = db.scalars(select(ProviderMessage.message_id).where(ProviderMessage.sid == "SM2")).one()
        db.execute(text("UPDATE message SET state = 'unknown' WHERE id = :id"), {"id": second})
        db.execute(text("DELETE FROM provider_message WHERE message_id = :id"), {"id": second})
        accept(db, {second: "SM1"}, via="list")
        assert db.get_one(Message, second).state is State.UNKNOWN
    assert sorted(voice.states()) == ["accepted", "unknown"]


def test_a_report_for_a_text_that_was_never_tried_is_kept_apart(unit):
    voice = Voice(unit, Stubborn())
    _queue(voice)
    assert tell(voice, Status.DELIVERED, sid="SM1", to=number(1), about=voice.one().id) is Taken.STRAY
    assert (voice.states(), strays(voice), facts(voice, ProviderMessage)) == (["queued"], ["no_attempt"], 0)


def test_reports_that_fit_no_text_are_kept_apart_and_change_nothing(unit, stubborn):
    ours, stranger = stubborn.one().id, "00000000-0000-4000-8000-000000000000"
    for _ in range(2):
        assert tell(stubborn, Status.FAILED, sid="SM7") is Taken.STRAY
        assert tell(stubborn, Status.FAILED, sid="SM8", to=number(2), about=ours) is Taken.STRAY
        assert tell(stubborn, Status.FAILED, sid="SM9", about=ours) is Taken.STRAY
        assert tell(stubborn, Status.FAILED, sid="SM1", to=number(2)) is Taken.STRAY
        assert tell(stubborn, Status.FAILED, sid="SM1", about=stranger, to=number(1)) is Taken.STRAY
        assert tell(stubborn, Status.FAILED, sid="SM6", about=stranger, to=number(1)) is Taken.STRAY
    assert strays(stubborn) == [
        "not_known",
        "other_number",
        "other_number",
        "other_number",
        "other_message",
        "no_message",
    ]
    assert (stubborn.states(), facts(stubborn, ProviderMessage)) == (["accepted"], 1)


def test_a_report_by_another_channel_than_the_text_went_by_is_kept_apart(stubborn):
    with stubborn.unit() as db:
        told = Report("SM1", Status.FAILED, message_id=stubborn.one().id, number=number(1))
        assert report(db, "android", told) is Taken.STRAY
    assert stubborn.states() == ["accepted"]


def test_an_opt_out_that_the_provider_holds_is_ours_too(stubborn):
    _queue(stubborn, kind="T-0d")
    tell(stubborn, Status.FAILED, "21610", fault=Fault.OPTED_OUT)
    with stubborn.unit() as db:
        assert silent(db, [number(1)]) == {number(1)}
        assert sorted(db.scalars(select(Message.state))) == ["failed", "suppressed"]


def test_an_old_opt_out_told_again_does_not_undo_a_return(stubborn):
    for code in ("21610", "63024"):
        tell(stubborn, Status.FAILED, code, fault=Fault.OPTED_OUT)
        with stubborn.unit() as db:
            db.execute(text("UPDATE attempt SET started_at = :at"), {"at": stubborn.one().planned_at})
            opt_in(db, number(1), "text")
            db.execute(text("UPDATE opt_out SET ended_at = ended_at + interval '1 minute'"))
        tell(stubborn, Status.FAILED, code, fault=Fault.OPTED_OUT)
        with stubborn.unit() as db:
            assert silent(db, [number(1)]) == set()


def test_a_number_that_gets_no_texts_is_left_alone_until_a_person_looked(stubborn):
    tell(stubborn, Status.FAILED, "21614", fault=Fault.NUMBER)
    assert stubborn.one().why == "wrong_number"
    _queue(stubborn, kind="T-0d")
    stubborn.tick()
    with stubborn.unit() as db:
        assert set(wrong_numbers(db, [number(1), number(2)])) == {number(1)}
        assert db.execute(select(Message.state, Message.why).where(Message.kind == "T-0d")).one() == (
            State.SUPPRESSED,
            "wrong_number",
        )
        assert clear_wrong(db, number(1))
        assert not clear_wrong(db, number(1))
    _queue(stubborn, kind="T-2h")
    stubborn.tick()
    with stubborn.unit() as db:
        assert db.scalar(select(Message.state).where(Message.kind == "T-2h")) is State.ACCEPTED


def test_an_answer_still_goes_to_a_number_that_is_called_wrong(stubborn):
    tell(stubborn, Status.FAILED, "21614", fault=Fault.NUMBER)
    _queue(stubborn, kind="reply", text_class=TextClass.REPLY)
    assert stubborn.tick()["accepted"] == 1


def test_a_phone_that_could_not_be_reached_is_no_wrong_number(stubborn):
    tell(stubborn, Status.UNDELIVERED, "30005", fault=Fault.NUMBER)
    with stubborn.unit() as db:
        assert wrong_numbers(db, [number(1)]) == {}


@pytest.mark.parametrize(
    ("fault", "state"), [(Fault.OPTED_OUT, "suppressed"), (Fault.NUMBER, "suppressed"), (Fault.TEMPLATE, "accepted")]
)
def test_what_the_answer_itself_refuses_for_the_number_holds_from_then_on(unit, fault, state):
    voice = Voice(unit, Stubborn(SendError(Policy.NEVER, "refused", fault, code="21610")))
    _queue(voice)
    voice.tick()
    assert voice.states() == ["rejected"]
    _queue(voice, kind="T-0d")
    voice.tick()
    assert sorted(voice.states()) == sorted(["rejected", state])


@pytest.mark.parametrize("fault", list(Fault))
def test_a_refusal_says_something_about_the_number_or_nothing(unit, fault):
    with unit() as db:
        heed(db, CHANNEL, number(1), Medium.SMS, fault, "1")
        heed(db, CHANNEL, number(1), Medium.SMS, fault, "1")
        assert bool(silent(db, [number(1)])) == (fault is Fault.OPTED_OUT)
        assert bool(wrong_numbers(db, [number(1)])) == (fault is Fault.NUMBER)


def test_a_number_that_is_not_on_whatsapp_still_gets_sms(unit):
    with unit() as db:
        heed(db, CHANNEL, number(1), Medium.WHATSAPP, Fault.NUMBER, "63024")
        assert wrong_numbers(db, [number(1)]) == {}
