"""The values of an attendance report: a session code and row numbers of its sheet, whole and sure, or asked about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Literal, NamedTuple

from clusters.training.code import nearest
from messaging.inbound.hearing import hear
from messaging.inbound.script import Phrases, Senses, Token

SURE = 0.85
"""From this score a report is stored; below, the reading is proposed and stored only after a yes."""
PER_REPAIR = 0.97
"""What each token with a letter read as a digit costs."""
AGAIN = "again"
"""The mark that stands where the command was written once more in the same text."""

PLUS, SHORTEST_CODE = "+", 4
"""What stands before somebody who came uninvited; a number of so many digits is no row."""
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")

_ALL = Phrases(
    "sab, all, all present, everyone, sab hazir, sab haazir, sab aaye, sab aye, sab aae, sab present, sab mojood, "
    "sare, saray, sary, sare hazir, tamam, tamam hazir, full, nil, zero, sifr, none absent, no absent, "
    "nobody absent, koi ghair hazir nahi, koi gair hazir nahi, koi absent nahi, koi ghair hazir nhi, sab log, "
    "sab log hazir, سب, سب حاضر, سب آئے, سب حاضر ہیں, تمام, تمام حاضر, صفر, کوئی غیر حاضر نہیں"
)
_REST_CAME = Phrases(
    "baqi sab aaye, baqi sab aye, baqi sab, baqi hazir, baqi sab hazir, baqi sab haazir, baki sab, baki sab hazir, "
    "baqi present, baqi sab present, rest present, rest all present, all others present, others present, rest, baqi, "
    "باقی سب, باقی حاضر, باقی سب حاضر, باقی سب آئے, باقی"
)
_REST_AWAY = Phrases(
    "baqi ghair hazir, baqi sab ghair hazir, baqi gair hazir, baqi absent, baqi sab absent, rest absent, "
    "others absent, all others absent, باقی غیر حاضر, باقی سب غیر حاضر"
)
_AWAY = Phrases(
    "g, ghair, gair, ghir, ghair hazir, gair hazir, ghairhazir, ghair haazir, absent, absents, abs, غیر, غ, غیر حاضر"
)
_HERE = Phrases("h, hazir, haazir, hazar, present, p, حاضر, ح")
_COUNT = Phrases("kul, total, tadad, ٹوٹل")
_CODE = Phrases("s, code, session, sesion, کوڈ, سیشن")
_OUT_OF = Phrases("mein se, me se, main se, mai se, out of, of, میں سے")
_TO = Phrases("se, say, to, سے")
_UNTIL = Phrases("tak, tk, تک")
_NUMBER = Phrases("no, num, number, numbers, nmbr, nr, نمبر")
_FILLER = Phrases(
    "aur, or, and, num, number, numbers, nmbr, row, rows, sheet, sirf, only, wale, wali, wala, ji, jee, g, ke, ki, "
    "hain, hai, he, اور, نمبر, صرف, والے, شیٹ, جی, ہیں, ہے, 👍"
)

Role = Literal[
    "number", "all", "rest_came", "rest_away", "away", "here", "count", "code", "out_of", "to", "until", "filler",
    "unread",
]  # fmt: skip
_ROLES: tuple[tuple[Role, Phrases], ...] = (
    ("rest_away", _REST_AWAY),
    ("rest_came", _REST_CAME),
    ("all", _ALL),
    ("away", _AWAY),
    ("here", _HERE),
    ("count", _COUNT),
    ("code", _CODE),
    ("out_of", _OUT_OF),
    ("to", _TO),
    ("until", _UNTIL),
    ("filler", _FILLER),
)
_SAID = Senses(_ROLES)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a report is read against: a session's code, the row numbers of its sheet, its day in Karachi."""

    code: str
    rows: frozenset[int]
    day: date | None = None

    @property
    def last(self) -> int:
        """The highest row number."""
        return max(self.rows, default=0)


