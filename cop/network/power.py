"""Whether some are heard more than others in a community, checked of whole groups: who hosts, who is answered.

Power that nobody looks at may jeopardise a programme of this kind; looking at persons would do the same. So these are
shares of groups with their intervals: Wilson's (1927) for one share, Newcombe's (1998, method 10) for how far two lie
apart.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import hypot, sqrt

Z90 = 1.6448536269514722
"""The normal distribution's 95th percentile: 5 % on either side of an interval."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """So many of so many, and what share that may be at 90 %."""

    count: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """0 of none."""
        return self.count / self.of if self.of else 0.0


class Balance(StrEnum):
    """What a difference of two shares says once its doubt is allowed for."""

    LESS = "less"
    ALIKE = "alike"
    MORE = "more"
    UNKNOWN = "unknown"
    """One of the two has nobody."""


@dataclass(frozen=True, slots=True)
class Power:
    """A group's check: women's part in it, in hosting and in being answered, each against what it is compared with."""

    women: Ratio
    """Of the members whose gender is known."""
    hosted: Ratio
    """Of the meetings whose host's gender is known, those hosted by women."""
    heard: Ratio
    """Of the questions of women, those answered."""
    others_heard: Ratio
    """Of the questions of men, those answered."""

    @property
    def hosting(self) -> Balance:
        """Do women host less than their part of the group, alike or more?"""
        return balance(self.hosted, self.women)

    @property
    def hearing(self) -> Balance:
        """Are the questions of women answered less than those of men, alike or more?"""
        return balance(self.heard, self.others_heard)


def ratio(count: int, of: int) -> Ratio:
    """A share with Wilson's interval at 90 %; nothing of nothing may be any share."""
    if not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is no share.")
    if not of:
        return Ratio(0, 0, 0.0, 1.0)
    share, square = count / of, Z90 * Z90
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z90 / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return Ratio(count, of, max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share)))


def difference(one: Ratio, other: Ratio) -> tuple[float, float]:
    """How far the first share lies above the second, at 90 %."""
    apart = one.share - other.share
    below = hypot(one.share - one.low, other.high - other.share)
    above = hypot(one.high - one.share, other.share - other.low)
    return max(-1.0, apart - below), min(1.0, apart + above)


def balance(one: Ratio, other: Ratio) -> Balance:
    """Less or more only where the interval of the difference leaves no doubt."""
    if not one.of or not other.of:
        return Balance.UNKNOWN
    low, high = difference(one, other)
    return Balance.LESS if high < 0 else Balance.MORE if low > 0 else Balance.ALIKE
