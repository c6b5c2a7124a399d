"""How many are asked, how long an answer can be stopped, and when an exchange is forgotten."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from clusters.people.rules import Gender

MOST_ASKED = 3
"""A question goes to no more peers."""
HOLD = timedelta(minutes=5)
"""An answer can be stopped for so long before it goes."""
OPEN_FOR = timedelta(hours=72)
"""So long a digit answers what we put unprompted."""
ANSWERABLE_FOR = timedelta(days=14)
"""After this a question nobody answered is closed."""
UNANSWERED_FOR = timedelta(hours=48)
"""A question without any answer goes to a trainer, or the office, after this."""
REST = timedelta(days=14)
"""Who said "not now" is left alone for so long."""
USEFUL = timedelta(days=3)
"""A text of an exchange that could not go for so long goes no more."""
FORGOTTEN_AFTER = timedelta(days=30)
"""A closed exchange is deleted after this, with its words."""


class Standing(StrEnum):
    """Where a question stands."""

    WRITTEN = "written"
    """Its asker has not agreed yet that others are asked."""
    ASKED = "asked"
    OFFICE = "office"
    """It lies in the inbox: nobody else could be asked."""
    CLOSED = "closed"


class Offering(StrEnum):
    """What one who was asked said to it."""

    ASKED = "asked"
    WRITES = "writes"
    PHONES = "phones"
    """She would talk on the phone, and so agrees that her number is given for this once."""
    EXCHANGED = "exchanged"
    """Both agreed, and each has the other's number."""
    NOT_NOW = "not_now"
    ANSWERED = "answered"


def next_number(taken: Collection[int]) -> int:
    """The smallest number from 1 that none of somebody's questions has."""
    number = 1
    while number in taken:
        number += 1
    return number


def across(one: Gender | None, other: Gender | None) -> bool:
    """Would numbers pass between a woman and a man, or could they, because it is not known?"""
    return one is None or one is not other
