"""When texts may go, how many, and when reminders are due, as the settings say."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from clusters.calendar.windows import WindowRules, hours, next_open, vendor_hours, window_end, window_open
from clusters.kernel.errors import Invalid
from cop.settings import Settings
from messaging.channels.base import Medium
from messaging.outbox.brakes.caps import Limits
from messaging.outbox.brakes.waiting import done_by, fits, takes
from messaging.outbox.rules import Window
from messaging.reminders.rules import ReminderRules, days_before

FOR_EVER = timedelta(days=400)
"""What is told of a batch that would take longer than anybody looks ahead."""


def texting_hours(settings: Settings) -> WindowRules:
    """The hours of COP_WINDOW or else the usual ones, narrowed on weekends, holidays, for Friday prayer and in Ramadan.

    With a route that reaches phones no hours are wider than providers advise.
    """
    fixed = settings.calendar.fixed
    if not settings.window:
        return WindowRules(fixed=fixed)
    try:
        wanted = hours(settings.window)
        return WindowRules(override=wanted if settings.routes_on_loopback else vendor_hours(wanted), fixed=fixed)
    except ValueError as error:
        raise Invalid(
            "setting_unreadable", name="COP_WINDOW", value=settings.window, wanted="hours like 09:00-19:00"
        ) from error


def window(rules: WindowRules) -> Window:
    """The hours as the outbox asks for them, which knows no calendar."""
    return Window(
        is_open=partial(window_open, rules=rules),
        next_open=partial(next_open, rules=rules),
        closes=partial(window_end, rules=rules),
    )


def window_of(settings: Callable[[], Settings]) -> Window:
    """The hours as they hold whenever they are asked for."""
    return Window(
        is_open=lambda at: window(texting_hours(settings())).is_open(at),
        next_open=lambda at: window(texting_hours(settings())).next_open(at),
        closes=lambda at: window(texting_hours(settings())).closes(at),
    )


def goes_from_to(settings: Settings, starts: datetime, segments: int) -> tuple[datetime, datetime]:
    """When so many segments begin to go and when the last one has gone, at the senders' pace inside the hours."""
    hours_of_texts = window(texting_hours(settings))
    done = done_by(segments, settings.routes.pool(Medium.SMS), hours_of_texts, starts)
    return hours_of_texts.next_open(starts), done or starts + FOR_EVER


def in_time(settings: Settings, starts: datetime, segments: int, send_by: datetime) -> bool:
    """Will so many segments have gone while they are of use?"""
    return fits(segments, settings.routes.pool(Medium.SMS), window(texting_hours(settings)), starts, send_by)


def takes_seconds(settings: Settings, segments: int) -> float:
    """How long so many segments take at the pace of all senders together; 0 where no sender has one."""
    return takes(segments, settings.routes.pool(Medium.SMS)).total_seconds()


def reminder_rules(settings: Settings) -> ReminderRules:
    """Offsets, hours, the number for help, and whether texts can be answered to where they came from."""
    try:
        days = days_before(settings.reminders)
    except ValueError as error:
        raise Invalid(
            "setting_unreadable", name="COP_REMINDERS", value=settings.reminders, wanted="days like 7d,1d,0d"
        ) from error
    return ReminderRules(
        days, texting_hours(settings), settings.reply_number, settings.routes.answerable, settings.call_number
    )


def limits(settings: Settings) -> Limits:
    """The caps and the budget of texts."""
    return Limits(
        number_day=settings.texts_a_day,
        number_week=settings.texts_a_week,
        circle_day=settings.circle_texts_a_day,
        programme_hour=settings.programme_texts_an_hour,
        programme_day=settings.programme_texts_a_day,
        budget=settings.month_budget,
        segment_price=settings.segment_price,
    )
