"""Brings a database to the newest shape, also from an installed wheel that has no project file."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


def configuration(url: str) -> Config:
    """What alembic needs, built in code; `url` is where the database answers."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Apply every missing migration; safe to call from several processes at once."""
    command.upgrade(configuration(url), revision)


def shape(engine: Engine) -> tuple[str | None, str | None]:
    """The database's revision and the newest one; equal when nothing is missing, None for an empty database."""
    with engine.connect() as connection:
        have = MigrationContext.configure(connection).get_current_revision()
    return have, newest()


@cache
def newest() -> str | None:
    """The revision this program was made for; its scripts are read once, they do not change while it runs."""
    return ScriptDirectory.from_config(configuration("")).get_current_head()
