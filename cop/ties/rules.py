"""Kinds of tie, terms, and how many a person names."""

from datetime import date, timedelta
from enum import StrEnum

MOST_NAMED = 3
"""Peers that one answer names."""
SECOND_TERM_FROM = 8
"""The first month of the second term of a year."""
UNDO_FOR = timedelta(hours=24)
"""What was withdrawn is deleted after this, and counts for nothing before."""


class TieKind(StrEnum):
    """How a tie came to be known."""

    NOMINATED = "nominated"
    EXCHANGED = "exchanged"
    TOGETHER = "together"
    ATTENDED = "attended"


def term_of(day: date) -> str:
    """The term of a day, once in which peers are asked for: 2026-1 until the end of July, then 2026-2."""
    return f"{day.year}-{1 if day.month < SECOND_TERM_FROM else 2}"
