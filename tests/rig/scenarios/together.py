"""F-14: planners and dispatchers that begin in the same second; each row is there once and goes once."""

import time
from random import Random

from messaging.outbox.rules import Pace
from tests.rig.forking import end_of, fork
from tests.rig.ground import Figures, Ground, judged, opened
from tests.rig.invariants import Expected
from tests.rig.scene import Scene, Worker, left

EACH = 100
FULL = 20_000
HEAD_START = 1.0


def together(ground: Ground) -> Figures:
    """So many rows, planned and sent by five at once each, at full size by ten."""
    at_once = 10 if ground.size >= FULL else 5
    scene = Scene(ground.settings(), pace=Pace(), texts_each=EACH)
    shares = list(range(max(1, ground.size // EACH)))
    worker = Worker(scene)
    start = time.time() + HEAD_START

    def plan(seed: int) -> None:
        """Half of the planners plan all in one unit, the others share by share, each in an order of its own."""
        time.sleep(max(0.0, start - time.time()))
        if seed % 2:
            worker.plan(*shares)
            return
        for share in Random(ground.seed + seed).sample(shares, len(shares)):
            worker.plan(share)

    def dispatch() -> None:
        time.sleep(max(0.0, start - time.time()))
        idle = 0
        while idle < 10:
            idle = 0 if worker.send() else idle + 1
            time.sleep(0.2 if idle else 0)

    children = [fork(lambda seed=seed: plan(seed)) for seed in range(at_once)]
    children += [fork(dispatch) for _ in range(at_once)]
    failed = sum(map(end_of, children))
    seconds = time.time() - start
    with opened(scene.url) as engine:
        drained = not left(engine)
    return {
        "planners": at_once,
        "dispatchers": at_once,
        "seconds": round(seconds, 1),
        "workers_that_failed": failed,
        "deadlocks": ground.cluster.log.read_text().count("deadlock detected"),
        **judged(ground, scene.url, Expected(planned=scene.keys(shares), drained=drained)),
    }
