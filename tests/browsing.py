"""Browsers for tests: they keep cookies, send forms as a page would, and are signed in at a place on request."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from itertools import count
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from litestar.concurrency import set_asyncio_executor
from litestar.testing import TestClient
from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session, sessionmaker

from clusters.kernel.unit import UnitOfWork
from clusters.structure.models import Place
from clusters.structure.rules import Tree
from cop.app import build as build_app
from cop.app import door_of
from cop.decided import Decided
from cop.house import House
from cop.reactions import REACTIONS
from cop.settings import Settings
from cop.web import web_sessions
from cop.web.fingerprints import fingerprint
from cop.web.security import cookie_name, form_token
from cop.web.signing_in import add_login
from cop.web.viewers import POST_OF
from cop.web.views.frame import Role
from tests import build
from tests.conftest import HandClock

_numbers = count(1)
REGISTERED: dict[str, Litestar] = {}
"""The pages by the address they answer at."""


@dataclass
class Browser:
    """One browser: its own cookies, no redirect followed unless asked."""

    client: TestClient[Litestar]
    house: House
    person_id: int | None = None
    login: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a page."""
        return self._ask("GET", path, headers=headers)

    def submit(self, path: str, *, once: str | None = None, **fields: object) -> httpx.Response:
        """Send a form as a page of the house would: with its two hidden fields, from its own origin.

        A list becomes several values of one name. `once` given twice is a double submit.
        """
        hidden = {"_csrf_token": self.token(), "once": once or f"once-{next(_numbers)}"}
        return self.post(path, hidden | fields, Origin=self.house.settings.address)

    def send(
        self, path: str, name: str, content: bytes, *, once: str | None = None, **fields: object
    ) -> httpx.Response:
        """Send a form with a file as a page of the house would."""
        hidden = {"_csrf_token": self.token(), "once": once or f"once-{next(_numbers)}"}
        data = {key: str(value) for key, value in (hidden | fields).items()}
        origin = {"Origin": self.house.settings.address}
        return self._ask("POST", path, data=data, files={"file": (name, content)}, headers=origin)

    def post(self, path: str, fields: dict[str, object], **headers: str) -> httpx.Response:
        """Send exactly these fields and headers."""
        data = {name: value if isinstance(value, list) else str(value) for name, value in fields.items()}
        return self._ask("POST", path, data=data, headers=headers)

    def follow(self, response: httpx.Response) -> httpx.Response:
        """Go on to where an answer leads."""
        assert response.status_code == 303, response.text
        return self.get(response.headers["location"])

    def token(self) -> str:
        """A form token for whoever this browser is now."""
        settings = self.house.settings
        if session := self.cookies.get(cookie_name(settings)):
            return form_token(self.house.secret, fingerprint(session))
        if cookie_name(settings, "-door") not in self.cookies:
            self.get("/sign-in")
        return form_token(self.house.secret, self.cookies[cookie_name(settings, "-door")])

    def _ask(self, method: str, path: str, **more: object) -> httpx.Response:
        headers = dict(more.pop("headers", {}))  # type: ignore[call-overload]  # one of the two callers above
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.client.cookies.clear()
        response = self.client.request(method, path, headers=headers, follow_redirects=False, **more)  # type: ignore[arg-type]
        for line in response.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return response


@pytest.fixture
def house(engine: Engine, connection: Connection, unit: UnitOfWork, clock: HandClock, tmp_path: Path) -> House:
    """An open house whose units end as savepoints of this test; its pages have the web's rights alone."""
    maker = sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
    settings = Settings(data_dir=tmp_path)
    decided = Decided(settings)
    return House(
        settings=settings,
        holding=decided,
        engine=engine,
        url=engine.url.render_as_string(hide_password=False),
        unit=unit,
        web_unit=UnitOfWork(maker, REACTIONS, clock, role="cop_web", opened=decided.opened),
        worker_unit=UnitOfWork(maker, REACTIONS, clock, role="cop_worker", opened=decided.opened),
        measure_unit=UnitOfWork(maker, REACTIONS, clock, role="cop_measure", opened=decided.opened),
        secret=b"a secret of the tests",
        clock=clock,
    )


