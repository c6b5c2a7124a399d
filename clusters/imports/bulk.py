"""Many rows added or overwritten by one statement, handed over as one JSON value."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Enum,
    TableValuedAlias,
    Text,
    column,
    func,
    insert,
    inspect,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, REGCLASS
from sqlalchemy.orm import Session

from clusters.kernel.base import Base

AT_ONCE = 5_000
"""Rows in one statement."""
_AS_IT_IS = {"synchronize_session": False}

Rows = Sequence[Mapping[str, Any]]
"""Plain JSON values only: instants and ranges as text."""


def fresh_ids(db: Session, model: type[Base], number: int) -> list[int]:
    """So many ids that nobody has, for rows that refer to each other before they are written."""
    sequence = db.scalar(select(func.pg_get_serial_sequence(inspect(model).local_table.description, "id")))
    taken = func.nextval(literal(sequence, Text).cast(REGCLASS))
    return list(db.scalars(select(taken).select_from(func.generate_series(1, number).alias())))


def add(db: Session, model: type[Base], columns: Sequence[str], rows: Rows) -> None:
    """Insert rows; a column that is not named gets its default."""
    for new in _handed_over(model, columns, rows):
        db.execute(
            insert(model).from_select(list(columns), select(*(new.c[name] for name in columns))),
            execution_options=_AS_IT_IS,
        )


def overwrite(db: Session, model: type[Base], columns: Sequence[str], rows: Rows) -> None:
    """Set these columns of the rows named by `id` to the values given."""
    for new in _handed_over(model, ("id", *columns), rows):
        db.execute(
            update(model).where(inspect(model).columns.id == new.c.id).values({name: new.c[name] for name in columns}),
            execution_options=_AS_IT_IS,
        )


def _handed_over(model: type[Base], columns: Sequence[str], rows: Rows) -> Iterator[TableValuedAlias]:
    """The rows as tables that a statement can read, not too many in one."""
    of = inspect(model).columns
    kinds = [BigInteger() if name == "id" else of[name].type for name in columns]
    shapes = [
        column(name, Text() if isinstance(kind, Enum) else kind) for name, kind in zip(columns, kinds, strict=True)
    ]
    for start in range(0, len(rows), AT_ONCE):
        some = [{name: row[name] for name in columns} for row in rows[start : start + AT_ONCE]]
        yield (
            func.jsonb_to_recordset(literal(some, JSONB))
            .table_valued(*shapes, name="new")
            .render_derived(with_types=True)
        )
