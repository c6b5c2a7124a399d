"""Many at once against a real server with a pool of ten connections: nobody waits for a connection that never comes."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import uvicorn
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from clusters.kernel.audit import AuditEntry, record
from clusters.kernel.clock import Clock
from clusters.kernel.database import connect, sessions
from clusters.kernel.unit import UnitOfWork
from cop.app import build as build_app
from cop.commands.serving import listen
from cop.house import House
from cop.routes import ROUTES
from cop.settings import Settings
from cop.web import web_sessions
from cop.web.answers import Done
from cop.web.edge import act
from cop.web.fingerprints import fingerprint
from cop.web.models import FailedSignIn, Login
from cop.web.security import form_token
from cop.web.signing_in import FAILURES, add_login
from tests import build
from tests.browsing import place_at

POOL = 10
AT_ONCE = 64
PATIENCE = 60
"""Seconds until a test gives up; a stall would last for ever."""


@act("/trial")
def do(db: Session) -> Done:
    """Write one line, slowly enough for others to come."""
    db.execute(select(func.pg_sleep(0.05)))
    record(db, "do", "trial")
    return Done("/done")


@dataclass
class Running:
    """A house whose pages answer at `url`, and the most connections it ever held at once."""

    house: House
    url: str
    crowd: httpx.Client
    most: int = 0
    held: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def watch(self, engine: Engine) -> None:
        """Count connections as they are taken and given back."""
        event.listen(engine, "checkout", lambda *_: self._held(1))
        event.listen(engine, "checkin", lambda *_: self._held(-1))

    def _held(self, change: int) -> None:
        with self.lock:
            self.held += change
            self.most = max(self.most, self.held)

    def sign_in(self) -> str:
        """The web session id of a new manager."""
        with self.house.unit() as db:
            person = build.manager(db, place_at(db, "A/KP.BANNU."))
            return web_sessions.begin(db, add_login(db, person.id, f"login{person.id}", Clock()()), Clock()())

    def ask(self, path: str, session_id: str = "") -> int:
        """The status of a page."""
        return self.crowd.get(path, headers={"Cookie": f"cop-local={session_id}"}).status_code

    def submit(self, path: str, session_id: str, **fields: str) -> httpx.Response:
        """Send a form."""
        hidden = {"_csrf_token": form_token(self.house.secret, fingerprint(session_id))}
        headers = {"Cookie": f"cop-local={session_id}", "Origin": self.url}
        return self.crowd.post(path, data=hidden | fields, headers=headers)


@pytest.fixture
def running(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Running]:
    url = new_database()
    engine = connect(url, pool=POOL)
    maker = sessions(engine)
    settings = Settings(data_dir=tmp_path, port=0, pool=POOL)
    house = House(
        settings,
        engine,
        url,
        UnitOfWork(maker, {}, Clock()),
        UnitOfWork(maker, {}, Clock(), role="cop_web"),
        UnitOfWork(maker, {}, Clock(), role="cop_worker"),
        UnitOfWork(maker, {}, Clock(), role="cop_measure"),
        b"a secret of the tests",
    )
    listener = listen(settings)
    url = "http://{}:{}".format(*listener.getsockname())
    crowd = httpx.Client(base_url=url, timeout=PATIENCE, limits=httpx.Limits(max_connections=AT_ONCE))
    running = Running(house, url, crowd)
    running.watch(engine)
    server = uvicorn.Server(uvicorn.Config(build_app(house, (*ROUTES, (do,))), log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    with crowd:
        yield running
    server.should_exit = True
    thread.join(PATIENCE)
    listener.close()
    engine.dispose()
    assert not thread.is_alive()


def test_sixty_four_people_at_once_are_served_by_ten_connections(running: Running) -> None:
    people = [running.sign_in() for _ in range(AT_ONCE)]
    asked = [(path, person) for person in people for path in ("/account", "/ping", "/account")]
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        statuses = list(crowd.map(lambda each: running.ask(*each), asked, timeout=PATIENCE))
    assert statuses == [200] * len(asked)
    assert 1 < running.most <= POOL
    assert running.held == 0


def test_one_person_with_many_pages_open_holds_two_connections_and_each_page_comes_or_says_to_wait(
    running: Running,
) -> None:
    person = running.sign_in()
    assert running.ask("/account", person) == 200
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        statuses = list(crowd.map(lambda _: running.ask("/account", person), range(AT_ONCE), timeout=PATIENCE))
    assert set(statuses) <= {200, 429}
    assert statuses.count(200) >= 2
    assert running.most <= 2


def test_a_form_sent_many_times_at_once_has_one_effect(running: Running) -> None:
    person = running.sign_in()
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = list(crowd.map(lambda _: running.submit("/trial", person, once="same"), range(12), timeout=PATIENCE))
    assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {(303, "/done")}
    with running.house.unit() as db:
        assert db.scalar(select(func.count()).where(AuditEntry.verb == "do")) == 1


def test_many_guesses_at_once_are_limited_like_many_in_a_row(running: Running) -> None:
    person = running.sign_in()
    with running.house.unit() as db:
        name = db.scalars(select(Login.login)).one()

    def guess(number: int) -> int:
        return running.submit("/sign-in", person, login=name, password=f"guess {number}").status_code

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        statuses = list(crowd.map(guess, range(AT_ONCE), timeout=PATIENCE))
    assert sorted(statuses) == [401] * FAILURES + [429] * (AT_ONCE - FAILURES)
    with running.house.unit() as db:
        assert db.scalar(select(func.count()).select_from(FailedSignIn)) == 3 * FAILURES
