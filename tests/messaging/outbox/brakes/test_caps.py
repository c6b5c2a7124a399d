"""No number, person, circle, programme or sender gets more than its cap, and no month costs more than its budget."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from clusters.kernel.clock import Clock
from clusters.kernel.database import connect, sessions
from clusters.kernel.unit import UnitOfWork
from messaging.channels.base import Fault, Policy, SendError
from messaging.channels.plan import Routes, Sender
from messaging.outbox.actions import enqueue
from messaging.outbox.brakes.admission import Brakes
from messaging.outbox.brakes.caps import (
    DAY,
    MINUTE,
    WEEK,
    Addressed,
    Cap,
    Counted,
    Limits,
    Slot,
    What,
    caps_of,
    circle_of,
    relieved_at,
    since,
    slot_of,
)
from messaging.outbox.models import Message
from messaging.outbox.rules import ALWAYS, Pace, State, StopReason, TextClass
from messaging.outbox.sender import Dispatcher
from messaging.outbox.switch import stops
from tests.messaging.voice import Stubborn, draft, number, subject

NOON = datetime(2026, 3, 2, 7, 30, 20, tzinfo=UTC)
WIDE = Limits(number_day=1000, number_week=1000, circle_day=10_000, programme_hour=100_000, programme_day=100_000)


class House:
    """A house with one provider for SMS and the limits of a test."""

    def __init__(self, unit, limits, *answers, senders=()):
        self.unit, self.provider = unit, Stubborn(*answers)
        self.routes = Routes(out="twilio", senders=senders)
        self.limits = limits
        self.dispatcher = self.another()

    def another(self):
        return Dispatcher(
            self.unit,
            {"twilio": self.provider},
            ALWAYS,
            pace=Pace(in_flight=1),
            routes=self.routes,
            brakes=Brakes(self.routes, lambda: self.limits),
        )

    def queue(self, count, **changes):
        with self.unit() as db:
            subject(db)
            enqueue(db, [draft(db, n, again=n, **changes) for n in range(1, count + 1)])

    def send(self):
        while self.dispatcher.tick():
            pass
        return len(self.provider.sent)

    def waiting(self):
        with self.unit() as db:
            asked = select(Message.why, Message.send_after).where(Message.state == State.QUEUED)
            return db.execute(asked.order_by(Message.send_after)).all()


def test_a_number_gets_four_a_day_and_twelve_a_week_and_the_rest_waits_for_the_first_to_be_a_day_old(unit, clock):
    house = House(unit, Limits())
    house.queue(15, number=number(1), person_id=0, send_by=clock.at + timedelta(days=30))
    gone = []
    for _day in range(9):
        gone.append(house.send())
        clock.advance(days=1, minutes=1)
    assert gone == [4, 8, 12, 12, 12, 12, 12, 15, 15]


def test_what_waits_says_why_and_until_when(unit, clock):
    house = House(unit, Limits())
    house.queue(5, number=number(1), send_by=clock.at + timedelta(days=2))
    house.send()
    ((why, until),) = house.waiting()
    assert why == "capped_number"
    assert until == slot_of(clock.at) + DAY + MINUTE


@pytest.mark.parametrize("text_class", [TextClass.REPLY, TextClass.CHANGE])
def test_answers_and_moves_and_cancellations_count_for_no_number_and_wait_for_none(unit, text_class):
    house = House(unit, Limits())
    house.queue(5, number=number(1))
    house.queue(6, number=number(1), kind="other", text_class=text_class)
    assert house.send() == 4 + 6


def test_a_person_with_two_phones_gets_no_more_a_week_than_one_with_one(unit):
    house = House(unit, replace(WIDE, number_week=3))
    for phone in (1, 2):
        house.queue(2, person_id=7, number=number(phone), kind=f"T-{phone}d")
    assert house.send() == 3
    assert [why for why, _ in house.waiting()] == ["capped_person"]


def test_a_circle_and_the_programme_and_a_sender_have_their_caps(unit, clock):
    house = House(unit, replace(WIDE, circle_day=5))
    house.queue(9)
    assert house.send() == 5
    assert {why for why, _ in house.waiting()} == {"capped_circle"}
    house = House(unit, replace(WIDE, programme_hour=7))
    house.queue(9, kind="T-0d", subject_id=7)
    assert house.send() == 2
    clock.advance(hours=1, minutes=1)
    assert house.send() >= 2


def test_a_senders_day_is_full_and_the_other_sender_takes_over(unit):
    pool = (Sender("8555", per_second=50, per_day=3), Sender("8556", per_second=50, per_day=4))
    house = House(unit, WIDE, senders=pool)
    house.queue(12)
    for _ in range(6):
        house.dispatcher.tick()
        _let_buckets_fill(unit)
    assert Counter(each.sender for each in house.provider.sent) == {"8555": 3, "8556": 4}


def test_a_refusal_that_is_surely_one_counts_for_nothing(unit, clock):
    refused = SendError(Policy.SAFE, "not_reached", Fault.CHANNEL)
    house = House(unit, replace(WIDE, number_day=2, budget=100, segment_price=2.0), *[refused] * 6)
    house.queue(1)
    for _ in range(7):
        house.dispatcher.tick()
        clock.advance(minutes=6)
    assert len(house.provider.sent) == 7
    with unit() as db:
        assert db.scalar(text("SELECT sum(texts) FROM sending_tally WHERE what = 'number'")) == 1
        assert db.scalar(text("SELECT sum(cost) FROM sending_tally")) == 2.0


def test_a_spent_budget_holds_everything_with_one_alert_until_the_month_ends(unit, clock):
    house = House(unit, replace(WIDE, budget=10, segment_price=2.0))
    house.queue(9, send_by=clock.at + timedelta(days=60))
    assert house.send() == 5
    with unit() as db:
        assert [stop.reason for stop in stops(db)] == [StopReason.BUDGET]
    assert len(house.waiting()) == 4
    clock.advance(days=3)
    assert house.send() == 5
    clock.advance(days=28)
    assert house.send() == 9
    with unit() as db:
        assert stops(db) == []


def test_a_larger_budget_lets_texts_go_at_once(unit):
    house = House(unit, replace(WIDE, budget=4, segment_price=2.0))
    house.queue(3)
    assert house.send() == 2
    house.limits = replace(house.limits, budget=40)
    assert house.send() == 3


def test_four_fifths_of_the_budget_are_told_once(unit, caplog):
    house = House(unit, replace(WIDE, budget=20, segment_price=2.0))
    house.queue(9)
    house.send()
    assert sum("most of the budget" in line.message for line in caplog.records) == 1


def test_what_is_typed_in_for_a_rehearsal_waits_for_no_cap(unit):
    routes = Routes()
    phone = Stubborn()
    dispatcher = Dispatcher(
        unit, {"rehearsal": phone}, ALWAYS, pace=Pace(in_flight=1), brakes=Brakes(routes, lambda: Limits())
    )
    with unit() as db:
        subject(db)
        for kind in ("batch", "training_session"):
            db.execute(text("INSERT INTO message_subject (kind, id) VALUES (:kind, 8)"), {"kind": kind})
            enqueue(
                db,
                [draft(db, n, again=n, subject_kind=kind, subject_id=8, number=number(1), kind=kind) for n in range(9)],
            )
    while dispatcher.tick():
        pass
    assert len(phone.sent) == 9 + 4


@pytest.mark.parametrize("limits", [replace(WIDE, programme_hour=40), replace(WIDE, budget=80, segment_price=2.0)])
def test_several_workers_together_pass_no_cap(new_database, limits):
    engine = connect(new_database(), pool=12)
    unit = UnitOfWork(sessions(engine), {}, Clock(NOON), role="cop_worker")
    house = House(unit, limits)
    house.queue(120)
    ready = threading.Barrier(4)

    def work():
        mine = house.another()
        ready.wait()
        for _ in range(30):
            mine.tick()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert len(house.provider.sent) == 40
    engine.dispose()


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 5)), min_size=1, max_size=30),
    st.integers(1, 10),
    st.sampled_from([DAY, WEEK]),
)
def test_at_its_relief_a_cap_has_room_and_a_minute_before_it_has_none(sent, most, span):
    cap = Cap(Counted(What.NUMBER, "n"), span, most)
    counted = Counter()
    for minutes, texts in sent:
        counted[NOON.replace(second=0) - timedelta(minutes=minutes)] += texts
    slots = [Slot(at, texts) for at, texts in counted.items() if at > since(NOON, span)]

    def held(instant):
        return sum(slot.texts for slot in slots if slot.at > since(instant, span))

    if held(NOON) < most:
        return
    until = relieved_at(cap, slots)
    assert held(until) < most
    assert held(until - MINUTE) >= most


@pytest.mark.parametrize(
    ("path", "circle"), [("B1.C01.L1.", "B1.C01."), ("B1.C01.", "B1.C01."), ("B1.", None), ("", None), (None, None)]
)
def test_a_circle_is_the_second_step_of_the_training_tree(path, circle):
    assert circle_of(path) == circle


def test_a_number_of_nobody_falls_under_no_persons_cap():
    caps = caps_of(Addressed(number(1), 0, TextClass.BULK, None), Limits())
    assert {cap.of.what for cap in caps} == {What.NUMBER, What.PROGRAMME}


def _let_buckets_fill(unit):
    with unit() as db:
        db.execute(text("UPDATE sender_bucket SET filled_at = filled_at - interval '5 seconds'"))
