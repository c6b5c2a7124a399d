"""Texts that a hook did not bring come from the channel's own list; what that list lacks after a day is marked."""

from datetime import timedelta

from sqlalchemy import select

from messaging.channels.base import Policy, SendError, Texted
from messaging.inbound.actions import keep
from messaging.inbound.listing import read_lists
from messaging.inbound.models import InboundListing, InboundText
from tests.hooking import SignedChannel

TEACHER = "+923005550001"


class Silent(SignedChannel):
    """It cannot be asked."""

    def heard(self, since, until):
        raise SendError(Policy.SAFE, "route_unreachable")


def rows(unit):
    with unit() as db:
        return {row.provider_id: row for row in db.scalars(select(InboundText))}


def test_what_the_hook_did_not_bring_is_kept_once_at_its_own_time(unit, clock):
    channel = SignedChannel(list_of_texts=[Texted("S1", TEACHER, "1", at=clock() - timedelta(minutes=7))])
    with unit() as db:
        keep(db, "signed", "S2", TEACHER, "2")
    channel.list_of_texts.append(Texted("S2", TEACHER, "2", at=clock()))
    assert read_lists(unit, {"signed": channel}, ()) == {"missed": 1}
    assert read_lists(unit, {"signed": channel}, ()) == {}
    found = rows(unit)
    assert found["S1"].received_at == clock() - timedelta(minutes=7)
    assert found["S1"].state == "received"


def test_an_echo_and_a_short_code_in_the_list_are_not_read(unit, clock):
    texts = [Texted("S1", "+923451234567", "MADAD", at=clock()), Texted("S2", "8777", "Win", at=clock())]
    read_lists(unit, {"signed": SignedChannel(list_of_texts=texts)}, {"+923451234567"})
    assert {sid: row.state for sid, row in rows(unit).items()} == {"S1": "ignored", "S2": "quarantined"}


def test_after_a_long_silence_all_of_it_is_read(unit, clock):
    channel = SignedChannel()
    read_lists(unit, {"signed": channel}, ())
    channel.list_of_texts = [Texted("S1", TEACHER, "1", at=clock() + timedelta(hours=1))]
    clock.advance(hours=30)
    assert read_lists(unit, {"signed": channel}, ())["missed"] == 1


def test_a_channel_that_could_not_be_asked_is_asked_over_that_time_again(unit, clock):
    read_lists(unit, {"signed": SignedChannel()}, ())
    clock.advance(hours=10)
    assert read_lists(unit, {"signed": Silent()}, ()) == {"not_asked": 1}
    with unit() as db:
        assert db.scalars(select(InboundListing.until)).one() == clock() - timedelta(hours=10)


def test_a_text_that_the_list_lacks_after_a_day_is_marked_once(unit, clock):
    channel = SignedChannel(list_of_texts=[Texted("S1", TEACHER, "1", at=clock())])
    with unit() as db:
        keep(db, "signed", "S1", TEACHER, "1")
        keep(db, "signed", "FORGED", TEACHER, "2")
        keep(db, "another", "S9", TEACHER, "3")
    marked = 0
    for _ in range(60):
        marked += read_lists(unit, {"signed": channel}, ())["unlisted"]
        before = {sid for sid, row in rows(unit).items() if row.unlisted_at}
        assert before == set() or clock() >= rows(unit)["FORGED"].received_at + timedelta(hours=24)
        clock.advance(minutes=30)
    assert marked == 1
    assert {sid for sid, row in rows(unit).items() if row.unlisted_at} == {"FORGED"}
