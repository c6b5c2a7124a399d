"""A filled house backed up and restored elsewhere until its pages could open, against a bare pg_dump into psql."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

from clusters.kernel.clock import Clock
from clusters.kernel.database import address, connect, programs, sessions
from clusters.kernel.unit import UnitOfWork
from cop.backups.container import whole
from cop.backups.restoring import restore
from cop.backups.taking import keys_of, take_backup
from cop.settings import Settings
from messaging.outbox.actions import Draft, about, enqueue
from messaging.outbox.rules import TextClass
from migrations.applying import migrate

SAYS = "wall time from an empty database to a restored, compared and migrated one, over a bare pg_dump piped into psql"
CLOCK = "wall_s"
SIZE = 100_000


@contextmanager
def prepare(folder: Path) -> Iterator[dict[str, Any]]:
    """A house with 100,000 texts, and two empty databases beside it."""
    url = address(None, folder)
    migrate(url)
    engine = connect(url)
    due = datetime.now(UTC)
    with UnitOfWork(sessions(engine), {}, Clock())() as db:
        about(db, "batch", 1, training_path="", admin_path="")
        enqueue(db, [_draft(number, due) for number in range(SIZE)])
    backup = take_backup(Settings(data_dir=folder), engine, url)
    engine.dispose()
    yield {"url": url, "file": str(backup.file), "folder": str(folder)}


def ours(prepared: dict[str, Any]) -> dict[str, Any]:
    """Read it whole, load, compare, hold, migrate."""
    url = _empty(prepared["url"])
    engine = connect(url)
    restored = restore(engine, url, whole(Path(prepared["file"]), keys_of(Settings())))
    engine.dispose()
    return {"rows": restored.manifest.rows, "differing": len(restored.differing)}


def baseline(prepared: dict[str, Any]) -> dict[str, Any]:
    """The two programs alone."""
    old, new = make_url(prepared["url"]), make_url(_empty(prepared["url"]))
    reach = ["-h", str(old.query["host"]), "-U", "postgres"]
    dump = subprocess.Popen([programs() / "pg_dump", *reach, str(old.database)], stdout=subprocess.PIPE)
    subprocess.run(
        [programs() / "psql", "-q", "-1", *reach, str(new.database)], stdin=dump.stdout, stdout=subprocess.DEVNULL
    )
    return {"code": dump.wait()}


def _draft(number: int, due: datetime) -> Draft:
    return Draft(
        subject_kind="batch",
        subject_id=1,
        revision=1,
        person_id=0,
        number=f"+92300{number:07}",
        kind="text",
        text_class=TextClass.REMINDER,
        text_key="",
        text_values={"text": f"Kal training hai {number}"},
        language="ur_latn",
        send_after=due,
        send_by=due + timedelta(hours=4),
    )


def _empty(url: str) -> str:
    name = f"cop_bench_{uuid4().hex[:8]}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)
