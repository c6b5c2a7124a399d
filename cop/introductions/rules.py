"""What one can say to being introduced, how long that is possible, and when nothing is left of it."""

from datetime import timedelta
from enum import StrEnum

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


def most_pairs(people: int) -> int:
    """How many pairs a month's matching may name among so many who take part."""
    return min(MOST_A_MONTH, people // ONE_IN)
