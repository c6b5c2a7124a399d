"""A worker that finds an older or another database than it remembers holds the sending until a person has looked."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from clusters.scope import Scope
from cop.house import open_house
from cop.jobs import dispatch, mark, tools
from cop.memory import MARK, SLACK, Mark, doubt, guard, recalled, remember, standing
from cop.settings import Settings
from messaging.outbox.actions import enqueue
from messaging.outbox.rules import StopReason
from messaging.outbox.switch import resume_sending, stops
from tests.messaging.voice import draft, subject

AT = datetime(2026, 3, 2, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
KNOWN = Mark("1", "cop", AT, AT - HOUR)
INSTANTS = st.integers(0, 10**6).map(lambda seconds: AT + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("mark", "found", "released", "reason"),
    [
        (KNOWN, Mark("1", "cop", AT + HOUR, AT - HOUR), None, None),
        (KNOWN, Mark("1", "cop", AT + HOUR, AT - HOUR - SLACK), None, None),
        (KNOWN, Mark("1", "cop", AT + HOUR, AT - 2 * HOUR), None, StopReason.OLDER),
        (KNOWN, Mark("1", "cop", AT + HOUR, None), None, StopReason.OLDER),
        (KNOWN, Mark("2", "cop", AT + HOUR, AT), None, StopReason.OTHER),
        (KNOWN, Mark("1", "copy", AT + HOUR, AT), None, StopReason.OTHER),
        (KNOWN, Mark("2", "cop", AT + HOUR, None), None, StopReason.OTHER),
        (Mark("1", "cop", AT, None), Mark("2", "cop", AT + HOUR, None), None, None),
        (None, Mark("1", "cop", AT, None), None, None),
        (None, Mark("1", "cop", AT, AT - HOUR), None, StopReason.UNMARKED),
        (None, Mark("1", "cop", AT, AT - HOUR), AT - 2 * HOUR, StopReason.UNMARKED),
        (None, Mark("1", "cop", AT, AT - HOUR), AT, None),
        (KNOWN, Mark("2", "cop", AT + HOUR, AT - 5 * HOUR), AT + HOUR, None),
        (KNOWN, Mark("2", "cop", AT + HOUR, AT - 5 * HOUR), AT - HOUR, StopReason.OTHER),
    ],
)
def test_what_is_remembered_decides(mark, found, released, reason):
    assert doubt(mark, found, released) is reason


@given(attempts=st.lists(INSTANTS), more=st.lists(INSTANTS), at=INSTANTS)
def test_a_database_that_only_went_on_is_never_doubted(attempts, more, at):
    mark = Mark("1", "cop", at, max(attempts, default=None))
    assert doubt(mark, Mark("1", "cop", at, max(attempts + more, default=None)), None) is None


@pytest.fixture
def own_house(new_database, tmp_path):
    with open_house(Settings(database_url=new_database(), data_dir=tmp_path, window="00:00-24:00")) as house:
        yield house


def sent_one(house):
    with house.unit() as db:
        subject(db)
        enqueue(db, draft(db))
    assert dispatch(tools(house))["accepted"] == 1


def look(house):
    with house.worker_unit() as db:
        return guard(db, house.settings.data_dir)


def test_a_worker_that_goes_on_where_it_was_sends(own_house):
    assert look(own_house) is None
    sent_one(own_house)
    mark(tools(own_house))
    assert look(own_house) is None


def test_a_folder_that_knows_nothing_of_a_database_that_sent_holds_the_sending_until_it_is_released(own_house):
    sent_one(own_house)
    assert look(own_house) is StopReason.UNMARKED
    assert look(own_house) is StopReason.UNMARKED
    with own_house.unit() as db:
        assert [stop.reason for stop in stops(db)] == [StopReason.UNMARKED]
    with own_house.unit() as db:
        enqueue(db, draft(db, 2))
    assert dispatch(tools(own_house)) == {}
    with own_house.unit() as db:
        resume_sending(db, Scope.everywhere())
    assert look(own_house) is None
    assert dispatch(tools(own_house))["accepted"] == 1


def test_the_mark_survives_being_written_and_an_illegible_one_counts_as_none(own_house, tmp_path):
    with own_house.unit() as db:
        found = standing(db)
    remember(tmp_path, found)
    assert recalled(tmp_path) == found
    (tmp_path / MARK).write_text("{")
    assert recalled(tmp_path) is None


def test_an_old_copy_that_comes_back_under_a_worker_that_runs_is_held_within_the_minute(own_house, tmp_path):
    sent_one(own_house)
    hands = tools(own_house)
    assert mark(hands) == {}
    assert mark(hands) == {}
    with own_house.unit() as db:
        db.execute(text("UPDATE attempt SET started_at = started_at - interval '1 day'"))
    assert mark(hands) == {"held": 1}
    assert mark(hands) == {}
    with own_house.unit() as db:
        assert [stop.reason for stop in stops(db)] == [StopReason.OLDER]
