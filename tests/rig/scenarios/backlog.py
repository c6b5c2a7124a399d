"""F-31: a worker starts on a backlog, some of which is too late by now."""

import os
import subprocess
import sys
import time
from datetime import timedelta

import psutil
from sqlalchemy import text

from clusters.kernel.clock import now
from messaging.outbox.actions import About, about_all, enqueue
from tests.rig.ground import Figures, Ground, judged, opened
from tests.rig.invariants import Expected
from tests.rig.scene import Scene, Worker, texts_of

EACH = 1000
LATE = 0.3
"""Of the backlog, past the time by which it was of use."""
PATIENCE_EACH = 0.2
"""Seconds a text may take, with all that a busy machine adds."""
LOOKED_EVERY = 0.1


def backlog(ground: Ground) -> Figures:
    """So many rows wait, `late` ones among them; a worker as it is installed starts and takes care of them."""
    settings = ground.settings()
    scene = Scene(settings, texts_each=EACH)
    worker = Worker(scene)
    shares = range(max(1, ground.size // EACH))
    with worker.unit() as db:
        about_all(db, "training_session", [About(share) for share in shares])
        drafts = [draft for share in shares for draft in texts_of(share, scene, now(db))]
        enqueue(db, drafts)
        db.execute(
            text("UPDATE message SET send_by = :late, send_after = :before WHERE abs(hashtext(id::text) % 10) < 3"),
            {"late": now(db) - timedelta(minutes=1), "before": now(db) - timedelta(days=1)},
        )
    worker.rest()
    with (ground.folder / "worker.log").open("w") as log, opened(settings.database_url) as engine:
        environment = {
            **os.environ,
            "COP_DATABASE_URL": settings.database_url,
            "COP_DATA_DIR": str(ground.folder),
            "COP_WINDOW": settings.window,
        }
        began = time.monotonic()
        started = subprocess.Popen([sys.executable, "-m", "cop.cli", "worker"], env=environment, stdout=log, stderr=log)
        measured, memory, first = psutil.Process(started.pid), 0, 0.0
        until = began + 30 + ground.size * PATIENCE_EACH
        waiting = ground.size
        with engine.connect() as db:
            while waiting and time.monotonic() < until and started.poll() is None:
                time.sleep(LOOKED_EVERY if not first else 5 * LOOKED_EVERY)
                memory = max(memory, measured.memory_info().rss)
                if not first and db.scalar(text("SELECT EXISTS (SELECT FROM attempt)")):
                    first = time.monotonic() - began
                waiting = db.scalar(
                    text("SELECT count(*) FROM message WHERE state IN ('queued', 'claimed', 'submitting', 'unknown')")
                )
                db.commit()
            took = time.monotonic() - began
            late = db.scalar(
                text("SELECT count(*) FROM message m JOIN attempt a ON a.message_id = m.id WHERE send_by < started_at")
            )
            expired = db.scalar(text("SELECT count(*) FROM message WHERE state = 'expired'"))
        started.terminate()
        ended = started.wait(40)
    expected = Expected(planned=scene.keys(shares), drained=not waiting)
    return {
        "backlog": ground.size,
        "too_late": expired,
        "sent_too_late": late,
        "first_attempt_after_seconds": round(first, 1),
        "drained_in": round(took, 1),
        "memory_mb": round(memory / 2**20),
        "worker_ended_with": ended,
        **judged(ground, settings.database_url, expected),
    }