@pytest.fixture
def anybody(house: House) -> Iterator[Browser]:
    """A browser in which nobody is signed in."""
    with TestClient(pages_of(house), base_url=house.settings.address) as client:
        yield Browser(client, house)


def pages_of(house: House) -> Litestar:
    """The pages, led to this house: all routes are registered once a run, as that takes longer than most tests."""
    address = house.settings.address
    if address not in REGISTERED:
        REGISTERED[address] = build_app(house)
    app = REGISTERED[address]
    app.state["door"] = door_of(house)
    set_asyncio_executor(ThreadPoolExecutor(house.settings.pool, thread_name_prefix="page"))
    return app


ClientAs = Callable[..., Browser]


@pytest.fixture
def client_as(anybody: Browser, house: House) -> ClientAs:
    """Signs somebody in: `client_as("manager", "T/B1.")` is a browser of a manager of block B1.

    The role is one of admin, manager, monitor, trainer, clerk; the place is written as on the command line, `T/` for
    the whole programme, `T/B1.C01.L2.`, `A/KP.BANNU.`, and is made if it is not there. Each call is another person
    with a post there since September 2025 and a browser of her own.

    A leak test of a page makes what could leak in two places and looks with both eyes:

        ours, theirs = cluster(db, in_circle=circle(db, segment="C01")), cluster(db, in_circle=circle(db))
        db.commit() is never called: build rows inside `with house.unit() as db:` so that they stand when pages look.
        page = client_as("manager", f"T/{ours.path}").get("/clusters").text
        assert ours.name in page
        assert theirs.name not in page
        assert same_but_path(mine.get(hidden), mine.get(nonexistent))
    """

    def sign_in(role: str, place: str = "T/", *, name: str = "") -> Browser:
        with house.unit() as db:
            row = place_at(db, place)
            number = next(_numbers)
            person = build.manager(db, row, name or f"Viewer {number}", role=POST_OF[Role(role)])
            login = f"viewer{number}"
            session_id = web_sessions.begin(db, add_login(db, person.id, login, house.clock(None)), house.clock(None))
        cookies = {cookie_name(house.settings): session_id}
        return Browser(anybody.client, house, person.id, login, cookies)

    return sign_in


def place_at(db: Session, place: str) -> Place:
    """The place written `T/B1.C01.` or `A/KP.BANNU.`, made if it is not there."""
    tree, _, path = place.partition("/")
    found = db.scalar(select(Place).where(Place.tree == Tree(tree), Place.path == path))
    if found is not None:
        return found
    if tree == "A":
        return build.area(db, path)
    above = place_at(db, f"T/{path[: path.rstrip('.').rfind('.') + 1]}") if path else None
    segment = path.rstrip(".").rpartition(".")[2]
    match path.count("."):
        case 0:
            return build.programme(db)
        case 1:
            return build.block(db, segment)
        case 2:
            return build.circle(db, above, segment)
        case _:
            return build.cluster(db, 0, in_circle=above, segment=segment)


def same_but_path(one: httpx.Response, other: httpx.Response) -> bool:
    """Are two answers alike, byte for byte, but for the path they were asked at?"""
    return one.status_code == other.status_code and _plain(one) == _plain(other) and _headers(one) == _headers(other)


def hidden_fields(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that posts to `action`."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.DOTALL)
    assert form, f"no form posts to {action}"
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))


def _plain(response: httpx.Response) -> str:
    return response.text.replace(response.request.url.path, "/PATH")


def _headers(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name not in ("content-length", "date")}


def said(answer: httpx.Response) -> str:
    """All that an answer says; a workbook is opened first."""
    if not answer.headers.get("content-type", "").endswith("spreadsheetml.sheet"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "\n".join(book.read(part).decode() for part in book.namelist())
