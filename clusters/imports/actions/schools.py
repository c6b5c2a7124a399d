"""Writes a school list: schools made or changed, areas grown, and where each school stands from today on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from clusters.imports.outcome import CheckedRow, Outcome, Value
from clusters.imports.queries import JudgedSchools, area_values
from clusters.imports.steps import Stage, Tell, silently
from clusters.imports.stored import AREA_FIELDS, SCHOOL_FIELDS, StoredSchool, areas, open_placements
from clusters.kernel.bulk import add, fresh_ids, overwrite
from clusters.kernel.clock import today
from clusters.kernel.facts import note
from clusters.scope import Scope
from clusters.structure.actions import grow_areas, place_schools
from clusters.structure.facts import SchoolsPlaced
from clusters.structure.models import School
from clusters.structure.rules import Tree

SCHOOL, AREAS = "school", "areas"
"""Kinds of what a row did."""


@dataclass(frozen=True, slots=True)
class Did:
    """What one row did to one school or person, as it is kept; row 0 holds what belongs to the list as a whole."""

    row: int
    target_kind: str
    target_id: int
    before: dict[str, Any] | None
    after: dict[str, Any]


def write_schools(db: Session, scope: Scope, judged: JudgedSchools, tell: Tell = silently) -> list[Did]:
    """Write the new and the changed rows; what each did comes back for the undo."""
    new = [row for row in judged.checked.rows if row.outcome is Outcome.NEW]
    changed = [row for row in judged.checked.rows if row.outcome is Outcome.CHANGED]
    stored = {row.row: judged.stored[str(row.code)] for row in changed}
    paths, places, grown = _areas(db, scope, [*new, *changed], stored)
    made = _made(db, new, paths)
    _changed(db, changed, stored)
    many = len(new) + len(changed)
    tell(Stage.WRITING, many // 3, many)
    id_of = {**made, **{row.row: stored[row.row].id for row in changed}}
    where = {id_of[row]: places[path] for row, path in paths.items() if path}
    moving = [stored[row.row].id for row in changed if row.row in paths]
    stood = open_placements(db, moving) if moving else {}
    if where:
        place_schools(db, Tree.ADMINISTRATIVE, where, today(db))
        note(db, SchoolsPlaced(today(db)))
    tell(Stage.WRITING, 2 * many // 3, many)
    stand = open_placements(db, list(where)) if where else {}
    did = [_did_make(row, made[row.row], stand) for row in new]
    did += [_did_change(row, stored[row.row].id, stood, stand, moved=row.row in paths) for row in changed]
    if grown:
        did.append(Did(0, AREAS, 0, None, {"places": grown}))
    return did


def _areas(
    db: Session, scope: Scope, rows: Sequence[CheckedRow], stored: Mapping[int, StoredSchool]
) -> tuple[dict[int, str], dict[str, int], list[int]]:
    """Row -> path of its area where the row says one; path -> id of every area; the areas that are new."""
    named: dict[int, tuple[str | None, ...]] = {}
    for row in rows:
        said = row.changes if row.row in stored else row.values
        if said.keys() & set(AREA_FIELDS):
            values = area_values(row, stored.get(row.row))
            named[row.row] = tuple(_text(values[kind]) for kind in AREA_FIELDS)
    if not named:
        return {}, {}, []
    known = {area.id for area in areas(db)}
    wanted = list(dict.fromkeys(named.values()))
    found = grow_areas(db, scope, ((each[0], each[1], each[2], each[3]) for each in wanted))
    path_of = dict(zip(wanted, found, strict=True))
    places = {area.path: area.id for area in areas(db)}
    grown = sorted(set(places.values()) - known)
    return {row: path_of[names] for row, names in named.items()}, places, grown


def _text(value: Value | None) -> str | None:
    return None if value is None else str(value)


def _made(db: Session, rows: Sequence[CheckedRow], paths: Mapping[int, str]) -> dict[int, int]:
    """Row -> id of the school that came into being."""
    made = fresh_ids(db, School, len(rows))
    columns = [
        {
            "id": school_id,
            "code": row.code,
            "admin_path": paths.get(row.row, ""),
            **{name: row.values.get(name) for name in SCHOOL_FIELDS},
        }
        for school_id, row in zip(made, rows, strict=True)
    ]
    add(db, School, ("id", "code", "admin_path", *SCHOOL_FIELDS), columns)
    return {row.row: school_id for row, school_id in zip(rows, made, strict=True)}


def _changed(db: Session, rows: Iterable[CheckedRow], stored: Mapping[int, StoredSchool]) -> None:
    """Overwrite the fields that differ; the others get the value they have."""
    columns = []
    for row in rows:
        school = stored[row.row]
        new = {name: change[1] for name, change in row.changes.items() if name in SCHOOL_FIELDS}
        if new:
            columns.append({"id": school.id, **{name: school.values[name] for name in SCHOOL_FIELDS}, **new})
    overwrite(db, School, SCHOOL_FIELDS, columns)


def _did_make(row: CheckedRow, school_id: int, stand: Mapping[int, dict[str, Any]]) -> Did:
    fields = {name: row.values[name] for name in SCHOOL_FIELDS if name in row.values}
    return Did(row.row, SCHOOL, school_id, None, {"fields": fields, "stands": stand.get(school_id)})


def _did_change(
    row: CheckedRow,
    school_id: int,
    stood: Mapping[int, dict[str, Any]],
    stand: Mapping[int, dict[str, Any]],
    *,
    moved: bool,
) -> Did:
    changes = {name: change for name, change in row.changes.items() if name in SCHOOL_FIELDS}
    before: dict[str, Any] = {"fields": {name: old for name, (old, _) in changes.items()}}
    after: dict[str, Any] = {"fields": {name: new for name, (_, new) in changes.items()}}
    if moved and stood.get(school_id) != stand.get(school_id):
        before["stands"], after["stands"] = stood.get(school_id), stand.get(school_id)
    return Did(row.row, SCHOOL, school_id, before, after)
