"""The rows that a report names, once its session is known: whole and sure, or asked about with its readings."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from messaging.inbound.labels import Item, is_letter, turns
from messaging.inbound.reported import Doubt, Headcount, NotOnSheet, Reading, Report, ReportInDoubt, Sheet

MOST_UNREAD = 3
"""With more words than these unread, nothing of a report is offered."""


class Rows:
    """The row numbers and labels of one report, once its session is known."""

    def __init__(self, sheet: Sheet, items: Sequence[Item], codes_at: set[int], score: float, sure: bool) -> None:
        self.sheet, self.items, self.score, self.sure = sheet, items, score, sure
        self.codes_at = codes_at
        self.roles = [item.role for item in items]

    def reading(self) -> Reading:
        """The first of these that says something; their order is the order of the rules."""
        unread = [item for item in self.items if item.role == "unread"]
        if unread:
            return self._unread(unread)
        items = self._without_own_date()
        counted = self._out_of(items)
        if counted is not None:
            return counted
        numbers = tuple(dict.fromkeys(item.token.value for item in items if item.role == "number"))
        beyond = tuple(number for number in numbers if number and number not in self.sheet.rows)
        if beyond:
            return NotOnSheet(self.sheet.code, beyond, self.sheet.last)
        if "except" in self.roles:
            return self._all_but(numbers)
        if "all" in self.roles or 0 in numbers:
            return self.everybody(numbers)
        tied = self._tied(items, numbers)
        if tied is not None:
            return tied
        if any(role in self.roles for role in ("to", "until", "out_of")):
            return self._doubt("unread", word=next(i.token.text for i in items if i.role in ("to", "until", "out_of")))
        labelled = [item for item in items if item.role in ("number", "away", "here", "count", "rest_away")]
        if all(item.role == "number" for item in labelled):
            return self._bare(numbers)
        return self._labelled(labelled, numbers)

    def _unread(self, unread: Sequence[Item]) -> Reading:
        """Words that say nothing to us: what the report would be without them is offered, but never stored."""
        word = unread[0].token.text
        if len(unread) > MOST_UNREAD or any(turns(item.token) for item in unread):
            return self._doubt("unread", word=word)
        left = [item for item in self.items if item.role != "unread"]
        without = Rows(self.sheet, left, self.codes_at, self.score, self.sure).reading()
        if isinstance(without, Report):
            return self._doubt("unread", options=(without, None), word=word)
        return without if isinstance(without, NotOnSheet) else self._doubt("unread", word=word)

    def _all_but(self, numbers: tuple[int, ...]) -> Reading:
        """ "sab hazir siwaye 3 7": the rows after it are absent, which is proposed."""
        others = [role for role in self.roles if role in ("away", "count", "rest_away", "to", "until", "out_of")]
        if others or not numbers or 0 in numbers:
            return self._doubt("mixed")
        return replace(self._report(numbers), sure=False)

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

    def _without_own_date(self) -> list[Item]:
        """The items without "14/3" when the session is on 14 March."""
        day = self.sheet.day
        for place in range(1, len(self.items)):
            before, after = self.items[place - 1], self.items[place]
            pair = (before.token.text.lstrip("0"), after.token.text.lstrip("0"))
            apart = not before.joined and not (place + 1 < len(self.items) and self.items[place + 1].joined)
            if day and after.joined and apart and pair == (str(day.day), str(day.month)):
                return [*self.items[: place - 1], *self.items[place + 1 :]]
        return list(self.items)

    def _out_of(self, items: Sequence[Item]) -> Reading | None:
        """ "31 mein se 28", "28 out of 31": a count, whose rows are asked for."""
        for place in range(1, len(items) - 1):
            if items[place].role == "out_of" and items[place - 1].role == items[place + 1].role == "number":
                lower, upper = sorted((items[place - 1].token.value, items[place + 1].token.value))
                if upper == len(self.sheet.rows):
                    return self._count(lower)
                return self._doubt("unread", word=items[place].token.text)
        return None

    def everybody(self, numbers: tuple[int, ...] = ()) -> Reading:
        """All came, if nothing else is said."""
        others = [role for role in self.roles if role in ("away", "here", "count", "rest_away", "rest_came")]
        if numbers == (0,) and others == ["away"] and "all" not in self.roles:
            return replace(self._report(()), sure=False)  # "ghair hazir 0"
        if any(numbers) or others or any(item.joined for item in self.items):
            return self._doubt("mixed")
        return self._report(())

    def _tied(self, items: Sequence[Item], numbers: tuple[int, ...]) -> Reading | None:
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

    def _follows_code(self, item: Item) -> bool:
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

    def _labelled(self, items: Sequence[Item], numbers: tuple[int, ...]) -> Reading:
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
            return self._both(here, away, numbers)
        if "rest_came" in self.roles and here:
            return self._doubt("mixed")
        if "rest_away" in self.roles:
            return self._present(here) if here else self._doubt("mixed")
        if len(numbers) == 1 and (here or not before):
            return self._one_labelled(numbers[0], here=bool(here), before=before)
        if here and 2 * len(here) < len(self.sheet.rows) and any(is_letter(item) for item in items):
            return replace(self._present(here), sure=False)  # so many absent for the sake of one letter
        return self._present(here) if here else self._report(away)

    def _both(self, here: tuple[int, ...], away: tuple[int, ...], numbers: tuple[int, ...]) -> Reading:
        if not set(here) & set(away) and set(here) | set(away) == self.sheet.rows:
            return replace(self._report(away), here=here)
        if len(here) == len(away) == 1 and here[0] + away[0] == len(self.sheet.rows):
            return self._count(here[0])
        if len(here) == 1 and len(away) > 1 and here[0] + len(away) == len(self.sheet.rows) and here[0] not in away:
            return replace(self._report(away), sure=False)  # "29 hazir, 3 7 ghair hazir"
        return self._doubt("mixed")

    def _with_count(self, groups: Mapping[str, tuple[int, ...]]) -> Reading:
        counted, away = groups["count"], groups.get("away", ())
        if len(counted) == 1 and counted[0] == len(self.sheet.rows) and len(away) > 1 and "here" not in groups:
            return replace(self._report(away), sure=False)  # the roster's size, then who was absent
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


def _groups(items: Sequence[Item]) -> dict[str, tuple[int, ...]]:
    """The numbers of each label, for items in which every label comes before its numbers."""
    groups: dict[str, list[int]] = {}
    label = ""
    for item in items:
        if item.role == "number":
            groups.setdefault(label, []).append(item.token.value)
        elif item.role != "rest_away":
            label = item.role
    return {label: tuple(dict.fromkeys(numbers)) for label, numbers in groups.items()}
