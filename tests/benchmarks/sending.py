"""3,000 planned texts through the whole safe sequence and the provider's SDK, against the provider's SDK alone.

Both keep 32 requests in flight to a scripted provider that answers at once. The SDK alone writes nothing down.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from clusters.kernel.clock import Clock, now
from clusters.kernel.database import address, connect, sessions
from clusters.kernel.unit import UnitOfWork
from messaging.channels.plan import Routes, Sender
from messaging.channels.twilio import TwilioChannel
from messaging.outbox.actions import Draft, about, enqueue
from messaging.outbox.rules import ALWAYS, Pace, TextClass
from messaging.outbox.sender import Dispatcher
from migrations.applying import migrate
from tests.rig.gateway.client import Gateway
from tests.rig.gateway.verdicts import Callbacks, Verdict

SAYS = "wall time of claiming, submitting, handing over and recording 3,000 texts over the provider's SDK alone"
CLOCK = "wall_s"
PAIRS = 5
TEXTS = 3_000
AT_ONCE = 32
SENDER = "+923450000001"
NOWHERE = "http://127.0.0.1:9"


@contextmanager
def prepare(folder: Path) -> Iterator[dict[str, Any]]:
    """A server with fsync, and a provider that reports nothing."""
    url = address(None, folder)
    migrate(url)
    with Gateway(folder, seed=1) as gateway:
        gateway.script(Verdict(callbacks=Callbacks(loss=1.0)))
        yield {"url": url, "provider": gateway.address}


def ready_ours(prepared: dict[str, Any]) -> None:
    """All is planned."""
    with _unit(prepared["url"]) as unit, unit() as db:
        batch = time.time_ns() % 10**12
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
                    number(n),
                    "T-1d",
                    TextClass.REMINDER,
                    "",
                    {"text": said(n)},
                    "ur_latn",
                    at,
                    at + timedelta(hours=4),
                )
                for n in range(TEXTS)
            ],
        )


def ours(prepared: dict[str, Any]) -> dict[str, Any]:
    """One worker's ticks until nothing is due."""
    channel = TwilioChannel(
        Gateway.account, Gateway.token, address=prepared["provider"], public_url=NOWHERE, senders=[SENDER]
    )
    with _unit(prepared["url"]) as unit:
        routes = Routes(out="twilio", senders=(Sender(SENDER),))
        pace = Pace(batch=2 * AT_ONCE, in_flight=AT_ONCE)
        dispatcher = Dispatcher(unit, {"twilio": channel}, ALWAYS, routes=routes, pace=pace)
        began = time.perf_counter()
        while dispatcher.tick():
            pass
        rate = TEXTS / (time.perf_counter() - began)
        with unit() as db:
            open_ = db.scalar(text("SELECT count(*) FROM message WHERE state <> 'accepted'"))
    return {"per_second": round(rate), "not_accepted": open_, "in_flight": AT_ONCE}


def baseline(prepared: dict[str, Any]) -> dict[str, Any]:
    """The SDK's own asynchronous client, which is several times as fast as its synchronous one."""
    return asyncio.run(_by_sdk(prepared["provider"]))


async def _by_sdk(provider: str) -> dict[str, Any]:
    http = _Elsewhere(provider)
    client = Client(Gateway.account, Gateway.token, http_client=http)
    waiting = iter(range(TEXTS))

    async def hand() -> None:
        for n in waiting:
            await client.messages.create_async(
                to=number(n), from_=SENDER, body=said(n), status_callback=f"{NOWHERE}/{n}", validity_period=3600
            )

    began = time.perf_counter()
    await asyncio.gather(*(hand() for _ in range(AT_ONCE)))
    rate = TEXTS / (time.perf_counter() - began)
    await http.close()
    return {"per_second": round(rate), "in_flight": AT_ONCE}


class _Elsewhere(AsyncTwilioHttpClient):  # type: ignore[misc]  # the library is not typed
    """The SDK's client, which goes to another host than the provider's."""

    def __init__(self, provider: str) -> None:
        super().__init__(pool_connections=True)
        self._provider = provider

    async def request(self, method: str, url: str, *args: Any, **more: Any) -> Any:
        return await super().request(method, url.replace("https://api.twilio.com", self._provider), *args, **more)


@contextmanager
def _unit(url: str) -> Iterator[UnitOfWork]:
    engine = connect(url, pool=AT_ONCE + 2)
    try:
        yield UnitOfWork(sessions(engine), {}, Clock(), role="cop_worker")
    finally:
        engine.dispose()


def number(n: int) -> str:
    """Whom the n-th text is for."""
    return f"+92300{n:07}"


def said(n: int) -> str:
    """What it says."""
    return f"Kal training hai, jagah {n}"
