"""Days and hours as people write them: `meant` for a session that moves, `happened` for a visit that was made.

`meant(verb_tokens_after_the_code, today)` gives `When(day, at)`, with `at` None where no hour was written, or a
`WhenInDoubt` that says why: nothing is guessed that the reply could not show. Day before month; without a year the
next such day; 7-12 o'clock is morning, 1-6 afternoon, unless am, pm, subah, dopehar, sham say otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal

from messaging.inbound.script import Phrases, Senses, Token, word_form

FAR = 180
"""A day without a year that would lie further ahead than this many days is rather one that is past."""
MOST_TOKENS = 80
"""So many words and marks from the beginning are looked at for a day."""
BACK = 60
"""A visit reported by a day without a year was at most so many days ago."""

Why = Literal["missing", "impossible", "past", "future", "several", "unread"]


@dataclass(frozen=True, slots=True)
class When:
    """A day, and the hour if one was written."""

    day: date
    at: time | None = None


@dataclass(frozen=True, slots=True)
class WhenInDoubt:
    """No day that can be acted on.

    `missing`: none is written; `impossible`: 31 February, 25 o'clock; `past`, `future`: not where it must be;
    `several`: two days, two hours, or a weekday that is not the date's; `unread`: a number that fits nowhere.
    """

    why: Why
    written: str = ""
    """What was written for it, in its own digits, for the reply."""


def _forms(listed: str) -> dict[str, int]:
    """Each word of comma-separated groups of alternatives, with the number of its group from 1."""
    return {word_form(word): place for place, group in enumerate(listed.split(","), start=1) for word in group.split()}


_MONTHS = _forms(
    "january jan janwari janvari janauri jnuary جنوری, february feb febuary farwari farvari febrary فروری, "
    "march mar marach mrch مارچ, april apr aprail aprel اپریل, may mai mayi مئی, june jun joon جون, "
    "july jul julai jolai جولائی, august aug agast اگست, september sep sept sitambar sitamber ستمبر, "
    "october oct aktobar aktoobar اکتوبر, november nov nawambar novembar نومبر, "
    "december dec disambar decembar dicember دسمبر"
)
_WEEKDAYS = _forms(
    "monday mon peer pir somwar سوموار پیر, tuesday tue tues mangal منگل, wednesday wed budh budhwar بدھ, "
    "thursday thu thur thurs jumerat jumairat jumeraat جمعرات, friday fri juma jumma jummah جمعہ, "
    "saturday sat hafta haftay hafte sanichar sneechar ہفتہ ہفتے, sunday sun itwar itvar اتوار"
)
Part = Literal[
    "today", "tomorrow", "after", "am", "noon", "pm", "night", "oclock", "half", "quarter", "less", "day", "next",
    "not", "past", "future",
]  # fmt: skip
_PARTS: Senses[Part] = Senses(
    (
        ("today", Phrases("aaj, aj, today, آج")),
        ("tomorrow", Phrases("kal, kl, tomorrow, tmrw, tomorow, کل")),
        ("after", Phrases("parson, parso, prson, day after tomorrow, پرسوں")),
        ("am", Phrases("am, a m, subah, subha, suba, morning, صبح")),
        ("noon", Phrases("dopehar, dopahar, dopeher, dupehar, dophar, noon, afternoon, din, دوپہر, دن")),
        ("pm", Phrases("pm, p m, sham, shaam, evening, شام")),
        ("night", Phrases("raat, rat, night, رات")),
        ("oclock", Phrases("baje, bje, bajay, bajey, bajy, bjy, oclock, o clock, hour, بجے")),
        ("half", Phrases("sarhe, saarhe, sarhay, saarhay, sadhe, saadhe, ساڑھے")),
        ("quarter", Phrases("sawa, سوا")),
        ("less", Phrases("paune, pone, ponay, paunay, پونے")),
        ("day", Phrases("tarikh, tareekh, tareeq, date, th, st, nd, rd, تاریخ")),
        ("next", Phrases("agle, agla, agli, agley, next, aglay, اگلے, اگلی, اگلا")),
        ("not", Phrases("nahi, nahin, nhi, nai, not, mat, no, ya, or, agar, if, نہیں, مت, یا, اگر")),
        (
            "past",
            Phrases(
                "kiya, kia, kya tha, ki thi, gaya, gya, gayi, gai, gaye, tha, thi, thay, the, hua, hui, hogaya, chuka, "
                "chuki, done, visited, went, was, complete, mukammal, "
                "کیا, گیا, گئی, گئے, تھا, تھی, ہوا, ہوئی, چکا, مکمل"
            ),
        ),
        (
            "future",
            Phrases(
                "ga, gi, ge, karunga, karungi, karonga, karongi, krunga, krungi, jaunga, jaungi, jaonga, jaongi, "
                "karenge, krenge, jayenge, hoga, hogi, will, plan, irada, going to, گا, گی, گے, ہوگا, ہوگی, ارادہ"
            ),
        ),
    )
)
_HALVES: tuple[Part, ...] = ("am", "noon", "pm", "night")
_NAMED: Mapping[Part, int] = {"today": 0, "tomorrow": 1, "after": 2}
_SHIFTS: Mapping[Part, int] = {"half": 30, "quarter": 15, "less": -15}
"""Minutes that sarhe, sawa and paune add to the hour after them."""
_BEFORE_NOON = 7
"""Hours below this are taken for the afternoon."""


def meant(row: Sequence[Token], today: date) -> When | WhenInDoubt:
    """The day, and the hour if any, that something shall be moved to."""
    found = _Found(row)
    if "not" in found.parts:
        return WhenInDoubt("several", found.written)
    found.share_out()
    day = found.day(today, ahead=True)
    if isinstance(day, WhenInDoubt):
        return day
    if found.left:
        return WhenInDoubt("unread", found.left[0].text)
    at = found.hour()
    if isinstance(at, WhenInDoubt):
        return at
    return When(day, at) if day >= today else WhenInDoubt("past", found.written)


def happened(row: Sequence[Token], today: date) -> date | WhenInDoubt:
    """The day of something reported: today unless another is written; `future` when it has not happened yet."""
    found = _Found(row)
    past, future = "past" in found.parts, "future" in found.parts
    if future and not past:
        return WhenInDoubt("future", found.written)
    if not found.days and not found.weekdays:
        back = max((_NAMED[part] for part in found.parts if part in _NAMED), default=0)
        if back > 1 and not past:
            return WhenInDoubt("future", found.written)
        return today - timedelta(days=back if past else 0)
    day = found.day(today, ahead=False)
    return WhenInDoubt("future", found.written) if isinstance(day, date) and day > today else day


class _Found:
    """The parts of days and hours that stand in a text, before they are put on a calendar."""

    def __init__(self, row: Sequence[Token]) -> None:
        self.row = tuple(row[:MOST_TOKENS])
        self.days: list[tuple[int, int | None, int | None]] = []
        """Day, month, year; as far as written."""
        self.weekdays: list[int] = []
        """0 is Monday."""
        self.hours: list[tuple[int, int]] = []
        self.parts: set[Part] = set()
        self.left: list[Token] = []
        """Numbers that no word or mark explains."""
        self.written = ""
        place = 0
        while place < len(self.row):
            place += self._take(place)

    def _take(self, place: int) -> int:
        """Understand what begins at a token; how many tokens it takes."""
        token = self.row[place]
        if token.kind == "number":
            return self._date(place) or self._clock(place) or self._bare(token)
        if token.kind == "mark":
            return 1
        if token.text in _MONTHS:
            return self._month_first(place)
        if token.text in _WEEKDAYS and not self._is_hour_word(place):
            self.weekdays.append(_WEEKDAYS[token.text] - 1)
            self._show(token)
            return 1
        part = _PARTS.at(self.row, place)
        if part is None:
            return 1
        self.parts.add(part[0])
        if part[0] in _NAMED:
            self._show(token)
        return part[1]

    def _is_hour_word(self, place: int) -> bool:
        """ "agle hafte" is next week and no Saturday; no day is written by it."""
        return place > 0 and _PARTS.at(self.row, place - 1) == ("next", 1) and self.row[place].text in _WEEK

    def _bare(self, token: Token) -> int:
        self.left.append(token)
        return 1

    def _show(self, *tokens: Token) -> None:
        self.written = self.written or " ".join(token.text for token in tokens)

    def _number(self, place: int) -> int | None:
        token = self.row[place] if 0 <= place < len(self.row) else None
        return token.value if token is not None and token.kind == "number" else None

    def _mark(self, place: int) -> str:
        token = self.row[place] if 0 <= place < len(self.row) else None
        return token.text if token is not None and token.kind == "mark" else ""

    def _part(self, place: int) -> Part | None:
        found = _PARTS.at(self.row, place) if 0 <= place < len(self.row) else None
        return found[0] if found else None

    def _month(self, place: int) -> int | None:
        return _MONTHS.get(self.row[place].text) if 0 <= place < len(self.row) else None

    def _date(self, place: int) -> int:
        """ "21/3", "21-3-2026", "2026-03-21", "21 march", "21st march 2026", "21 tarikh"."""
        first = self.row[place].value
        after = place + 1
        while self._part(after) == "day" or (after < len(self.row) and self.row[after].text in _OF):
            after += 1
        while self._mark(after) in _BETWEEN and self._month(after + 1):
            after += 1
        month = self._month(after)
        if month is not None:
            year = self._year(after + 1)
            self._day(first, month, year, place, after + 1 + (year is not None))
            return after + 1 - place + (year is not None)
        sign = self._mark(place + 1)
        second = self._number(place + 2)
        if sign in _SIGNS and second is not None:
            third = self._number(place + 4) if self._mark(place + 3) in _SIGNS and self._mark(place + 3) else None
            if sign == "." and third is None and (self.days or self._is_clock(place, 3)):
                return 0
            return self._numbers(place, first, second, third)
        if self._part(place + 1) == "day":
            self._day(first, None, None, place, place + 1)
            return 2
        return 0

    def _numbers(self, place: int, first: int, second: int, third: int | None) -> int:
        if first > 31 and third is not None:
            self._day(third, second, first, place, place + 5)
            return 5
        if self.days and third is None and first < 24 and second < 60:  # "21-3 10-30"
            self.hours.append((first, second))
            return 3
        year = _year(third) if third is not None else None
        self._day(first, second, year, place, place + (5 if year is not None else 3))
        return 5 if year is not None else 3

    def _month_first(self, place: int) -> int:
        """ "march 21"; a month alone says nothing."""
        day = self._number(place + 1)
        if day is None or day > 31 or self._is_clock(place + 1, 1):
            self._show(self.row[place])
            return 1
        year = self._year(place + 2)
        self._day(day, _MONTHS[self.row[place].text], year, place, place + 2 + (year is not None))
        return 2 + (year is not None)

    def _day(self, day: int, month: int | None, year: int | None, begin: int, end: int) -> None:
        if (day, month, year) not in self.days:
            self.days.append((day, month, year))
        self._show(*self.row[begin:end])

    def _year(self, place: int) -> int | None:
        number = self._number(place)
        return number if number is not None and 2000 <= number < 2100 else None

    def _is_clock(self, place: int, length: int) -> bool:
        """Do the words beside some tokens say that they are an hour?"""
        return (
            self._part(place + length) in ("oclock", *_HALVES)
            or self._part(place - 1) in (*_SHIFTS, *_HALVES)
            or self._mark(place + 1) == ":"
        )

    def _clock(self, place: int) -> int:
        """ "10 baje", "10:30", "10.30 am", "2pm", "subah 10"."""
        hour, sign, minute = self.row[place].value, self._mark(place + 1), self._number(place + 2)
        if minute is not None and (sign == ":" or (sign == "." and (self.days or self._is_clock(place, 3)))):
            self.hours.append((hour, minute))
            return 3
        spaced = minute if minute is None else None
        minute = self._number(place + 1)
        if minute is not None and self._is_clock(place, 2) and len(self.row[place + 1].text) == 2 and spaced is None:
            self.hours.append((hour, minute))
            return 2
        if self._is_clock(place, 1) and (self._part(place + 1) in ("oclock", *_HALVES) or not self.hours):
            shift = next((minutes for part, minutes in _SHIFTS.items() if self._part(place - 1) == part), 0)
            self.hours.append((hour, shift))
            return 1
        return 0

    def share_out(self) -> None:
        """Numbers that nothing explains: day, month and hour, as far as these are missing."""
        left = [token.value for token in self.left]
        dated = bool(self.days or self.weekdays or self.parts & _NAMED.keys())
        if not dated and len(left) >= 2 and (len(left) > 2 or self.hours):
            self._show(*self.left[:2])
            self.days.append((left[0], left[1], None))
            left, self.left, dated = left[2:], self.left[2:], True
        if dated and not self.hours and left and left[0] < 25:
            exact = len(left) == 2 and len(self.left[1].text) == 2
            self.hours.append((left[0], left[1] if exact else 0))
            self.left = self.left[2 if exact else 1 :]

    def hour(self) -> time | WhenInDoubt | None:
        """The hour on a clock of 24."""
        each = set(self.hours)
        if not each:
            return time(12) if "noon" in self.parts and not self.left else None
        hour, minute = self.hours[0]
        shown = f"{hour}:{minute:02}" if minute > 0 else str(hour)
        halves = self.parts & set(_HALVES)
        if len(each) > 1 or len(halves) > 1:
            return WhenInDoubt("several", shown)
        if hour > 23 or minute > 59:
            return WhenInDoubt("impossible", shown)
        if "am" in halves:
            hour = hour % 12 if hour == 12 else hour
        elif halves & {"pm", "night"} or ("noon" in halves and hour < _BEFORE_NOON):
            hour = hour + 12 if hour < 12 else hour
        elif 0 < hour < _BEFORE_NOON and not halves:
            hour += 12
        minutes = hour * 60 + minute
        return time(minutes // 60 % 24, minutes % 60)

    def day(self, today: date, *, ahead: bool) -> date | WhenInDoubt:
        """The day on the calendar: the next such, or the last such."""
        named = [days for part, days in _NAMED.items() if part in self.parts]
        if len(self.days) > 1 or len(set(self.weekdays)) > 1 or len(named) > 1:
            return WhenInDoubt("several", self.written)
        if self.days:
            day = self._calendar(today, *self.days[0], ahead=ahead)
            if isinstance(day, date) and self.weekdays and day.weekday() != self.weekdays[0]:
                return WhenInDoubt("several", self.written)
            if isinstance(day, date) and named and ahead and day != today + timedelta(days=named[0]):
                return WhenInDoubt("several", self.written)
            return day
        if self.weekdays:
            if named:
                return WhenInDoubt("several", self.written)
            apart = (self.weekdays[0] - today.weekday()) % 7
            if ahead:
                return today + timedelta(days=apart or 7)
            return today - timedelta(days=(7 - apart) % 7)
        if named:
            return today + timedelta(days=named[0])
        return WhenInDoubt("missing", self.written or " ".join(token.text for token in self.left[:2]))

    def _calendar(
        self, today: date, day: int, month: int | None, year: int | None, *, ahead: bool
    ) -> date | WhenInDoubt:
        nearest = _near(today, day, month, year)
        if not nearest:
            return WhenInDoubt("impossible", self.written)
        if year is not None:
            return nearest[0]
        if ahead:
            coming = next((each for each in nearest if each >= today), None)
            far = coming is None or coming > today + timedelta(days=FAR)
            return WhenInDoubt("past", self.written) if far or coming is None else coming
        gone = next((each for each in reversed(nearest) if each <= today), None)
        if gone is None or gone < today - timedelta(days=BACK):
            return WhenInDoubt("future", self.written)
        return gone


_WEEK = frozenset(word_form(word) for word in ("hafta", "hafte", "haftay", "ہفتہ", "ہفتے"))
_OF = frozenset(("of", "ki", "کی"))
_SIGNS = frozenset("/-.")
_BETWEEN = frozenset("/-.,")


def _year(written: int) -> int | None:
    """A year of two digits or four; None for what can be none, as the hour in "21/3/10"."""
    if written >= 2000:
        return written
    return 2000 + written if 25 <= written < 100 else None


def _near(today: date, day: int, month: int | None, year: int | None) -> list[date]:
    """That day in the months or years around today, in order; none when no calendar has it."""
    if month is None:
        first = today.replace(day=1)
        months = [_months_on(first, step) for step in (-1, 0, 1, 2)]
        return [each for one in months if (each := _date_of(one.year, one.month, day)) is not None]
    years = (year,) if year is not None else (today.year - 1, today.year, today.year + 1)
    return [each for one in years if (each := _date_of(one, month, day)) is not None]


def _months_on(first: date, step: int) -> date:
    months = first.year * 12 + first.month - 1 + step
    return date(months // 12, months % 12 + 1, 1)


def _date_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
