"""Columns of a query as numpy arrays: each comes from the server as one array in PostgreSQL's binary form."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from sqlalchemy.orm import Session

SIGNATURE = b"PGCOPY\n\xff\r\n\0"
BIG = {"int2": ">i2", "int4": ">i4", "int8": ">i8"}
"""Types of columns as they travel, and as they are kept."""
ROOM: dict[str, np.dtype[Any]] = {
    "int2": np.dtype(np.int16),
    "int4": np.dtype(np.int32),
    "int8": np.dtype(np.int64),
}
AT_ONCE = 20_000_000
"""Rows of one answer: each of its arrays is one value, which must stay under a gigabyte."""


def columns(
    db: Session, query: str, parameters: Mapping[str, Any], kinds: Mapping[str, str]
) -> dict[str, NDArray[Any]]:
    """The columns of a query by name, in its order; `kinds` names their types in order, which the query casts to."""
    arrays = ", ".join(f"array_agg({name})" for name in kinds)
    statement = f"COPY (SELECT {arrays} FROM ({query}) AS read) TO STDOUT (FORMAT BINARY)"  # noqa: S608 - our own words
    with driver(db).cursor() as cursor, cursor.copy(statement, dict(parameters)) as answer:
        data = b"".join(answer)
    return dict(zip(kinds, parsed(data, list(kinds.values())), strict=True))


def driver(db: Session) -> psycopg.Connection[Any]:
    """The connection of a database session as its driver knows it."""
    raw = db.connection().connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError("arrays are read through psycopg alone")
    return raw


def parsed(data: bytes, kinds: Sequence[str]) -> list[NDArray[Any]]:
    """The arrays of the one row of a binary COPY; ValueError when it is something else, or a value is missing."""
    if not data.startswith(SIGNATURE):
        raise ValueError("not a binary COPY")
    at = len(SIGNATURE) + 4
    at += 4 + _int(data, at, 4)
    if _int(data, at, 2) != len(kinds):
        raise ValueError("another number of columns")
    at += 2
    found: list[NDArray[Any]] = []
    for kind in kinds:
        length = _int(data, at, 4)
        at += 4
        found.append(_array(data[at : at + length] if length > 0 else b"", kind))
        at += max(length, 0)
    return found


def _array(value: bytes, kind: str) -> NDArray[Any]:
    """One array value: dimensions, whether there are nulls, the type, one dimension, then length and value each."""
    if not value or _int(value, 0, 4) == 0:
        return np.empty(0, ROOM[kind])
    if _int(value, 0, 4) != 1 or _int(value, 4, 4) != 0:
        raise ValueError("not one row of values that are all there")
    pairs = np.frombuffer(value, np.dtype([("length", ">i4"), ("value", BIG[kind])]), offset=20)
    return pairs["value"].astype(ROOM[kind])


def _int(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "big", signed=True)
