"""2,000 texts through a provider that answers after 20 ms, by cop and by Procrastinate on the same PostgreSQL.

As a case of `make bench` it compares wall time. As a program it kills the workers of both on the way, and counts at the
provider what was lost and what came twice: python -m tests.benchmarks.peer [--texts 2000] [--kills 20] [--seed 1]
"""

import argparse
import asyncio
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import procrastinate
from sqlalchemy import create_engine, func, make_url, select, text

from clusters.kernel.clock import Clock, now
from clusters.kernel.database import address, connect, sessions
from clusters.kernel.unit import UnitOfWork
from messaging.channels.base import Outgoing
from messaging.channels.plan import Routes, Sender
from messaging.channels.twilio import TwilioChannel
from messaging.outbox.actions import Draft, about, enqueue
from messaging.outbox.evidence.reconcile import reconcile
from messaging.outbox.models import Message
from messaging.outbox.reaper import reap
from messaging.outbox.rules import ALWAYS, ON_THE_WIRE, WAITING, Pace, TextClass
from messaging.outbox.sender import Dispatcher
from migrations.applying import migrate
from tests.rig.gateway.client import Gateway
from tests.rig.gateway.verdicts import Answer, Callbacks, Verdict

SAYS = "wall time of planning and sending 2,000 texts over a provider that answers after 20 ms, cop over Procrastinate"
CLOCK = "wall_s"
PAIRS = 3
TEXTS = 2_000
AT_ONCE = 8
ANSWERS = Verdict(answer=Answer(hang=0.02), callbacks=Callbacks(loss=1.0))
PACE = Pace().scaled(1 / 20)
"""A lease of three seconds; the peer's workers count as dead after as long."""
DEAD_AFTER = PACE.lease.total_seconds()
SENDER = "+923450000001"
WORKER = "import json, sys; from tests.benchmarks.peer import work; work(sys.argv[1], json.loads(sys.argv[2]))"
DRAINED_WITHIN = 120
"""Seconds that a last worker, which nobody kills, has for what is left."""


@contextmanager
def prepare(folder: Path, texts: int = TEXTS) -> Iterator[dict[str, Any]]:
    """A server of its own, with fsync, that holds both, and a scripted provider."""
    url = address(None, folder)
    migrate(url)
    with Gateway(folder, seed=1) as gateway:
        gateway.script(ANSWERS)
        yield {"url": url, "provider": gateway.address, "texts": texts, "folder": str(folder)}


def ours(prepared: dict[str, Any]) -> dict[str, Any]:
    """Plan all in one unit, then claim, submit, hand over and record."""
    with _unit(prepared["url"]) as unit:
        _plan(unit, prepared["texts"])
        dispatcher = Dispatcher(unit, {"twilio": _channel(prepared)}, ALWAYS, routes=_routes())
        while dispatcher.tick():
            pass
    return {"texts": prepared["texts"]}


def ready_baseline(prepared: dict[str, Any]) -> None:
    """Its tables are there, as ours are."""
    _peer_tables(prepared["url"])


def baseline(prepared: dict[str, Any]) -> dict[str, Any]:
    """Defer all in one statement, then let its worker run what there is."""
    app = _peer(prepared)
    asyncio.run(_defer(app, prepared["texts"]))
    asyncio.run(_work_as_peer(app, wait=False))
    return {"texts": prepared["texts"]}


def _plan(unit: UnitOfWork, texts: int) -> None:
    batch = time.time_ns() % 10**12
    with unit() as db:
        about(db, "batch", batch, training_path="", admin_path="")
        at = now(db)
        enqueue(
            db,
            [
                Draft(
                    "batch",
                    batch,
                    1,
                    n,
                    _number(n),
                    "T-1d",
                    TextClass.REMINDER,
                    "",
                    {"text": _said(n)},
                    "ur_latn",
                    at,
                    at + timedelta(hours=4),
                )
                for n in range(texts)
            ],
        )


def _number(n: int) -> str:
    return f"+92300{n:07}"


def _said(n: int) -> str:
    return f"Kal training hai, jagah {n}"


def _routes() -> Routes:
    return Routes(out="twilio", senders=(Sender(SENDER),))


def _channel(prepared: dict[str, Any]) -> TwilioChannel:
    return TwilioChannel(
        Gateway.account, Gateway.token, address=prepared["provider"], public_url="http://127.0.0.1:9", senders=[SENDER]
    )


@contextmanager
def _unit(url: str) -> Iterator[UnitOfWork]:
    engine = connect(url, pool=AT_ONCE + 2)
    try:
        yield UnitOfWork(sessions(engine), {}, Clock(), role="cop_worker")
    finally:
        engine.dispose()