@dataclass(frozen=True, slots=True)
class Report:
    """Who was absent, by row; everybody else on the sheet was present."""

    code: str
    absent: tuple[int, ...]
    present: int
    score: float
    sure: bool
    """May it be stored at once? Otherwise it is proposed: "... ghair hazir? 1=Haan, likh lein 2=Nahi"."""
    here: tuple[int, ...] = field(default=(), compare=False)
    """Rows that were named as present; of the others only who said no in advance is not taken to have come."""


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many came, without saying who."""

    code: str
    present: int


Doubt = Literal[
    "one_number", "one_present", "sum", "range", "pair", "date", "count", "unread", "mixed", "empty", "two_reports"
]


@dataclass(frozen=True, slots=True)
class ReportInDoubt:
    """A report that can be meant in two ways: asked once, nothing stored.

    `one_number`: row or head count? `one_present`: the same with a label for present. `sum`: two rows, or so many
    present and absent? `range`, `pair`: from-to or only the two (the likelier first). `date`: rows or a date?
    `count`: which rows? `unread`: a word between the numbers; `mixed`: present and absent do not fit; `empty`: a code
    and nothing else; `two_reports`: two codes, or two different reports.
    """

    kind: Doubt
    code: str
    numbers: tuple[int, ...] = ()
    word: str = ""
    present: int = 0
    away: int = 0
    options: tuple[Report | Headcount | None, ...] = ()
    """What 1, 2 ... would store; None where an option stores nothing."""


@dataclass(frozen=True, slots=True)
class NotOnSheet:
    """Numbers that the sheet does not have; nothing is stored."""

    code: str
    numbers: tuple[int, ...]
    last: int


@dataclass(frozen=True, slots=True)
class WrongCode:
    """A code that none of the sender's sessions has; `near` are hers that are one slip away."""

    written: str
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoCode:
    """A report without a code: offer the sender's sessions."""


Reading = Report | Headcount | ReportInDoubt | NotOnSheet | WrongCode | NoCode


class _Item(NamedTuple):
    role: Role
    token: Token
    joined: str
    """The mark that ties a number to the number before it: "-", "/" or none."""


def read_report(
    row: Sequence[Token], sheets: Mapping[str, Sheet], *, score: float = 1.0, code: str | None = None
) -> Reading:
    """Read the tokens of a report against the sender's sessions, by code; `score` is how surely the command was read.

    `code` is the session chosen after a wrong or missing code: it takes the place of what was written.
    """
    readings = [_read(part, sheets, score, code) for part in _reports(row) or [[]]]
    if all(reading == readings[0] for reading in readings):
        return readings[0]
    known = next((each.code for each in readings if not isinstance(each, WrongCode | NoCode)), "")
    return ReportInDoubt("two_reports", known)


def beside(row: Sequence[Token], raw: str) -> tuple[tuple[Token, ...], tuple[int, ...], str]:
    """What stands before the first plus, the rows named after one ("+5": that row came), and the words after one.

    "HAZRI 4814 3 7 +Gul Zaman 23451 +5": 3 and 7 were absent, row 5 came after all, Gul Zaman came uninvited.
    """
    first = next((place for place, token in enumerate(row) if token.kind == "mark" and token.text == PLUS), None)
    if first is None:
        return tuple(row), (), ""
    rows: list[int] = []
    words: list[str] = []
    for part in raw[row[first].end :].split(PLUS):
        said = part.strip(" \t\r\n.,;،۔")
        number = said.translate(_DIGITS)
        if number.isascii() and number.isdigit() and len(number) < SHORTEST_CODE:
            rows.append(int(number))
        elif said:
            words.append(said)
    return tuple(row[:first]), tuple(rows), PLUS.join(words)


def is_label(token: Token) -> bool:
    """Is the word itself a label for absent rows, as ABS is?"""
    return token.is_word(_AWAY.words)


def is_report(row: Sequence[Token]) -> bool:
    """Is every word of the text one that a report may hold, with a number among them?"""
    items = list(_items(row))
    return any(item.role == "number" for item in items) and all(item.role != "unread" for item in items)


def _reports(row: Sequence[Token]) -> list[list[Token]]:
    """The text cut where the command was repeated."""
    parts: list[list[Token]] = [[]]
    for token in row:
        if token.kind == "mark" and token.text == AGAIN:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if any(token.kind != "mark" for token in part)]


