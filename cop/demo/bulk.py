"""Many rows in one statement: inserts and updates whose rows travel as one JSON document."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import JSON, Table, Text, column, func, insert, literal, select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TableValuedAlias

from clusters.kernel.base import Base

Rows = Sequence[dict[str, Any]]
"""Rows with the same keys, which are names of columns."""


def insert_many(db: Session, table: type[Base], rows: Rows) -> None:
    """Insert rows, in their order."""
    if rows:
        given = _given(table, rows)
        names = list(rows[0])
        db.execute(insert(_bare(table)).from_select(names, select(*(given.c[name] for name in names))))


def update_many(db: Session, table: type[Base], rows: Rows, *, by: Sequence[str]) -> None:
    """Set the other columns of the rows that the columns `by` find."""
    if rows:
        given, there = _given(table, rows), _bare(table)
        values = {name: given.c[name] for name in rows[0] if name not in by}
        db.execute(update(there).values(values).where(*(there.c[name] == given.c[name] for name in by)))


def next_ids(db: Session, table: type[Base], many: int) -> list[int]:
    """So many ids that the table has not given out, rising."""
    sequence = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :many)")
    return list(db.scalars(sequence, {"name": table.__tablename__, "many": many})) if many else []


def _bare(table: type[Base]) -> Table:
    return cast("Table", table.__table__)


def _given(table: type[Base], rows: Rows) -> TableValuedAlias:
    columns = [column(name, _bare(table).c[name].type) for name in rows[0]]
    document = literal(json.dumps(rows, default=_plain), Text).cast(JSON)
    return func.json_to_recordset(document).table_valued(*columns, name="given").render_derived(with_types=True)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a row")
