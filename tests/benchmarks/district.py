"""The invented district with three months of history, against copying as many rows of one table in one statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

from clusters.kernel.database import address
from cop.demo.building import stand
from cop.demo.sizes import Size
from cop.house import open_house
from cop.settings import Settings
from migrations.applying import migrate

SAYS = "wall time of inventing the district in an empty database over one plain insert of 100,000 short rows"
CLOCK = "wall_s"


@contextmanager
def prepare(folder: Path) -> Iterator[dict[str, Any]]:
    """An embedded server of its own, with fsync."""
    yield {"server": address(None, folder), "folder": str(folder)}


def _fresh(prepared: dict[str, Any]) -> str:
    name = f"bench_{uuid4().hex[:8]}"
    owner = create_engine(prepared["server"], isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    owner.dispose()
    return make_url(prepared["server"]).set(database=name).render_as_string(hide_password=False)


PREPARED: dict[str, str] = {}


def ready_ours(prepared: dict[str, Any]) -> None:
    """A migrated database."""
    PREPARED["url"] = _fresh(prepared)
    migrate(PREPARED["url"])


def ours(prepared: dict[str, Any]) -> dict[str, Any]:
    """Schools, clusters, people, rounds, texts, answers and attendance."""
    settings = Settings(data_dir=Path(prepared["folder"]) / "house", database_url=PREPARED["url"])
    with open_house(settings) as house:
        stand(house, 1, Size(), lambda *_: None)
        with house.unit() as db:
            counted = {
                table: db.scalar(text(f"SELECT count(*) FROM {table}"))
                for table in ("school", "person", "training_session", "message", "inbound_text")
            }
    return counted


def ready_baseline(prepared: dict[str, Any]) -> None:
    """An empty database."""
    PREPARED["url"] = _fresh(prepared)


def baseline(_prepared: dict[str, Any]) -> dict[str, Any]:
    """One statement."""
    engine = create_engine(PREPARED["url"])
    with engine.begin() as db:
        db.execute(text("CREATE TABLE bare (id bigint PRIMARY KEY, said text)"))
        db.execute(text("INSERT INTO bare SELECT n, 'Kal training hai ' || n FROM generate_series(1, 100000) AS n"))
    engine.dispose()
    return {"rows": 100_000}
