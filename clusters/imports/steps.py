"""How far a list has come on its way in, what work is wanted of it, and how far that work is."""

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    """What has been done with a list that was uploaded; each step can be gone back from until it is applied."""

    FILE = "file"
    COLUMNS = "columns"
    CHECKED = "checked"
    APPLIED = "applied"


class Work(StrEnum):
    """What is wanted of a list, in the request for a short one, by a worker for a long one."""

    READ = "read"
    CHECK = "check"
    APPLY = "apply"
    UNDO = "undo"


class Stage(StrEnum):
    """What is being done at this moment; progress is counted in rows."""

    READING = "reading"
    CHECKING = "checking"
    WRITING = "writing"
    TAKING_BACK = "taking back"


Tell = Callable[[Stage, int, int], None]
"""Hears of progress: the stage, how many rows are done, and of how many."""


def silently(_stage: Stage, _done: int, _of: int) -> None:
    """For work that nobody watches."""


SHORT_BYTES = 256 * 1024
"""A larger file is read by a worker."""
SHORT_ROWS = 2_000
"""A longer list is checked and applied by a worker."""
EVERY = 1_000
"""Rows between two tellings."""
