"""The training days of a round as bits: months, runs of days, and the days on which a module may end."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from clusters.cascade.rules import CascadeRules


class Almanac:
    """One bit a training day; everything that a calendar decides before anybody is placed."""

    def __init__(self, days: Sequence[date], rules: CascadeRules) -> None:
        self.days = days
        self.all = (1 << len(days)) - 1
        months = {month: index for index, month in enumerate(dict.fromkeys((day.year, day.month) for day in days))}
        self._month_of = months
        self.month = [months[day.year, day.month] for day in days]
        self.months = [0] * len(months)
        for bit, month in enumerate(self.month):
            self.months[month] |= 1 << bit
        self._number_of = {day: index for index, day in enumerate(days)}
        joined = (1 << bit for bit in range(len(days) - 1) if (days[bit + 1] - days[bit]).days <= rules.longest_pause)
        self._joined = sum(joined)
        self._months_of: dict[int, tuple[tuple[int, int], ...]] = {}
        self._returns_from = _returns_from(days, rules.return_after)
        self._month_ends = _month_ends(days) if rules.last_working_day else None

    def starts(self, length: int, *, for_teachers: bool = False) -> int:
        """The days on which a module of so many days may begin; teachers' days may be bound to the ends of months."""
        found = self.all >> (length - 1)
        for step in range(length - 1):
            found &= self._joined >> step
        if for_teachers and self._month_ends is not None:
            found &= self._month_ends >> (length - 1)
        return found

    @property
    def return_days(self) -> int:
        """The days on which teachers may come back."""
        return self.all if self._month_ends is None else self._month_ends

    def returns_from(self, last: int) -> int:
        """The first day on which a module that ends on day `last` may be returned to; beyond the calendar: its end."""
        return max(self._returns_from[last], last + 1)

    def bits(self, days: Iterable[date]) -> int:
        """These days as bits; days that are no training days have none."""
        return sum(1 << self._number_of[day] for day in set(days) if day in self._number_of)

    def spent(self, days: Iterable[date]) -> tuple[int, ...]:
        """How many of these days lie in each month, training days or not."""
        counts = [0] * len(self.months)
        for day in set(days):
            month = self._month_of.get((day.year, day.month))
            if month is not None:
                counts[month] += 1
        return tuple(counts)

    def months_of(self, days: int) -> tuple[tuple[int, int], ...]:
        """The months of these bits, each with how many of them it holds."""
        found = self._months_of.get(days)
        if found is None:
            found = tuple((month, count) for month, count in enumerate(self.by_month(days)) if count)
            self._months_of[days] = found
        return found

    def by_month(self, days: int) -> list[int]:
        """How many of these bits lie in each month."""
        return [(days & month).bit_count() for month in self.months]


def _returns_from(days: Sequence[date], wait: int | None) -> list[int]:
    if wait is None:
        return []
    later, found = 0, []
    for day in days:
        while later < len(days) and days[later] < day + timedelta(days=wait):
            later += 1
        found.append(later)
    return found


def _month_ends(days: Sequence[date]) -> int:
    """The last training day of every month, but for the last one, which the calendar may have cut short."""
    ends = 0
    for bit in range(len(days) - 1):
        if (days[bit].year, days[bit].month) != (days[bit + 1].year, days[bit + 1].month):
            ends |= 1 << bit
    return ends
