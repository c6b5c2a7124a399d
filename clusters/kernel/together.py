"""Several reads in one statement: one trip to the database, and one picture of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from sqlalchemy import ARRAY, Date, DateTime, Enum, Interval, Select, Uuid, func, select
from sqlalchemy.dialects.postgresql.ranges import AbstractRange
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType, TypeEngine

Found = TypeVar("Found")
Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Read(Generic[Found]):
    """A read that was not sent yet: what is asked, and what is made of its rows in the order of its columns."""

    asked: Select[*tuple[Any, ...]]
    made: Callable[[Rows], Found]

    def of(self, db: Session) -> Found:
        """The answer, in a statement of its own."""
        return self.made([tuple(row) for row in db.execute(self.asked)])


@dataclass
class Together:
    """Reads that go out in one statement as soon as the answer of one of them is wanted."""

    db: Session
    _reads: list[Read[Any]] = field(default_factory=list)
    _answers: list[Any] = field(default_factory=list)

    def ask(self, read: Read[Found]) -> Callable[[], Found]:
        """Add a read; what is returned gives its answer, and sends those that were added since the last time."""
        place = len(self._reads)
        self._reads.append(read)

        def answer() -> Found:
            if len(self._answers) <= place:
                self._send()
            return cast("Found", self._answers[place])

        return answer

    def _send(self) -> None:
        waiting = self._reads[len(self._answers) :]
        parts = [read.asked.subquery(f"part{number}") for number, read in enumerate(waiting)]
        whole = select(
            *(
                select(func.json_agg(func.json_build_array(*part.c)))
                .select_from(part)
                .scalar_subquery()
                .label(part.name)
                for part in parts
            )
        )
        for read, part, rows in zip(waiting, parts, self.db.execute(whole).one(), strict=True):
            readers = [_reader(column.type) for column in part.c]
            self._answers.append(
                read.made(
                    [
                        tuple(
                            value if value is None or reader is None else reader(value)
                            for reader, value in zip(readers, row, strict=True)
                        )
                        for row in rows or ()
                    ]
                )
            )


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """How a value of a type is read from JSON; None if it is there as it should be."""
    match kind:
        case DateTime():
            return _instant
        case Date():
            return date.fromisoformat
        case Uuid():
            return UUID
        case Enum(enum_class=type() as members):
            return members
        case ARRAY(item_type=item):
            inner = _reader(item)
            return None if inner is None else lambda values: [inner(value) for value in values]
        case Interval() | AbstractRange() | NullType():
            raise TypeError(f"{kind!r} is not read from JSON; a function says its type by type_=")
    return None


def _instant(said: str) -> datetime:
    return datetime.fromisoformat(said).astimezone(UTC)
