"""Lets schools stand in other places from a day, in bulk, and lets the seats of places follow."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from clusters.structure.facts import SchoolsPlaced
from clusters.structure.models import Place, Placement, School
from clusters.structure.naming import common_path
from clusters.structure.rules import PlaceKind, Tree

_AS_IT_IS = {"synchronize_session": False}


def place_schools(db: Session, tree: Tree, where: Mapping[int, int | None], from_date: date) -> None:
    """Let schools (ids) stand in places (ids, None: nowhere) of one tree from a day; today's paths follow at once.

    For actions that have checked the scope; they note SchoolsPlaced. A school that stays where it is keeps its
    placement; one that was placed on that very day or later is as if it had not been.
    """
    db.flush()
    new = (
        func.unnest(_ids(where), _ids(where.values()))
        .table_valued(column("school_id", BigInteger), column("place_id", BigInteger), name="new")
        .render_derived()
    )
    standing = (Placement.school_id == new.c.school_id, Placement.tree == tree, func.upper_inf(Placement.during))
    leaving = (*standing, Placement.place_id.is_distinct_from(new.c.place_id))
    begins = func.lower(Placement.during)
    day = literal(from_date, Date)
    path = select(Place.path).where(Place.id == new.c.place_id).correlate(new).scalar_subquery()
    column_of = School.training_path if tree is Tree.TRAINING else School.admin_path
    there = path if tree is Tree.TRAINING else func.coalesce(path, "")
    for statement in (
        delete(Placement).where(*leaving, begins >= day),
        update(Placement).where(*leaving).values(during=func.daterange(begins, day)),
        insert(Placement).from_select(
            [Placement.school_id, Placement.place_id, Placement.tree, Placement.during],
            select(
                new.c.school_id, new.c.place_id, literal(tree, Placement.tree.type), func.daterange(day, null())
            ).where(new.c.place_id.is_not(None), ~exists().where(*standing).correlate(new)),
        ),
        update(School)
        .where(School.id == new.c.school_id, column_of.is_distinct_from(there))
        .values({column_of: there}),
    ):
        db.execute(statement, execution_options=_AS_IT_IS)
    db.expire_all()


def _ids(values: Iterable[int | None]) -> ColumnElement[Any]:
    return literal(list(values), ARRAY(BigInteger))


def seats_follow(db: Session, fact: SchoolsPlaced) -> None:
    """A cluster lies where its host school lies, a circle, a block and the programme where all their clusters lie."""
    db.flush()
    rows = db.execute(
        select(Place.id, Place.kind, Place.path, Place.seat_path, School.admin_path)
        .outerjoin(School, School.id == Place.host_school_id)
        .where(Place.tree == Tree.TRAINING, Place.closed_on.is_(None))
    ).all()
    below: dict[str, list[str]] = {}
    for row in rows:
        if row.kind is PlaceKind.CLUSTER:
            steps = row.path.split(".")[:-1]
            for depth in range(len(steps)):
                below.setdefault("".join(f"{step}." for step in steps[:depth]), []).append(row.admin_path or "")
    moved = []
    for row in rows:
        seat = (row.admin_path or "") if row.kind is PlaceKind.CLUSTER else common_path(below.get(row.path, ()))
        if seat != row.seat_path:
            moved.append({"id": row.id, "seat_path": seat})
    if moved:
        db.execute(update(Place), moved)
