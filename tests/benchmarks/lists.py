"""A list of 50,000 schools read, checked and applied, against the bare reading and copying of as many rows."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from sqlalchemy import create_engine, text

from clusters.imports.actions import apply
from clusters.imports.given import open_list
from clusters.imports.vocabulary import ListKind
from clusters.kernel.clock import Clock
from clusters.kernel.database import address, connect, sessions
from clusters.kernel.unit import UnitOfWork
from clusters.scope import Scope
from cop.reactions import REACTIONS
from migrations.applying import migrate

SAYS = "wall time of applying 50,000 schools with their areas, over csv.reader and COPY of the same rows, both durable"
CLOCK = "wall_s"
SIZE = 50_000
HEADER = ("EMIS Code", "School Name", "Gender", "Level", "Latitude", "Longitude", "District", "Tehsil")


@contextmanager
def prepare(folder: Path) -> Iterator[dict[str, Any]]:
    """An embedded server of its own, with fsync, migrated; the list as a file."""
    url = address(None, folder)
    migrate(url)
    dice = Random(4)
    file = folder / "list.csv"
    with file.open("w", newline="") as into:
        writer = csv.writer(into)
        writer.writerow(HEADER)
        for row in range(SIZE):
            place = (f"{31 + 5 * dice.random():.5f}", f"{69 + 5 * dice.random():.5f}")
            area = (f"District {row % 30}", f"Tehsil {row % 120}")
            writer.writerow((100_000 + row, f"GPS Village {row}", "Boys", "Primary", *place, *area))
    yield {"url": url, "file": str(file)}


def ours(prepared: dict[str, Any]) -> dict[str, Any]:
    """Every row judged and written, and remembered for the undo; what an earlier pair wrote goes first."""
    engine = connect(prepared["url"])
    given = open_list(Path(prepared["file"]), ListKind.SCHOOLS)
    with UnitOfWork(sessions(engine), REACTIONS, Clock())() as db:
        done = apply(db, Scope.everywhere(), given)
    engine.dispose()
    return {"rows": len(done.checked.rows)}


def ready_ours(prepared: dict[str, Any]) -> None:
    """An empty house."""
    _emptied(prepared, "TRUNCATE school, place, imported_row, import CASCADE")


def ready_baseline(prepared: dict[str, Any]) -> None:
    """A plain table."""
    _emptied(
        prepared, "DROP TABLE IF EXISTS plain", f"CREATE TABLE plain ({', '.join(f'c{n} text' for n in range(8))})"
    )


def _emptied(prepared: dict[str, Any], *statements: str) -> None:
    engine = create_engine(prepared["url"])
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def baseline(prepared: dict[str, Any]) -> dict[str, Any]:
    """Rows read and copied, nothing judged."""
    _, *rows = csv.reader(io.StringIO(Path(prepared["file"]).read_text(), newline=""))
    engine = create_engine(prepared["url"])
    with engine.begin() as connection:
        driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]  # psycopg's own
        with driver.cursor() as cursor, cursor.copy("COPY plain FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    engine.dispose()
    return {"rows": len(rows)}
