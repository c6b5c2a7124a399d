"""A provider that refuses the account holds its channel and nothing else; one text a while tries it again."""

import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from clusters.kernel.clock import now
from clusters.scope import Scope
from messaging.channels.base import Fault, Medium, Policy, Receipt, SendError
from messaging.channels.plan import Routes, Sender
from messaging.outbox.actions import enqueue
from messaging.outbox.legs import Habit
from messaging.outbox.media import Media
from messaging.outbox.models import Message, SendingStop
from messaging.outbox.rules import ALWAYS, Pace, StopReason
from messaging.outbox.sender import Dispatcher
from messaging.outbox.switch import resume_sending, stops
from tests.messaging.voice import Stubborn, draft, subject

SUSPENDED = SendError(Policy.SAFE, "account_refused", Fault.ACCOUNT)


class House:
    """A house whose SMS go by one provider and whose WhatsApp by another."""

    def __init__(self, unit, *answers, senders=()):
        self.unit = unit
        self.provider, self.other = Stubborn(*answers), Stubborn()
        routes = Routes(out="twilio", whatsapp="rehearsal", senders=senders)
        self.dispatcher = Dispatcher(
            unit,
            {"twilio": self.provider, "rehearsal": self.other},
            ALWAYS,
            pace=Pace(in_flight=1),
            routes=routes,
            media=Media(routes, habits=_all_write_on_whatsapp),
        )

    def queue(self, count, **changes):
        with self.unit() as db:
            subject(db)
            enqueue(db, [draft(db, n, **changes) for n in range(1, count + 1)])

    def wait_a_while(self):
        """Until one text may try the channel again."""
        with self.unit() as db:
            db.execute(text("UPDATE sending_stop SET retry_at = retry_at - interval '1 hour'"))

    def states(self):
        with self.unit() as db:
            return Counter(state.value for state in db.scalars(select(Message.state)))

    def stops(self):
        with self.unit() as db:
            return [(stop.reason, stop.channel) for stop in stops(db)]


def _all_write_on_whatsapp(db, numbers):
    return {each: Habit(Medium.SMS, on_whatsapp_at=now(db)) for each in numbers}


def test_a_refused_account_holds_its_channel_once_and_every_row_stays_queued(unit):
    house = House(unit, *[SUSPENDED] * 9)
    house.queue(5)
    house.queue(2, kind="T-0d", medium=Medium.WHATSAPP)
    for _ in range(4):
        house.dispatcher.tick()
    assert len(house.provider.sent) == 1
    assert house.states() == {"queued": 5, "accepted": 2}
    assert house.stops() == [(StopReason.ACCOUNT, "twilio")]
    with unit() as db:
        assert set(db.scalars(select(Message.doubtful).where(Message.medium == Medium.SMS))) == {0}


def test_several_refusals_at_once_are_one_alert(unit):
    house = House(unit, *[SUSPENDED] * 9)
    house.queue(3)
    with unit() as db:
        ids = db.scalars(select(Message.id)).all()
    assert ids
    claimed = house.dispatcher._claim(token := ids[0])
    handed = house.dispatcher._submit(token, claimed, Counter())
    for each in handed:
        house.dispatcher._record(token, house.dispatcher._hand_over([each], time.monotonic()))
    assert house.states() == {"queued": 3}
    assert house.stops() == [(StopReason.ACCOUNT, "twilio")]


def test_one_text_tries_the_channel_after_a_while_and_opens_it_when_it_goes(unit):
    house = House(unit, SUSPENDED, SUSPENDED, Receipt("SM1"))
    house.queue(4)
    house.dispatcher.tick()
    house.wait_a_while()
    assert house.dispatcher.tick() == Counter(claimed=1, queued=1)
    assert house.dispatcher.tick() == Counter()
    assert len(house.provider.sent) == 2
    house.wait_a_while()
    assert house.dispatcher.tick()["accepted"] == 1
    assert house.stops() == []
    assert house.dispatcher.tick()["accepted"] == 3
    with unit() as db:
        assert db.scalar(select(func.count()).select_from(SendingStop)) == 1


