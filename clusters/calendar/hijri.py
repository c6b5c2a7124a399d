"""The likely Hijri date of a day in Pakistan, and when Ramadan may fall; the moon decides, so both are estimates."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from hijridate import Gregorian, Hijri

USUAL_DELAY = timedelta(days=1)
"""Pakistan sights the moon on the same day as the Umm al-Qura tables or, more often, one day later."""

RAMADAN = 9

MONTHS = (
    "Muharram",
    "Safar",
    "Rabi al-Awwal",
    "Rabi al-Thani",
    "Jumada al-Awwal",
    "Jumada al-Thani",
    "Rajab",
    "Shaban",
    "Ramadan",
    "Shawwal",
    "Dhul Qadah",
    "Dhul Hijjah",
)
MONTHS_UR = (
    "محرم",
    "صفر",
    "ربیع الاول",
    "ربیع الثانی",
    "جمادی الاول",
    "جمادی الثانی",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذوالقعدہ",
    "ذوالحجہ",
)
_LANGUAGES = {"en": ("about", MONTHS), "ur": ("تقریباً", MONTHS_UR)}


@dataclass(frozen=True, slots=True)
class HijriDay:
    """A date of the Islamic calendar, give or take one day."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Ramadan:
    """One Ramadan as it may fall in Pakistan; `first` and `last` are included, and each may prove to lie outside it."""

    hijri_year: int
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """May this day be a day of fasting?"""
        return self.first <= day <= self.last

    def sure(self, day: date) -> bool:
        """Is it one whatever the moon does?"""
        return self.first < day < self.last


def hijri_day(day: date) -> HijriDay | None:
    """The likely Hijri date in Pakistan; None outside the tables (1924 to 2077)."""
    sighted = day - USUAL_DELAY
    try:
        hijri = Gregorian(sighted.year, sighted.month, sighted.day).to_hijri()
    except OverflowError:
        return None
    return HijriDay(hijri.year, hijri.month, hijri.day)


def hijri_text(day: date, language: str = "en") -> str:
    """The Hijri date for a heading ("about 24 Ramadan"), in English or Urdu ("ur"); empty outside the tables."""
    hijri = hijri_day(day)
    if hijri is None:
        return ""
    about, months = _LANGUAGES[language]
    return f"{about} {hijri.day} {months[hijri.month - 1]}"


@cache
def ramadans_of(year: int) -> tuple[Ramadan, ...]:
    """Every Ramadan that touches a Gregorian year: one or two, in order; none outside the tables."""
    hijri_year = round((year - 622) * 33 / 32)
    found = [_ramadan(candidate) for candidate in range(hijri_year - 2, hijri_year + 3)]
    return tuple(each for each in found if each is not None and year in (each.first.year, each.last.year))


def ramadan_on(day: date) -> Ramadan | None:
    """The Ramadan in which a day may lie."""
    return next((each for each in ramadans_of(day.year) if each.holds(day)), None)


def _ramadan(hijri_year: int) -> Ramadan | None:
    try:
        opening = Hijri(hijri_year, RAMADAN, 1)
        first = date(*opening.to_gregorian().datetuple())
        length = opening.month_length()
    except OverflowError:
        return None
    return Ramadan(hijri_year, first, first + timedelta(days=length))
