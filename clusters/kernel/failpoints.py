"""Named points where the tests' rig may kill, stop or fail a process; without configuration they do nothing."""

import os
import random
import signal
from dataclasses import dataclass


class Failed(RuntimeError):
    """Raised at a failpoint that was told to raise."""


@dataclass(frozen=True)
class Action:
    """What happens at a point: "kill9", "stop" or "raise", with a probability from 0 to 1."""

    verb: str
    probability: float = 1.0


_armed: dict[str, Action] = {}


def arm(specification: str) -> None:
    """Arm points from `name=verb@probability;name=verb`; an empty specification disarms all of them."""
    _armed.clear()
    for part in filter(None, specification.split(";")):
        name, _, action = part.partition("=")
        verb, _, probability = action.partition("@")
        _armed[name.strip()] = Action(verb.strip(), float(probability or 1))


def fp(name: str) -> None:
    """Pass the named point; a no-op unless it was armed."""
    action = _armed.get(name)
    if action is None or random.random() >= action.probability:
        return
    if action.verb == "raise":
        raise Failed(name)
    os.kill(os.getpid(), {"kill9": signal.SIGKILL, "stop": signal.SIGSTOP}[action.verb])
