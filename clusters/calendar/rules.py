"""Which days are training days in Pakistan: by default not Fridays, Sundays, public holidays or Ramadan."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from itertools import islice

import holidays

from clusters.calendar.hijri import ramadan_on

FRIDAY, SUNDAY = 4, 6
"""As `date.weekday` counts."""

_ESTIMATED = {"en_US": " (estimated)", "ur_PK": " (اندازاً)"}
_ONE_DAY = timedelta(days=1)


class Closing(StrEnum):
    """Why a day is no training day."""

    FRIDAY = "friday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"
    RAMADAN = "ramadan"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday of Pakistan; `estimated` until the moon has been sighted."""

    day: date
    name: str
    name_ur: str
    estimated: bool


@dataclass(frozen=True, slots=True)
class Closure:
    """Days closed by decision, first and last included: examinations, a vacation of the zone, an election."""

    first: date
    last: date
    name: str


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """The switches of the training calendar.

    `moon_slack` closes that many days before and after an estimated holiday, because the moon may move it.
    `opened` are days that somebody has confirmed as training days; they win over everything else.
    `fixed` are first days of estimated holidays with the first day that they really had.
    """

    fridays_closed: bool = True
    sundays_closed: bool = True
    holidays_closed: bool = True
    ramadan_closed: bool = True
    moon_slack: int = 1
    closures: tuple[Closure, ...] = ()
    opened: frozenset[date] = frozenset()
    fixed: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Closed:
    """One reason why a day is closed; `estimated` says that the moon may still change it."""

    why: Closing
    name: str
    name_ur: str
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class LongClosing:
    """Days in a row without a training day, first and last included, by the name of what closes most of them."""

    first: date
    last: date
    name: str
    name_ur: str


@cache
def public_holidays(year: int) -> tuple[Holiday, ...]:
    """Pakistan's public holidays of a year in order of date; two on one day are two."""
    english = holidays.country_holidays("PK", years=year, language="en_US", expand=False)
    urdu = holidays.country_holidays("PK", years=year, language="ur_PK", expand=False)
    found = []
    for day in sorted(english):
        for name, name_ur in zip(english.get_list(day), urdu.get_list(day), strict=True):
            bare = name.removesuffix(_ESTIMATED["en_US"])
            found.append(Holiday(day, bare, name_ur.removesuffix(_ESTIMATED["ur_PK"]), bare != name))
    return tuple(found)


@cache
def settled_holidays(year: int, fixed: tuple[tuple[date, date], ...]) -> tuple[Holiday, ...]:
    """The holidays of a year, those that somebody fixed on their real days; days of one name in a row move together."""
    real, found = dict(fixed), []
    last, moves = None, None
    for holiday in public_holidays(year):
        if not holiday.estimated:
            found.append(holiday)
            continue
        if last is None or (last.name, last.day + _ONE_DAY) != (holiday.name, holiday.day):
            moves = real[holiday.day] - holiday.day if holiday.day in real else None
        last = holiday
        settled = holiday if moves is None else replace(holiday, day=holiday.day + moves, estimated=False)
        found.append(settled)
    return tuple(found)


def holidays_near(day: date, slack: int, fixed: tuple[tuple[date, date], ...] = ()) -> tuple[Holiday, ...]:
    """The holidays that fall on a day, or whose estimated date lies at most `slack` days from it."""
    years = {(day + timedelta(days=offset)).year for offset in (-slack, 0, slack)}
    return tuple(
        holiday
        for year in sorted(years)
        for holiday in settled_holidays(year, fixed)
        if abs((holiday.day - day).days) <= (slack if holiday.estimated else 0)
    )


def why_closed(day: date, rules: CalendarRules) -> tuple[Closed, ...]:
    """Every reason why a day is no training day; none for a training day."""
    if day in rules.opened:
        return ()
    reasons = []
    if rules.fridays_closed and day.weekday() == FRIDAY:
        reasons.append(Closed(Closing.FRIDAY, "Friday", "جمعہ"))
    if rules.sundays_closed and day.weekday() == SUNDAY:
        reasons.append(Closed(Closing.SUNDAY, "Sunday", "اتوار"))
    if rules.holidays_closed:
        near = {
            holiday.name: Closed(Closing.HOLIDAY, holiday.name, holiday.name_ur, holiday.estimated)
            for holiday in holidays_near(day, rules.moon_slack, rules.fixed)
        }
        reasons.extend(near.values())
    if rules.ramadan_closed and (ramadan := ramadan_on(day)) is not None:
        reasons.append(Closed(Closing.RAMADAN, "Ramadan", "رمضان", not ramadan.sure(day)))
    reasons.extend(
        Closed(Closing.LOCAL, closure.name, closure.name)
        for closure in rules.closures
        if closure.first <= day <= closure.last
    )
    return tuple(reasons)


def is_training_day(day: date, rules: CalendarRules) -> bool:
    """May a training session meet on this day?"""
    return not why_closed(day, rules)


def long_closings(first: date, last: date, rules: CalendarRules, least: int = 7) -> tuple[LongClosing, ...]:
    """Stretches of at least so many days without a training day between two training days."""
    found, shut = list[LongClosing](), list[date]()
    for step in range((last - first).days + 1):
        day = first + step * _ONE_DAY
        if not is_training_day(day, rules):
            shut.append(day)
            continue
        if len(shut) >= least:
            found.append(LongClosing(shut[0], shut[-1], *_closing(shut, rules)))
        shut = []
    return tuple(found)


def _closing(days: list[date], rules: CalendarRules) -> tuple[str, str]:
    weekly = (Closing.FRIDAY, Closing.SUNDAY)
    closing = (each for day in days for each in why_closed(day, rules) if each.why not in weekly)
    names = Counter((each.name, each.name_ur) for each in closing)
    return names.most_common(1)[0][0] if names else ("", "")


def training_days(first: date, last: date, rules: CalendarRules) -> tuple[date, ...]:
    """The training days from `first` to `last`, both included, in order."""
    span = (last - first).days + 1
    return tuple(day for day in islice(_days_from(first), max(span, 0)) if is_training_day(day, rules))


def next_training_day(day: date, rules: CalendarRules, within: int = 366) -> date | None:
    """The first training day on or after a day; None when `within` days hold none."""
    return next((each for each in islice(_days_from(day), within) if is_training_day(each, rules)), None)


def _days_from(first: date) -> Iterator[date]:
    day = first
    while True:
        yield day
        day += _ONE_DAY
