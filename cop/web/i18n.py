"""How pages speak: gettext, dates and figures as Pakistan reads them, codes kept left to right."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from markupsafe import Markup, escape

from clusters.calendar.hijri import hijri_day, hijri_text
from cop.web.catalogues import catalogue, translations

KARACHI = ZoneInfo("Asia/Karachi")
"""The time on every page; storage is UTC."""


class Language(StrEnum):
    """Languages of the pages."""

    ENGLISH = "en"
    URDU = "ur"


RIGHT_TO_LEFT = frozenset({Language.URDU})
OWN_NAME = {Language.ENGLISH: "English", Language.URDU: "اردو"}
"""Each language by its own name, for the switch."""
_LOCALE = {Language.ENGLISH: "en_PK", Language.URDU: "ur_PK"}


def ltr(value: object) -> Markup:
    """A code, phone, time, range or percentage: it reads left to right inside any text."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(value)


def local(at: datetime) -> datetime:
    """The same instant on a clock in Karachi; a time without a zone is refused."""
    if at.tzinfo is None:
        raise ValueError("a time on a page needs its zone: read it from the database or from the clock handed in")
    return at.astimezone(KARACHI)


def bdi(words: object) -> Markup:
    """Words that a person wrote, such as a name: their direction does not disturb the sentence around them."""
    return Markup("<bdi>{}</bdi>").format(words)


_FOREIGN = {Language.ENGLISH: re.compile("[\u0590-\u08ff]"), Language.URDU: re.compile("[A-Za-z]")}
"""Letters that read against the direction of a language."""


def national(number: str) -> str:
    """A Pakistani mobile number as people write it: 0345-1234567; anything else as it is."""
    plain = number.removeprefix("+")
    if plain.startswith("92") and len(plain) == 12 and plain.isdigit():
        plain = "0" + plain[2:]
    if len(plain) == 11 and plain.startswith("03") and plain.isdigit():
        return f"{plain[:4]}-{plain[4:]}"
    return number


def masked(number: str) -> str:
    """Enough of a number to know it again, not enough to call it: 0345-…567."""
    plain = national(number)
    return f"{plain[:4]}-…{plain[-3:]}" if len(plain) >= 9 else "…"


@lru_cache(maxsize=4096)
def _said(on: date, pattern: str, locale: str) -> str:
    return format_date(on, pattern, locale=locale)


