"""Reads that go out together answer what they answer alone, in one statement."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import ARRAY, BigInteger, Date, Interval, Select, event, func, literal, select, values
from sqlalchemy import column as col
from sqlalchemy.orm import Session

from clusters.kernel.audit import AuditEntry, record
from clusters.kernel.base import choice
from clusters.kernel.together import Read, Rows, Together
from clusters.people.models import Person, Post
from clusters.people.rules import Gender, Language
from tests import build


def as_they_are(rows: Rows) -> list[tuple[Any, ...]]:
    return list(rows)


def everything() -> Select[*tuple[Any, ...]]:
    """A row of every type that pages read."""
    known = uuid4()
    return (
        select(
            Person.id,
            Person.name,
            Person.gender,
            Person.language,
            Person.invented,
            Person.registered_at,
            func.lower(Post.during, type_=Date).label("since"),
            func.array_agg(Person.id, type_=ARRAY(BigInteger)).label("ids"),
            func.array_agg(Person.gender, type_=ARRAY(choice(Gender, "gender"))).label("genders"),
            literal(known).label("known"),
            literal(1.5).label("half"),
            func.count().label("times"),
            Post.subject,
        )
        .join(Post)
        .group_by(Person.id, Post.id)
        .order_by(Person.id.desc())
    )


def test_values_of_every_type_come_as_they_would_alone(db: Session) -> None:
    home = build.school(db)
    for name in ('Gul \\ "Zaman"', "شائستہ", "Noor"):
        build.teacher(db, home, name)
    read = Read(everything(), as_they_are)
    alone = read.of(db)
    assert len(alone) == 3
    assert isinstance(alone[0][2], Gender)
    assert isinstance(alone[0][3], Language)
    assert isinstance(alone[0][6], date)
    assert isinstance(alone[0][9], UUID)
    together = Together(db)
    assert together.ask(read)() == alone


def test_what_is_asked_before_an_answer_is_wanted_goes_in_one_statement(db: Session) -> None:
    record(db, "opened", "door")
    db.flush()
    verbs = Read(select(AuditEntry.verb), lambda rows: [verb for (verb,) in rows])
    none = Read(select(AuditEntry.verb).where(AuditEntry.verb == "shut"), len)
    sent: list[str] = []
    event.listen(db.connection(), "before_cursor_execute", lambda *of: sent.append(of[2]))
    together = Together(db)
    first, second = together.ask(verbs), together.ask(none)
    assert sent == []
    assert (first(), second(), first()) == (["opened"], 0, ["opened"])
    assert len(sent) == 1
    third = together.ask(none)
    assert third() == 0
    assert len(sent) == 2


def test_an_order_is_kept(db: Session) -> None:
    numbers = values(col("n", BigInteger), name="numbers").data([(each,) for each in range(100)])
    read = Read(select(numbers.c.n).order_by(numbers.c.n % 7, numbers.c.n.desc()), as_they_are)
    assert Together(db).ask(read)() == read.of(db)


def test_a_type_that_json_does_not_carry_is_refused(db: Session) -> None:
    read = Read(select(literal(None, Interval).label("long")), as_they_are)
    with pytest.raises(TypeError, match="Interval"):
        Together(db).ask(read)()
