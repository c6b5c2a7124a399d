"""Runs migrations one process at a time, against the address that was handed in."""

from importlib import import_module

from alembic import context
from sqlalchemy import create_engine, event, pool, text

from clusters.kernel.base import Base
from migrations.roles import enter, spare
from migrations.tables import TABLES

ONE_AT_A_TIME = 4_814_048_148_140

for module in TABLES:
    import_module(module)


def run() -> None:
    """Apply what is missing in one transaction, under an advisory lock that other processes wait for."""
    engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool, hide_parameters=True)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        enter(connection)
        event.listen(connection, "before_cursor_execute", spare, retval=True)
        context.configure(connection=connection, target_metadata=Base.metadata, compare_server_default=False)
        with context.begin_transaction():
            context.run_migrations()


run()
