"""When reminders go: inside the texting hours, before they are useless, never right after another text."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.calendar.windows import KARACHI, WindowRules, hours, window_open
from clusters.training.rules import REPORT_UNTIL, Answer
from messaging.reminders.rules import (
    APART,
    TOO_LATE,
    ReminderRules,
    days_before,
    slot_of_report,
    slot_of_trainer,
    slots,
    text_of,
    text_of_move,
)

RULES = ReminderRules()
LONG_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
instants = st.integers(0, 730 * 24 * 12).map(lambda fives: LONG_BEFORE + timedelta(minutes=5 * fives))
opening = st.sampled_from(
    [WindowRules(), WindowRules(override=hours("00:00-24:00")), WindowRules(override=hours("11:00-12:00"))]
)
rules = st.builds(
    ReminderRules,
    days_before=st.lists(st.integers(0, 30), max_size=5, unique=True).map(
        lambda days: tuple(sorted(days, reverse=True))
    ),
    hours=opening,
)


def at(written):
    return datetime.fromisoformat(written).replace(tzinfo=KARACHI)


def planned(start, told_at=LONG_BEFORE, rules=RULES):
    return [
        (slot.kind, f"{slot.send_after.astimezone(KARACHI):%a %d %H:%M}") for slot in slots(at(start), told_at, rules)
    ]


def test_a_training_session_on_a_weekday_is_reminded_three_times():
    assert planned("2026-04-16T10:00") == [("T-7d", "Thu 09 09:10"), ("T-1d", "Wed 15 16:00"), ("T-0d", "Thu 16 09:00")]


def test_on_saturday_the_hours_open_with_the_session_so_there_is_no_morning_reminder():
    assert planned("2026-04-18T10:00") == [("T-7d", "Sat 11 10:00"), ("T-1d", "Fri 17 16:00")]


def test_in_ramadan_the_eve_is_reminded_before_the_hours_close():
    assert ("T-1d", "Tue 24 15:30") in planned("2026-02-25T12:00")


def test_with_open_hours_the_morning_is_a_morning_and_not_midnight():
    around_the_clock = ReminderRules(hours=WindowRules(override=hours("00:00-24:00")))
    assert planned("2026-04-18T10:00", rules=around_the_clock)[-1] == ("T-0d", "Sat 18 07:00")


def test_who_is_told_late_gets_only_what_is_still_ahead_and_not_at_once_again():
    assert planned("2026-04-16T10:00", at("2026-04-13T12:00")) == [("T-1d", "Wed 15 16:00"), ("T-0d", "Thu 16 09:00")]
    assert planned("2026-04-16T10:00", at("2026-04-15T15:00")) == [("T-0d", "Thu 16 09:00")]
    assert planned("2026-04-16T10:00", at("2026-04-16T08:00")) == []


@given(instants, instants, rules)
def test_every_reminder_goes_in_open_hours_and_in_time(starts, told, rules):
    found = slots(starts, told, rules)
    for slot in found:
        assert window_open(slot.send_after, rules.hours)
        assert told + APART <= slot.send_after < slot.send_by <= starts - TOO_LATE
    assert [slot.send_after for slot in found] == sorted(slot.send_after for slot in found)
    assert len({slot.kind for slot in found}) == len(found)


@given(instants, rules)
def test_each_reminder_holds_until_the_next_one_goes(starts, rules):
    found = slots(starts, LONG_BEFORE - timedelta(days=60), rules)
    assert all(before.send_by == after.send_after for before, after in pairwise(found))


@given(instants, rules)
def test_trainers_get_the_last_reminder_before_the_day(starts, rules):
    slot = slot_of_trainer(starts, LONG_BEFORE - timedelta(days=60), rules)
    if slot is not None:
        assert slot.days_before >= 1
        assert slot.send_by == starts - TOO_LATE


@given(instants)
def test_trainers_are_asked_for_attendance_after_the_end_while_it_can_be_reported(ends):
    slot = slot_of_report(ends, RULES)
    assert slot is not None
    assert ends < slot.send_after < slot.send_by == ends + REPORT_UNTIL


@given(st.integers(0, 30), st.sampled_from([None, *Answer]))
def test_who_said_no_is_not_reminded_and_who_said_yes_is_not_asked_again(days, answer):
    key = text_of(days, answer)
    assert (key is None) == (answer is Answer.NO)
    if key is not None and days:
        assert key.endswith("_ask") == (answer is not Answer.YES)


def test_a_notice_says_what_changed_and_only_that():
    one, other = at("2026-04-16T10:00"), at("2026-04-17T10:00")
    assert text_of_move(one, other, "A", "A", leads=False) == "moved"
    assert text_of_move(one, other, "A", "B", leads=True) == "moved_lead"
    assert text_of_move(one, one, "A", "B", leads=True) == "venue_changed"
    assert text_of_move(one, one, "A", "A", leads=False) is None


def test_offsets_are_read_as_people_write_them():
    assert days_before("0d, 7d,1d,7d") == (7, 1, 0)
    assert days_before("") == ()


@pytest.mark.parametrize("written", ["7", "1h", "7d;1d", "-1d", "d"])
def test_offsets_that_cannot_be_read_are_refused(written):
    with pytest.raises(ValueError, match="write days before"):
        days_before(written)
