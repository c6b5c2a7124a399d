"""F-28: a worker is cut off from the database while it still reaches the provider; another one does its work."""

import socket
import time
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from tests.rig.forking import Stopping, ended, fork
from tests.rig.gateway.client import Gateway
from tests.rig.gateway.verdicts import Callbacks, Rule, Verdict
from tests.rig.ground import Figures, Ground, judged, opened, taken
from tests.rig.invariants import Expected
from tests.rig.proxy import carrying
from tests.rig.scene import TOTAL, Scene, Worker, left

WHOLE = (0.4, 1.2)
"""Seconds in which the line holds before it is cut."""
SENDS_EACH = 60
SLACK = 0.5
"""Seconds a busy machine may add between two of its processes."""
PATIENCE = 60.0


def cuts(ground: Ground) -> Figures:
    """So many cuts, each longer than a lease."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        ground.provided(Rule(Verdict(callbacks=Callbacks(loss=1)))) as (settings, gateway),
    ):
        direct = Worker(Scene(settings))
        shares = range(ground.size * SENDS_EACH // direct.scene.texts_each)
        direct.plan(*shares)
        direct.rest()
        port = listener.getsockname()[1]
        by_proxy = ground.cluster.address_by(port, str(direct.engine.url.database))
        far = Worker(Scene(replace(settings, database_url=by_proxy)))
        near, cut_off = fork(lambda: _work(direct, pause=0.3)), fork(lambda: _work(far, pause=0.0))
        lease = direct.pace.lease.total_seconds()
        with carrying(listener, ground.cluster.port) as proxy:
            for _ in range(ground.size):
                time.sleep(ground.dice.uniform(*WHOLE))
                proxy.cut()
                time.sleep(1.5 * lease)
                proxy.mend()
            until = time.monotonic() + PATIENCE
            with opened(settings.database_url) as engine:
                while (waiting := left(engine)) and time.monotonic() < until:
                    time.sleep(0.2)
            failed = ended([near, cut_off])
        late = _late(settings.database_url, gateway, direct.pace.trust.total_seconds())
        figures = judged(
            ground,
            settings.database_url,
            Expected(planned=direct.scene.keys(shares), drained=not waiting),
            taken(gateway),
        )
        wrong = [f"F-28: {late} requests began after the worker had ceased to trust its lease"] if late else []
        return {
            "cuts": ground.size,
            "workers_that_failed": failed,
            "requests_after_the_trust": late,
            **figures,
            "violations": [*figures["violations"], *wrong],
        }


def _work(worker: Worker, pause: float) -> None:
    stopping = Stopping()
    while not stopping:
        worker.turn()
        time.sleep(pause)


def _late(url: str, gateway: Gateway, trust: float) -> int:
    """Requests that fit no attempt: each must have come within the trust after one began, and its own time."""
    begun: dict[str, list[datetime]] = defaultdict(list)
    with opened(url) as engine, engine.connect() as db:
        for row in db.execute(text("SELECT message_id, started_at FROM attempt")):
            begun[str(row.message_id)].append(row.started_at)
    longest = trust + TOTAL + SLACK
    return sum(
        not any(0 <= line["at"] - at.timestamp() <= longest for at in begun[_message_of(line)])
        for line in gateway.accepted()
    )


def _message_of(line: dict[str, str]) -> str:
    """Our own id, which rode in the address of the reports."""
    return str(UUID(line["callback"].rsplit("/", 1)[1]))
