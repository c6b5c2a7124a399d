"""What this machine remembers of its database outside of it, so that an old copy of it does not send again."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.writing import write_whole
from clusters.scope import Scope
from messaging.outbox.rules import StopReason
from messaging.outbox.switch import released_last, stop_sending, stops

MARK = "mark.json"
SLACK = timedelta(seconds=60)
"""By so much the newest attempt may be older than remembered: what a database that was not restored cannot be."""

_STANDING = text(
    "SELECT system_identifier::text AS system, current_database() AS database, clock_timestamp() AS at,"
    " (SELECT max(started_at) FROM attempt) AS newest_attempt FROM pg_control_system()"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Which database it was, and when its newest attempt to send began; all on the database's own clock."""

    system: str
    database: str
    at: datetime
    newest_attempt: datetime | None


def guard(db: Session, data_dir: Path) -> StopReason | None:
    """Hold the sending if the database is not the one, or not as young, as this machine remembers; then remember it."""
    found = standing(db)
    reason = doubt(recalled(data_dir), found, released_last(db))
    if reason is not None and reason not in {stop.reason for stop in stops(db)}:
        stop_sending(db, Scope.everywhere(), reason)
    return reason


def doubt(mark: Mark | None, found: Mark, released: datetime | None) -> StopReason | None:
    """Why the database may be an old or another one; None when it surely is the one that was remembered.

    Somebody who released the sending at `released` has looked: what was so by then is no reason to ask again.
    """
    if mark is None:
        asked = found.newest_attempt is not None and (released is None or released < found.newest_attempt)
        return StopReason.UNMARKED if asked else None
    if released is not None and released > mark.at:
        return None
    if (mark.system, mark.database) != (found.system, found.database):
        return StopReason.OTHER if found.newest_attempt or mark.newest_attempt else None
    if mark.newest_attempt is None:
        return None
    if found.newest_attempt is None or found.newest_attempt < mark.newest_attempt - SLACK:
        return StopReason.OLDER
    return None


def standing(db: Session) -> Mark:
    """The database as it is now."""
    return Mark(*db.execute(_STANDING).one())


def recalled(data_dir: Path) -> Mark | None:
    """The mark that was written last; None when there is none, or nothing legible."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        values = json.loads((data_dir / MARK).read_text())
        newest = values["newest_attempt"]
        return Mark(
            values["system"],
            values["database"],
            datetime.fromisoformat(values["at"]),
            datetime.fromisoformat(newest) if newest else None,
        )
    return None


def remember(data_dir: Path, mark: Mark) -> None:
    """Write the mark, to survive a power cut."""
    data_dir.mkdir(parents=True, exist_ok=True)
    write_whole(data_dir / MARK, json.dumps(asdict(mark), default=str).encode())