def test_a_no_for_one_number_shows_that_the_account_works(unit):
    house = House(unit, SUSPENDED, SendError(Policy.NEVER, "refused", Fault.NUMBER))
    house.queue(2)
    house.dispatcher.tick()
    house.wait_a_while()
    house.dispatcher.tick()
    assert house.stops() == []


def test_a_person_may_release_a_channel_at_once(unit):
    house = House(unit, SUSPENDED)
    house.queue(2)
    house.dispatcher.tick()
    with unit() as db:
        assert resume_sending(db, Scope.everywhere(), channel="twilio") == 1
    assert house.dispatcher.tick()["accepted"] == 2


@pytest.mark.parametrize("wait", [None, timedelta(seconds=30)])
def test_too_fast_slows_the_sender_down_and_burns_no_try(unit, wait):
    too_fast = SendError(Policy.SAFE, "too_many_requests", Fault.RATE, wait=wait)
    house = House(unit, too_fast, senders=(Sender("8555", per_second=2),))
    house.queue(1)
    assert house.dispatcher.tick() == Counter(claimed=1, queued=1)
    with unit() as db:
        bucket = db.execute(text("SELECT *, wait_until - slowed_at AS wait FROM sender_bucket")).one()
    assert (bucket.sender, bucket.pace, bucket.wait) == ("8555", 0.5, wait)
    assert wait is None or house.dispatcher.tick() == Counter()
    _later(unit, 40)
    assert house.dispatcher.tick()["accepted"] == 1
    with unit() as db:
        assert db.scalar(select(Message.doubtful)) == 1


def test_a_number_keeps_its_sender_and_goes_by_another_only_where_that_one_is_shut(unit):
    pool = (Sender("8555", per_second=50), Sender("8556", per_second=50))
    house = House(unit, senders=pool)
    house.queue(30)
    house.dispatcher.tick()
    first = {each.number: each.sender for each in house.provider.sent}
    assert set(first.values()) == {"8555", "8556"}
    house.provider.sent.clear()
    house.queue(30, kind="T-0d")
    _later(unit, 5)
    house.dispatcher.tick()
    assert {each.number: each.sender for each in house.provider.sent} == first
    with unit() as db:
        db.execute(text("UPDATE sender_bucket SET wait_until = now() + interval '1 hour' WHERE sender = '8555'"))
    house.provider.sent.clear()
    house.queue(30, kind="T+1d")
    _later(unit, 5)
    house.dispatcher.tick()
    assert {each.sender for each in house.provider.sent} == {"8556"}
    assert len(house.provider.sent) == 30


def test_no_more_is_claimed_than_the_senders_have_room_for(unit):
    house = House(unit, senders=(Sender("8555", per_second=3), Sender("8556", per_second=2)))
    house.queue(20)
    assert house.dispatcher.tick() == Counter(claimed=5, accepted=5)
    assert Counter(each.sender for each in house.provider.sent) == {"8555": 3, "8556": 2}
    with unit() as db:
        db.execute(text("UPDATE sender_bucket SET tokens = 0, filled_at = clock_timestamp() + interval '1 minute'"))
    assert house.dispatcher.tick() == Counter()
    assert house.dispatcher.more_in <= timedelta(seconds=0.5)
    _later(unit, 65)
    assert house.dispatcher.tick()["accepted"] == 5


def test_segments_are_counted_and_not_texts(unit):
    house = House(unit, senders=(Sender("8555", per_second=6),))
    house.queue(20, text_values={"text": "long " * 100})
    house.dispatcher.tick()
    assert len(house.provider.sent) == 2


def test_nobody_waits_for_a_sender_when_nothing_is_due(unit, clock):
    house = House(unit, senders=(Sender("8555", per_second=0.01),))
    house.queue(1)
    house.dispatcher.tick()
    house.dispatcher.tick()
    assert house.dispatcher.more_in is None


def _later(unit, seconds):
    """Let the database's clock have run on: what it remembers of the senders is older."""
    with unit() as db:
        by = {"by": timedelta(seconds=seconds)}
        db.execute(
            text(
                "UPDATE sender_bucket SET filled_at = filled_at - CAST(:by AS interval),"
                " slowed_at = slowed_at - CAST(:by AS interval), wait_until = wait_until - CAST(:by AS interval)"
            ),
            by,
        )
