"""Named points where the tests' rig may kill, stop, fail or delay a process; without configuration they do nothing."""

import os
import random
import re
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from clusters.kernel.errors import Invalid


class Failed(RuntimeError):
    """Raised at a failpoint that was told to raise."""


@dataclass(frozen=True)
class Action:
    """What happens at a point, with a probability from 0 to 1, and between how many seconds after it was passed.

    "kill9" and "stop" with a span strike while the process goes on; "sleep" and "raise" keep it waiting there.
    """

    verb: str
    probability: float = 1.0
    span: tuple[float, float] = (0.0, 0.0)


_ACTION = re.compile(
    r"(?P<verb>kill9|stop|raise|sleep)(?::(?P<low>[\d.]+)-(?P<high>[\d.]+)(?P<unit>ms|s))?(?:@(?P<chance>[\d.]+))?"
)
_SIGNALS = {"kill9": signal.SIGKILL, "stop": signal.SIGSTOP}
_armed: dict[str, Action] = {}
_dice = random.Random()
_striking: list[Callable[[str], None]] = []


def arm(specification: str, seed: int | None = None, striking: Callable[[str], None] | None = None) -> None:
    """Arm points from `name=verb:0-30ms@probability;name=verb`; an empty specification disarms all of them.

    With a `seed` the dice fall alike each time; `striking` is told the name of a point before anything happens there.
    """
    armed = dict(_read(part) for part in filter(None, map(str.strip, specification.split(";"))))
    _armed.clear()
    _armed.update(armed)
    _dice.seed(seed)
    _striking[:] = [striking] if striking else []


def fp(name: str) -> None:
    """Pass the named point; a no-op unless it was armed."""
    action = _armed.get(name)
    if action is None or _dice.random() >= action.probability:
        return
    for tell in _striking:
        tell(name)
    wait = _dice.uniform(*action.span)
    if action.verb in _SIGNALS and wait:
        threading.Timer(wait, os.kill, (os.getpid(), _SIGNALS[action.verb])).start()
        return
    time.sleep(wait)
    if action.verb == "raise":
        raise Failed(name)
    if action.verb in _SIGNALS:
        os.kill(os.getpid(), _SIGNALS[action.verb])


def _read(part: str) -> tuple[str, Action]:
    name, _, written = part.partition("=")
    match = _ACTION.fullmatch(written.strip())
    if match is None or not name.strip():
        raise Invalid(
            "setting_unreadable",
            name="COP_FAILPOINTS",
            value=part,
            wanted="points like claim.after_commit=kill9@0.01 or http.mid=sleep:0-30ms",
        )
    scale = 0.001 if match["unit"] == "ms" else 1.0
    span = (float(match["low"] or 0) * scale, float(match["high"] or 0) * scale)
    return name.strip(), Action(match["verb"], float(match["chance"] or 1), span)
