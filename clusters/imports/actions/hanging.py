"""What hangs on rows that an import made: every table that points at them, by a key or by the name of its column."""

from collections.abc import Collection, Mapping
from typing import Literal

from sqlalchemy import BigInteger, all_, any_, column, literal, select, table, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

Kind = Literal["person", "school", "place"]

_POINTING = text(
    "SELECT c.relname AS tab, a.attname AS col FROM pg_constraint k"
    " JOIN pg_class c ON c.oid = k.conrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]"
    " WHERE k.contype = 'f' AND k.confrelid = CAST(:kind AS regclass) AND has_table_privilege(c.oid, 'SELECT')"
    " UNION SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
    " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped"
    " AND a.attname LIKE :soft AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1, 2"
)
"""Some columns hold ids without a key, such as the person a message went to. What no page may read (ties) is passed
over: whoever has any has given a consent, which hangs on her too."""


def hanging(
    db: Session, kind: Kind, ids: Collection[int], own: Mapping[str, Collection[int]] | None = None
) -> dict[int, list[str]]:
    """Row id -> tables with something that hangs on it, other than the rows `own` names by their table."""
    found: dict[int, list[str]] = {}
    if not ids:
        return found
    wanted = any_(literal(list(ids), ARRAY(BigInteger)))
    for name, pointing in db.execute(_POINTING, {"kind": kind, "soft": f"%{kind}\\_id"}).all():
        there = column(pointing, BigInteger)
        query = select(there).select_from(table(name)).where(there == wanted).distinct()
        mine = (own or {}).get(name, ())
        if mine:
            query = query.where(column("id", BigInteger) != all_(literal(list(mine), ARRAY(BigInteger))))
        for row_id in db.scalars(query):
            if name not in found.setdefault(row_id, []):
                found[row_id].append(name)
    return found
