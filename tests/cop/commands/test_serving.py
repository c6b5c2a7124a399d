"""`cop web`, `cop worker`, `cop serve`: real processes that answer, and that end when they are asked to."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from clusters.kernel.errors import Conflict, Invalid
from cop.commands.serving import check_address, check_spool, listen, listen_nearby
from cop.settings import Settings

PATIENCE = 60
ENDS_WITHIN = 10
"""Seconds after SIGTERM or Ctrl-C."""


@dataclass
class Process:
    """A running command and the address of its pages."""

    running: subprocess.Popen[str]
    url: str

    def wait_until(self, path: str) -> httpx.Response:
        """Ask until the page answers."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.running.poll() is None:
            try:
                return httpx.get(self.url + path, timeout=PATIENCE)
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"the pages never answered: {self.running.communicate(timeout=PATIENCE)}")

    def end(self, by: signal.Signals) -> tuple[int, str, str]:
        """Ask it to end; its exit code, stdout and stderr."""
        self.running.send_signal(by)
        out, err = self.running.communicate(timeout=ENDS_WITHIN)
        return self.running.returncode, out, err


@pytest.fixture
def start(database: str, tmp_path: Path) -> Iterator[object]:
    processes = []

    def call(command: str, **settings: str) -> Process:
        port = free_port()
        environment = {**os.environ, "COP_DATABASE_URL": database, "COP_DATA_DIR": str(tmp_path), "COP_PORT": str(port)}
        running = subprocess.Popen(
            [sys.executable, "-m", "cop.cli", command],
            env=environment | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(running)
        return Process(running, f"http://127.0.0.1:{port}")

    yield call
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=PATIENCE)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_serve_answers_works_and_ends_cleanly(start) -> None:
    process = start("serve")
    assert process.wait_until("/health/live").json() == {"live": True}
    ready = httpx.get(process.url + "/health/ready", timeout=PATIENCE)
    assert ready.status_code == 200
    assert ready.json()["database"] is ready.json()["migrations"] is True
    code, out, err = process.end(signal.SIGTERM)
    assert (code, out) == (0, "")
    assert f"The pages are at {process.url}" in err
    assert "Traceback" not in err


@pytest.mark.long
def test_web_answers_alone_and_the_worker_works_alone(start) -> None:
    web = start("web")
    web.wait_until("/ping")
    worker = start("worker")
    until = time.monotonic() + PATIENCE
    while not httpx.get(web.url + "/health/ready", timeout=PATIENCE).json()["tick"] and time.monotonic() < until:
        time.sleep(0.1)
    assert httpx.get(web.url + "/health/ready", timeout=PATIENCE).json()["tick"]
    assert worker.end(signal.SIGTERM)[0] == 0
    assert web.end(signal.SIGINT)[0] == 0


def test_a_port_that_is_taken_is_said_and_nothing_starts(run: Callable[..., Any]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = run("web", COP_PORT=str(taken.getsockname()[1]))
    assert (ran.code, ran.stdout) == (5, "")
    assert "is taken by another program" in ran.told


def test_beyond_this_machine_https_is_asked_for(run: Callable[..., Any]) -> None:
    ran = run("web", COP_HOST="0.0.0.0")  # noqa: S104 - it is refused
    assert (ran.code, ran.stdout) == (7, "")
    assert "Passwords must not travel in the clear" in ran.told


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(host="localhost"),
        Settings(host="::1"),
        Settings(public_url="http://localhost:8765"),
        Settings(host="0.0.0.0", public_url="https://cop.example.pk"),  # noqa: S104 - a setting, nothing listens
    ],
)
def test_these_addresses_may_be_served(settings: Settings) -> None:
    check_address(settings)


@pytest.mark.parametrize(
    "settings",
    [
        Settings(host="0.0.0.0"),  # noqa: S104 - it is refused
        Settings(host="192.168.1.7"),
        Settings(host="0.0.0.0", public_url="http://cop.example.pk"),  # noqa: S104 - it is refused
        Settings(public_url="http://cop.example.pk"),
    ],
)
def test_these_addresses_may_not(settings: Settings) -> None:
    with pytest.raises(Invalid, match="https_needed"):
        check_address(settings)


def test_the_next_free_port_is_found() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        with pytest.raises(Conflict, match="port_taken"):
            listen(Settings(port=port))
        settings, listener = listen_nearby(Settings(port=port))
        with listener:
            assert port < settings.port == listener.getsockname()[1]
            assert settings.address.endswith(f":{settings.port}")


def test_answers_do_not_wait_for_the_browser_to_acknowledge() -> None:
    with listen(Settings(port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_pages_that_could_not_keep_what_comes_without_a_database_are_not_served(tmp_path):
    settings = Settings(data_dir=tmp_path / "data")
    check_spool(settings)
    assert list((settings.data_dir / "spool").glob("*.json")) == []
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "spool").write_text("a file where the folder should be")
    with pytest.raises(Conflict) as refused:
        check_spool(Settings(data_dir=tmp_path / "other"))
    assert refused.value.key == "spool_unwritable"
