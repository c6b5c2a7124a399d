"""Every main page of an invented province for 16 people at once, against the page that asks no database.

BENCH_DATA names a data folder in which a province stands already; otherwise one is made (about two minutes). The pages
are served by a process of their own, the load comes from another.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.people.rules import PostRole
from clusters.structure.models import Place
from clusters.structure.rules import PlaceKind
from clusters.training.models import TrainingSession
from clusters.training.rules import SessionState
from cop.house import House, open_house
from cop.settings import Settings
from cop.web import web_sessions
from cop.web.security import cookie_name
from cop.web.signing_in import add_login
from tests.build import person as build_person
from tests.build import post

SAYS = "wall time of 96 requests of every main page by 16 people, over as many of /ping; told: each page's own figures"
CLOCK = "wall_s"
PEOPLE, EACH = 16, 6
MAIN = (
    "/", "/sessions", "/messages", "/inbox", "/clusters", "/planner", "/cascade", "/imports", "/people", "/phones",
    "/account", "/health",
)  # fmt: skip
TICKS = os.sysconf("SC_CLK_TCK")
READY_SECONDS = 60


@contextmanager
def prepare(folder: Path) -> Iterator[dict[str, Any]]:
    """Serve a province, and sign in sixteen administrators."""
    with serving(folder, PEOPLE) as prepared:
        yield prepared


@contextmanager
def serving(folder: Path, people: int) -> Iterator[dict[str, Any]]:
    """A process that serves the pages of a province, and so many people signed in there."""
    ready = os.environ.get("BENCH_DATA")
    data = Path(ready) if ready else folder
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "COP_DATA_DIR": str(data), "COP_PORT": str(port)}
    if not ready:
        subprocess.run(
            [sys.executable, "-m", "cop.cli", "demo", "--scale", "province", "--only-make"],
            env=env, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    settings = Settings(data_dir=data, port=port)
    with open_house(settings) as house:
        with house.unit() as db:
            ids = [_signed_in(db, house, f"{port}-{number}") for number in range(people)]
            cluster = db.scalars(select(Place.id).where(Place.kind == PlaceKind.CLUSTER).limit(1)).one()
            planned = select(TrainingSession.id).where(TrainingSession.state == SessionState.PLANNED).limit(1)
            session = db.scalars(planned).one()
        server = subprocess.Popen(
            [sys.executable, "-m", "cop.cli", "web"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address)
            yield {
                "address": address,
                "cookie": cookie_name(settings),
                "ids": ids,
                "pid": server.pid,
                "pages": [*MAIN, f"/clusters/{cluster}", f"/sessions/{session}"],
            }
        finally:
            server.terminate()
            server.wait(30)


def wait_for(address: str) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            httpx.get(f"{address}/ping").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the pages do not answer")


def _signed_in(db: Session, house: House, name: str) -> str:
    """A simulated user of her own: an administrator of the programme."""
    person = build_person(db, f"Reader {name}", number=None)
    root = db.scalars(select(Place).where(Place.kind == PlaceKind.PROGRAMME)).one()
    post(db, person, PostRole.ADMINISTRATOR, at_place=root)
    login = add_login(db, person.id, f"reader{name}", house.clock(None))
    return web_sessions.begin(db, login, house.clock(None))


def measure(prepared: dict[str, Any], path: str) -> dict[str, float]:
    """One page, asked for by everybody at once, each one request after the other."""

    refused: list[str] = []

    def one(session_id: str) -> list[float]:
        times = []
        with httpx.Client(cookies={prepared["cookie"]: session_id}, timeout=60) as browser:
            for _ in range(EACH):
                began = time.perf_counter()
                refused.extend([path] * (browser.get(prepared["address"] + path).status_code != 200))
                times.append(1000 * (time.perf_counter() - began))
        return times

    cpu = _cpu_ms(prepared["pid"])
    with ThreadPoolExecutor(PEOPLE) as people:
        times = sorted(each for of_one in people.map(one, prepared["ids"][:PEOPLE]) for each in of_one)
    return {
        "p50_ms": round(times[len(times) // 2], 1),
        "p95_ms": round(times[int(0.95 * len(times))], 1),
        "cpu_ms": round((_cpu_ms(prepared["pid"]) - cpu) / len(times), 2),
        "refused": len(refused),
    }


def _cpu_ms(pid: int) -> float:
    """What the serving process has used so far, from /proc."""
    spent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(spent[11]) + int(spent[12])) / TICKS


def ours(prepared: dict[str, Any]) -> dict[str, Any]:
    """Every main page, once before the figures are taken; each p50 also as a multiple of /ping's."""
    ping = measure(prepared, "/ping")
    told: dict[str, Any] = {"/ping": ping}
    for path in prepared["pages"]:
        found = measure(prepared, path)
        told[path] = {**found, "over_ping": round(found["p50_ms"] / ping["p50_ms"], 1)}
    return told


def baseline(prepared: dict[str, Any]) -> dict[str, Any]:
    """As many requests, no database, no session."""
    return {str(number): measure(prepared, "/ping") for number in range(len(prepared["pages"]) + 1)}
