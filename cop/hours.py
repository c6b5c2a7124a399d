"""When texts may go, how many, and when reminders are due, as the settings say."""

from collections.abc import Callable
from functools import partial

from clusters.calendar.windows import WindowRules, hours, next_open, window_end, window_open
from clusters.kernel.errors import Invalid
from cop.settings import Settings
from messaging.outbox.brakes.caps import Limits
from messaging.outbox.rules import Window
from messaging.reminders.rules import ReminderRules, days_before


def texting_hours(settings: Settings) -> WindowRules:
    """The hours of COP_WINDOW, else those of weekdays, weekends, Friday prayer and Ramadan."""
    if not settings.window:
        return WindowRules()
    try:
        return WindowRules(override=hours(settings.window))
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


def reminder_rules(settings: Settings) -> ReminderRules:
    """Offsets, hours and the number for help."""
    try:
        days = days_before(settings.reminders)
    except ValueError as error:
        raise Invalid(
            "setting_unreadable", name="COP_REMINDERS", value=settings.reminders, wanted="days like 7d,1d,0d"
        ) from error
    return ReminderRules(days, texting_hours(settings), settings.reply_number)


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
