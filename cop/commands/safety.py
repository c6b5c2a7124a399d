"""`cop backup` and `cop restore`: one file that holds everything, and the way back."""

import os
from dataclasses import asdict
from pathlib import Path

import rich_click as click
from sqlalchemy import Engine

from clusters.kernel.database import address, connect
from clusters.kernel.errors import CopError, Invalid
from clusters.kernel.failpoints import arm
from cop.backups.container import whole
from cop.backups.restoring import Restored, Trial, keep_secret, try_backup
from cop.backups.restoring import restore as put_back
from cop.backups.taking import Taken, keys_of, newest_backup, take_backup
from cop.commands.speaking import CODES, Exit, answering, as_json, leave, say, talk
from cop.settings import Settings


@click.command()
@click.option(
    "--to", type=click.Path(file_okay=False, path_type=Path), help="Folder; COP_BACKUP_DIR, or COP_DATA_DIR/backups."
)
@as_json
def backup(to: Path | None, as_json: bool) -> None:
    """Write everything into one file while all goes on: the database of one instant, and the secret.

    Sealed if COP_BACKUP_KEY is set. Older backups make room: some days, weeks and months are kept.

    Example: cop backup --to /mnt/backups
    """
    with answering(as_json, Exit.CONFIGURATION):
        settings = Settings.from_env(os.environ)
    with answering(as_json):
        arm(settings.failpoints)
        url, engine = _reached(settings)
        try:
            taken = take_backup(settings, engine, url, to)
        finally:
            engine.dispose()
    if as_json:
        say({**asdict(taken.last), "sealed": taken.sealed, "dropped": list(taken.dropped)})
    else:
        _tell_taken(taken)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Only try it, on a server of its own that is gone afterwards.")
@as_json
def restore(file: Path, check: bool, as_json: bool) -> None:
    """Put a backup into an empty database; all sending is held then, until a person releases it.

    With --check nothing is changed: it is restored aside, compared with what was backed up, and taken away again.
    FILE may be the word latest.

    Example: cop restore cop-backups/cop-3fa2c1-20261122T020000Z.backup --check
    """
    with answering(as_json, Exit.CONFIGURATION):
        settings = Settings.from_env(os.environ)
    with answering(as_json):
        if str(file) == "latest":
            file = newest_backup(settings)
        if check:
            _check(file, settings, as_json)
        found = whole(file, keys_of(settings))
        url, engine = _reached(settings)
        try:
            restored = put_back(engine, url, found)
        finally:
            engine.dispose()
        secret_kept = keep_secret(settings.data_dir, found.secret)
        if restored.differing:
            how = "; ".join(f"{table} {words}" for table, words in list(restored.differing.items())[:3])
            raise Invalid("restore_differs", tables=len(restored.differing), how=how)
    if as_json:
        say({**_document(file, restored), "held": True, "secret": "as in the backup" if secret_kept else "another one"})
    else:
        _tell_restored(restored, secret_kept)


def _reached(settings: Settings) -> tuple[str, Engine]:
    """The database as it is; nothing is made in it."""
    url = address(settings.database_url or None, settings.data_dir)
    return url, connect(url, pool=3, name="cop backup")


def _check(file: Path, settings: Settings, as_json: bool) -> None:
    trial = try_backup(file, keys_of(settings), settings.data_dir)
    if as_json:
        say(_tried(file, trial))
    else:
        talk.print(trial.sentence, style=None if trial.ok else "red", markup=False, soft_wrap=True)
    leave(Exit.DONE if trial.ok else _code(trial.error))


def _code(error: CopError | None) -> Exit:
    """A backup that came back as another one is data with problems; otherwise what kept it from being tried."""
    return Exit.PROBLEMS if error is None else CODES.get(type(error), Exit.FAILED)


def _tried(file: Path, trial: Trial) -> dict[str, object]:
    document: dict[str, object] = _document(file, trial.restored) if trial.restored else {"file": str(file)}
    if trial.error is not None:
        document["error"] = {"key": trial.error.key, "sentence": trial.sentence, **trial.error.values}
    return {**document, "ok": trial.ok, "sentence": trial.sentence}


def _document(file: Path, restored: Restored) -> dict[str, object]:
    manifest = restored.manifest
    return {
        "file": str(file),
        "at": manifest.at,
        "tables": len(manifest.tables),
        "rows": manifest.rows,
        "differing": restored.differing,
        "revision": manifest.revision,
        "migrated_to": restored.revision,
        "seconds": restored.seconds,
    }


def _tell_taken(taken: Taken) -> None:
    size = f"{taken.last.bytes / 1e6:.1f} MB"
    how = "open: whoever has the file reads all of it" if taken.sealed == "open" else "sealed"
    talk.print(
        f"{taken.last.rows:,} rows of {taken.last.tables} tables, {size}, {how}. {taken.last.seconds:.0f} s.",
        markup=False,
        soft_wrap=True,
    )
    if taken.dropped:
        talk.print(f"{len(taken.dropped)} older backups made room.", markup=False)
    click.echo(taken.file)
    talk.print(f"Try it: cop restore {taken.file} --check", markup=False, soft_wrap=True)


def _tell_restored(restored: Restored, secret_kept: bool) -> None:
    manifest = restored.manifest
    talk.print(
        f"The backup of {manifest.at:%-d %B %Y, %H:%M} UTC is back: all {len(manifest.tables)} tables with "
        f"{manifest.rows:,} rows, exactly as they were. {restored.seconds:.0f} s.",
        markup=False,
        soft_wrap=True,
    )
    if not secret_kept:
        talk.print("The secret of this folder is another one and was left as it is; people sign in as before.")
    talk.print(
        "Sending is held: texts that went after the backup would go a second time. Find them first: "
        f"cop reconcile --since {manifest.at:%Y-%m-%dT%H:%M}Z",
        soft_wrap=True,
    )
