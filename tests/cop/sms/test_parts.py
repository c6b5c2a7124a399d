"""A long text in parts: whatever their order and however often they come, it is read once; without one, by a person."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from clusters.training.models import AttendanceReport
from messaging.channels.base import Texted
from messaging.inbound.actions import Came, take_all
from messaging.inbound.models import InboundText, Parked

REPORT = "HAZRI 4814 3 7"
references = count(1)


def bring(world, *parts, of=2, reference="r", who=None):
    """Parts of a text, each as (place, words), in the order in which they come."""
    number = world.number(who or world.trainer)
    with world.house.unit() as db:
        for place, words in parts:
            sid = f"{reference}-{place}"
            take_all(db, [Came("android", Texted(sid, number, words, part=place, parts=of, reference=reference))])


def reports(world):
    """The versions of the report that are stored."""
    with world.house.unit() as db:
        found = db.scalars(
            select(AttendanceReport)
            .where(AttendanceReport.session_id == world.session.id)
            .order_by(AttendanceReport.version)
        )
        return [each.version for each in found]


def cards(world):
    with world.house.unit() as db:
        return list(db.scalars(select(Parked.why).order_by(Parked.id)))


def test_two_parts_in_the_wrong_order_are_one_text(world):
    world.after()
    bring(world, (2, "4 3 7"), (1, "HAZRI 481"))
    world.work()
    [echo] = world.heard(world.trainer)
    assert "6 hazir, 2 ghair hazir" in echo
    assert reports(world) == [1]


def test_a_part_that_is_fifty_seconds_late_is_waited_for(world):
    world.after()
    bring(world, (2, "4 3 7"))
    world.work()
    assert world.heard(world.trainer) == []
    world.clock.advance(seconds=50)
    bring(world, (1, "HAZRI 481"))
    world.work()
    assert reports(world) == [1]
    assert cards(world) == []


def test_without_a_part_a_person_reads_the_rest_after_a_minute_and_nothing_is_applied(world):
    world.after()
    bring(world, (1, REPORT))
    world.clock.advance(seconds=59)
    world.work()
    assert cards(world) == []
    world.clock.advance(seconds=2)
    world.work()
    assert cards(world) == ["part_missing"]
    [told] = world.heard(world.trainer)
    assert "Koi aadmi" in told
    assert reports(world) == []
    assert world.last().body == f"{REPORT} ... "


def test_a_wish_to_leave_is_heard_even_without_the_other_part(world):
    bring(world, (1, "BAND karo yeh sab"), who=world.teachers[0])
    world.clock.advance(seconds=61)
    world.work()
    [told] = world.heard(world.teachers[0])
    assert "SHURU" in told


def test_a_part_that_comes_once_more_after_joining_changes_nothing(world):
    world.after()
    bring(world, (1, "HAZRI 481"), (2, "4 3 7"))
    world.work()
    bring(world, (2, "4 3 7"), (1, "HAZRI 481"))
    world.clock.advance(minutes=2)
    world.work()
    assert len(world.heard(world.trainer)) == 1
    assert cards(world) == []


def test_joined_parts_keep_no_words_and_no_number(world):
    bring(world, (1, "kya"), (2, " haal"))
    world.work()
    with world.house.unit() as db:
        kept = db.execute(select(InboundText.body, InboundText.number).where(InboundText.state == "joined")).all()
        whole = db.scalars(select(InboundText.body).where(InboundText.state != "joined")).all()
    assert [tuple(each) for each in kept] == [("", ""), ("", "")]
    assert whole == ["kya haal"]


@pytest.mark.parametrize(("place", "of"), [(0, 2), (3, 2), (1, 1), (1, 0), (1, 999)])
def test_numbers_of_parts_that_cannot_be_make_an_ordinary_text(world, place, of):
    world.after()
    bring(world, (place, REPORT), of=of)
    world.work()
    assert reports(world) == [1]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_however_a_report_is_split_shuffled_and_repeated_it_is_stored_once(world, data):
    world.clock.at = max(world.clock.at, world.session.ends_at)
    world.clock.advance(minutes=30)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(REPORT) - 1), min_size=1, max_size=4)))
    pieces = [REPORT[start:end] for start, end in zip([0, *cuts], [*cuts, len(REPORT)], strict=True)]
    parts = list(enumerate(pieces, 1))
    order = data.draw(st.permutations(parts)) + data.draw(st.lists(st.sampled_from(parts), max_size=4))
    before = len(reports(world))
    bring(world, *order, of=len(parts), reference=f"r{next(references)}")
    world.work()
    assert len(reports(world)) == before + 1
    world.clock.advance(minutes=2)
    world.work()
    assert len(reports(world)) == before + 1
