"""Which backups are kept, how they are called, and how a table that came back differently is told."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clusters.kernel.clock import KARACHI
from cop.backups.rules import Contents, Keeping, differing, kept, made_at, name_of, tag_of

TAG = tag_of("7", "cop")
START = datetime(2026, 1, 1, 2, tzinfo=KARACHI)
KEEPING = Keeping(7, 5, 12)
TIMES = st.lists(st.integers(0, 500 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes)), unique=True)


def test_a_name_tells_whose_backup_it_is_and_when_it_was_made():
    at = datetime(2026, 11, 22, 4, 0, 11, tzinfo=UTC)
    name = name_of(TAG, at.astimezone(KARACHI))
    assert name == f"cop-{TAG}-20261122T040011Z.backup"
    assert made_at(name, TAG) == at
    assert made_at(name, "000000") is None
    assert made_at(name + ".part", TAG) is None
    assert made_at("holiday.jpg", TAG) is None


def test_a_year_of_nights_leaves_days_weeks_and_months():
    nights = [START + timedelta(days=day) for day in range(365)]
    stay = kept(nights, KEEPING)
    assert sorted(stay)[-7:] == nights[-7:]
    assert {(at.year, at.month) for at in stay} == {(2026, month) for month in range(1, 13)}
    assert len({at.isocalendar()[:2] for at in stay if at > nights[-40]}) >= 5
    assert len(stay) <= 7 + 5 + 12


@given(TIMES)
def test_the_newest_is_always_kept_and_never_more_than_was_asked_for(times):
    stay = kept(times, KEEPING)
    assert stay <= set(times)
    assert len(stay) <= 7 + 5 + 12
    assert not times or max(times) in stay


@given(TIMES)
def test_dropping_twice_drops_nothing_more(times):
    stay = kept(times, KEEPING)
    assert kept(stay, KEEPING) == stay


@given(TIMES)
def test_with_nothing_to_keep_the_newest_stays(times):
    assert kept(times, Keeping(0, 0, 0)) == set(sorted(times)[-1:])


def test_tables_that_are_not_as_they_were_are_named():
    was = {"a": Contents(2, "5"), "b": Contents(2, "5"), "c": Contents(1, "1"), "d": Contents(0, "0")}
    now = {"a": Contents(2, "5"), "b": Contents(3, "7"), "c": Contents(1, "2"), "e": Contents(0, "0")}
    assert differing(was, was) == {}
    assert differing(was, now) == {
        "b": "has 3 rows instead of 2",
        "c": "has other contents",
        "d": "is missing",
        "e": "was not there before",
    }
    assert differing(was, now, but=("b", "c", "d", "e")) == {}
