"""22,000 due texts claimed in batches of 50 and marked as taken, against the bare driver doing the same.

Beside the ratio it tells what else a worker needs to be quick: planning 22,000 reminders, and the first submission with
a backlog of 100,000.
"""

import resource
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import create_engine, make_url, text

from clusters.kernel.clock import Clock
from clusters.kernel.database import address, connect, sessions
from clusters.kernel.unit import UnitOfWork
from messaging.channels.base import Outgoing, Receipt
from messaging.channels.plan import Routes
from messaging.channels.rehearsal import RehearsalChannel
from messaging.outbox.actions import Draft, about, enqueue
from messaging.outbox.brakes.admission import Brakes
from messaging.outbox.brakes.caps import Limits
from messaging.outbox.rules import ALWAYS, BATCH, TextClass
from messaging.outbox.sender import Answer, Dispatcher, Handed
from migrations.applying import migrate

SAYS = "wall time of claiming 22,000 texts and marking them as taken over the bare driver doing the same"
CLOCK = "wall_s"
PAIRS = 3
SIZE = 22_000
BACKLOG = 100_000
SPEAKS = "Kal training hai"


@contextmanager
def prepare(folder: Path) -> Iterator[dict[str, Any]]:
    """An embedded server of its own, with fsync, migrated."""
    url = address(None, folder)
    migrate(url)
    yield {"url": url}


_BESIDE: dict[str, Any] = {}


def ready_ours(prepared: dict[str, Any]) -> None:
    """The start with a backlog; then an outbox with 22,000 due texts and nothing else."""
    plan(prepared["url"], BACKLOG)
    began = time.perf_counter()
    with worker(prepared["url"]) as dispatcher:
        dispatcher.tick()
    _BESIDE["first_batch_of_100000_s"] = round(time.perf_counter() - began, 3)
    _BESIDE["planning_22000_s"] = round(plan(prepared["url"], SIZE), 3)
    _BESIDE["resident_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def ready_baseline(prepared: dict[str, Any]) -> None:
    """An outbox with 22,000 due texts and nothing else."""
    plan(prepared["url"], SIZE)


def ours(prepared: dict[str, Any]) -> dict[str, Any]:
    """The dispatcher's own units: claim, then record that the channel took each."""
    with worker(prepared["url"]) as dispatcher:
        claiming, marking, seen = 0.0, 0.0, Counter[str]()
        while True:
            began, token = time.perf_counter(), uuid4()
            claimed = dispatcher._claim(token)
            claiming += time.perf_counter() - began
            if not claimed:
                break
            began = time.perf_counter()
            dispatcher._record(
                token,
                [
                    Answer(Handed(Outgoing(each.id, each.number, SPEAKS), 1, "rehearsal"), Receipt(f"SM{each.id.hex}"))
                    for each in claimed
                ],
            )
            marking += time.perf_counter() - began
            seen.update(each.id.hex for each in claimed)
    return {
        "claimed": len(seen),
        "twice": sum(times > 1 for times in seen.values()),
        "claims_per_second": round(SIZE / claiming),
        "marks_per_second": round(SIZE / marking),
        **_BESIDE,
    }


def baseline(prepared: dict[str, Any]) -> dict[str, Any]:
    """The same rows change in the same transactions, by the driver alone."""
    claiming = marking = 0.0
    with psycopg.connect(make_url(prepared["url"]).set(drivername="postgresql").render_as_string(False)) as driver:
        while True:
            began, token = time.perf_counter(), uuid4()
            ids = [row[0] for row in driver.execute(_CLAIM, {"token": token}).fetchall()]
            driver.commit()
            claiming += time.perf_counter() - began
            if not ids:
                break
            began = time.perf_counter()
            driver.execute("SELECT id FROM message WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [sorted(ids)])
            driver.execute(_WORDS, [ids])
            driver.execute(_SIDS, [[f"SM{each.hex}" for each in ids], ids])
            driver.execute(_MARK, [ids])
            driver.commit()
            marking += time.perf_counter() - began
    return {"claims_per_second": round(SIZE / claiming), "marks_per_second": round(SIZE / marking)}


def plan(url: str, size: int) -> float:
    """Empty the outbox and plan so many reminders in one unit; the seconds that the planning took."""
    engine = create_engine(url)
    with engine.begin() as db:
        db.execute(text("TRUNCATE attempt_outcome, attempt, provider_message, withdrawal, message CASCADE"))
    engine.dispose()
    engine = connect(url)
    due = datetime.now(UTC)
    drafts = [
        Draft(
            "batch",
            1,
            1,
            n,
            f"+92300{n:07}",
            "T-1d",
            TextClass.REMINDER,
            "",
            {"text": SPEAKS},
            "ur_latn",
            due,
            due + timedelta(hours=4),
        )
        for n in range(size)
    ]
    unit = UnitOfWork(sessions(engine), {}, Clock())
    with unit() as db:
        about(db, "batch", 1, training_path="", admin_path="")
    began = time.perf_counter()
    with unit() as db:
        enqueue(db, drafts)
    took = time.perf_counter() - began
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("VACUUM ANALYZE message"))
    engine.dispose()
    return took


@contextmanager
def worker(url: str) -> Iterator[Dispatcher]:
    """A worker's dispatcher with the caps of a house."""
    engine = connect(url)
    try:
        unit = UnitOfWork(sessions(engine), {}, Clock(), role="cop_worker")
        routes = Routes()
        yield Dispatcher(
            unit, {"rehearsal": RehearsalChannel(unit)}, ALWAYS, routes=routes, brakes=Brakes(routes, Limits)
        )
    finally:
        engine.dispose()


_CLAIM = f"""
    WITH due AS (SELECT id FROM message WHERE state = 'queued' AND priority = 2 AND send_after <= now()
        AND send_by > now() ORDER BY send_after, id LIMIT {BATCH} FOR UPDATE SKIP LOCKED)
    UPDATE message m SET state = 'claimed', lease_token = %(token)s,
        lease_until = clock_timestamp() + interval '1 minute', state_at = now()
    FROM due WHERE m.id = due.id RETURNING m.id"""
_WORDS = """
    INSERT INTO attempt_outcome (message_id, n, source, outcome, at)
    SELECT id, 1, 'answer', 'accepted', clock_timestamp() FROM unnest(%s::uuid[]) AS given(id)"""
_SIDS = """
    INSERT INTO provider_message (sid, message_id, via, at)
    SELECT sid, id, 'answer', now() FROM unnest(%s::text[], %s::uuid[]) AS given(sid, id) ON CONFLICT DO NOTHING"""
_MARK = """
    UPDATE message SET state = 'accepted', why = NULL, lease_token = NULL, lease_until = NULL, state_at = now()
    WHERE id = ANY(%s)"""
