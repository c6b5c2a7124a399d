"""What one can say to being introduced, how long that is possible, and how long whoever was asked is left alone."""

from collections.abc import Callable, Collection
from datetime import date, timedelta
from enum import StrEnum

from cop.ties.rules import SECOND_TERM_FROM

OPEN_FOR = timedelta(days=14)
"""So long a digit answers."""
GONE_AFTER = timedelta(days=27)
"""Then nothing is left of it, whatever was said: below 30 days, and below the shortest month, so that nobody is asked
twice in one and everybody can be in the next."""
WAITS_FOR = timedelta(days=20)
"""A pair that was not asked for so long is not asked any more."""
ASKED_A_DAY = 150
"""Pairs who are asked in one day; the others later."""
MOST_A_MONTH = 2000
ONE_IN = 6
"""A month's pairs are at most a sixth as many as people take part."""
KEYS = 2**53
"""Each side is asked under a number drawn by lot, so that what stays of texts joins nobody to anybody."""


class Said(StrEnum):
    """What one of the two said."""

    NUMBER = "number"
    """Her name and her number may be given to the other."""
    NAME = "name"
    """Her name alone."""
    NO = "no"


CHOICES = {1: Said.NUMBER, 2: Said.NAME, 3: Said.NO}
"""By digit."""


def both_agree(one: Said | None, other: Said | None) -> bool:
    """Did both say yes to their names being told?"""
    return {one, other} <= {Said.NUMBER, Said.NAME}


def numbers_too(one: Said | None, other: Said | None) -> bool:
    """Did both say yes to their numbers as well?"""
    return one is Said.NUMBER and other is Said.NUMBER


def rests_until(day: date) -> date:
    """The first day of the next term: who said no is left alone until then."""
    second = date(day.year, SECOND_TERM_FROM, 1)
    return second if day < second else date(day.year + 1, 1, 1)


def resting(no: Collection[int], others: Collection[int], below: Callable[[int], int]) -> set[int]:
    """Who rests for a term: of those who said no, each with another, drawn by lot of those asked with her.

    Of all who rest just half said no, so no rest tells what somebody said: where fewer others were asked than said no,
    no more of these rest than there are others. `below` draws a number below another.
    """
    tired, among = sorted(no), sorted(set(others) - set(no))
    chosen: set[int] = set()
    for _ in range(min(len(tired), len(among))):
        chosen |= {each.pop(below(len(each))) for each in (tired, among)}
    return chosen


def most_pairs(people: int) -> int:
    """How many pairs a month's matching may name among so many who take part."""
    return min(MOST_A_MONTH, people // ONE_IN)
