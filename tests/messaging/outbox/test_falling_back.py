"""On WhatsApp free words go within a day of her last text, then an approved template, then SMS, and never two."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from clusters.scope import Scope
from messaging.channels.base import Fault, Medium, Policy, Receipt, Report, SendError, Status
from messaging.channels.plan import Routes
from messaging.channels.rehearsal import RehearsalChannel
from messaging.consent.actions import choose_medium, opt_out
from messaging.inbound.actions import keep
from messaging.inbound.habits import habits
from messaging.outbox import queries
from messaging.outbox.actions import enqueue, raise_revision, repoint, withdraw
from messaging.outbox.evidence.reporting import report
from messaging.outbox.falling_back import fall_back
from messaging.outbox.legs import First
from messaging.outbox.media import Media
from messaging.outbox.models import Attempt, Message
from messaging.outbox.rules import ALWAYS, State, TextClass
from messaging.outbox.sender import Dispatcher
from messaging.outbox.templates import read_templates
from tests.messaging.voice import ONE_BY_ONE, Stubborn, draft, number, subject

EVERYWHERE = Scope.everywhere()
ROUTES = Routes(whatsapp="rehearsal")
TEMPLATES = read_templates(
    '[reminder_eve.en]\nsid = "HX00000000000000000000000000000000"\n'
    'text = "Tomorrow: {{1}} training {{2}}, {{3}}. If you cannot come, send 2."\n'
    'places = ["subject", "start.day", "venue"]\n'
)
EVE = {
    "text_key": "reminder_eve",
    "text_values": {"subject": "maths", "start": "2026-03-14T05:00:00+00:00", "venue": "GPS Kakki"},
}


def sending(unit, channel, *, first=First.WROTE, routes=ROUTES):
    return Dispatcher(
        unit,
        {"rehearsal": channel},
        ALWAYS,
        pace=ONE_BY_ONE,
        routes=routes,
        media=Media(routes, first, TEMPLATES, habits),
    )


def wrote(db, medium, sid="IN1", n=1):
    """Person n texted us by a medium just now."""
    keep(db, "rehearsal", sid, number(n), "ji", medium)


def queued(unit, **changes):
    with unit() as db:
        subject(db)
        enqueue(db, draft(db, **{**EVE, **changes}))


def legs(unit):
    """Every message as (leg, medium, state, why), the first leg first."""
    with unit() as db:
        rows = db.execute(select(Message.leg, Message.medium, Message.state, Message.why).order_by(Message.leg))
        return [(row.leg, row.medium.value, row.state.value, row.why) for row in rows]


def test_within_a_day_of_her_text_on_whatsapp_free_words_go_there(unit):
    channel = Stubborn()
    queued(unit)
    with unit() as db:
        wrote(db, Medium.WHATSAPP)
    sending(unit, channel).tick()
    assert [(each.medium, each.template) for each in channel.sent] == [(Medium.WHATSAPP, None)]
    assert channel.sent[0].body.startswith("Tomorrow: Maths training Sat 14 March")
    assert legs(unit) == [(0, "whatsapp", "accepted", None)]


def test_later_the_approved_template_goes_and_the_attempt_keeps_the_hash_of_what_is_read(unit, clock):
    channel = Stubborn()
    with unit() as db:
        wrote(db, Medium.WHATSAPP)
    clock.at += timedelta(hours=25)
    queued(unit)
    sending(unit, channel).tick()
    assert channel.sent[0].template.values == {"1": "Maths", "2": "Sat 14 March", "3": "GPS Kakki"}
    with unit() as db:
        kept = db.scalars(select(Attempt.body_hash)).one()
        assert kept == db.scalar(select(func.encode(func.sha256(func.convert_to(Message.body, "UTF8")), "hex")))


def test_without_a_template_the_leg_fails_here_and_an_sms_follows_once(unit, clock):
    channel = Stubborn()
    with unit() as db:
        wrote(db, Medium.WHATSAPP)
    clock.at += timedelta(hours=25)
    queued(unit, text_key="", text_values={"text": "Kal"})
    dispatcher = sending(unit, channel)
    dispatcher.tick()
    assert not channel.sent
    assert legs(unit) == [(0, "whatsapp", "rejected", "no_template")]
    assert [fall_back(unit)["second_legs"] for _ in range(3)] == [1, 0, 0]
    dispatcher.tick()
    assert [each.medium for each in channel.sent] == [Medium.SMS]
    assert legs(unit) == [(0, "whatsapp", "rejected", "no_template"), (1, "sms", "accepted", None)]


@pytest.mark.parametrize(
    ("error", "follows"),
    [
        (SendError(Policy.NEVER, "template_wanted", Fault.TEMPLATE, code="63016"), 1),
        (SendError(Policy.NEVER, "not_on_whatsapp", Fault.NUMBER, code="63024"), 1),
        (SendError(Policy.NEVER, "ours", Fault.OURS, code="21619"), 0),
        (SendError(Policy.NEVER, "opted_out_there", Fault.OPTED_OUT, code="21610"), 0),
        (SendError(Policy.ASK_FIRST, "channel_failed"), 0),
        (SendError(Policy.SAFE, "channel_down"), 0),
    ],
)
def test_after_a_definite_no_an_sms_follows_and_never_after_a_lost_answer(unit, error, follows):
    channel = Stubborn(error)
    queued(unit)
    with unit() as db:
        wrote(db, Medium.WHATSAPP)
    dispatcher = sending(unit, channel)
    dispatcher.tick()
    assert fall_back(unit)["second_legs"] == follows
    dispatcher.tick()
    assert [each.medium for each in channel.sent] == [Medium.WHATSAPP, *[Medium.SMS] * follows]


@pytest.mark.parametrize(
    ("told", "follows"),
    [
        ([(Status.SENT, None, None), (Status.UNDELIVERED, "63024", Fault.NUMBER)], 1),
        ([(Status.FAILED, "63016", Fault.TEMPLATE)], 1),
        ([(Status.FAILED, "99999", None)], 1),
        ([(Status.SENT, None, None)], 0),
        ([(Status.UNDELIVERED, None, None), (Status.DELIVERED, None, None)], 0),
        ([(Status.FAILED, "21610", Fault.OPTED_OUT)], 0),
    ],
)
def test_after_a_report_of_failure_an_sms_follows(unit, told, follows):
    queued(unit)
    with unit() as db:
        wrote(db, Medium.WHATSAPP)
    sending(unit, Stubborn(Receipt("SM1"))).tick()
    with unit() as db:
        for status, code, fault in told:
            report(db, "rehearsal", Report("SM1", status, code, fault, number=number(1)))
    assert fall_back(unit)["second_legs"] == follows


def lost_on_whatsapp(unit):
    queued(unit)
    with unit() as db:
        wrote(db, Medium.WHATSAPP)
    sending(unit, Stubborn(Receipt("SM1"))).tick()
    with unit() as db:
        report(db, "rehearsal", Report("SM1", Status.FAILED, "63016", Fault.TEMPLATE, number=number(1)))


def test_nothing_follows_a_second_copy_whose_fate_nobody_knows(unit):
    lost_on_whatsapp(unit)
    with unit() as db:
        message = db.scalars(select(Message.id)).one()
        report(db, "rehearsal", Report("SM2", Status.ACCEPTED, message_id=message, number=number(1)))
    assert not fall_back(unit)["second_legs"]


def test_nothing_follows_what_is_called_off_moved_or_too_late(unit, clock):
    lost_on_whatsapp(unit)
    with unit() as db:
        raise_revision(db, "training_session", 7, "moved")
    assert not fall_back(unit)["second_legs"]
    clock.at += timedelta(days=2)
    assert not fall_back(unit)["second_legs"]


def test_a_second_leg_that_waits_is_withdrawn_with_its_subject_and_silenced_with_its_number(unit):
    lost_on_whatsapp(unit)
    assert fall_back(unit)["second_legs"] == 1
    with unit() as db:
        opt_out(db, number(1), "text")
    channel = Stubborn()
    sending(unit, channel).tick()
    assert not channel.sent
    with unit() as db:
        assert withdraw(db, "training_session", 7, "cancelled") == 0
        assert db.scalar(select(Message.state).where(Message.leg == 1)) is State.SUPPRESSED


def test_a_reply_goes_back_by_what_its_text_came_on_whatever_she_likes(unit):
    channel = Stubborn()
    queued(unit, text_class=TextClass.REPLY, medium=Medium.SMS)
    with unit() as db:
        wrote(db, Medium.WHATSAPP)
    sending(unit, channel).tick()
    assert [each.medium for each in channel.sent] == [Medium.SMS]


@pytest.mark.parametrize(
    ("routes", "first", "choice", "medium"),
    [
        (ROUTES, First.WROTE, None, Medium.SMS),
        (ROUTES, First.WROTE, Medium.WHATSAPP, Medium.WHATSAPP),
        (ROUTES, First.EVERYBODY, None, Medium.WHATSAPP),
        (ROUTES, First.EVERYBODY, Medium.SMS, Medium.SMS),
        (Routes(), First.EVERYBODY, Medium.WHATSAPP, Medium.SMS),
    ],
)
def test_who_never_wrote_gets_sms_unless_she_chose_or_the_programme_did(unit, routes, first, choice, medium):
    channel = Stubborn()
    queued(unit)
    with unit() as db:
        if choice:
            choose_medium(db, number(1), choice)
    sending(unit, channel, first=first, routes=routes).tick()
    assert [each.medium for each in channel.sent] == [medium]


def test_a_choice_can_be_changed_and_taken_back(unit):
    with unit() as db:
        choose_medium(db, number(1), Medium.WHATSAPP)
        choose_medium(db, number(1), Medium.SMS)
        assert habits(db, [number(1)])[number(1)].chosen is Medium.SMS
        choose_medium(db, number(1), None)
        assert habits(db, [number(1)]) == {}


def test_how_somebody_writes_is_her_latest_text_and_the_latest_on_whatsapp(unit, clock):
    with unit() as db:
        wrote(db, Medium.WHATSAPP, "IN1")
        at = clock.at
        clock.at += timedelta(hours=1)
        wrote(db, Medium.SMS, "IN2")
        found = habits(db, [number(1), number(2)])
    assert set(found) == {number(1)}
    assert (found[number(1)].last, found[number(1)].on_whatsapp_at) == (Medium.SMS, at)


def test_the_sweep_of_a_house_without_whatsapp_finds_nothing(unit):
    queued(unit)
    sending(unit, RehearsalChannel(unit), routes=Routes()).tick()
    assert not fall_back(unit)
    with unit() as db:
        assert db.scalar(text("SELECT count(*) FROM message")) == 1


def test_two_legs_of_one_text_count_as_one_in_every_figure(unit, clock):
    lost_on_whatsapp(unit)
    fall_back(unit)
    sending(unit, Stubborn(Receipt("SM2"))).tick()
    first, last = clock.at - timedelta(hours=1), clock.at + timedelta(days=1)
    with unit() as db:
        moment = queries.moments_of(db, EVERYWHERE, "training_session", 7)[0]
        funnel = queries.funnel(db, EVERYWHERE, first, last)
        lost = queries.lost(db, EVERYWHERE, first, last)
        listed = queries.not_arrived(db, EVERYWHERE)
    assert (moment.people, moment.accepted, moment.failed) == (1, 1, 0)
    assert (funnel.wanted, funnel.accepted, funnel.failed) == (1, 1, 0)
    assert not lost
    assert not listed


def test_no_sms_follows_to_somebody_whose_texts_were_withdrawn_while_whatsapp_had_the_first(unit):
    queued(unit)
    with unit() as db:
        wrote(db, Medium.WHATSAPP)
    sending(unit, Stubborn()).tick()
    with unit() as db:
        withdraw(db, "training_session", 7, "removed", person_id=1)
    with unit() as db:
        report(db, "rehearsal", Report("SM1", Status.UNDELIVERED, "63024", Fault.NUMBER, number=number(1)))
    assert fall_back(unit) == {}


def test_no_sms_follows_to_a_number_that_is_hers_no_more(unit):
    queued(unit)
    with unit() as db:
        wrote(db, Medium.WHATSAPP)
    sending(unit, Stubborn()).tick()
    with unit() as db:
        repoint(db, 1, number(1), number(2))
    with unit() as db:
        report(db, "rehearsal", Report("SM1", Status.UNDELIVERED, "63024", Fault.NUMBER, number=number(1)))
    assert fall_back(unit) == {}
