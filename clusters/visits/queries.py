"""Reads of visits to schools, and of the schools that somebody may visit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from clusters.people.models import Person
from clusters.scope import Scope
from clusters.structure.models import School
from clusters.visits.models import Visit

LATEST = 20
"""Visits shown of one place."""


@dataclass(frozen=True, slots=True)
class Visitable:
    """A school inside the scope, by its code."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as it is shown."""

    id: int
    day: date
    person: str
    school: str
    code: str
    words: str | None
    help: str | None


def visitable(db: Session, scope: Scope, codes: Collection[str]) -> dict[str, Visitable]:
    """Those of the schools with these codes that the scope sees."""
    rows = db.execute(
        select(School.id, School.code, School.name).where(
            School.code.in_(codes), scope.within(School.training_path, School.admin_path)
        )
    )
    return {row.code: Visitable(*row) for row in rows}


def visits(db: Session, scope: Scope, visit_ids: Collection[int]) -> list[VisitRow]:
    """Those of some visits whose schools the scope sees, in the order in which they were written down."""
    return _read(db, _rows(scope).where(Visit.id.in_(visit_ids)).order_by(Visit.id))


def visits_within(db: Session, scope: Scope, path: str, limit: int = LATEST) -> list[VisitRow]:
    """The latest visits to schools of a place of the training tree, the newest first."""
    inside = School.training_path.startswith(path, autoescape=True)
    return _read(db, _rows(scope).where(inside).order_by(Visit.day.desc(), Visit.id.desc()).limit(limit))


def _rows(scope: Scope) -> Select[*tuple[Any, ...]]:
    return (
        select(Visit.id, Visit.day, Person.name, School.name, School.code, Visit.words, Visit.help)
        .join(School, School.id == Visit.school_id)
        .join(Person, Person.id == Visit.person_id)
        .where(scope.within(School.training_path, School.admin_path))
    )


def _read(db: Session, statement: Select[*tuple[Any, ...]]) -> list[VisitRow]:
    return [VisitRow(*row) for row in db.execute(statement)]
