"""How many are asked, how long an answer can be stopped, and when an exchange is forgotten."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from clusters.people.rules import Gender

MOST_ASKED = 3
"""A question goes to no more peers."""
OFTEN = 2
"""Who was asked so often lately stands behind others, however near she is."""
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


@dataclass(frozen=True, slots=True)
class Willing:
    """Somebody who wants to help, as a question's asker sees her."""

    person_id: int
    same_subject: bool
    asked_lately: int
    """Questions that were put to her while one is left alone."""
    steps: int
    """Places from the root down that the two have in common: the same cluster is nearest, then its circle."""
    own_school: bool


def ranked(willing: Iterable[Willing]) -> list[Willing]:
    """Who knows the subject comes first, of those whoever was not asked often lately, of those the nearest."""
    return sorted(
        willing,
        key=lambda each: (
            not each.same_subject,
            each.asked_lately // OFTEN,
            -each.steps,
            each.asked_lately,
            each.person_id,
        ),
    )


def chosen(willing: Iterable[Willing], most: int = MOST_ASKED) -> list[Willing]:
    """The first of them, but only one of the asker's own school, whom she can ask over the wall, while others are
    there."""
    among = list(willing)
    own = [each for each in among if each.own_school]
    later = {each.person_id for each in own[1:]}
    first = [each for each in among if each.person_id not in later]
    return [*first, *own[1:]][:most]


def next_number(taken: Collection[int]) -> int:
    """The smallest number from 1 that none of somebody's questions has."""
    number = 1
    while number in taken:
        number += 1
    return number


def across(one: Gender | None, other: Gender | None) -> bool:
    """Would numbers pass between a woman and a man, or could they, because it is not known?"""
    return one is None or one is not other
