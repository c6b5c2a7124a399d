"""When attendance may be reported: from an hour before the start until two days after the end, and no longer."""

from datetime import UTC, datetime, timedelta

import pytest

from clusters.training.rules import report_open, report_window

STARTS = datetime(2026, 3, 14, 5, 0, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=4)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        (STARTS - timedelta(hours=1) - MOMENT, False),
        (STARTS - timedelta(hours=1), True),
        (ENDS + timedelta(hours=48) - MOMENT, True),
        (ENDS + timedelta(hours=48), False),
    ],
)
def test_attendance_may_be_reported_from_the_opening_of_the_window_to_just_before_its_close(at, open_):
    assert report_open(STARTS, ENDS, at) is open_


def test_the_window_opens_an_hour_before_the_start_and_closes_two_days_after_the_end():
    assert report_window(STARTS, ENDS) == (STARTS - timedelta(hours=1), ENDS + timedelta(hours=48))