def _peer(prepared: dict[str, Any]) -> procrastinate.App:
    """Its application, with one task: the same channel sends the same text."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=_plain(prepared["url"])))
    channel = _channel(prepared)

    @app.task(name="send")
    def send(number: str, body: str) -> None:
        from_us = Outgoing(_NOBODYS_ID, number, body, sender=SENDER)
        channel.send(from_us)

    return app


_NOBODYS_ID = UUID(int=0)


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _peer_tables(url: str) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        there = connection.scalar(text("SELECT to_regclass('procrastinate_jobs')"))
    engine.dispose()
    if there is None:
        app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=_plain(url)))
        with app.open():
            app.schema_manager.apply_schema()


async def _defer(app: procrastinate.App, texts: int) -> None:
    async with app.open_async():
        await app.configure_task("send").batch_defer_async(
            *({"number": _number(n), "body": _said(n)} for n in range(texts))
        )


async def _work_as_peer(app: procrastinate.App, *, wait: bool, retry_stalled: bool = False) -> None:
    async with app.open_async():
        again = asyncio.ensure_future(_retry_stalled(app)) if retry_stalled else None
        await app.run_worker_async(
            wait=wait,
            concurrency=AT_ONCE,
            install_signal_handlers=False,
            update_heartbeat_interval=DEAD_AFTER / 3,
            stalled_worker_timeout=DEAD_AFTER,
            fetch_job_polling_interval=0.5,
        )
        if again is not None:
            again.cancel()


async def _retry_stalled(app: procrastinate.App) -> None:
    """What its handbook advises against workers that died: run again what they had begun."""
    while True:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER):
            await app.job_manager.retry_job(job)
        await asyncio.sleep(0.5)


def work(system: str, prepared: dict[str, Any]) -> None:
    """One worker, until it is killed."""
    print("ready", flush=True)
    if system != "cop":
        app = _peer(prepared)
        asyncio.run(_work_as_peer(app, wait=True, retry_stalled=system.endswith("retrying")))
        return
    with _unit(prepared["url"]) as unit:
        channels = {"twilio": _channel(prepared)}
        dispatcher = Dispatcher(unit, channels, ALWAYS, routes=_routes(), pace=PACE)
        while True:
            moved = dispatcher.tick() + reap(unit) + reconcile(unit, channels, PACE)
            if not moved:
                time.sleep(0.05)


def under_kills(system: str, texts: int, kills: int, seed: int) -> dict[str, Any]:
    """Kill so many workers of a system one after another, let a last one finish, and count at the provider."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="cop-peer-") as folder, prepare(Path(folder), texts) as prepared:
        if system == "cop":
            with _unit(prepared["url"]) as unit:
                _plan(unit, texts)
        else:
            _peer_tables(prepared["url"])
            asyncio.run(_defer(_peer(prepared), texts))
        began = time.monotonic()
        for _ in range(kills):
            worker = _start(system, prepared)
            time.sleep(chance.uniform(0.2, 1.0))
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        worker = _start(system, prepared)
        until = time.monotonic() + DRAINED_WITHIN
        while _left(system, prepared["url"]) and time.monotonic() < until:
            time.sleep(0.5)
        worker.kill()
        worker.wait()
        lines = [json.loads(line) for line in (Path(folder) / "gateway.jsonl").read_text().splitlines()]
        copies = Counter(line["to"] for line in lines if line["what"] == "accepted")
        return {
            "system": system,
            "texts": texts,
            "kills": kills,
            "seed": seed,
            "lost": sum(1 for n in range(texts) if not copies[_number(n)]),
            "twice_or_more": sum(1 for count in copies.values() if count > 1),
            "left_unfinished": _left(system, prepared["url"]),
            "seconds": round(time.monotonic() - began, 1),
        }


def _start(system: str, prepared: dict[str, Any]) -> "subprocess.Popen[str]":
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, system, json.dumps(prepared)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    worker.stdout.readline()
    return worker


def _left(system: str, url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        if system == "cop":
            left = select(func.count()).where(Message.state.in_((*WAITING, *ON_THE_WIRE)))
        else:
            left = text("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
        found = connection.scalar(left)
    engine.dispose()
    return found or 0


def main() -> None:
    """Print one JSON object for each system."""
    parser = argparse.ArgumentParser(description="Kill workers of cop and of Procrastinate, and count at the provider.")
    parser.add_argument("--texts", type=int, default=TEXTS)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for system in ("cop", "procrastinate", "procrastinate, retrying"):
        print(json.dumps(under_kills(system, asked.texts, asked.kills, asked.seed)), flush=True)


if __name__ == "__main__":
    main()
