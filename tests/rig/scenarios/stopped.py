"""F-13: workers stand still in the middle of a request for longer than their lease, and wake up late."""

import os
import signal
import time
from dataclasses import replace

from sqlalchemy import Engine, text

from clusters.kernel.failpoints import arm
from tests.rig.forking import Stopping, ended, fork
from tests.rig.gateway.verdicts import Callbacks, Rule, Verdict
from tests.rig.ground import Figures, Ground, judged, opened, taken
from tests.rig.invariants import Expected
from tests.rig.scene import PACE, Scene, Worker, left

POINTS = ("submit.after_commit", "http.mid", "http.after_response")
AT_ONCE = 20
STANDING = 15.0
"""Five minutes in the time of the scene."""
PATIENCE = 60.0


def stops(ground: Ground) -> Figures:
    """So many workers that stand still, some at once; another one does their work meanwhile."""
    told = {"stopped": 0, "attempts_by_the_late": 0, "sends_by_the_late": 0}
    with ground.provided(Rule(Verdict(callbacks=Callbacks(loss=1)))) as (settings, gateway):
        # Twice as many texts as requests at once: a late one has a second half that it must not touch.
        scene = Scene(settings, pace=replace(PACE, batch=8, in_flight=4), texts_each=8)
        worker = Worker(scene)
        for first in range(0, ground.size, AT_ONCE):
            shares = range(first, min(first + AT_ONCE, ground.size))
            sleepers = {share: fork(lambda share=share: _stand(worker, share)) for share in shares}
            for child in sleepers.values():
                os.waitpid(child, os.WUNTRACED)
            told["stopped"] += len(sleepers)
            other = fork(lambda: _work(worker))
            time.sleep(STANDING)
            with opened(scene.url) as engine:
                attempts = _attempts(engine)
                sends = len(gateway.accepted())
                ended([other])
                for child in sleepers.values():
                    _wake(child)
                told["attempts_by_the_late"] += _attempts(engine) - attempts
                told["sends_by_the_late"] += len(gateway.accepted()) - sends
        other = fork(lambda: _work(worker))
        with opened(scene.url) as engine:
            until = time.monotonic() + PATIENCE
            while (waiting := left(engine)) and time.monotonic() < until:
                time.sleep(0.2)
        ended([other])
        expected = Expected(planned=scene.keys(range(ground.size)), extra=0, drained=not waiting)
        return {**told, **judged(ground, scene.url, expected, taken(gateway))}


def _stand(worker: Worker, share: int) -> None:
    """Plans, begins to send, stands still at its point, and ends when that batch is through."""
    worker.plan(share)
    arm(f"{POINTS[share % len(POINTS)]}=stop")
    worker.send()


def _work(worker: Worker) -> None:
    stopping = Stopping()
    while not stopping:
        time.sleep(0 if worker.turn() else 0.1)


def _wake(child: int) -> None:
    """Let it go on until it ends; armed as it is, it stops again at every request."""
    while True:
        os.kill(child, signal.SIGCONT)
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            return


def _attempts(engine: Engine) -> int:
    with engine.connect() as db:
        return int(db.scalar(text("SELECT count(*) FROM attempt")) or 0)
