"""What a database holds at one instant: tables with rows and hashes, the rights of our roles, shape and server."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from sqlalchemy import Connection, Engine, text

from clusters.kernel.errors import Conflict
from cop.backups.container import Grant, Manifest
from cop.backups.rules import Contents

_ONE_WAY = text(
    "SELECT set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, MDY', true),"
    " set_config('intervalstyle', 'postgres', true), set_config('extra_float_digits', '1', true),"
    " set_config('bytea_output', 'hex', true), set_config('search_path', '', true),"
    " set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)"
)
"""Values are written in one way, whatever the server's own settings are."""
_TABLES = text(
    "SELECT n.nspname AS schema, c.relname AS name, format('%I.%I', n.nspname, c.relname) AS quoted FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema$)' ORDER BY 1, 2"
)
_CONTENTS = (
    "SELECT count(*), coalesce(sum(('x' || substr(encode(sha256(convert_to(whole_row::text, 'UTF8')), 'hex'), 1, 15))"
    "::bit(60)::bigint), 0)::text FROM {} AS whole_row"
)
_REVISION = text("SELECT version_num FROM public.alembic_version")
_SERVER = text(
    "SELECT current_setting('server_version_num')::int AS server, current_database() AS database,"
    " (SELECT system_identifier::text FROM pg_control_system()) AS system"
)
_GRANTS = text(
    """
    WITH ours AS (SELECT oid, nspname, nspacl FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'),
    things AS (
        SELECT 1 AS nth, 'SCHEMA ' || quote_ident(nspname) AS thing, nspacl AS acl FROM ours
        UNION ALL
        SELECT 2, CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END
            || format('%I.%I', nspname, c.relname), c.relacl
        FROM pg_class c JOIN ours ON ours.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S')
        UNION ALL
        SELECT 3, 'FUNCTION ' || p.oid::regprocedure::text, p.proacl
        FROM pg_proc p JOIN ours ON ours.oid = p.pronamespace
    ),
    held AS (
        SELECT nth, thing, a.grantee, a.privilege_type AS given FROM things, aclexplode(things.acl) a
        UNION ALL
        SELECT 4, 'TABLE ' || format('%I.%I', nspname, c.relname), a.grantee,
            format('%s (%I)', a.privilege_type, t.attname)
        FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN ours ON ours.oid = c.relnamespace,
            aclexplode(t.attacl) a
    )
    SELECT thing, coalesce(r.rolname, 'PUBLIC') AS role, array_agg(given ORDER BY given) AS rights
    FROM held LEFT JOIN pg_roles r ON r.oid = held.grantee
    WHERE held.grantee = 0 OR (r.rolname ~ '^cop_' AND r.rolname <> 'cop_owner')
    GROUP BY nth, thing, 2 ORDER BY nth, thing, 2
    """
)


@dataclass(frozen=True, slots=True)
class Look:
    """One instant of a database, as long as the block lasts; `snapshot` lets a dump see the same instant."""

    connection: Connection
    snapshot: str

    def manifest(self, at: datetime) -> Manifest:
        """What it holds; Conflict when it is no database of ours."""
        revision = self.connection.scalar(_REVISION) if self._ours() else None
        if revision is None:
            raise Conflict("nothing_to_back_up")
        server = self.connection.execute(_SERVER).one()
        return Manifest(
            at=at,
            version=version("cop"),
            revision=revision,
            server=server.server,
            system=server.system,
            database=server.database,
            tables=self.contents(),
            grants=self.grants(),
        )

    def contents(self) -> Mapping[str, Contents]:
        """Every table with its rows and their hash."""
        tables = self.connection.execute(_TABLES).all()
        return {
            f"{each.schema}.{each.name}": Contents(*self.connection.execute(text(_CONTENTS.format(each.quoted))).one())
            for each in tables
        }

    def grants(self) -> tuple[Grant, ...]:
        """Rights of the roles of our units of work, and of everybody."""
        return tuple(Grant(on, role, tuple(rights)) for on, role, rights in self.connection.execute(_GRANTS))

    def _ours(self) -> bool:
        return any(each.name == "alembic_version" for each in self.connection.execute(_TABLES))


@contextmanager
def looking(engine: Engine) -> Iterator[Look]:
    """See one instant of a database, whatever is written meanwhile."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as connection:
        connection.execute(_ONE_WAY)
        yield Look(connection, connection.scalar(text("SELECT pg_export_snapshot()")) or "")


def tables_in(engine: Engine) -> int:
    """How many tables of anybody's stand in a database."""
    with engine.connect() as connection:
        return len(connection.execute(_TABLES).all())
