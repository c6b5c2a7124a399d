"""Long commands that may be interrupted: the first Ctrl-C or SIGTERM asks for what there is, the second ends them."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130
ENDING = (signal.SIGINT, signal.SIGTERM)


@dataclass
class Interruption:
    """Was the command asked to come to an end?"""

    asked: bool = False

    def hear(self, _signal: int, _frame: FrameType | None) -> None:
        """The first time remember it, the second time end."""
        if self.asked:
            end_at_once()
        self.asked = True


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Listen meanwhile; what has not been written by a second call to end is never written."""
    heard = Interruption()
    before = {each: signal.signal(each, heard.hear) for each in ENDING}
    try:
        yield heard
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def end_at_once() -> NoReturn:
    """End as an interrupted command does; open units of work are undone on the way out."""
    sys.exit(INTERRUPTED)
