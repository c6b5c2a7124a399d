"""Children of a warm process: each does one thing and ends."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterable

DIES_WITH_PARENT = 1
"""The number of `PR_SET_PDEATHSIG` in Linux."""


def fork(act: Callable[[], None]) -> int:
    """A child that does one thing; its process id."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    status = 1
    # Where the parent breaks off, nobody would end it, and whoever reads our output would wait for its end.
    ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGKILL)
    try:
        act()
        status = 0
    except BaseException as error:  # a child must never run on as its parent
        sys.stderr.write(f"worker: {type(error).__name__} {str(error)[:300]}\n")
    finally:
        os._exit(status)


def end_of(child: int) -> int:
    """Wait for a child; 0 when it ended well, else 1."""
    _, status = os.waitpid(child, 0)
    return int(status != 0)


def ended(children: Iterable[int]) -> int:
    """Ask children to end and wait for them; how many did not end well."""
    children = list(children)
    for child in children:
        os.kill(child, signal.SIGTERM)
    return sum(map(end_of, children))


class Stopping:
    """In a child: true once it was asked to end."""

    def __init__(self) -> None:
        self._asked = False
        signal.signal(signal.SIGTERM, self._ask)

    def __bool__(self) -> bool:
        return self._asked

    def _ask(self, *_: object) -> None:
        self._asked = True
