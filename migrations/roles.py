"""The roles of the database: who owns its tables, and what units of work become; made, checked, or said as SQL."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from clusters.kernel.errors import Conflict

OWNER = "cop_owner"
UNITS = ("cop_web", "cop_worker", "cop_measure")
"""They hold no login; a unit takes one by SET LOCAL ROLE."""

_LOGIN = text(
    "SELECT session_user AS name, current_database() AS database,"
    " has_schema_privilege(session_user, 'public', 'CREATE') AS may_create"
)
_ROLES = text(
    "SELECT wanted.role, r.oid IS NOT NULL AS there, coalesce(pg_has_role(session_user, r.oid, CASE"
    " WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END), false) AS taken,"
    " coalesce(has_schema_privilege(r.oid, 'public', 'USAGE'), false) AS enters,"
    " coalesce(has_schema_privilege(r.oid, 'public', 'CREATE'), false) AS builds"
    " FROM unnest(CAST(:roles AS text[])) WITH ORDINALITY AS wanted(role, nth)"
    " LEFT JOIN pg_roles r ON r.rolname = wanted.role ORDER BY nth"
)
_NOT_THE_OWNERS = text(
    "SELECT 'ALTER TABLE ' || c.oid::regclass || ' OWNER TO ' || :owner FROM pg_class c"
    " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relowner <>"
    " coalesce((SELECT oid FROM pg_roles WHERE rolname = :owner), 0)"
    " UNION ALL SELECT 'ALTER FUNCTION ' || p.oid::regprocedure || ' OWNER TO ' || :owner FROM pg_proc p"
    " WHERE p.pronamespace = 'public'::regnamespace AND p.proowner <>"
    " coalesce((SELECT oid FROM pg_roles WHERE rolname = :owner), 0) ORDER BY 1"
)
_OWNED = text(
    "SELECT coalesce(bool_and(r.rolname = :owner), true) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
    " WHERE c.oid = to_regclass('public.alembic_version')"
)
_MAKE = "DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
_DONE_BEFORE = re.compile(
    rf"(DO \$\$ BEGIN CREATE ROLE ({'|'.join(UNITS)}) |GRANT ({'|'.join(UNITS)}) TO CURRENT_USER)"
)


@dataclass(frozen=True, slots=True)
class Role:
    """A role as this login finds it."""

    name: str
    there: bool
    taken: bool
    """This login may become it."""
    enters: bool
    builds: bool
    """It may use the schema, and make tables in it."""


def make_roles(connection: Connection) -> None:
    """Make the roles of the units if they are missing; Conflict, with what to do, when this login may not."""
    for role in _roles(connection, UNITS):
        try:
            with connection.begin_nested():
                if not role.there:
                    connection.execute(text(_MAKE.format(role=role.name)))
                if not role.taken:
                    connection.execute(text(f"GRANT {role.name} TO CURRENT_USER"))
        except ProgrammingError as error:
            raise Conflict("roles_missing", role=role.name) from error


def missing(connection: Connection) -> list[str]:
    """The statements that are still needed for the whole set of roles; none when all is done."""
    login = connection.execute(_LOGIN).one()
    quoted = _quoted(connection, login.name)
    needed: list[str] = []
    for role in _roles(connection, (OWNER, *UNITS)):
        if not role.there:
            needed.append(f"CREATE ROLE {role.name} NOLOGIN")
        if not role.taken:
            needed.append(f"GRANT {role.name} TO {quoted}")
        if role.name == OWNER and not (role.enters and role.builds):
            needed.append(f"GRANT USAGE, CREATE ON SCHEMA public TO {role.name}")
        elif not role.enters:
            needed.append(f"GRANT USAGE ON SCHEMA public TO {role.name}")
    return [*needed, *connection.scalars(_NOT_THE_OWNERS, {"owner": OWNER})]


def set_up(connection: Connection) -> list[str]:
    """Run what is missing, and say what that was; Conflict, with what to do, when this login may not."""
    needed = missing(connection)
    for statement in needed:
        try:
            with connection.begin_nested():
                connection.execute(text(statement))
        except ProgrammingError as error:
            raise Conflict("grants_refused", statement=statement) from error
    return needed


def enter(connection: Connection) -> None:
    """Before migrations: the roles are there, tables can be made, and belong to their owner where there is one."""
    make_roles(connection)
    (owner,) = _roles(connection, (OWNER,))
    owned = connection.scalar(_OWNED, {"owner": OWNER})
    if owner.taken and owner.builds and owned:
        connection.execute(text(f"SET LOCAL ROLE {OWNER}"))
    elif not (login := connection.execute(_LOGIN).one()).may_create:
        raise Conflict("schema_closed", login=login.name, database=login.database)


def spare(_connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
    """Leave out what was done before: the founding migration makes and takes the roles itself.

    It is released and stays as it was written, and a login that may not make roles would fail there, although
    somebody else has made them.
    """
    return ("SELECT 1" if _DONE_BEFORE.match(statement) else statement), parameters


def _roles(connection: Connection, names: tuple[str, ...]) -> list[Role]:
    return [Role(*row) for row in connection.execute(_ROLES, {"roles": list(names)})]


def _quoted(connection: Connection, name: str) -> str:
    return str(connection.scalar(text("SELECT quote_ident(:name)"), {"name": name}))
