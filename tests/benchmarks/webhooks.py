"""Genuine signed texts at 200 a second for ten seconds, against a page that asks no database at the same pace.

Each request has its instant, whether the ones before it were answered or not; its time counts from that instant. The
pages are served by a process of their own over an embedded server with fsync, the load comes from another.
"""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import psutil
from sqlalchemy import create_engine, text

from cop.house import open_house
from cop.settings import Settings
from tests.benchmarks.pages import wait_for
from tests.rig.gateway import signing
from tests.rig.gateway.provider import ACCOUNT, TOKEN

SAYS = (
    "wall time of 2,000 signed texts brought at 200 a second over as many of /ping; told: latency in ms from when due"
)
CLOCK = "wall_s"
PAIRS = 3
PER_SECOND, SECONDS = 200, 10
CONNECTIONS = 64
SENDER = "+923000000001"


@contextmanager
def prepare(folder: Path) -> Iterator[dict[str, Any]]:
    """A house that hears by the provider, whose pages run in a process of their own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {
        "COP_DATA_DIR": str(folder), "COP_PORT": str(port), "COP_SMS_IN": "twilio", "COP_TWILIO_ACCOUNT": ACCOUNT,
        "COP_TWILIO_TOKEN": TOKEN, "COP_TWILIO_ADDRESS": "http://127.0.0.1:9", "COP_SENDERS": SENDER,
    }  # fmt: skip
    with open_house(Settings.from_env(told)) as house:
        server = subprocess.Popen(
            [sys.executable, "-m", "cop.cli", "web"],
            env={**os.environ, **told},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}")
            yield {"port": port, "pid": server.pid, "url": house.url}
        finally:
            server.terminate()
            server.wait(30)


def ready_ours(prepared: dict[str, Any]) -> None:
    """Sign everything beforehand, and let the pages answer a second long."""
    url = f"http://127.0.0.1:{prepared['port']}/hooks/twilio/text"
    prepared["requests"] = [_signed(url, n) for n in range(PER_SECOND * SECONDS)]
    asyncio.run(_load(prepared["port"], [_signed(url, n) for n in range(PER_SECOND)]))


def ours(prepared: dict[str, Any]) -> dict[str, Any]:
    """Texts; every one must be there at the end."""
    sent = prepared["requests"]
    found = _measured(prepared, sent)
    sids = [request.split(b"&MessageSid=")[1][:34].decode() for request in sent]
    engine = create_engine(prepared["url"])
    with engine.connect() as db:
        kept = db.scalar(text("SELECT count(*) FROM inbound_text WHERE provider_id = ANY(:sids)"), {"sids": sids})
    engine.dispose()
    return {**found, "kept": kept}


def ready_baseline(prepared: dict[str, Any]) -> None:
    """As many requests that ask nothing, and a second of them beforehand."""
    asked = f"GET /ping HTTP/1.1\r\nHost: 127.0.0.1:{prepared['port']}\r\n\r\n".encode()
    prepared["requests"] = [asked] * (PER_SECOND * SECONDS)
    asyncio.run(_load(prepared["port"], [asked] * PER_SECOND))


def baseline(prepared: dict[str, Any]) -> dict[str, Any]:
    """The page that asks no database."""
    return _measured(prepared, prepared["requests"])


def _measured(prepared: dict[str, Any], requests: list[bytes]) -> dict[str, Any]:
    server = psutil.Process(prepared["pid"])
    before = sum(server.cpu_times()[:2])
    answered = asyncio.run(_load(prepared["port"], requests))
    cut = quantiles([took for _, took in answered], n=1000)
    return {
        "p50_ms": round(cut[499] * 1000, 1),
        "p95_ms": round(cut[949] * 1000, 1),
        "p99_ms": round(cut[989] * 1000, 1),
        "slowest_ms": round(max(took for _, took in answered) * 1000, 1),
        "statuses": dict(Counter(status for status, _ in answered)),
        "server_cpu_ms_each": round((sum(server.cpu_times()[:2]) - before) / len(requests) * 1000, 2),
        "load": round(os.getloadavg()[0], 1),
    }


async def _load(port: int, requests: list[bytes]) -> list[tuple[str, float]]:
    """Each at its instant, by whatever connection is free; status and seconds since that instant."""
    began = time.perf_counter() + 0.1
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))

    async def one(n: int, request: bytes) -> tuple[str, float]:
        due = began + n / PER_SECOND
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        reader, writer = await free.get()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        await reader.readexactly(length)
        free.put_nowait((reader, writer))
        return head[9:12].decode(), time.perf_counter() - due

    answered = await asyncio.gather(*(one(n, request) for n, request in enumerate(requests)))
    while not free.empty():
        free.get_nowait()[1].close()
    return list(answered)


def _signed(url: str, n: int) -> bytes:
    sid = f"SM{uuid4().hex}"
    form = {
        "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "Body": f"HAZRI 4814 {n % 30}", "From": f"+92311{n:07}",
        "FromCountry": "PK", "MessageSid": sid, "NumMedia": "0", "NumSegments": "1", "SmsMessageSid": sid,
        "SmsSid": sid, "SmsStatus": "received", "To": SENDER, "ToCountry": "PK",
    }  # fmt: skip
    body = urlencode(form).encode()
    path, host = url.removeprefix("http://").partition("/")[2], url.removeprefix("http://").partition("/")[0]
    head = (
        f"POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Twilio-Signature: {signing.twilio(url, form, TOKEN)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
