"""The real database for every test: embedded, migrated once a run, and a savepoint a test."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings as examples
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.orm import Session, sessionmaker

from clusters.kernel.audit import Actor
from clusters.kernel.database import address, connect
from clusters.kernel.unit import UnitOfWork
from cop.reactions import REACTIONS
from migrations.applying import migrate

examples.register_profile("same", derandomize=True, deadline=None)
examples.register_profile("wandering", examples.get_profile("default"), deadline=None)
examples.load_profile("same")
# A change is judged on the same examples as the one before it; `make soak` wanders and finds new ones. None is timed.

NOON_IN_MARCH = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""Monday 2 March 2026, 12:00 in Karachi: the instant at which tests begin unless they move the clock."""


@dataclass
class HandClock:
    """A clock that stands still until a test moves it."""

    at: datetime = NOON_IN_MARCH

    def __call__(self, shift: timedelta | None = None) -> datetime:
        return self.at + (shift or timedelta())

    def advance(self, **by: float) -> None:
        """Move on by days, hours, minutes."""
        self.at += timedelta(**by)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the server the tests own: the one that is named, else an embedded one that forgets fsync."""
    named = os.environ.get("COP_TEST_DATABASE_URL")
    if named:
        yield address(named, Path("unused"))
        return
    home = Path(tempfile.mkdtemp(prefix="cop-test-"))
    url = address(None, home)
    quick = create_engine(url, isolation_level="AUTOCOMMIT")
    with quick.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    quick.dispose()
    yield url
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """Address of a migrated database that tests with several processes copy."""
    url = _create(server, f"cop_template_{os.getpid()}")
    migrate(url)
    return url


@pytest.fixture(scope="session")
def engine(server: str, template: str) -> Iterator[Engine]:
    """The database of the tests that roll back."""
    engine = connect(copy_database(server, template, f"cop_test_{os.getpid()}"))
    yield engine
    engine.dispose()


@pytest.fixture
def new_database(server: str, template: str) -> Iterator[Callable[[], str]]:
    """A migrated database of its own for tests whose processes commit; dropped at the end."""
    made: list[str] = []

    def make() -> str:
        made.append(f"cop_own_{os.getpid()}_{os.urandom(4).hex()}")
        return copy_database(server, template, made[-1])

    yield make
    owner = create_engine(server, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        for name in made:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    owner.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """One connection in a transaction that is rolled back after the test, whatever the code under test commits."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()


@pytest.fixture
def clock() -> HandClock:
    """The clock that is handed to every unit of this test."""
    return HandClock()


@pytest.fixture
def unit(connection: Connection, clock: HandClock) -> UnitOfWork:
    """A unit of work whose commits end as savepoints."""
    maker = sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
    return UnitOfWork(maker, REACTIONS, clock)


@pytest.fixture
def db(unit: UnitOfWork) -> Iterator[Session]:
    """A database session inside one unit of work."""
    with unit(Actor("test")) as db:
        yield db


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with real lists that are not part of the project; tests that need it skip where it is absent."""
    root = Path(os.environ.get("COP_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not root.is_dir():
        pytest.skip("the real lists are not here (COP_SHARED_DATA)")
    return root


def _create(server: str, name: str) -> str:
    owner = create_engine(server, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    owner.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def copy_database(server: str, template: str, name: str) -> str:
    owner = create_engine(server, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{make_url(template).database}"'))
    owner.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--bare-debian` also runs the installation guide on a machine made for it."""
    parser.addoption("--bare-debian", action="store_true", help="run the installation guide on a bare Debian (minutes)")
