"""Several reads in one statement: one trip to the database, and one picture of it.

A read is a function of a database session. It is run until it asks; what all of them ask goes out in one statement, as
JSON; then each is run again from its beginning and finds its answer there, until none asks any more. So a read changes
nothing, and asks the same when it is run again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from sqlalchemy import ARRAY, JSON, Date, DateTime, Enum, Interval, Result, ScalarResult, Select, Uuid, func, select
from sqlalchemy.dialects.postgresql.ranges import AbstractRange
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType, TypeEngine

from clusters.kernel.errors import CopError

Found = TypeVar("Found")


class _Wanted(BaseException):
    """A read cannot go on before this is answered."""

    def __init__(self, asked: Select[*tuple[Any, ...]]) -> None:
        self.asked = asked
        super().__init__()


@dataclass(frozen=True)
class _Answered:
    """What a read asked, as rows with names."""

    names: Sequence[str]
    rows: Sequence[tuple[Any, ...]]

    def result(self) -> Result[*tuple[Any, ...]]:
        return IteratorResult(SimpleResultMetaData(self.names), iter(self.rows))


class _Asking:
    """Stands in for the database session of a read: answers what was asked before, in the same order."""

    def __init__(self, db: Session, answers: Sequence[_Answered]) -> None:
        self.info = db.info
        self._db = db
        self._answers = iter(answers)

    def execute(self, statement: Any, parameters: Any = None) -> Result[*tuple[Any, ...]]:
        if parameters is not None or not isinstance(statement, Select) or _whole_objects(statement):
            return self._db.execute(statement, parameters)
        answered = next(self._answers, None)
        if answered is None:
            raise _Wanted(statement)
        return answered.result()

    def scalars(self, statement: Any, parameters: Any = None) -> ScalarResult[Any]:
        return self.execute(statement, parameters).scalars()

    def scalar(self, statement: Any, parameters: Any = None) -> Any:
        return self.execute(statement, parameters).scalar()


@dataclass
class _Under(Generic[Found]):
    """A read under way."""

    read: Callable[[Session], Found]
    answers: list[_Answered] = field(default_factory=list)
    found: Found | None = None
    error: CopError | None = None

    def go_on(self, db: Session) -> Select[*tuple[Any, ...]] | None:
        """What it asks next; None when it has ended."""
        try:
            self.found = self.read(cast("Session", _Asking(db, self.answers)))
        except _Wanted as wanted:
            return wanted.asked
        except CopError as error:
            self.error = error
        return None


@dataclass
class Together:
    """Reads that go out together as soon as the answer of one of them is wanted."""

    db: Session
    _waiting: list[_Under[Any]] = field(default_factory=list)

    def ask(self, read: Callable[[Session], Found]) -> Callable[[], Found]:
        """Add a read; what is returned gives its answer, or raises what it raised."""
        under = _Under(read)
        self._waiting.append(under)

        def answer() -> Found:
            if self._waiting:
                self._send()
            if under.error is not None:
                raise under.error
            return cast("Found", under.found)

        return answer

    def _send(self) -> None:
        going, self._waiting = self._waiting, []
        while True:
            asking = [(under, asked) for under in going if (asked := under.go_on(self.db)) is not None]
            if not asking:
                return
            for (under, _), answered in zip(asking, _answers(self.db, [asked for _, asked in asking]), strict=True):
                under.answers.append(answered)
            going = [under for under, _ in asking]


def _answers(db: Session, asked: Sequence[Select[*tuple[Any, ...]]]) -> list[_Answered]:
    """The rows of several selects, fetched by one statement."""
    names = [[str(column["name"]) for column in each.column_descriptions] for each in asked]
    parts = [each.subquery(f"part{number}") for number, each in enumerate(asked)]
    whole = select(
        *(
            select(func.json_agg(func.json_build_array(*part.c), type_=JSON))
            .select_from(part)
            .scalar_subquery()
            .label(part.name)
            for part in parts
        )
    )
    return [
        _Answered(said, _rows([column.type for column in part.c], found or ()))
        for said, part, found in zip(names, parts, db.execute(whole).one(), strict=True)
    ]


def _rows(kinds: Sequence[TypeEngine[Any]], found: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    readers = [_reader(kind) for kind in kinds]
    return [
        tuple(
            value if value is None or reader is None else reader(value)
            for reader, value in zip(readers, row, strict=True)
        )
        for row in found
    ]


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


def _whole_objects(statement: Select[*tuple[Any, ...]]) -> bool:
    """Does it ask for objects of a table, not for columns?"""
    return any(column["expr"] is column.get("entity") for column in statement.column_descriptions)
