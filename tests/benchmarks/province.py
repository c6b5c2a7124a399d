"""The invented province with its history, against copying as many bare rows as it holds: 1.5 million."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from cop.demo.building import stand
from cop.demo.sizes import SIZES, Land
from cop.house import open_house
from cop.settings import Settings
from tests.benchmarks import district

SAYS = "wall time of inventing the province in an empty database over plain inserts of 1,500,000 short rows"
CLOCK = "wall_s"
PAIRS = 1
"""It takes minutes; of a run by name more pairs may be asked for."""
TABLES = ("school", "person", "training_session", "invitation", "message", "attempt", "inbound_text", "attendance")


@contextmanager
def prepare(folder: Path) -> Iterator[dict[str, Any]]:
    """An embedded server of its own, with fsync."""
    with district.prepare(folder) as prepared:
        yield prepared


def ready_ours(prepared: dict[str, Any]) -> None:
    """A migrated database."""
    district.ready_ours(prepared)


def ours(prepared: dict[str, Any]) -> dict[str, Any]:
    """Schools, clusters, people, rounds, texts, answers and attendance."""
    settings = Settings(data_dir=Path(prepared["folder"]) / "house", database_url=district.PREPARED["url"])
    with open_house(settings) as house:
        stand(house, 1, SIZES[Land.PROVINCE], lambda *_: None)
        with house.unit() as db:
            return {table: db.scalar(text(f"SELECT count(*) FROM {table}")) for table in TABLES}


def ready_baseline(prepared: dict[str, Any]) -> None:
    """An empty database."""
    district.ready_baseline(prepared)


def baseline(_prepared: dict[str, Any]) -> dict[str, Any]:
    """Fifteen statements."""
    engine = create_engine(district.PREPARED["url"])
    with engine.begin() as db:
        db.execute(text("CREATE TABLE bare (id bigint PRIMARY KEY, said text)"))
    for part in range(15):
        with engine.begin() as db:
            rows = "SELECT n, 'Kal training hai ' || n FROM generate_series(:first, :last) AS n"
            db.execute(text(f"INSERT INTO bare {rows}"), {"first": part * 100_000 + 1, "last": (part + 1) * 100_000})
    engine.dispose()
    return {"rows": 1_500_000}
