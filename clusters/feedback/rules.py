"""When what was said of a training session may be shown: never so early that somebody could be guessed."""

from datetime import datetime, time, timedelta
from enum import IntEnum

from clusters.calendar.windows import KARACHI, WindowRules, next_open, open_hours

ANSWERS_LEAST, SCHOOLS_LEAST = 10, 3
"""From so many answers, by people of so many schools, they are shown."""
LINKED_FOR = timedelta(hours=2)
"""For so long an answer can be taken back; then nothing tells any more whose it was."""


ASKED_FROM = time(17)
"""In the evening, when people are home."""
ASKED_AFTER = timedelta(hours=1)
BEFORE_CLOSING = timedelta(minutes=30)
ASKED_WITHIN = timedelta(hours=36)
"""Later nobody is asked any more."""


class Score(IntEnum):
    """How a training session was."""

    VERY_USEFUL = 1
    ALL_RIGHT = 2
    NOT_USEFUL = 3


def may_show(answers: int, schools: int) -> bool:
    """Are there enough answers, of enough schools, that none can be told apart?"""
    return answers >= ANSWERS_LEAST and schools >= SCHOOLS_LEAST


def ask_at(over_at: datetime, rules: WindowRules) -> datetime:
    """When the participants of a training session that was over at an instant are asked: that evening if texts may go.

    On days whose hours end before the evening it is shortly before they end.
    """
    ready = (over_at + ASKED_AFTER).astimezone(KARACHI)
    midnight = datetime.combine(ready.date(), time(), KARACHI)
    wish = datetime.combine(ready.date(), ASKED_FROM, KARACHI)
    parts = open_hours(ready.date(), rules)
    if parts:
        closing = midnight + timedelta(minutes=max(part.ends for part in parts)) - BEFORE_CLOSING
        wish = min(wish, closing)
    return next_open(max(ready, wish), rules)
