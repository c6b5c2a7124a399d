"""Fixtures of the rig: the scripted provider, who listens to it, a server of the rig's own, and scenarios on it."""

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.rig.cluster import Cluster, own_cluster
from tests.rig.gateway.client import Gateway
from tests.rig.ground import Ground
from tests.rig.receiving import receiving

ROOT = Path(__file__).parents[2]
Play = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def rig_cluster() -> Iterator[Cluster]:
    """One server for the scenarios of a run; what they break they mend."""
    with own_cluster() as cluster:
        yield cluster


@pytest.fixture
def play(rig_cluster: Cluster) -> Play:
    """Plays a scenario of `soak.py` at a size and gives its figures; the seed it prints replays it."""

    def playing(
        name: str, size: int, *, seed: int | None = None, timeout: float = 900, **options: object
    ) -> dict[str, Any]:
        command = [sys.executable, "-m", "tests.rig.soak", "--only", name, "--size", str(size)]
        command += ["--cluster", str(rig_cluster.home), *(f"--option={key}={value}" for key, value in options.items())]
        command += [] if seed is None else ["--seed", str(seed)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
        sys.stdout.write(done.stderr[-3000:])
        assert done.stdout, f"{name} broke off: {done.stderr[-3000:]}"
        figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        print(json.dumps(figures))
        return figures

    return playing


@pytest.fixture
def ground(rig_cluster: Cluster, tmp_path: Path) -> Callable[[int], Ground]:
    """Makes what a scenario that kills nobody stands on, in this process; its seed is printed."""

    def making(size: int, **options: str) -> Ground:
        seed = random.SystemRandom().randrange(2**31)
        print(f"seed {seed}")
        return Ground(rig_cluster, tmp_path, size, seed, options)

    return making


@pytest.fixture(scope="session")
def _running_gateway(tmp_path_factory):
    with Gateway(tmp_path_factory.mktemp("gateway")) as started:
        yield started


@pytest.fixture
def gateway(_running_gateway):
    """The scripted provider, with nothing left of what an earlier test told it; what it took before stays with it."""
    _running_gateway.reset()
    return _running_gateway


@pytest.fixture
def twilio(gateway):
    """A client of the provider, as whoever has the account."""
    path = f"/2010-04-01/Accounts/{gateway.account}"
    with httpx.Client(base_url=gateway.address + path, auth=(gateway.account, gateway.token), timeout=5) as client:
        yield client


@pytest.fixture
def receiver():
    with receiving() as listening:
        yield listening
