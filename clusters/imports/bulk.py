"""Many rows of a table overwritten by one statement."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Double, Float, Text, column, func, inspect, literal, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from clusters.kernel.base import Base

AT_ONCE = 5_000
"""Rows in one statement."""


def overwrite(db: Session, model: type[Base], columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Set these columns of the rows named by `id` to the values given; plain JSON values only."""
    of = inspect(model).columns
    kinds = {name: Double if isinstance(of[name].type, Float) else Text for name in columns}
    for start in range(0, len(rows), AT_ONCE):
        some = [dict(row) for row in rows[start : start + AT_ONCE]]
        new = (
            func.jsonb_to_recordset(literal(some, JSONB))
            .table_valued(column("id", BigInteger), *(column(name, kinds[name]) for name in columns), name="new")
            .render_derived(with_types=True)
        )
        db.execute(
            update(model).where(of.id == new.c.id).values({name: new.c[name] for name in columns}),
            execution_options={"synchronize_session": False},
        )
