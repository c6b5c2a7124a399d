"""What is remembered of the last backup and of the last time one was tried, for the health page and `cop doctor`."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TypeVar

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
    write_whole(folder(data_dir) / (LAST if isinstance(record, LastBackup) else LAST_CHECK), asdict(record))


def write_whole(file: Path, document: Mapping[str, Any]) -> None:
    """Write a small document that is there with all of its content or as it was before, also after a power cut."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=file.parent, prefix=f".{file.name}-", delete=False) as new:
        try:
            json.dump(document, new, default=str, ensure_ascii=False)
            new.flush()
            os.fsync(new.fileno())
            Path(new.name).replace(file)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(new.name).unlink()
            raise
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Let the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(file: Path, kind: type[Record]) -> Record | None:
    with suppress(OSError, ValueError, TypeError, KeyError):
        values = json.loads(file.read_text())
        known = {each.name: values[each.name] for each in fields(kind)}
        return kind(**{**known, "at": datetime.fromisoformat(known["at"])})
    return None
