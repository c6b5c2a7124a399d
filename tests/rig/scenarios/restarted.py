"""F-26, F-27: PostgreSQL is restarted as by a power cut, and its processes are killed, while texts go."""

import time

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from clusters.kernel.database import connect
from tests.rig.forking import Stopping, ended, fork
from tests.rig.gateway.client import Gateway
from tests.rig.gateway.verdicts import Callbacks
from tests.rig.ground import Figures, Ground, judged, opened, taken
from tests.rig.invariants import Expected
from tests.rig.scenarios.killed import faults
from tests.rig.scene import Scene, Worker, left

SENDS_EACH = 100
WORKERS = 2
PATIENCE = 60.0


def restarts(ground: Ground) -> Figures:
    """So many immediate restarts, some hundred sends between them; one process is killed, all are thrown out once."""
    with ground.provided(*faults(Callbacks(loss=1))) as (settings, gateway):
        scene = Scene(settings)
        shares = range(ground.size * SENDS_EACH // scene.texts_each)
        worker = Worker(scene)
        worker.plan(*shares)
        worker.rest()
        workers = [fork(lambda: _keep_on(worker)) for _ in range(WORKERS)]
        blows = [_restart] * ground.size + [_kill_one, _throw_out]
        back = []
        for done, blow in enumerate(blows, start=1):
            _wait_for(gateway, min(done * SENDS_EACH, len(shares) * scene.texts_each) * len(blows) // (len(blows) + 2))
            blow(ground, scene.url)
            back.append(_sends_again(gateway))
        until = time.monotonic() + PATIENCE
        waiting = 1
        while waiting and time.monotonic() < until:
            with opened(scene.url) as engine:
                waiting = left(engine)
            time.sleep(0.2)
        failed = ended(workers)
        pool = _pool_comes_back(scene.url)
        gateway.script()
        expected = Expected(planned=scene.keys(shares), drained=not waiting)
        return {
            "restarts": ground.size,
            "sends_again_after_seconds": round(max(back), 1),
            "pool_back_after_seconds": round(pool, 2),
            "workers_that_failed": failed,
            **judged(ground, scene.url, expected, taken(gateway)),
        }


def _keep_on(worker: Worker) -> None:
    """A worker as the scheduler runs it: an error ends its turn and nothing else."""
    stopping = Stopping()
    while not stopping:
        try:
            moved = bool(worker.turn())
        except SQLAlchemyError:
            moved = False
        time.sleep(0 if moved else 0.1)


def _restart(ground: Ground, url: str) -> None:
    ground.cluster.stop("immediate")
    ground.cluster.start()


def _kill_one(ground: Ground, url: str) -> None:
    with opened(url) as engine:
        ground.cluster.kill_backend(_backends(engine)[0])


def _throw_out(ground: Ground, url: str) -> None:
    with opened(url) as engine, engine.connect() as db:
        db.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cop'"))


def _backends(engine: Engine) -> list[int]:
    """Processes of the server that serve us."""
    with engine.connect() as db:
        rows = db.scalars(
            text("SELECT pid FROM pg_stat_activity WHERE application_name = 'cop' AND pid <> pg_backend_pid()")
        )
        return list(rows)


def _pool_comes_back(url: str) -> float:
    """Seconds until a pool whose every connection was cut answers again."""
    engine = connect(url, pool=4)
    held = [engine.connect() for _ in range(4)]
    for each in held:
        each.close()
    other = create_engine(url)
    with other.connect() as db:
        db.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cop'"))
    other.dispose()
    began = time.monotonic()
    answered = 0
    while answered < 4 and time.monotonic() - began < PATIENCE:
        try:
            with engine.connect() as db:
                answered += bool(db.scalar(text("SELECT 1")))
        except SQLAlchemyError:
            answered = 0
    engine.dispose()
    return time.monotonic() - began


def _wait_for(gateway: Gateway, sends: int) -> None:
    until = time.monotonic() + PATIENCE
    while len(gateway.accepted()) < sends and time.monotonic() < until:
        time.sleep(0.1)


def _sends_again(gateway: Gateway) -> float:
    """Seconds from the blow to the next text that goes."""
    before, began = len(gateway.accepted()), time.monotonic()
    _wait_for(gateway, before + 1)
    return time.monotonic() - began
