"""Who and what is taken on which training day: one number a person or room, one bit a day."""

from collections.abc import Iterable, Sequence
from datetime import date


class DayBook:
    """Bookings of persons and rooms on an ordered list of training days, with caps on days a calendar month."""

    def __init__(self, days: Sequence[date], longest_pause: int) -> None:
        self.days = days
        self._all = (1 << len(days)) - 1
        months = dict.fromkeys((day.year, day.month) for day in days)
        self._months = {month: index for index, month in enumerate(months)}
        self._number_of = {day: index for index, day in enumerate(days)}
        self._month = [self._months[day.year, day.month] for day in days]
        self._month_mask = [0] * len(months)
        for bit, month in enumerate(self._month):
            self._month_mask[month] |= 1 << bit
        self._joined = 0
        """Days whose next training day follows closely enough to belong to the same module."""
        for bit in range(len(days) - 1):
            if (days[bit + 1] - days[bit]).days <= longest_pause:
                self._joined |= 1 << bit
        self._caps: list[int | None] = []
        self._taken: list[int] = []
        self._busy: list[int] = []
        self._full: list[int] = []
        self._counts: list[list[int]] = []
        self._counts_before: list[list[int]] = []

    def add(self, cap: int | None, taken: Iterable[Iterable[date]] = (), away: Iterable[Iterable[date]] = ()) -> int:
        """A new person or room with its number; `cap` is the most days a calendar month.

        One number may stand for several persons: `taken` holds, for each of them, the days already promised elsewhere,
        `away` those on which she is not there; these count in no month.
        """
        counts = [0] * len(self._month_mask)
        promised = 0
        for days in map(frozenset, taken):
            own = [0] * len(counts)
            for day in days:
                if (day.year, day.month) in self._months:
                    own[self._months[day.year, day.month]] += 1
                if day in self._number_of:
                    promised |= 1 << self._number_of[day]
            # Whoever has given most of a month decides what all of them can still give.
            counts = [max(pair) for pair in zip(counts, own, strict=True)]
        for absence in away:
            for day in absence:
                if day in self._number_of:
                    promised |= 1 << self._number_of[day]
        self._caps.append(cap)
        self._taken.append(promised)
        self._counts_before.append(counts)
        self._busy.append(0)
        self._full.append(0)
        self._counts.append([])
        self._reset(len(self._caps) - 1)
        return len(self._caps) - 1

    def clear(self) -> None:
        """Forget every booking but what was taken from the first."""
        for number in range(len(self._caps)):
            self._reset(number)

    def _reset(self, number: int) -> None:
        cap, counts = self._caps[number], self._counts_before[number]
        self._busy[number] = self._taken[number]
        self._counts[number] = counts.copy()
        full = (mask for mask, count in zip(self._month_mask, counts, strict=True) if cap is not None and count >= cap)
        self._full[number] = sum(full)

    def runs(self, length: int) -> int:
        """The days, as bits, on which a module of `length` days may begin."""
        starts = self._all >> (length - 1)
        for step in range(length - 1):
            starts &= self._joined >> step
        return starts

    def blocked(self, number: int, length: int) -> int:
        """The days, as bits, on which this one cannot begin `length` days."""
        return _smeared(self._busy[number] | self._full[number], length)

    def any_blocked(self, numbers: Iterable[int], length: int) -> int:
        """The same for several: days on which at least one of them cannot begin."""
        taken = 0
        for number in numbers:
            taken |= self._busy[number] | self._full[number]
        return _smeared(taken, length)

    def under_cap(self, number: int, start: int, length: int) -> bool:
        """Do `length` days from `start` keep the monthly cap of this one?"""
        cap = self._caps[number]
        if cap is None:
            return True
        counts = self._counts[number]
        first, last = self._month[start], self._month[start + length - 1]
        if first == last:
            return counts[first] + length <= cap
        spread = self._month[start : start + length]
        return all(counts[month] + spread.count(month) <= cap for month in set(spread))

    def book(self, numbers: Iterable[int], start: int, length: int) -> None:
        """Take `length` days from `start`."""
        self._change(numbers, start, length, 1)

    def free(self, numbers: Iterable[int], start: int, length: int) -> None:
        """Give back what was taken."""
        self._change(numbers, start, length, -1)

    def days_of(self, number: int) -> int:
        """How many days this one is taken."""
        return self._busy[number].bit_count()

    def _change(self, numbers: Iterable[int], start: int, length: int, by: int) -> None:
        bits = ((1 << length) - 1) << start
        for number in numbers:
            self._busy[number] ^= bits
            cap = self._caps[number]
            if cap is None:
                continue
            counts = self._counts[number]
            for day in range(start, start + length):
                month = self._month[day]
                counts[month] += by
                if counts[month] >= cap:
                    self._full[number] |= self._month_mask[month]
                else:
                    self._full[number] &= ~self._month_mask[month]


def _smeared(taken: int, length: int) -> int:
    blocked = taken
    for step in range(1, length):
        blocked |= taken >> step
    return blocked
