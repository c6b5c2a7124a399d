"""F-35: a worker is asked to end while requests are on the wire; it finishes them and leaves everything else."""

import os
import signal
import time

from sqlalchemy import text

from cop.commands import serving
from cop.house import open_house
from cop.settings import Settings
from messaging.outbox.rules import IN_FLIGHT, State, TextClass
from tests.rig.forking import end_of, fork
from tests.rig.gateway.verdicts import Answer, Callbacks, Verdict
from tests.rig.ground import Figures, Ground, judged, opened, taken
from tests.rig.invariants import Expected
from tests.rig.scene import Scene, Worker, left

HANGS = 3.0
"""Seconds the provider takes for each answer."""
PATIENCE = 60.0
ENDS_WITHIN = 35.0


def asked_to_end(ground: Ground) -> Figures:
    """A whole worker, as systemd runs it, gets SIGTERM with as many requests in flight as it may have."""
    slow = Verdict(answer=Answer(hang=HANGS), callbacks=Callbacks(loss=1.0))
    with ground.provided(slow) as (settings, gateway):
        scene = Scene(settings, texts_each=ground.size, classes=(TextClass.REMINDER,))
        planner = Worker(scene)
        planner.plan(1)
        planner.engine.dispose()
        child = fork(lambda: _work(settings))
        until = time.monotonic() + PATIENCE
        while len(gateway.ledger("complete")) < IN_FLIGHT and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(child, signal.SIGTERM)
        asked = time.monotonic()
        ended_with = end_of(child)
        took = time.monotonic() - asked
        with opened(settings.database_url) as engine, engine.connect() as db:
            rows = db.execute(text("SELECT state, count(*) AS n FROM message GROUP BY state"))
            states = {State(row.state): row.n for row in rows}
        at_its_end = len(taken(gateway))
        gateway.script(Verdict(callbacks=Callbacks(loss=1.0)))
        next_one = Worker(scene)
        while left(next_one.engine) and time.monotonic() < until + PATIENCE:
            next_one.turn()
        next_one.engine.dispose()
        figures = judged(ground, settings.database_url, Expected(planned=scene.keys([1])), taken(gateway))
    wrong = []
    if took > ENDS_WITHIN or ended_with:
        wrong.append(f"F-35: ended with {ended_with} after {took:.1f} s")
    if states != {State.ACCEPTED: IN_FLIGHT, State.QUEUED: ground.size - IN_FLIGHT}:
        wrong.append(f"F-35: left {states}")
    return {**figures, "violations": [*figures["violations"], *wrong], "seconds": round(took, 1), "went": at_its_end}


def _work(settings: Settings) -> None:
    with open_house(settings) as house:
        if not serving.run(house, None, worker=True):
            raise RuntimeError("the worker broke")
