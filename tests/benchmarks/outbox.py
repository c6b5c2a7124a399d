"""5,000 texts planned and handed to rehearsal phones, against the bare inserts of as many rows in batches of 50."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine, text

from clusters.kernel.clock import Clock
from clusters.kernel.database import address, connect, sessions
from clusters.kernel.unit import UnitOfWork
from messaging.channels.rehearsal import RehearsalChannel
from messaging.outbox.actions import Draft, about, enqueue
from messaging.outbox.rules import ALWAYS, TextClass
from messaging.outbox.sender import Dispatcher
from migrations.applying import migrate

SAYS = "wall time of planning and sending 5,000 texts over inserting three rows for each in batches of 50, all durable"
CLOCK = "wall_s"
SIZE = 5_000


@contextmanager
def prepare(folder: Path) -> Iterator[dict[str, Any]]:
    """An embedded server of its own, with fsync, migrated."""
    url = address(None, folder)
    migrate(url)
    yield {"url": url, "size": SIZE}


def ours(prepared: dict[str, Any]) -> dict[str, Any]:
    """Plan in one unit, then claim, submit, hand over and record in batches."""
    engine = connect(prepared["url"])
    unit = UnitOfWork(sessions(engine), {}, Clock())
    batch = uuid4().int % 10**9
    due = datetime.now(UTC)
    with unit() as db:
        about(db, "batch", batch, training_path="", admin_path="")
        enqueue(
            db,
            [
                Draft(
                    subject_kind="batch",
                    subject_id=batch,
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
                for number in range(prepared["size"])
            ],
        )
    channel = RehearsalChannel(unit)
    dispatcher = Dispatcher(unit, {channel.name: channel}, ALWAYS)
    while dispatcher.tick():
        pass
    with unit() as db:
        sent = db.scalar(
            text("SELECT count(*) FROM message WHERE subject_id = :batch AND state = 'accepted'"), {"batch": batch}
        )
    engine.dispose()
    return {"accepted": sent}


def baseline(prepared: dict[str, Any]) -> dict[str, Any]:
    """Insert three small rows for each text, fifty texts to a commit."""
    engine = create_engine(prepared["url"])
    with engine.begin() as db:
        db.execute(
            text("CREATE TABLE IF NOT EXISTS bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, said text)")
        )
    for start in range(0, prepared["size"], 50):
        with engine.begin() as db:
            rows = [{"said": f"Kal training hai {start + number // 3}"} for number in range(150)]
            db.execute(text("INSERT INTO bare (said) VALUES (:said)"), rows)
    engine.dispose()
    return {"rows": 3 * prepared["size"]}
