"""Takes back what a school list did: schools it made go, fields and places it changed are as before."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, null, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from clusters.imports.actions.buckets import CHANGED_SINCE, GONE, Left, Undone
from clusters.imports.actions.hanging import hanging
from clusters.imports.actions.schools import Did
from clusters.imports.stored import SCHOOL_FIELDS, ids, open_placements
from clusters.kernel.bulk import overwrite
from clusters.kernel.clock import today
from clusters.kernel.facts import note
from clusters.structure.facts import SchoolsPlaced
from clusters.structure.models import Place, Placement, School
from clusters.structure.rules import Tree

_AS_IT_IS = {"synchronize_session": False}
AREA = "area"


def take_back_schools(db: Session, did: Sequence[Did]) -> Undone:
    """Take back every row as far as nobody edited it since and nothing hangs on it."""
    targets = [each.target_id for each in did]
    columns = (School.id, School.code, School.name_ur, *(getattr(School, name) for name in SCHOOL_FIELDS))
    query = select(*columns).where(School.id == ids(targets)).order_by(School.id).with_for_update()
    now = {row["id"]: dict(row) for row in db.execute(query).mappings()}
    stands = open_placements(db, targets)
    edited: list[Left] = []
    stuck: list[Left] = []
    removable: list[Did] = []
    restored: list[dict[str, Any]] = []
    replaced: list[Did] = []
    for each in did:
        school = now.get(each.target_id)
        if school is None:
            stuck.append(Left(each.row, str(each.target_id), (GONE,)))
            continue
        since = _edited(each, school, stands.get(each.target_id))
        if since:
            edited.append(Left(each.row, school["code"], (CHANGED_SINCE,), tuple(since)))
        if each.before is None:
            if not since:
                removable.append(each)
            continue
        old = {name: value for name, value in each.before["fields"].items() if name not in since}
        if old:
            restored.append({"id": school["id"], **{name: school[name] for name in SCHOOL_FIELDS}, **old})
        if "stands" in each.before and AREA not in since:
            replaced.append(each)
    stuck += _removed(db, removable, now)
    overwrite(db, School, SCHOOL_FIELDS, restored)
    _replaced(db, replaced)
    db.expire_all()
    kept = {left.row for left in (*edited, *stuck)}
    return Undone(
        len(did) - len(kept), tuple(edited), tuple(stuck), frozenset(e.target_id for e in did if e.row in kept)
    )


def _edited(each: Did, school: Mapping[str, Any], stands: dict[str, Any] | None) -> list[str]:
    """Fields that are not as the import left them."""
    fields = SCHOOL_FIELDS if each.before is None else tuple(each.after["fields"])
    since = [name for name in fields if school[name] != each.after["fields"].get(name)]
    if each.before is None and school["name_ur"] is not None:
        since.append("name_ur")
    if "stands" in each.after and stands != each.after["stands"]:
        since.append(AREA)
    return since


def _removed(db: Session, did: Sequence[Did], now: Mapping[int, Mapping[str, Any]]) -> list[Left]:
    """Remove the schools on which nothing hangs; the others come back with what does."""
    made = {each.target_id: each for each in did}
    own = [each.after["stands"]["id"] for each in did if each.after["stands"]]
    held = hanging(db, "school", made, {"placement": own})
    gone = [school_id for school_id in made if school_id not in held]
    if gone:
        db.execute(delete(School).where(School.id == ids(gone)), execution_options=_AS_IT_IS)
    return [Left(made[school_id].row, str(now[school_id]["code"]), tuple(tables)) for school_id, tables in held.items()]


def _replaced(db: Session, did: Sequence[Did]) -> None:
    """Let schools stand where they stood, from the day from which they did."""
    if not did:
        return
    new = [each.after["stands"]["id"] for each in did if each.after["stands"]]
    old = {each.target_id: each.before["stands"] for each in did if each.before and each.before["stands"]}
    db.execute(delete(Placement).where(Placement.id == ids(new)), execution_options=_AS_IT_IS)
    again = {stood["id"]: school_id for school_id, stood in old.items()}
    opened = set(
        db.scalars(
            update(Placement)
            .where(Placement.id == ids(again))
            .values(during=func.daterange(func.lower(Placement.during), null(), type_=Placement.during.type))
            .returning(Placement.id),
            execution_options=_AS_IT_IS,
        )
    )
    lost = [
        {
            "id": placement_id,
            "school_id": school_id,
            "place_id": old[school_id]["place"],
            "tree": Tree.ADMINISTRATIVE,
            "during": Range(date.fromisoformat(old[school_id]["from"]), None),
        }
        for placement_id, school_id in again.items()
        if placement_id not in opened
    ]
    if lost:
        db.execute(insert(Placement), lost)
    path = func.coalesce(
        select(Place.path)
        .join(Placement, Placement.place_id == Place.id)
        .where(
            Placement.school_id == School.id, Placement.tree == Tree.ADMINISTRATIVE, func.upper_inf(Placement.during)
        )
        .correlate(School)
        .scalar_subquery(),
        "",
    )
    db.execute(
        update(School).where(School.id == ids([each.target_id for each in did])).values(admin_path=path),
        execution_options=_AS_IT_IS,
    )
    note(db, SchoolsPlaced(today(db)))
