"""The settings of hours and reminders are read once, and refused in words when they cannot be."""

from datetime import datetime

import pytest

from clusters.kernel.clock import KARACHI
from clusters.kernel.errors import Invalid
from cop.hours import reminder_rules, texting_hours, window
from cop.settings import Settings

NIGHT = datetime(2026, 4, 6, 23, tzinfo=KARACHI)


def test_without_a_setting_nobody_is_texted_at_night():
    hours = window(texting_hours(Settings()))
    assert not hours.is_open(NIGHT)
    assert hours.next_open(NIGHT).astimezone(KARACHI) == datetime(2026, 4, 7, 9, tzinfo=KARACHI)


def test_a_rehearsal_may_open_the_window_for_the_whole_day():
    hours = window(texting_hours(Settings(window="00:00-24:00")))
    assert hours.is_open(NIGHT)
    assert hours.next_open(NIGHT) == NIGHT


def test_a_route_that_reaches_phones_opens_no_hour_that_providers_advise_against():
    real = Settings(window="00:00-24:00", sms_out="twilio")
    hours = window(texting_hours(real))
    assert not hours.is_open(NIGHT)
    assert hours.closes(datetime(2026, 4, 7, 20, tzinfo=KARACHI)) == datetime(2026, 4, 7, 21, tzinfo=KARACHI)


def test_offsets_and_the_number_for_help_come_from_the_settings():
    rules = reminder_rules(Settings(reminders="10d, 2d", reply_number="0346-0000001"))
    assert (rules.days_before, rules.help_number) == ((10, 2), "0346-0000001")


@pytest.mark.parametrize(
    ("routes", "answerable"),
    [
        ({}, True),
        ({"sms_out": "twilio", "sms_in": "twilio", "senders": "+12025550123=1/s, 8555"}, True),
        ({"sms_out": "twilio", "sms_in": "android", "senders": "+12025550123"}, False),
        ({"sms_out": "twilio", "sms_in": "twilio", "senders": "TRAINING"}, False),
        ({"sms_out": "twilio", "sms_in": "twilio", "senders": "+12025550123, whatsapp:TRAINING"}, True),
    ],
)
def test_an_invitation_that_cannot_be_answered_to_where_it_came_from_names_the_number_for_answers(routes, answerable):
    rules = reminder_rules(Settings(**routes))
    assert rules.answerable is answerable
    assert rules.invitation == ("invitation" if answerable else "invitation_one_way")


def test_an_invitation_asks_for_a_missed_call_only_where_a_number_for_calls_is_set():
    assert reminder_rules(Settings(call_number="0345-1234567")).invitation == "invitation_call"
    assert reminder_rules(Settings()).invitation == "invitation"


@pytest.mark.parametrize("settings", [Settings(window="9 to 5"), Settings(reminders="a week before")])
def test_what_cannot_be_read_is_refused(settings):
    with pytest.raises(Invalid, match="setting_unreadable"):
        reminder_rules(settings)
