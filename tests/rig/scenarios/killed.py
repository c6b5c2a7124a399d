"""F-01 to F-12: workers die at every point of sending, and anywhere; nothing is lost, nothing goes twice."""

import json
import os
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

import uvicorn
from litestar import Litestar

from cop.app import build
from cop.house import open_house
from cop.logbook import open_logbook
from tests.rig.gateway.client import Gateway
from tests.rig.gateway.verdicts import Answer, Callbacks, Manner, Rule, Verdict
from tests.rig.ground import Figures, Ground, judged, taken
from tests.rig.invariants import Expected
from tests.rig.killer import DOOMED, MIXED, POINTS, WEBHOOK, Killer, Told
from tests.rig.scene import TOTAL, Scene

MIXED_SHARE = 10 / 22
ROUND = 2_000
"""Deaths with one house and one provider: whoever reads its list reads the whole of a day."""
WORST: dict[str, Callable[..., Any]] = {"kills_a_second": min, "drained_in": max}


def deaths(size: int, mixed: float) -> Counter[str]:
    """Of so many deaths some `mixed` ones anywhere, and of the others as many at each point."""
    each = max(1, round(size * (1 - mixed) / (len(POINTS) + 1)))
    points = dict.fromkeys((*POINTS, WEBHOOK), each)
    return Counter({**points, MIXED: max(0, size - sum(points.values()))})


def faults(callbacks: Callbacks) -> list[Rule]:
    """Of a hundred requests eleven go wrong, in the ways in which a lost answer is ambiguous and in those it is not."""
    late = TOTAL * 1.5

    def rule(chance: float, accept: bool, answer: Answer) -> Rule:
        return Rule(Verdict(accept, answer, callbacks), probability=chance)

    return [
        rule(0.03, False, Answer(429, code=20429)),
        rule(0.02, False, Answer(500)),
        rule(0.02, True, Answer(500)),
        rule(0.01, True, Answer(201, hang=late)),
        rule(0.02, True, Answer(manner=Manner.DROP)),
        rule(0.01, True, Answer(503, hang=late)),
        Rule(Verdict(callbacks=callbacks)),
    ]


def kills(ground: Ground) -> Figures:
    """So many deaths, in rounds, while the provider does its worst: `loss` of its reports, its list `lag` seconds late.

    For `minutes` at the most, or until SIGTERM, with so many workers that shall die `at_once`.
    """
    began, rounds = time.monotonic(), []
    longest = float(ground.options.get("minutes", "inf")) * 60
    left = ground.size
    while left > 0 and time.monotonic() - began < longest:
        size = min(left, ROUND)
        folder = ground.folder / f"round{len(rounds)}"
        folder.mkdir()
        part = replace(ground, size=size, seed=ground.seed + len(rounds), folder=folder)
        rounds.append(a_round(part, longest - (time.monotonic() - began)))
        left -= size
        print(f"  round {len(rounds)}: {json.dumps(rounds[-1])}", file=sys.stderr, flush=True)
        if rounds[-1].pop("asked_to_end"):
            break
    return reduce(together, rounds)


def together(one: Figures, other: Figures) -> Figures:
    """The sum of what was counted; of speeds and of times to drain the worse one."""
    joined: Figures = {}
    for name in one.keys() | other.keys():
        first, second = one.get(name, 0), other.get(name, 0)
        if isinstance(first, dict) or isinstance(second, dict):
            joined[name] = dict(sorted((Counter(first or {}) + Counter(second or {})).items()))
        elif name in WORST:
            joined[name] = WORST[name](first, second)
        else:
            joined[name] = first + second
    return joined


def a_round(ground: Ground, longest: float) -> Figures:
    """Some of the deaths, with a house and a provider of their own."""
    loss, lag = float(ground.options.get("loss", 0.3)), float(ground.options.get("lag", 2))
    with (
        door() as (hooks, listener),
        ground.provided(*faults(Callbacks(loss=loss)), hooks=hooks, list_lag=lag) as (
            settings,
            gateway,
        ),
    ):
        scene = Scene(settings)
        with open_house(settings) as house:
            app = build(house)
            house.engine.dispose()
            killer = Killer(
                scene,
                ground.seed,
                doomed=int(ground.options.get("at_once", DOOMED)),
                serve=lambda: serve(app, listener, ground.folder / "web.log"),
                longest=longest,
            )

        def finish() -> None:
            gateway.script()
            gateway.flush()
            time.sleep(lag)  # until its list shows everything

        wanted = deaths(ground.size, float(ground.options.get("mixed", MIXED_SHARE)))
        if loss >= 1:  # nothing comes to the door
            wanted[MIXED] += wanted.pop(WEBHOOK)
        told = killer.run(wanted, finish)
        shortest = min(scene.pace.grace.values()).total_seconds()
        extra = scene.pace.in_flight * told.died.total() if lag >= shortest else 0
        return {**summary(ground, scene, told, extra, gateway), "asked_to_end": killer.asked_to_end}


@contextmanager
def door() -> Iterator[tuple[str, socket.socket]]:
    """An address where reports are taken, and its socket, which outlives whoever listens to it."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", listener
    finally:
        listener.close()


def serve(app: Litestar, listener: socket.socket, log: Path) -> None:
    """The pages, in a child; what they log is looked through in the end."""
    with log.open("a") as written:
        os.dup2(written.fileno(), sys.stderr.fileno())
        open_logbook()
        signal.signal(signal.SIGTERM, lambda *_: None)  # the server raises it anew once it has ended
        config = uvicorn.Config(app, lifespan="on", log_config=None, access_log=False, ws="none")
        uvicorn.Server(config).run(sockets=[listener])


def blind(ground: Ground) -> Figures:
    """The control: workers that do not ask before they send again must be caught."""
    with ground.provided(*faults(Callbacks(loss=1))) as (settings, gateway):
        scene = Scene(settings, blind=True)
        told = Killer(scene, ground.seed).run(Counter({"http.after_response": ground.size}))
        return summary(ground, scene, told, 0, gateway)


def summary(ground: Ground, scene: Scene, told: Told, extra: int, gateway: Gateway) -> Figures:
    """Deaths by point beside what became of the texts."""
    expected = Expected(planned=scene.keys(told.shares), extra=extra, drained=told.drained)
    return {
        "kills": told.died.total(),
        "kills_by_point": dict(sorted(told.died.items())),
        "kills_a_second": round(told.died.total() / told.seconds, 1),
        "seconds": round(told.seconds, 1),
        "drained_in": round(told.drained_in, 1),
        "workers_that_failed_otherwise": told.failed,
        **judged(ground, scene.url, expected, taken(gateway)),
    }
