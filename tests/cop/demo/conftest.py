"""Demonstrations on databases of their own: small ones that many tests read, made once a run."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from clusters.calendar.rules import CalendarRules
from clusters.kernel.database import connect
from clusters.kernel.unit import UnitOfWork
from cop.demo.building import ACTOR
from cop.demo.founding import open_the_door
from cop.demo.history import write_history
from cop.demo.past import Past
from cop.demo.sizes import Size
from cop.reactions import REACTIONS

SMALL = Size(schools=84, teachers=90)


@dataclass(frozen=True)
class Made:
    """A demonstration that was made, and the instant at which its history ends."""

    engine: Engine
    now: datetime
    seed: int
    size: Size

    def rows(self, query: str, **values):
        """The rows of a query that changes nothing."""
        with self.engine.connect() as connection:
            return connection.execute(text(query), values).all()

    def one(self, query: str, **values):
        """The one value of a query."""
        return self.rows(query, **values)[0][0]

    def db(self) -> Session:
        """A database session for reads."""
        return Session(self.engine)

    def unit(self) -> UnitOfWork:
        """Units of work at the end of the history."""
        return Past(self.engine, REACTIONS).at(self.now)


Make = Callable[..., Made]


@pytest.fixture(scope="session")
def make(server: str, template: str) -> Iterator[Make]:
    """Makes demonstrations, each once unless one is wanted anew; all are dropped at the end."""
    owner = create_engine(server, isolation_level="AUTOCOMMIT")
    engines: dict[str, Engine] = {}
    made: dict[tuple[datetime, int, Size], Made] = {}

    def call(now: datetime, seed: int = 1, size: Size = SMALL, *, anew: bool = False) -> Made:
        if anew or (now, seed, size) not in made:
            made[now, seed, size] = write(now, seed, size)
        return made[now, seed, size]

    def write(now: datetime, seed: int, size: Size) -> Made:
        name = f"cop_demo_{os.getpid()}_{os.urandom(4).hex()}"
        with owner.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{make_url(template).database}"'))
        engines[name] = connect(make_url(server).set(database=name).render_as_string(hide_password=False))
        past = Past(engines[name], REACTIONS)
        write_history(past, now, seed, size, CalendarRules(), lambda share, doing: None)
        with past.at(now)(ACTOR) as db:
            open_the_door(db)
        return Made(engines[name], now, seed, size)

    yield call
    for name, engine in engines.items():
        engine.dispose()
        with owner.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    owner.dispose()
