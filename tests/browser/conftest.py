"""A real browser against the real house: pages and worker in one process, a database of its own."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from clusters.calendar.rules import CalendarRules, training_days
from clusters.kernel.clock import Clock, day_of, now
from clusters.kernel.database import connect, sessions
from clusters.kernel.facts import note
from clusters.kernel.unit import UnitOfWork
from clusters.structure.rules import SchoolGender
from clusters.training.facts import SessionsScheduled
from cop.reactions import REACTIONS
from tests import build
from tests.conftest import copy_database

PATIENCE = 60
"""Seconds that the house may take to open on a busy machine."""
OPEN = CalendarRules()
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Site:
    """A running house: where it answers, and what the tests may open."""

    address: str
    sign_in: Callable[[], str]
    session_id: int
    cluster_id: int
    phone: str


@pytest.fixture(scope="module")
def site(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two clusters with teachers, a training session in a week that everybody is invited to, one held today."""

    url = copy_database(server, template, f"cop_browser_{os.getpid()}_{os.urandom(3).hex()}")
    engine = connect(url)
    unit = UnitOfWork(sessions(engine), REACTIONS, Clock())
    with unit() as db:
        circle = build.circle(db, name="Kakki")
        trainer = build.trainer(db, circle, "Zakir Ullah", number="+923005550001")
        clusters = [
            build.cluster(db, 28, in_circle=circle, name="Kakki", near=(32.90, 70.40)),
            build.cluster(db, 26, in_circle=circle, name="Baran", near=(33.00, 70.60), gender=SchoolGender.GIRLS),
        ]
        teachers = [build.teacher(db, school) for school in build.schools_of(db, clusters[0])]
        days = training_days(day_of(now(db)) + timedelta(days=7), day_of(now(db)) + timedelta(days=120), OPEN)[:2]
        planned = [
            build.training_session(db, clusters[0], day=day, led_by=[trainer], invited=teachers, code=code)
            for day, code in zip(days, ("4814", "4825"), strict=True)
        ]
        note(db, SessionsScheduled(tuple(session.id for session in planned)))
    engine.dispose()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COP_")} | {
        "COP_DATABASE_URL": url,
        "COP_DATA_DIR": str(tmp_path_factory.mktemp("house")),
        "COP_PORT": str(port),
        "COP_WINDOW": "00:00-24:00",
    }
    cop = str(Path(sys.executable).parent / "cop")
    added = [cop, "users", "add", "--name", "Sajida Begum", "--role", "admin", "--place", "T/", "--json"]
    login = subprocess.run(added, env=environment, capture_output=True, text=True, check=True).stdout.split(
        '"login": "'
    )[1]
    login = login.split('"')[0]

    def sign_in() -> str:
        told = subprocess.run(
            [cop, "users", "link", login, "--json"], env=environment, capture_output=True, text=True, check=True
        )
        return told.stdout.split('"link": "')[1].split('"')[0]

    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        [cop, "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as house:
        try:
            _until_it_answers(address, house)
            yield Site(address, sign_in, planned[0].id, clusters[0].id, "+923005550001")
        finally:
            house.terminate()
            house.wait(PATIENCE)


def _until_it_answers(address: str, house: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if house.poll() is not None:
            raise RuntimeError(f"the house closed again with code {house.returncode}")
        try:
            if httpx.get(f"{address}/health/live", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError("the house did not open")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """The driver of browsers."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium; tests skip where it is absent, unless continuous integration demands it."""
    where = shutil.which("chromium") or shutil.which("chromium-browser")
    if where is None and not os.environ.get("COP_BROWSER_REQUIRED"):
        pytest.skip("Chromium is not installed (Debian's package chromium)")
    try:
        browser = playwright.chromium.launch(executable_path=where, args=FLAGS)
    except Error as error:
        raise RuntimeError(f"Chromium at {where} does not start") from error
    yield browser
    browser.close()
