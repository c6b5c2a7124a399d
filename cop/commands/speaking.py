"""How every command speaks: data on stdout, talk on stderr, errors as sentences, exit codes that scripts rely on."""

import ctypes
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import IntEnum
from typing import Any, NoReturn

import rich_click as click
from rich.console import Console
from sqlalchemy.exc import OperationalError

from clusters.kernel.clock import KARACHI
from clusters.kernel.errors import Conflict, CopError, Invalid, NotAllowed, NotFound
from cop.sentences import sentence

talk = Console(stderr=True, highlight=False)
"""For people; never a line of data."""

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout and nothing else.")


class Exit(IntEnum):
    """Exit codes, as the reference lists them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PROBLEMS = 3
    NOT_FOUND = 4
    CONFLICT = 5
    PROVIDER = 6
    CONFIGURATION = 7
    PARTLY = 8


CODES: dict[type[CopError], Exit] = {
    NotFound: Exit.NOT_FOUND,
    Conflict: Exit.CONFLICT,
    NotAllowed: Exit.FAILED,
    Invalid: Exit.PROBLEMS,
}


def say(document: dict[str, Any] | list[Any]) -> None:
    """Print the one JSON document of a command."""
    print(json.dumps(document, ensure_ascii=False, default=_in_json))  # noqa: T201 - data belongs on stdout


@contextmanager
def only_the_document() -> Iterator[None]:
    """Keep stdout for the document: what a compiled library prints of its own meanwhile goes to stderr."""
    sys.stdout.flush()
    stdout = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        # Such a library writes through the buffers of C, which know nothing of ours.
        ctypes.CDLL(None).fflush(None)
        os.dup2(stdout, 1)
        os.close(stdout)


def local(at: datetime) -> str:
    """An instant as people here read it; documents keep the zone."""
    return f"{at.astimezone(KARACHI):%Y-%m-%d %H:%M}"


def leave(code: Exit) -> NoReturn:
    """End the command with an exit code."""
    sys.exit(int(code))


@contextmanager
def answering(as_json: bool, code: Exit | None = None) -> Iterator[None]:
    """Turn an error a person can cause into its sentence, its document and its exit code."""
    try:
        yield
    except CopError as error:
        _end(as_json, error, code or CODES.get(type(error), Exit.FAILED))
    except OperationalError as error:
        _end(as_json, DatabaseAway(error), Exit.FAILED)


class DatabaseAway(CopError):
    """The server of COP_DATABASE_URL is not there, or broke off what was asked."""

    def __init__(self, error: OperationalError) -> None:
        super().__init__("database_away", kind=type(error.orig).__name__)


def _in_json(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _end(as_json: bool, error: CopError, code: Exit) -> NoReturn:
    words = sentence(error)
    if as_json:
        say({"error": {"key": error.key, "sentence": words, **error.values}})
    else:
        talk.print(words, style="red", markup=False)
    leave(code)
