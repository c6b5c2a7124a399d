"""Fixtures of the rig: the scripted provider, and somebody who listens to it."""

import httpx
import pytest

from tests.rig.gateway.client import Gateway
from tests.rig.receiving import receiving


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
