"""Work done in another process meanwhile, where it is large enough to be worth one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")


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
