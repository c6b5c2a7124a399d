"""Texting hours: when a text that nobody asked for may reach a phone in Pakistan, and when it may next."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from clusters.calendar.hijri import ramadan_on
from clusters.calendar.rules import FRIDAY, settled_holidays

KARACHI = ZoneInfo("Asia/Karachi")
DAY_MINUTES = 24 * 60
SATURDAY = 5
SEARCHED_DAYS = 14
"""No window stays shut for longer; `next_open` looks no further."""

_HOURS = re.compile(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*")


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of a day in minutes since local midnight; the end is not included and may be 24:00."""

    starts: int
    ends: int

    def __post_init__(self) -> None:
        if not 0 <= self.starts < self.ends <= DAY_MINUTES:
            raise ValueError(f"Hours must run forwards within one day, and {self} do not.")

    def __str__(self) -> str:
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (self.starts, self.ends))

    def within(self, wider: "Hours") -> bool:
        """Do these hours lie inside others?"""
        return wider.starts <= self.starts and self.ends <= wider.ends


def hours(written: str) -> Hours:
    """Hours as people write them, "09:00-19:00"; a ValueError says what is wrong."""
    match = _HOURS.fullmatch(written)
    if match is None:
        raise ValueError(f"'{written}' are no hours; write them like 09:00-19:00.")
    first_hour, first_minute, last_hour, last_minute = map(int, match.groups())
    if first_minute > 59 or last_minute > 59:
        raise ValueError(f"'{written}' holds a minute above 59; write hours like 09:00-19:00.")
    return Hours(first_hour * 60 + first_minute, last_hour * 60 + last_minute)


WHOLE_DAY = hours("00:00-24:00")
VENDOR_WEEKDAYS, VENDOR_WEEKENDS = hours("09:00-21:00"), hours("10:00-18:00")
"""What providers advise for Pakistan; a real route may narrow these hours and never widen them."""
WEEKDAYS, WEEKENDS = hours("09:00-19:00"), hours("10:00-18:00")
FRIDAY_PAUSE = hours("12:30-14:30")
RAMADAN_PRESET = hours("10:00-16:00")


@dataclass(frozen=True, slots=True)
class WindowRules:
    """Texting hours by kind of day, in the time of `zone`.

    `ramadan` narrows the hours on every day that may be one of fasting; None leaves them. On public holidays, first
    days of the moon's as `fixed`, those of a weekend hold. `override` takes the place of the hours of weekdays and is
    narrowed on the other days and by the Friday pause, unless it is the whole day; where it does not meet the hours of
    such a day at all, those hold.
    """

    weekdays: Hours = WEEKDAYS
    weekends: Hours = WEEKENDS
    friday_pause: Hours | None = FRIDAY_PAUSE
    ramadan: Hours | None = RAMADAN_PRESET
    override: Hours | None = None
    zone: tzinfo = KARACHI
    fixed: tuple[tuple[date, date], ...] = ()


def open_hours(day: date, rules: WindowRules) -> tuple[Hours, ...]:
    """The parts of a day in which texts may go out, in order: none, one, or two around the Friday pause."""
    if rules.override == WHOLE_DAY:
        return (WHOLE_DAY,)
    allowed = rules.override or rules.weekdays
    if day.weekday() >= SATURDAY or _is_holiday(day, rules.fixed):
        allowed = rules.weekends if rules.override is None else _narrowed(allowed, rules.weekends) or rules.weekends
    if rules.ramadan is not None and ramadan_on(day) is not None:
        narrowed = _narrowed(allowed, rules.ramadan)
        if narrowed is None and rules.override is None:
            return ()
        allowed = narrowed or rules.ramadan
    if day.weekday() != FRIDAY or rules.friday_pause is None:
        return (allowed,)
    pause = rules.friday_pause
    around = ((allowed.starts, min(allowed.ends, pause.starts)), (max(allowed.starts, pause.ends), allowed.ends))
    return tuple(Hours(starts, ends) for starts, ends in around if starts < ends)


def _narrowed(allowed: Hours, narrower: Hours) -> Hours | None:
    """Where both are open; None where they never meet."""
    starts, ends = max(allowed.starts, narrower.starts), min(allowed.ends, narrower.ends)
    return Hours(starts, ends) if starts < ends else None


def _is_holiday(day: date, fixed: tuple[tuple[date, date], ...]) -> bool:
    return any(each.day == day for each in settled_holidays(day.year, fixed))


def window_open(instant: datetime, rules: WindowRules) -> bool:
    """May a text go out at this instant?"""
    return any(starts <= instant < ends for starts, ends in _spans(instant, rules, days=1))


def next_open(instant: datetime, rules: WindowRules) -> datetime:
    """The first instant, this one or later, at which the window is open, in UTC; a ValueError if it never opens."""
    for starts, ends in _spans(instant, rules, days=SEARCHED_DAYS):
        if instant < ends:
            return max(instant, starts).astimezone(UTC)
    raise ValueError(f"The texting hours leave no open hour in {SEARCHED_DAYS} days; widen them.")


def window_end(instant: datetime, rules: WindowRules) -> datetime | None:
    """When the window that is open at this instant shuts, in UTC; None when it is shut.

    Parts that touch at midnight are one: a window that is always open ends where the search does.
    """
    end: datetime | None = None
    for starts, ends in _spans(instant, rules, days=SEARCHED_DAYS):
        if end is None:
            if starts <= instant < ends:
                end = ends
        elif starts == end:
            end = ends
        else:
            break
    return None if end is None else end.astimezone(UTC)


def vendor_hours(wanted: Hours) -> Hours:
    """Hours of weekdays, cut to what providers advise."""
    return _narrowed(wanted, VENDOR_WEEKDAYS) or VENDOR_WEEKDAYS


def within_vendor_hours(rules: WindowRules) -> bool:
    """Do these rules keep to the providers' hours on every day, so that a real route may use them?"""
    weekdays, weekends = (rules.override or rules.weekdays), (rules.override or rules.weekends)
    return weekdays.within(VENDOR_WEEKDAYS) and weekends.within(VENDOR_WEEKENDS)


def _spans(instant: datetime, rules: WindowRules, days: int) -> list[tuple[datetime, datetime]]:
    """The open parts as instants in UTC, from the local day of `instant` on."""
    today = instant.astimezone(rules.zone).date()
    found: list[tuple[datetime, datetime]] = []
    for offset in range(days):
        day = today + timedelta(days=offset)
        midnight = datetime(day.year, day.month, day.day, tzinfo=rules.zone)
        found.extend((_at(midnight, part.starts), _at(midnight, part.ends)) for part in open_hours(day, rules))
    return found


def _at(midnight: datetime, minutes: int) -> datetime:
    # Local wall time first and UTC second: adding minutes in UTC would be wrong on a day the clocks change.
    return (midnight + timedelta(minutes=minutes)).astimezone(UTC)
