"""The rehearsal channel behaves as a provider whose list never lags and who refuses no repetition."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import select

from messaging.channels.base import Channel, Medium, Outgoing
from messaging.channels.models import PhoneText
from messaging.channels.plan import REHEARSAL, Routes, carrier
from messaging.channels.rehearsal import RehearsalChannel, written

EVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
TEXT = Outgoing(uuid4(), "+923001234567", "Kal training hai")


def test_every_copy_that_is_handed_over_reaches_the_phone(unit):
    channel: Channel = RehearsalChannel(unit)
    first, second = channel.send(TEXT), channel.send(TEXT)
    assert first != second
    with unit() as db:
        copies = db.execute(select(PhoneText.phone, PhoneText.body, PhoneText.incoming, PhoneText.message_id)).all()
    assert copies == [(TEXT.number, TEXT.body, True, TEXT.message_id)] * 2


def test_it_knows_what_it_got_and_what_it_never_got(unit):
    channel = RehearsalChannel(unit)
    assert channel.find(TEXT, *EVER) == []
    receipt = channel.send(TEXT)
    channel.send(TEXT)
    assert [each.sid for each in channel.find(TEXT, *EVER)] == [receipt.sid]
    assert channel.find(Outgoing(uuid4(), TEXT.number, TEXT.body), *EVER) == []
    assert [each.message_id for each in channel.listed(*EVER)] == [TEXT.message_id] * 2


def test_a_phone_lives_by_the_clock_of_the_rehearsal(unit, clock):
    clock.advance(days=5)
    RehearsalChannel(unit).send(TEXT)
    with unit() as db:
        assert db.scalars(select(PhoneText.at)).one() == clock.at


def test_what_a_phone_sends_has_an_id_of_its_own(unit):
    with unit() as db:
        ids = {written(db, TEXT.number, "1") for _ in range(3)} | {RehearsalChannel(unit).send(TEXT).sid}
    assert len(ids) == 4


def test_invented_people_are_reached_by_rehearsal_only():
    assert carrier(Routes(), Medium.SMS, invented=True) == carrier(Routes(), Medium.SMS, invented=False) == REHEARSAL
    real = Routes(out="twilio", back="android")
    assert (carrier(real, Medium.SMS, invented=True), carrier(real, Medium.SMS, invented=False)) == (None, "twilio")
    assert Routes().rehearsing
    assert not real.rehearsing
    assert not Routes(back="android").rehearsing
