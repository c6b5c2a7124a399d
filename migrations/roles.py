"""The roles that units of work take: made where they are missing, and taken by the login that runs them."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from clusters.kernel.errors import Conflict

UNITS = ("cop_web", "cop_worker")
"""They hold no login; a unit takes one by SET LOCAL ROLE."""
_MISSING = text(
    "SELECT wanted.role, r.oid IS NOT NULL AS there, coalesce(pg_has_role(r.oid, 'MEMBER'), false) AS taken"
    " FROM unnest(CAST(:roles AS text[])) AS wanted(role) LEFT JOIN pg_roles r ON r.rolname = wanted.role"
)

_MAKE = "DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"


def make_roles(connection: Connection) -> None:
    """Make what is missing; Conflict, with what to do, when this login may not."""
    for role, there, taken in connection.execute(_MISSING, {"roles": list(UNITS)}).all():
        try:
            with connection.begin_nested():
                if not there:
                    connection.execute(text(_MAKE.format(role=role)))
                if not taken:
                    connection.execute(text(f"GRANT {role} TO CURRENT_USER"))
        except ProgrammingError as error:
            raise Conflict("roles_missing", role=role) from error
