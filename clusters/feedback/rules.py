"""When what was said of a training session may be shown: never so early that somebody could be guessed."""

from datetime import timedelta
from enum import IntEnum

ANSWERS_LEAST, SCHOOLS_LEAST = 10, 3
"""From so many answers, by people of so many schools, they are shown."""
LINKED_FOR = timedelta(hours=2)
"""For so long an answer can be taken back; then nothing tells any more whose it was."""


class Score(IntEnum):
    """How a training session was."""

    VERY_USEFUL = 1
    ALL_RIGHT = 2
    NOT_USEFUL = 3


def may_show(answers: int, schools: int) -> bool:
    """Are there enough answers, of enough schools, that none can be told apart?"""
    return answers >= ANSWERS_LEAST and schools >= SCHOOLS_LEAST
