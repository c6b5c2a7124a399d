"""Heavy work in a process of its own: its memory goes back when it ends, and it is ended when its time is over."""

import json
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

STOPPED = "stopped"
"""The house closed before it was done."""
LOOKED_AFTER_EVERY = 0.2
"""Seconds."""


class ChildFailed(Exception):
    """It ended otherwise than well; `kind` says how, and is a word of ours."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class Child:
    """How a process is started: the variables it gets, and the command."""

    environment: Mapping[str, str]
    command: Sequence[str]

    def run(self, arguments: Sequence[str], limit: timedelta, stopping: Callable[[], bool]) -> Mapping[str, Any]:
        """Do it, and give back what it says it did; ChildFailed when it fails, takes too long, or the house closes.

        It ends with us: our end of its standard input is closed, however we end. Whatever it had not committed by
        then was never there.
        """
        until = time.monotonic() + limit.total_seconds()
        with subprocess.Popen(  # noqa: S603 - our own program, and nobody else's words among its arguments
            [*self.command, *arguments],
            env=dict(self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                while not _ended(process):
                    if stopping():
                        raise ChildFailed(STOPPED)
                    if time.monotonic() > until:
                        raise ChildFailed("out_of_time")
            finally:
                if process.poll() is None:
                    process.kill()
            return _told(process)


def _ended(process: "subprocess.Popen[bytes]") -> bool:
    try:
        process.wait(LOOKED_AFTER_EVERY)
    except subprocess.TimeoutExpired:
        return False
    return True


def _told(process: "subprocess.Popen[bytes]") -> Mapping[str, Any]:
    """The document it printed; it is shorter than what a pipe holds, so nobody waits for us to read it."""
    said = process.stdout.read() if process.stdout is not None else b""
    try:
        document = json.loads(said)
    except ValueError:
        raise ChildFailed("killed" if process.returncode < 0 else "no_answer") from None
    if process.returncode != 0 or "error" in document:
        raise ChildFailed(str(document.get("error", {}).get("key", "failed")))
    found: Mapping[str, Any] = document
    return found
