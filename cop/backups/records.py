"""What is remembered of the last backup and of the last time one was tried, for the health page and `cop doctor`."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from clusters.kernel.writing import write_whole

FOLDER = "backups"
LAST = "last.json"
LAST_CHECK = "last_check.json"


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The latest backup that came to its end."""

    at: datetime
    file: str
    bytes: int
    seconds: float
    tables: int
    rows: int


@dataclass(frozen=True, slots=True)
class LastCheck:
    """The latest trial of a backup, and what it found, in a sentence."""

    at: datetime
    file: str
    ok: bool
    sentence: str


Record = TypeVar("Record", LastBackup, LastCheck)


def folder(data_dir: Path) -> Path:
    """Where this is remembered, and backups are written unless another folder is named."""
    return data_dir / FOLDER


def last_backup(data_dir: Path) -> LastBackup | None:
    """The latest backup of this installation; None if there was none, or nothing legible is left of it."""
    return _read(folder(data_dir) / LAST, LastBackup)


def last_check(data_dir: Path) -> LastCheck | None:
    """The latest trial of a backup on this machine."""
    return _read(folder(data_dir) / LAST_CHECK, LastCheck)


def remember(data_dir: Path, record: LastBackup | LastCheck) -> None:
    """Keep a record in the place of the one before it."""
    folder(data_dir).mkdir(parents=True, exist_ok=True)
    file = folder(data_dir) / (LAST if isinstance(record, LastBackup) else LAST_CHECK)
    write_whole(file, json.dumps(asdict(record), default=str, ensure_ascii=False).encode())


def _read(file: Path, kind: type[Record]) -> Record | None:
    with suppress(OSError, ValueError, TypeError, KeyError):
        values = json.loads(file.read_text())
        known = {each.name: values[each.name] for each in fields(kind)}
        return kind(**{**known, "at": datetime.fromisoformat(known["at"])})
    return None
