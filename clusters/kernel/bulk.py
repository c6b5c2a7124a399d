"""Many rows added or overwritten at once: a few travel as one JSON value, many are copied."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, cast
from uuid import UUID

import psycopg
from sqlalchemy import (
    BigInteger,
    Column,
    Enum,
    FromClause,
    MetaData,
    Table,
    Text,
    column,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, REGCLASS
from sqlalchemy.orm import Session

from clusters.kernel.base import Base

FEW = 500
"""So many rows are handed over inside the statement; more are worth a table of their own for the moment."""
_AS_IT_IS = {"synchronize_session": False}

Rows = Sequence[Mapping[str, Any]]
"""Values as the columns take them; ranges as text, a JSON column as mapping, list or finished document."""


def fresh_ids(db: Session, model: type[Base], number: int) -> list[int]:
    """So many ids that nobody has, rising, for rows that refer to each other before they are written."""
    if not number:
        return []
    sequence = db.scalar(select(func.pg_get_serial_sequence(_table(model).description, "id")))
    taken = func.nextval(literal(sequence, Text).cast(REGCLASS))
    return list(db.scalars(select(taken).select_from(func.generate_series(1, number).alias())))


def add(db: Session, model: type[Base], columns: Sequence[str], rows: Rows) -> None:
    """Insert rows in their order; a column that is not named gets its default."""
    if len(rows) > FEW:
        _copy(db, model, _table(model).description, columns, rows)
    elif rows:
        given = _in_one_value(model, columns, rows)
        db.execute(
            insert(model).from_select(list(columns), select(*(given.c[name] for name in columns))),
            execution_options=_AS_IT_IS,
        )


def overwrite(
    db: Session, model: type[Base], columns: Sequence[str], rows: Rows, *, by: Sequence[str] = ("id",)
) -> None:
    """Set these columns of the rows that the columns `by` find to the values given."""
    if not rows:
        return
    there = inspect(model).columns
    with handed_over(db, model, (*by, *columns), rows) as given:
        db.execute(
            update(model)
            .where(*(there[name] == given.c[name] for name in by))
            .values({name: given.c[name] for name in columns}),
            execution_options=_AS_IT_IS,
        )


@contextmanager
def handed_over(db: Session, model: type[Base], columns: Sequence[str], rows: Rows) -> Iterator[FromClause]:
    """The rows as a table that statements can read, with the types that these columns have in the model."""
    if len(rows) <= FEW:
        yield _in_one_value(model, columns, rows)
        return
    name = f"given_{_table(model).description}"
    shapes = [Column(each, _shape(model, each)) for each in columns]
    given = Table(name, MetaData(), *shapes, prefixes=["TEMP"], postgresql_on_commit="DROP")
    given.create(db.connection())
    _copy(db, model, name, columns, rows)
    db.execute(text(f"ANALYZE {name}"))
    yield given
    given.drop(db.connection())


def _table(model: type[Base]) -> Table:
    return cast("Table", inspect(model).local_table)


def _shape(model: type[Base], name: str) -> Any:
    kind = inspect(model).columns[name].type
    if name == "id" and kind.python_type is int:
        return BigInteger()
    return Text() if isinstance(kind, Enum) else kind


def _in_one_value(model: type[Base], columns: Sequence[str], rows: Rows) -> FromClause:
    documents = _documents(model, columns)
    given = [{name: _read(row[name]) if name in documents else row[name] for name in columns} for row in rows]
    shapes = [column(name, _shape(model, name)) for name in columns]
    return (
        func.jsonb_to_recordset(literal(_written(given), Text).cast(JSONB))
        .table_valued(*shapes, name="given")
        .render_derived(with_types=True)
    )


def _copy(db: Session, model: type[Base], into: str, columns: Sequence[str], rows: Rows) -> None:
    db.flush()
    driver = cast("psycopg.Connection[Any]", db.connection().connection.driver_connection)
    documents = [place for place, name in enumerate(columns) if name in _documents(model, columns)]
    with driver.cursor() as cursor, cursor.copy(f"COPY {into} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            values = [row[name] for name in columns]
            for place in documents:
                values[place] = _written(values[place])
            copy.write_row(values)


def _documents(model: type[Base], columns: Sequence[str]) -> frozenset[str]:
    return frozenset(name for name in columns if isinstance(inspect(model).columns[name].type, JSONB))


def _written(value: object) -> str | None:
    """A JSON document; one that is finished stays as it is."""
    return value if value is None or isinstance(value, str) else json.dumps(value, default=_plain)


def _read(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a row")
