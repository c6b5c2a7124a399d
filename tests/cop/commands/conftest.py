"""The real command line in this process, on a database of its own."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from clusters.kernel.database import connect, sessions
from clusters.kernel.unit import UnitOfWork
from cop.cli import cop
from cop.reactions import REACTIONS
from tests.conftest import NOON_IN_MARCH, HandClock


@dataclass(frozen=True)
class Ran:
    """What a command left behind: `told` is what it said to people, in one line, `document` the JSON it printed."""

    code: int
    stdout: str
    told: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.stdout)

    def __iter__(self) -> Iterator[Any]:
        """`code, document, told = run("cascade", "plan", "--json")`."""
        return iter((self.code, self.document if self.stdout else None, self.told))


@pytest.fixture
def database(new_database: Callable[[], str]) -> str:
    """The address of this test's own database; what commands write to it stays until the test ends."""
    return new_database()


@pytest.fixture
def own_unit(database: str, clock: HandClock) -> Iterator[UnitOfWork]:
    """A unit of work on the same database, to build what a command shall find and to see what it left."""
    engine: Engine = connect(database)
    yield UnitOfWork(sessions(engine), REACTIONS, clock)
    engine.dispose()


@pytest.fixture
def run(database: str, tmp_path: Path) -> Callable[..., Ran]:
    """Runs `cop` with these arguments on the test's database, at noon of 2 March 2026 unless told otherwise."""

    def call(*arguments: object, **settings: str) -> Ran:
        environment = {
            "COP_DATABASE_URL": database,
            "COP_DATA_DIR": str(tmp_path / "data"),
            "COP_NOW": NOON_IN_MARCH.isoformat(),
            **settings,
        }
        done = CliRunner().invoke(cop, [str(each) for each in arguments], env=environment, catch_exceptions=False)
        return Ran(done.exit_code, done.stdout, " ".join(done.stderr.split()))

    return call
