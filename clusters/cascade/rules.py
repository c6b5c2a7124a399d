"""The three hand-overs of the cascade, and the rule that nobody delivers what they have not completed."""

from enum import StrEnum

TEACHERS_PER_SCHOOL = (1, 2)
"""Teachers of one school invited to one training session, so that no school is emptied."""


class Level(StrEnum):
    """The level being trained by a hand-over."""

    MASTER = "master"
    CIRCLE = "circle"
    TEACHER = "teacher"


ORDER = (Level.MASTER, Level.CIRCLE, Level.TEACHER)
"""Core team trains master trainers, they train circle trainers, these train teachers."""


def level_above(level: Level) -> Level | None:
    """The level whose participants deliver this one; None when the core team does."""
    place = ORDER.index(level)
    return ORDER[place - 1] if place else None