def _items(row: Sequence[Token]) -> Iterator[_Item]:
    """Each number and phrase with its role; marks remain only as ties between numbers."""
    spoken = hear(row, "").words
    marks = _ties(row)
    place = 0
    while place < len(spoken):
        token = spoken[place]
        if token.kind == "number":
            yield _Item("number", token, marks.get(token.start, ""))
            place += 1
            continue
        role, length = _role_at(spoken, place)
        yield _Item(role, token, "")
        place += length


def _ties(row: Sequence[Token]) -> dict[int, str]:
    """For each number that a single dash or slash ties to the number before it: its place, and that mark."""
    return {
        after.start: tie.text
        for before, tie, after in zip(row, row[1:], row[2:], strict=False)
        if before.kind == after.kind == "number" and tie.kind == "mark" and tie.text in "-/"
    }


def _role_at(spoken: Sequence[Token], place: int) -> tuple[Role, int]:
    token = spoken[place]
    after = spoken[place + 1] if place + 1 < len(spoken) else None
    if token.is_word(_NUMBER.words) and after is not None and after.kind == "number":
        return "filler", 1
    role, length = _SAID.at(spoken, place) or ("unread", 1)
    before_row = after is not None and after.kind == "number" and len(after.text) < 3
    return ("filler", 1) if token.text == "g" and not before_row else (role, length)


def _read(row: Sequence[Token], sheets: Mapping[str, Sheet], score: float, forced: str | None) -> Reading:
    if forced is not None and forced not in sheets:
        return WrongCode(forced, nearest(forced, sheets))
    items = list(_items(row))
    numbers = [item for item in items if item.role == "number"]
    repaired = sum(item.token.repaired for item in numbers)
    written = _written_code(items, sheets)
    if forced is None and written is not None and written.text not in sheets:
        return WrongCode(written.text, nearest(written.text, sheets))
    if forced is None and written is None:
        return NoCode()
    code = forced if forced is not None else written.text if written is not None else ""
    others = {item.token.text for item in numbers if item.token.text in sheets and item.token.text != code}
    if forced is None and others:
        return ReportInDoubt("two_reports", code)
    spelt = written.text if written is not None else code
    left = [item for item in items if not (item.role == "number" and item.token.text == spelt)]
    had_code_first = {item.token.start for item in numbers if item.token.text == spelt}
    total = score * PER_REPAIR**repaired
    sure = total >= SURE or (score >= 0.8 and not repaired)
    return _Values(sheets[code], left, had_code_first, total, sure).reading()


def _written_code(items: Sequence[_Item], sheets: Mapping[str, Sheet]) -> Token | None:
    """The token that is, or was meant to be, the session code."""
    numbers = [item.token for item in items if item.role == "number"]
    own = next((token for token in numbers if token.text in sheets), None)
    if own is not None:
        return own
    labelled = next(
        (
            after.token
            for before, after in pairwise(items)
            if before.role == "code" and after.role == "number" and len(after.token.text) > 2
        ),
        None,
    )
    if labelled is not None:
        return labelled
    four = next((token for token in numbers if len(token.text) == 4), None)
    return four or (numbers[0] if numbers and len(numbers[0].text) >= 3 else None)


