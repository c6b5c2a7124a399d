"""Kinds of tie, terms, how many a person names, and how long what is inferred counts."""

import math
from datetime import date, timedelta
from enum import StrEnum

MOST_NAMED = 3
"""Peers that one answer names."""
SECOND_TERM_FROM = 8
"""The first month of the second term of a year."""
UNDO_FOR = timedelta(hours=24)
"""What was withdrawn is deleted after this, and counts for nothing before."""
ASKED_A_DAY = 300
"""Persons who are asked about ties in one day, whom they turned to and whether they take part; the others later."""
ATTENDED_HALF_LIFE = timedelta(days=180)
"""Having sat in the same training session is worth half as much after this."""
ATTENDED_FOR = timedelta(days=730)
"""And nothing after this."""


class TieKind(StrEnum):
    """How a tie came to be known; it points from who turned to the other for help, to who gave it."""

    NOMINATED = "nominated"
    """She named whom she turned to, in a round or at any time: from her to the one she named."""
    EXCHANGED = "exchanged"
    """A question of one was answered by the other: from who asked to who answered."""
    PLANNED = "planned"
    """They planned a lesson together: both ways."""
    OBSERVED = "observed"
    """One watched the other teach and gave feedback: from whose lesson it was to who watched."""
    ATTENDED = "attended"
    """Inferred: both sat in one training session; neither way, never kept as a row, worth less with time."""


KEPT = frozenset(TieKind) - {TieKind.ATTENDED}
"""Kinds that are rows; what is inferred is read from attendance when the network is measured."""


def attended_weight(age: timedelta, at_once: int) -> float:
    """What a shared training session counts for between two of `at_once` persons: 1/(n-1), halved each half-life.

    Newman (2001), Phys. Rev. E 64, 016132, for the share among those who met; 0 when it is older than it counts.
    """
    if at_once < 2 or age > ATTENDED_FOR:
        return 0.0
    halvings = max(age, timedelta()) / ATTENDED_HALF_LIFE
    return math.exp2(-halvings) / (at_once - 1)


def term_of(day: date) -> str:
    """The term of a day, once in which peers are asked for: 2026-1 until the end of July, then 2026-2."""
    return f"{day.year}-{1 if day.month < SECOND_TERM_FROM else 2}"


def term_begins(day: date) -> date:
    """The first day of the term of a day."""
    return date(day.year, 1 if day.month < SECOND_TERM_FROM else SECOND_TERM_FROM, 1)
