"""Work done in another process: meanwhile, where it is large enough to be worth one, or for what it loads."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")
DATABASE = "COP_DATABASE_URL"
"""Variable by which another process is told the address of the database."""


@contextmanager
def beside(
    worth: bool, work: Callable[Given, Found], *given: Given.args, **named: Given.kwargs
) -> Iterator[Callable[[], Found]]:
    """Begin a pure function of a module; what is yielded waits for it, or does the work itself, and hands it over.

    Whoever leaves earlier ends the other process.
    """
    if not worth:
        yield partial(work, *given, **named)
        return
    with get_context("spawn").Pool(1) as pool:
        yield pool.apply_async(work, given, named).get


def alone(module: str, url: str, *arguments: str) -> bool:
    """Run a module of ours as a program on a database, and wait; False when it failed."""
    command = [sys.executable, "-m", module, *arguments]
    ended = subprocess.run(  # noqa: S603 - our own program, and nobody else's words among its arguments
        command, env={**os.environ, DATABASE: url}, stderr=subprocess.DEVNULL, check=False
    )
    return ended.returncode == 0
