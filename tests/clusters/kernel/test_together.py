"""Reads that go out together answer what they answer alone, in one statement."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import ARRAY, BigInteger, Date, Interval, Select, event, func, literal, select, values
from sqlalchemy import column as col
from sqlalchemy.orm import Session

from clusters.kernel.audit import AuditEntry, record
from clusters.kernel.base import choice
from clusters.kernel.clock import now, today
from clusters.kernel.errors import NotFound
from clusters.kernel.together import Together
from clusters.people.models import Person, Post
from clusters.people.rules import Gender, Language
from tests import build

KNOWN = uuid4()


def everything() -> Select[*tuple[Any, ...]]:
    """A row of every type that pages read."""
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
            literal(KNOWN).label("known"),
            literal(1.5).label("half"),
            func.count().label("times"),
            Post.subject,
        )
        .join(Post)
        .group_by(Person.id, Post.id)
        .order_by(Person.id.desc())
    )


@pytest.fixture
def sent(db: Session) -> list[str]:
    """The statements of this test from here on."""
    statements: list[str] = []
    event.listen(db.connection(), "before_cursor_execute", lambda *of: statements.append(of[2]))
    return statements


def test_values_of_every_type_come_as_they_would_alone(db: Session) -> None:
    home = build.school(db)
    for name in ('Gul \\ "Zaman"', "شائستہ", "Noor"):
        build.teacher(db, home, name)
    alone = db.execute(everything()).all()
    together = Together(db).ask(lambda db: db.execute(everything()).all())()
    assert together == alone
    row = together[0]
    assert (type(row.gender), type(row.language), type(row.since), type(row.known)) == (Gender, Language, date, UUID)
    assert row._mapping["name"] == "Noor"


def test_what_is_asked_before_an_answer_is_wanted_goes_in_one_statement(db: Session, sent: list[str]) -> None:
    record(db, "opened", "door")
    db.flush()
    sent.clear()
    together = Together(db)
    verbs = together.ask(lambda db: list(db.scalars(select(AuditEntry.verb))))
    none = together.ask(lambda db: db.scalar(select(AuditEntry.id).where(AuditEntry.verb == "shut")))
    assert sent == []
    assert (verbs(), none(), verbs()) == (["opened"], None, ["opened"])
    assert len(sent) == 1
    again = together.ask(lambda db: db.execute(select(func.count()).select_from(AuditEntry)).one())
    assert again() == (1,)
    assert len(sent) == 2


def test_reads_that_ask_more_than_once_go_on_side_by_side(db: Session, sent: list[str]) -> None:
    def count(db: Session, times: int) -> list[int]:
        return [db.scalar(select(literal(number))) or 0 for number in range(times)]

    together = Together(db)
    answers = [together.ask(partial(count, times=times)) for times in (0, 1, 3)]
    assert [answer() for answer in answers] == [[], [0], [0, 1, 2]]
    assert len(sent) == 3


def test_a_read_knows_the_instant_and_its_error_is_raised_where_it_is_wanted(db: Session) -> None:
    def fail(db: Session) -> int:
        raise NotFound("thing", id=db.scalar(select(literal(1))))

    together = Together(db)
    at, failed = together.ask(lambda db: (now(db), today(db))), together.ask(fail)
    assert at() == (now(db), today(db))
    with pytest.raises(NotFound):
        failed()


def test_an_order_is_kept(db: Session) -> None:
    numbers = values(col("n", BigInteger), name="numbers").data([(each,) for each in range(100)])
    asked = select(numbers.c.n).order_by(numbers.c.n % 7, numbers.c.n.desc())
    assert Together(db).ask(lambda db: db.scalars(asked).all())() == db.scalars(asked).all()


def test_objects_are_read_as_they_are(db: Session) -> None:
    someone = build.person(db)
    assert Together(db).ask(lambda db: db.scalars(select(Person)).one())() is someone


def test_a_type_that_json_does_not_carry_is_refused(db: Session) -> None:
    long = select(literal(None, Interval).label("long"))
    with pytest.raises(TypeError, match="Interval"):
        Together(db).ask(lambda db: db.scalar(long))()
