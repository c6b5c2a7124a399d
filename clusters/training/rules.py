"""The life of a training session: its states, the answers to an invitation, the marks of attendance."""

from datetime import datetime, timedelta
from enum import StrEnum

REPORT_FROM = timedelta(hours=1)
"""Attendance may be reported from this long before the start."""
REPORT_UNTIL = timedelta(hours=48)
"""And until this long after the end."""


class SessionState(StrEnum):
    """Where a training session stands; drafts are seen by planners only."""

    DRAFT = "draft"
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Answer(StrEnum):
    """What an invited person said; silence is not no."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Mark(StrEnum):
    """How a person was marked on the sheet."""

    HERE = "here"
    LATE = "late"
    AWAY = "away"


def report_window(starts: datetime, ends: datetime) -> tuple[datetime, datetime]:
    """From when until when attendance of a training session may be reported."""
    return starts - REPORT_FROM, ends + REPORT_UNTIL