class _Values:
    """The row numbers and labels of one report, once its session is known."""

    def __init__(self, sheet: Sheet, items: Sequence[_Item], codes_at: set[int], score: float, sure: bool) -> None:
        self.sheet, self.items, self.score, self.sure = sheet, items, score, sure
        self.codes_at = codes_at
        self.roles = [item.role for item in items]

    def reading(self) -> Reading:
        """The first of these that says something; their order is the order of the rules."""
        unread = next((item for item in self.items if item.role == "unread"), None)
        if unread is not None:
            return self._doubt("unread", word=unread.token.text)
        items = self._without_own_date()
        counted = self._out_of(items)
        if counted is not None:
            return counted
        numbers = tuple(dict.fromkeys(item.token.value for item in items if item.role == "number"))
        beyond = tuple(number for number in numbers if number and number not in self.sheet.rows)
        if beyond:
            return NotOnSheet(self.sheet.code, beyond, self.sheet.last)
        if "all" in self.roles or 0 in numbers:
            return self._everybody(numbers)
        tied = self._tied(items, numbers)
        if tied is not None:
            return tied
        if any(role in self.roles for role in ("to", "until", "out_of")):
            return self._doubt("unread", word=next(i.token.text for i in items if i.role in ("to", "until", "out_of")))
        labelled = [item for item in items if item.role in ("number", "away", "here", "count", "rest_away")]
        if all(item.role == "number" for item in labelled):
            return self._bare(numbers)
        return self._labelled(labelled, numbers)

    def _report(self, absent: Sequence[int]) -> Report:
        away = tuple(sorted(set(absent)))
        return Report(self.sheet.code, away, len(self.sheet.rows) - len(away), round(self.score, 4), self.sure)

    def _present(self, here: Sequence[int]) -> Report:
        return replace(self._report(sorted(self.sheet.rows - set(here))), here=tuple(here))

    def _doubt(
        self,
        kind: Doubt,
        numbers: tuple[int, ...] = (),
        options: tuple[Report | Headcount | None, ...] = (),
        *,
        word: str = "",
        present: int = 0,
        away: int = 0,
    ) -> ReportInDoubt:
        return ReportInDoubt(kind, self.sheet.code, numbers, word, present, away, options)

    def _count(self, present: int) -> ReportInDoubt:
        return self._doubt("count", present=present, away=len(self.sheet.rows) - present)

    def _headcount(self, present: int) -> Report | Headcount:
        return self._report(()) if present == len(self.sheet.rows) else Headcount(self.sheet.code, present)

    def _without_own_date(self) -> list[_Item]:
        """The items without "14/3" when the session is on 14 March."""
        day = self.sheet.day
        for place in range(1, len(self.items)):
            before, after = self.items[place - 1], self.items[place]
            pair = (before.token.text.lstrip("0"), after.token.text.lstrip("0"))
            apart = not before.joined and not (place + 1 < len(self.items) and self.items[place + 1].joined)
            if day and after.joined and apart and pair == (str(day.day), str(day.month)):
                return [*self.items[: place - 1], *self.items[place + 1 :]]
        return list(self.items)

    def _out_of(self, items: Sequence[_Item]) -> Reading | None:
        """ "31 mein se 28", "28 out of 31": a count, whose rows are asked for."""
        for place in range(1, len(items) - 1):
            if items[place].role == "out_of" and items[place - 1].role == items[place + 1].role == "number":
                lower, upper = sorted((items[place - 1].token.value, items[place + 1].token.value))
                if upper == len(self.sheet.rows):
                    return self._count(lower)
                return self._doubt("unread", word=items[place].token.text)
        return None

    def _everybody(self, numbers: tuple[int, ...]) -> Reading:
        others = [role for role in self.roles if role in ("away", "here", "count", "rest_away", "rest_came")]
        if any(numbers) or others or any(item.joined for item in self.items):
            return self._doubt("mixed")
        return self._report(())

    def _tied(self, items: Sequence[_Item], numbers: tuple[int, ...]) -> Reading | None:
        """4-9, 4 se 9 tak, 14/3: asked with both readings; three and more tied numbers are a list."""
        only = [item for item in items if item.role == "number"]
        for place, item in enumerate(only):
            if not item.joined or place == 0:
                continue
            first, last = only[place - 1], item
            longer = first.joined or (place + 1 < len(only) and only[place + 1].joined)
            pair = (first.token.value, last.token.value)
            is_day = self.sheet.day is not None and pair == (self.sheet.day.day, self.sheet.day.month)
            if longer and not (is_day and first.joined and self._follows_code(first)):
                continue
            if item.joined == "/" or is_day:
                return self._doubt("date", pair, (self._report(numbers), None))
            return self._two_ways("range" if "until" in self.roles else "pair", pair, numbers)
        for before, to, after in zip(items, items[1:], items[2:], strict=False):
            if to.role == "to" and before.role == after.role == "number":
                return self._two_ways("range", (before.token.value, after.token.value), numbers)
        return None

    def _follows_code(self, item: _Item) -> bool:
        """Was a number tied to the code itself, as in 4814/14/3?"""
        return any(start < item.token.start for start in self.codes_at)

    def _two_ways(self, kind: Literal["range", "pair"], pair: tuple[int, int], numbers: tuple[int, ...]) -> Reading:
        low, high = sorted(pair)
        between = [number for number in range(low, high + 1) if number in self.sheet.rows]
        whole, two = self._report([*numbers, *between]), self._report(numbers)
        return self._doubt(kind, (low, high), (whole, two) if kind == "range" else (two, whole))

    def _bare(self, numbers: tuple[int, ...]) -> Reading:
        """Numbers without a label are absent rows, unless they may as well be counts."""
        total = len(self.sheet.rows)
        if not numbers:
            return self._doubt("empty")
        if "rest_came" in self.roles:
            return self._report(numbers)
        if len(numbers) == 1:
            options = (self._report(numbers), self._headcount(numbers[0]))
            return self._doubt("one_number", numbers, options)
        low, high = min(numbers), max(numbers)
        if len(numbers) == 2 and low + high == total:
            options = (self._report(numbers), self._headcount(high))
            return self._doubt("sum", numbers, options, present=high, away=low)
        if len(numbers) == 3 and high == total and sum(numbers) == 2 * total:
            return self._count(sorted(numbers)[1])
        return self._report(numbers)

    def _labelled(self, items: Sequence[_Item], numbers: tuple[int, ...]) -> Reading:
        if not numbers:
            return self._doubt("mixed" if "rest_away" in self.roles else "empty")
        before = items[0].role != "number"
        if not before and items[-1].role == "number":
            return self._doubt("mixed")
        groups = _groups(items if before else items[::-1])
        if set(groups) != {item.role for item in items} - {"number", "rest_away"}:
            return self._doubt("mixed")
        if "count" in groups:
            return self._with_count(groups)
        here, away = groups.get("here", ()), groups.get("away", ())
        if here and away:
            return self._both(here, away)
        if "rest_came" in self.roles and here:
            return self._doubt("mixed")
        if "rest_away" in self.roles:
            return self._present(here) if here else self._doubt("mixed")
        if len(numbers) == 1 and (here or not before):
            return self._one_labelled(numbers[0], here=bool(here), before=before)
        return self._present(here) if here else self._report(away)

    def _both(self, here: tuple[int, ...], away: tuple[int, ...]) -> Reading:
        if not set(here) & set(away) and set(here) | set(away) == self.sheet.rows:
            return replace(self._report(away), here=here)
        if len(here) == len(away) == 1 and here[0] + away[0] == len(self.sheet.rows):
            return self._count(here[0])
        return self._doubt("mixed")

    def _with_count(self, groups: Mapping[str, tuple[int, ...]]) -> Reading:
        counted, away = groups["count"], groups.get("away", ())
        if len(counted) != 1 or "here" in groups:
            return self._doubt("mixed")
        if not away:
            return self._headcount(counted[0])
        return self._report(away) if counted[0] + len(away) == len(self.sheet.rows) else self._doubt("mixed")

    def _one_labelled(self, number: int, *, here: bool, before: bool) -> Reading:
        """One number with a label that may as well be a count: "28 hazir", "7 ghair", "H 28"."""
        total = len(self.sheet.rows)
        if not before and number * 2 > total:
            return self._count(number if here else total - number)
        if here:
            return self._doubt("one_present", (number,), (self._present((number,)), self._headcount(number)))
        return replace(self._report((number,)), sure=False)


def _groups(items: Sequence[_Item]) -> dict[str, tuple[int, ...]]:
    """The numbers of each label, for items in which every label comes before its numbers."""
    groups: dict[str, list[int]] = {}
    label = ""
    for item in items:
        if item.role == "number":
            groups.setdefault(label, []).append(item.token.value)
        elif item.role != "rest_away":
            label = item.role
    return {label: tuple(dict.fromkeys(numbers)) for label, numbers in groups.items()}
