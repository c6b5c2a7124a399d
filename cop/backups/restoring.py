"""Puts a backup into an empty database, and tries one on a server of its own that is gone afterwards."""

import os
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from clusters.kernel.clock import real_now
from clusters.kernel.database import connect, scratch
from clusters.kernel.errors import Conflict, CopError
from cop.backups.container import SECRET, Backup, Grant, Manifest, whole
from cop.backups.looking import looking, tables_in
from cop.backups.programs import load
from cop.backups.records import LastCheck, remember
from cop.backups.rules import differing
from cop.backups.sealing import Keys
from cop.sentences import sentence
from migrations.applying import migrate, newest, shape
from migrations.roles import make_roles

HELD = "public.sending_stop"
"""The table in which the hold itself is written."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that stands in its database: how it came back, and to which shape it was brought."""

    manifest: Manifest
    differing: dict[str, str]
    revision: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying a backup; `restored` is None when it could not even be read."""

    ok: bool
    sentence: str
    restored: Restored | None = None
    error: CopError | None = None


def restore(engine: Engine, url: str, backup: Backup) -> Restored:
    """Into an empty database; in the same transaction all sending is held, until a person releases it."""
    refuse_filled(engine)
    return put(engine, url, backup.manifest, backup.dump(), held=True)


def put(engine: Engine, url: str, manifest: Manifest, dump: Iterable[bytes], *, held: bool) -> Restored:
    """Load a dump, compare every table with its manifest, and bring it to this version's shape."""
    began = time.monotonic()
    with engine.begin() as connection:
        make_roles(connection)
    knows_the_switch = HELD in manifest.tables
    closing = _granting(manifest.grants)
    if held and knows_the_switch:
        closing.append(_hold(manifest))
    load(url, dump, closing)
    with looking(engine) as look:
        found = look.contents()
    differs = differing(manifest.tables, found, but=(HELD,) if held else ())
    engine.dispose()
    migrate(url)
    if held and not knows_the_switch:
        with engine.begin() as connection:
            connection.exec_driver_sql(_hold(manifest))
    return Restored(manifest, differs, shape(engine)[0], round(time.monotonic() - began, 2))


def refuse_filled(engine: Engine) -> None:
    """Conflict for a database that holds anything."""
    if tables := tables_in(engine):
        with engine.connect() as connection:
            name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        raise Conflict("restore_not_empty", database=name, tables=tables)


def try_backup(file: Path, keys: Keys, data_dir: Path) -> Trial:
    """Restore a backup aside, compare, migrate, and take it all away again; what came of it is remembered."""
    began = time.monotonic()
    try:
        backup = whole(file, keys)
        data_dir.mkdir(parents=True, exist_ok=True)
        with scratch(data_dir) as url:
            engine = connect(url, pool=2, name="cop restore")
            try:
                restored = put(engine, url, backup.manifest, backup.dump(), held=False)
            finally:
                engine.dispose()
        trial = _verdict(restored, time.monotonic() - began)
    except CopError as error:
        trial = Trial(False, sentence(error), error=error)
    with suppress(OSError):
        remember(data_dir, LastCheck(real_now(), str(file), trial.ok, trial.sentence))
    return trial


def keep_secret(data_dir: Path, secret: bytes | None) -> bool:
    """Write the restored secret where none is yet; False when another one stands there and is left."""
    file = data_dir / SECRET
    if secret is None or (file.exists() and file.read_bytes() == secret):
        return True
    data_dir.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=data_dir, prefix=".secret-")
    with os.fdopen(handle, "wb") as new:
        new.write(secret)
    try:
        os.link(name, file)
    except FileExistsError:
        return False
    finally:
        Path(name).unlink()
    return True


def _verdict(restored: Restored, seconds: float) -> Trial:
    manifest = restored.manifest
    made = f"{manifest.at:%-d %B %Y, %H:%M} UTC"
    if restored.differing:
        how = "; ".join(f"{table} {words}" for table, words in list(restored.differing.items())[:3])
        what = f"did not come back as it was: {len(restored.differing)} tables differ. {how}."
        return Trial(False, f"The backup of {made} {what}", restored)
    moved = "" if manifest.revision == newest() else f" and was brought to the shape {newest()}"
    what = f"all {len(manifest.tables)} tables with {manifest.rows:,} rows came back exactly as they were"
    return Trial(True, f"The backup of {made} is good: {what}{moved}, in {seconds:.0f} s.", restored)


def _granting(grants: Iterable[Grant]) -> list[str]:
    """The rights again; functions, which everybody may call by default, are first taken from everybody."""
    taken, given = dict[str, None](), []
    for grant in grants:
        if grant.on.startswith("FUNCTION "):
            taken[f"REVOKE ALL ON {grant.on} FROM PUBLIC"] = None
        role = "PUBLIC" if grant.role == "PUBLIC" else f'"{grant.role}"'
        given.append(f"GRANT {', '.join(grant.rights)} ON {grant.on} TO {role}")
    return [*taken, *given]


def _hold(manifest: Manifest) -> str:
    why = f"backup of {manifest.at:%Y-%m-%d %H:%M} UTC"
    return f"INSERT INTO public.sending_stop (at, reason, why) VALUES (now(), 'restored', '{why}')"  # noqa: S608 - an instant alone