@dataclass(frozen=True, slots=True)
class Speech:
    """One language: its messages, its way to write days, times and figures. Templates use the methods as filters."""

    language: Language
    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]

    @property
    def direction(self) -> str:
        """ltr or rtl, for `dir`."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def apart(self, value: object) -> object:
        """A value inside a sentence: words that read the other way are isolated, in attributes and titles too."""
        foreign = isinstance(value, str) and not isinstance(value, Markup) and _FOREIGN[self.language].search(value)
        return f"\u2068{value}\u2069" if foreign else value

    def _date(self, on: date, pattern: str) -> str:
        return _said(local(on).date() if isinstance(on, datetime) else on, pattern, _LOCALE[self.language])

    def day(self, on: date) -> str:
        """Sat 14 March 2026."""
        return self._date(on, "EEE d MMMM y")

    def full_day(self, on: date) -> str:
        """Saturday 14 March 2026."""
        return self._date(on, "EEEE d MMMM y")

    def local_day(self, at: datetime) -> date:
        """The day it is in Karachi."""
        return local(at).date()

    def near_day(self, on: date) -> str:
        """Saturday 14 March: the year is plain."""
        return self._date(on, "EEEE d MMMM")

    def short_day(self, on: date) -> str:
        """14 Mar."""
        return self._date(on, "d MMM")

    def plain_day(self, on: date) -> str:
        """14 Mar 2026."""
        return self._date(on, "d MMM y")

    def week_day(self, on: date) -> str:
        """Sat 14."""
        return self._date(on, "EEE d")

    def week_day_month(self, on: date) -> str:
        """Sat 14 Mar."""
        return self._date(on, "EEE d MMM")

    def weekday(self, on: date) -> str:
        """Sat."""
        return self._date(on, "EEE")

    def month(self, on: date) -> str:
        """March 2026."""
        return self._date(on, "LLLL y")

    def month_name(self, on: date) -> str:
        """March."""
        return self._date(on, "LLLL")

    def clock(self, at: datetime | time) -> Markup:
        """10:00, on a clock in Karachi."""
        shown = at if isinstance(at, time) else local(at)
        return ltr(f"{shown:%H:%M}")

    def span(self, start: datetime, end: datetime) -> Markup:
        """10:00 to 13:00."""
        whole = escape(self.gettext("%(start)s to %(end)s").replace(" ", "\u00a0"))
        return whole % {"start": self.clock(start), "end": self.clock(end)}

    def moment(self, at: datetime, now: datetime) -> Markup:
        """When something was or will be, as near as it is: Today 13:22; 7 Mar 09:10; 7 Mar 2025, 09:10."""
        there, here = local(at), local(now)
        if there.date() == here.date():
            day = self.gettext("Today")
        elif abs((there.date() - here.date()).days) < 300:
            day = self.short_day(there)
        else:
            day = self._date(there, "d MMM y")
        return Markup("{} {}").format(day, self.clock(at))

    def when(self, at: datetime, now: datetime) -> Markup:
        """The same inside a sentence: 13:22 today; 7 Mar, 09:10."""
        there = local(at)
        if there.date() == local(now).date():
            return escape(self.gettext("%(time)s today")) % {"time": self.clock(there)}
        day = self.short_day(there) if abs((at - now).days) < 300 else self._date(there, "d MMM y")
        return Markup("{}{}{}").format(day, self.gettext(", "), self.clock(there))

    def days_of(self, first: date, last: date) -> str:
        """7 to 13 March; 28 February to 6 March."""
        start = str(first.day) if (first.year, first.month) == (last.year, last.month) else self._date(first, "d MMMM")
        return self.gettext("%(start)s to %(end)s") % {"start": start, "end": self._date(last, "d MMMM")}

    def iso(self, at: date) -> str:
        """For the attribute `datetime`."""
        return local(at).isoformat(timespec="minutes") if isinstance(at, datetime) else at.isoformat()

    def hijri(self, on: date) -> str:
        """About 24 Ramadan; the moon decides, so one day more or less. Empty where the calendar ends."""
        return hijri_text(local(on).date() if isinstance(on, datetime) else on, self.language.value)

    def hijri_mark(self, on: date) -> str:
        """For a calendar's cell: the day by the moon alone, or with its month when it begins one."""
        moon = hijri_day(on)
        if moon is None:
            return ""
        return hijri_text(on, self.language.value).split(" ", 1)[1] if moon.day == 1 else str(moon.day)

    def number(self, value: float) -> str:
        """2,140; a fraction is rounded away."""
        return f"{round(value):,}"

    def km(self, value: float | None) -> str:
        """13.6, without a unit; a dash when unknown."""
        return "-" if value is None else f"{value:,.1f}"

    def fine_km(self, value: float | None) -> str:
        """4.127, to the metre, where a change is small; a dash when unknown."""
        return "-" if value is None else f"{value:,.3f}"

    def per_cent(self, value: float) -> Markup:
        """3.27 %, kept together and left to right."""
        return ltr(f"{value:,.2f}\u00a0%")

    def rupees(self, value: float) -> str:
        """Rs 3,760."""
        return self.gettext("Rs %(amount)s") % {"amount": self.number(value)}

    def percent(self, part: float, whole: float) -> Markup:
        """33 %, kept together and left to right; a dash of nothing."""
        return ltr("-" if not whole else f"{round(100 * part / whole)}\u00a0%")

    def wait(self, minutes: int) -> str:
        """9 h 20 min; 3 days."""
        hours, rest = divmod(max(minutes, 0), 60)
        if hours >= 48:
            said = self.ngettext("%(num)s day", "%(num)s days", hours // 24) % {"num": hours // 24}
        elif not hours:
            said = self.gettext("%(num)s min") % {"num": rest}
        elif not rest or hours >= 10:
            said = self.gettext("%(num)s h") % {"num": hours}
        else:
            said = self.gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
        return said.replace(" ", "\u00a0")


@lru_cache(maxsize=len(Language))
def speech(language: Language) -> Speech:
    """The speech of one language; without a catalogue the English source speaks."""
    words = translations(language.value)
    return Speech(language, words.gettext, words.ngettext)


@lru_cache(maxsize=1)
def languages() -> tuple[Language, ...]:
    """Languages a person may choose: English, and each that has a catalogue."""
    return tuple(
        language for language in Language if language is Language.ENGLISH or catalogue(language.value).is_file()
    )
