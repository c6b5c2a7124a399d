"""A-70: a body over 64 KB and a 65th parameter get no further than the door, whatever door it is."""

import pytest
from litestar.testing import TestClient

from cop.app import build as build_app
from tests.hooking import FORM, SignedChannel, signed

DOORS = (
    "/hooks/signed/text",
    "/hooks/signed/status",
    "/hooks/signed/status/0190c6de-0000-7000-8000-000000000001",
    "/sign-in",
    "/language",
)
HOOKS = DOORS[:3]


@pytest.fixture
def client(house):
    with TestClient(build_app(house, channels={"signed": SignedChannel()}), base_url=house.settings.address) as client:
        yield client


@pytest.mark.parametrize("door", DOORS)
def test_64_kb_and_one_byte_are_too_much(client, door):
    assert client.post(door, content=b"a=" + b"x" * (64 * 1024 - 1), headers={"Content-Type": FORM}).status_code == 413


@pytest.mark.parametrize("door", HOOKS)
@pytest.mark.parametrize(("in_body", "in_query"), [(65, 0), (60, 5), (0, 65)])
def test_65_parameters_are_too_many_wherever_they_stand_and_signed_or_not(client, house, door, in_body, in_query):
    path = door + ("?" + "&".join(f"q{n}=1" for n in range(in_query)) if in_query else "")
    body, headers = signed(house.settings.address, path, **{f"p{n}": "1" for n in range(in_body)})
    assert client.post(path, content=body, headers=headers).status_code == 400
    assert client.post(path, content=body, headers={"Content-Type": FORM}).status_code == 400


@pytest.mark.parametrize("door", HOOKS)
def test_64_parameters_come_to_the_signature(client, door):
    body = "&".join(f"p{n}=1" for n in range(64)).encode()
    assert client.post(door, content=body, headers={"Content-Type": FORM}).status_code == 403
