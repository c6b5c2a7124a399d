"""`cop move-database`: from the embedded database to a server, or from one server to another."""

import os
import sys

import rich_click as click
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from clusters.kernel.audit import Actor
from clusters.kernel.clock import Clock
from clusters.kernel.database import address, connect, sessions
from clusters.kernel.errors import Invalid
from clusters.kernel.unit import UnitOfWork
from cop.backups.moving import move
from cop.commands.speaking import Exit, answering, as_json, say, talk
from cop.memory import remember, standing
from cop.settings import Settings


@click.command()
@click.option(
    "--to",
    required=True,
    metavar="URL",
    help="The new, empty database: postgresql://login@host/name; - reads it from standard input.",
)
@as_json
def move_database(to: str, as_json: bool) -> None:
    """Copy everything into an empty database, of any PostgreSQL from 15 on, and compare it row by row.

    The old database stays as it was. A password does not belong on the command line, where everybody on this machine
    can read it: give the address on standard input.

    Example: cop move-database --to - < new-database.url
    """
    with answering(as_json, Exit.CONFIGURATION):
        settings = Settings.from_env(os.environ)
    with answering(as_json, Exit.USAGE):
        seen, given = to != "-", to if to != "-" else sys.stdin.readline().strip()
        new_url = _address(given)
    with answering(as_json):
        old_url = address(settings.database_url or None, settings.data_dir)
        old, new = connect(old_url, pool=3, name="cop move"), connect(new_url, pool=3, name="cop move")
        try:
            restored = move(old, old_url, new, new_url)
            with UnitOfWork(sessions(new), {}, Clock())(Actor("command line")) as db:
                mark = standing(db)
            remember(settings.data_dir, mark)
        finally:
            old.dispose()
            new.dispose()
    line = f"COP_DATABASE_URL={make_url(given).render_as_string(hide_password=True)}"
    manifest = restored.manifest
    if as_json:
        say(
            {
                "tables": len(manifest.tables),
                "rows": manifest.rows,
                "differing": restored.differing,
                "from": manifest.database,
                "line": line,
                "seconds": restored.seconds,
            }
        )
        return
    talk.print(
        f"All {len(manifest.tables)} tables with {manifest.rows:,} rows stand in the new database, row for row as "
        f"in the old one. {restored.seconds:.0f} s. The old one is as it was; do not start it again. Put this line "
        "into cop.env, with the password for ***, then: cop serve",
        markup=False,
        soft_wrap=True,
    )
    click.echo(line)
    if seen and make_url(given).password:
        talk.print("The password stood in this machine's list of processes. Next time: --to - < file")


def _address(given: str) -> str:
    try:
        parsed = make_url(given)
    except ArgumentError as error:
        raise Invalid("database_address_unreadable") from error
    if not parsed.drivername.startswith("postgresql") or not parsed.database:
        raise Invalid("database_address_unreadable")
    return address(given, Settings().data_dir)
