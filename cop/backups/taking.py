"""Takes a backup of one instant while everything runs: whole in its place, or not there at all."""

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import fasteners
from sqlalchemy import Engine

from clusters.kernel.clock import KARACHI, real_now
from clusters.kernel.errors import Conflict, CopError, NotFound
from clusters.kernel.failpoints import fp
from clusters.kernel.writing import sync_folder
from cop.backups.container import SECRET, Manifest, Writer
from cop.backups.looking import looking
from cop.backups.programs import dumping
from cop.backups.records import LastBackup, folder, last_backup, remember
from cop.backups.rules import NAMED, Keeping, kept, made_at, name_of, tag_of
from cop.backups.sealing import Keys, seal_with
from cop.settings import Settings

PART = ".cop-*.part"
"""What an interrupted backup leaves behind; no name of a backup, and taken away by the next one."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was made, and the older ones that made room for it."""

    file: Path
    last: LastBackup
    sealed: str
    dropped: tuple[str, ...]


def keys_of(settings: Settings) -> Keys:
    """What seals and opens the backups of this installation."""
    return Keys(settings.backup_key.strip(), settings.backup_identity.strip())


def place_of(settings: Settings) -> Path:
    """Where backups are written unless the command says otherwise."""
    return settings.backup_dir if settings.backup_dir != Path() else folder(settings.data_dir)


def newest_backup(settings: Settings) -> Path:
    """The backup that was made last: the one that is remembered, or else the newest name in their folder."""
    last, place = last_backup(settings.data_dir), place_of(settings)
    if last is not None and Path(last.file).is_file():
        return Path(last.file)
    found = [each for each in place.iterdir() if NAMED.fullmatch(each.name)] if place.is_dir() else []
    if not found:
        raise NotFound("backup", folder=str(place))
    return max(found, key=lambda each: each.name.split("-")[2])


def take_backup(settings: Settings, engine: Engine, url: str, to: Path | None = None) -> Taken:
    """Back up the database and the secret into one file, remember it, and drop what is too old to be kept."""
    began, at, place = time.monotonic(), real_now(), to or place_of(settings)
    seal = seal_with(keys_of(settings))
    with _told(place), _alone(place), looking(engine) as look:
        manifest = look.manifest(at)
        with NamedTemporaryFile(dir=place, prefix=".cop-", suffix=".part", delete=False) as new:
            part = Path(new.name)
            try:
                writer = Writer(new, seal, manifest)
                secret = settings.data_dir / SECRET
                if not settings.secret and secret.is_file():
                    writer.add(SECRET, secret.read_bytes())
                with dumping(url, look.snapshot) as dump:
                    writer.add_dump(dump)
                fp("backup.before_end")
                writer.close()
                new.flush()
                os.fsync(new.fileno())
                file = place / name_of(tag_of(manifest.system, manifest.database), at)
                part.replace(file)
            except BaseException:
                with suppress(FileNotFoundError):
                    part.unlink()
                raise
        sync_folder(place)
        dropped = _drop_old(place, manifest, Keeping(*_keeping(settings)))
        seconds = round(time.monotonic() - began, 2)
        last = LastBackup(at, str(file), file.stat().st_size, seconds, len(manifest.tables), manifest.rows)
    remember(settings.data_dir, last)
    return Taken(file, last, seal.kind, dropped)


def _keeping(settings: Settings) -> tuple[int, int, int]:
    return settings.backups_daily, settings.backups_weekly, settings.backups_monthly


def _drop_old(place: Path, manifest: Manifest, keeping: Keeping) -> tuple[str, ...]:
    """Only files with a backup's name, of this very database, are ever removed."""
    tag = tag_of(manifest.system, manifest.database)
    times = {at.astimezone(KARACHI): each for each in place.iterdir() if (at := made_at(each.name, tag)) is not None}
    stay = kept(times.keys(), keeping)
    old = sorted((each for at, each in times.items() if at not in stay), key=lambda each: each.name)
    for each in old:
        each.unlink(missing_ok=True)
    return tuple(each.name for each in old)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """One backup at a time in a folder; whoever gets in first takes away what a killed one left."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = fasteners.InterProcessLock(place / ".lock")
    if not lock.acquire(blocking=False):
        raise Conflict("backup_running", folder=str(place))
    try:
        for left in place.glob(PART):
            left.unlink()
        yield
    finally:
        lock.release()


@contextmanager
def _told(place: Path) -> Iterator[None]:
    """What keeps a folder from taking a backup, as an error that is said in words."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        why = error.strerror or type(error).__name__
        raise CopError("backup_no_room" if full else "backup_unwritable", folder=str(place), why=why) from error
