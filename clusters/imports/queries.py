"""Reads of imports: what a list would do to what is stored, and what earlier lists did."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session

from clusters.imports.cells import code_of
from clusters.imports.given import GivenList
from clusters.imports.models import Import
from clusters.imports.outcome import Checked, CheckedRow, Outcome, Problem, Value
from clusters.imports.rules import StoredPerson, check_schools, check_staff
from clusters.imports.stored import (
    AREA_FIELDS,
    Known,
    StoredArea,
    StoredSchool,
    areas,
    codes_to_ids,
    people_like,
    schools_like,
)
from clusters.imports.vocabulary import ListKind
from clusters.kernel.clock import now
from clusters.kernel.errors import NotAllowed, NotFound
from clusters.people.rules import LEARNERS, OFFICE, PostRole, may_appoint
from clusters.scope import Scope
from clusters.structure.naming import area_key

UNDO_DAYS = 30
"""How long an import can be undone."""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A list that was applied."""

    id: int
    kind: ListKind
    file_name: str
    sha256: str
    columns: dict[str, Any]
    counts: dict[str, Any]
    applied_at: datetime
    by_person_id: int | None
    undone_at: datetime | None

    @property
    def undo_until(self) -> datetime:
        """The instant until which it can be undone."""
        return self.applied_at + timedelta(days=UNDO_DAYS)


@dataclass(frozen=True, slots=True)
class JudgedSchools:
    """A school list judged against what is stored."""

    checked: Checked
    stored: Mapping[str, StoredSchool]


@dataclass(frozen=True, slots=True)
class JudgedStaff:
    """A staff list judged against what is stored."""

    checked: Checked
    schools: Mapping[str, int]
    known: Mapping[int, Known]


def check(db: Session, scope: Scope, given: GivenList) -> Checked:
    """What the list would do; nothing is written."""
    judge = judge_schools if given.kind is ListKind.SCHOOLS else judge_staff
    return judge(db, scope, given).checked


def imports(db: Session, scope: Scope) -> tuple[ImportRow, ...]:
    """The lists that were applied by whoever looks, or by anybody for who looks at everything; newest first."""
    query = _imports(scope).order_by(Import.id.desc())
    return tuple(_import_row(row) for row in db.execute(query))


def import_(db: Session, scope: Scope, import_id: int) -> ImportRow:
    """One list that was applied; NotFound where `imports` would not name it."""
    row = db.execute(_imports(scope).where(Import.id == import_id)).one_or_none()
    if row is None:
        raise NotFound("import_not_found", id=import_id)
    return _import_row(row)


def _imports(scope: Scope) -> Select[*tuple[Any, ...]]:
    mine = true() if scope.covers("", "", ("administrator",)) else Import.by_person_id == scope.person_id
    return select(
        Import.id,
        Import.kind,
        Import.file_name,
        Import.sha256,
        Import.columns,
        Import.counts,
        Import.applied_at,
        Import.by_person_id,
        Import.undone_at,
    ).where(mine)


def _import_row(row: Sequence[Any]) -> ImportRow:
    number, kind, *others = row
    return ImportRow(number, ListKind(kind), *others)


def may_import(scope: Scope) -> None:
    """NotAllowed unless an office of some place looks."""
    if not scope.roles & {*OFFICE, "house"}:
        raise NotAllowed("may_not_import")


def judge_schools(db: Session, scope: Scope, given: GivenList, *, lock: bool = False) -> JudgedSchools:
    """Every row of a school list against the stored schools; rows of schools outside the scope are problems."""
    may_import(scope)
    stored = schools_like(db, scope, _texts_in(given, "code"), lock=lock)
    seen = {code: school.values for code, school in stored.items() if school.seen}
    checked = check_schools(given.sheet, given.columns, seen, given.bounds)
    if not scope.covers("", "", OFFICE):
        checked = _inside(checked, stored, _Areas(areas(db)), scope, _header(given, "code"))
    return JudgedSchools(checked, stored)


def _inside(checked: Checked, stored: Mapping[str, StoredSchool], tree: "_Areas", scope: Scope, header: str) -> Checked:
    """The same list with a problem on each row whose school lies outside, or would after it."""
    outside = {}
    for row in checked.rows:
        if row.outcome in (Outcome.PROBLEM, Outcome.DUPLICATE) or row.code is None:
            continue
        school = stored.get(row.code)
        if school is None:
            fine = scope.covers(None, tree.deepest(row.values), OFFICE)
        else:
            fine = scope.covers(school.training_path, school.admin_path, OFFICE)
            if fine and row.changes.keys() & set(AREA_FIELDS):
                moved = tree.deepest(area_values(row, school))
                fine = scope.covers(school.training_path, moved, OFFICE)
        if not fine:
            outside[row.row] = Problem(
                row.row,
                header,
                "outside_scope",
                f"The school '{row.code}' lies outside the places you look after, so this list may not write it."
                " Delete the row, or ask whoever looks after that place.",
            )
    return with_problems(checked, outside)


def area_values(row: CheckedRow, school: StoredSchool | None) -> dict[str, Value | None]:
    """Where the school of a row lies after it, by name: what is not said stays, but not below an area that changes."""
    names: dict[str, Value | None] = {}
    moved = False
    for kind in AREA_FIELDS:
        moved = moved or kind in row.changes
        names[kind] = row.values.get(kind)
        if names[kind] is None and school is not None and not moved:
            names[kind] = school.values[kind]
    return names


class _Areas:
    """The administrative tree by kind and folded name, to tell where names lead before anything is grown."""

    def __init__(self, tree: Collection[StoredArea]) -> None:
        self._known: dict[tuple[str, str, str], str] = {}
        self._alone: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for area in tree:
            parent = area.path[: area.path.rstrip(".").rfind(".") + 1]
            self._known[area.kind.value, parent, area_key(area.name)] = area.path
            self._alone[area.kind.value, area_key(area.name)].append(area.path)

    def deepest(self, names: Mapping[str, Value | None]) -> str:
        """The path of the most specific area that exists on the way these names lead; "" if none does."""
        path, said = "", False
        for kind in AREA_FIELDS:
            name = names.get(kind)
            if not name:
                continue
            key = area_key(str(name))
            found = self._known.get((kind, path, key))
            if found is None and not said and len(self._alone[kind, key]) == 1:
                found = self._alone[kind, key][0]
            if found is None:
                break
            path, said = found, True
        return path


def judge_staff(db: Session, scope: Scope, given: GivenList, *, lock: bool = False) -> JudgedStaff:
    """Every row of a staff list against the stored schools and persons; what lies outside the scope is a problem."""
    may_import(scope)
    codes = _texts_in(given, "code")
    known = people_like(db, scope, _texts_in(given, "personal_no"), codes, lock=lock)
    schools = codes_to_ids(db, scope, codes)
    said = _codes_by_number(given)
    people = [_stored_person(person, said) for person in known.values()]
    checked = check_staff(given.sheet, given.columns, frozenset(schools), people)
    if not scope.covers("", "", ("administrator",)):
        checked = _appointable(checked, known, scope, given)
    return JudgedStaff(checked, schools, known)


def _stored_person(person: Known, said: Mapping[str, set[str]]) -> StoredPerson:
    """Whoever trains or manages at a place holds that post at any school of it that a list may name."""
    number = person.fields["personal_no"]
    posts = {(post.role, post.code) for post in person.posts if post.code is not None}
    posts |= {
        (post.role, code)
        for post in person.posts
        if post.code is None and post.role not in LEARNERS
        for code in said.get(number or "", ())
    }
    return StoredPerson(
        key=person.id,
        name=str(person.fields["name"]),
        personal_no=number,
        numbers=frozenset(each.number for each in person.numbers),
        posts=frozenset(posts),
        gender=person.fields["gender"],
        subjects=frozenset(post.subject for post in person.posts if post.subject is not None),
    )


def _appointable(checked: Checked, known: Mapping[int, Known], scope: Scope, given: GivenList) -> Checked:
    """The same list with a problem on each row that this scope may not write."""
    held = [PostRole(role) for role in scope.roles if role in set(PostRole)]
    refused = {}
    for row in checked.rows:
        if row.outcome in (Outcome.PROBLEM, Outcome.DUPLICATE):
            continue
        person = None if row.match is None else known[row.match]
        if person is not None and not person.seen and row.outcome is Outcome.CHANGED:
            refused[row.row] = Problem(
                row.row,
                _header(given, "personal_no"),
                "outside_scope",
                "Somebody with this personal number belongs to a place that you do not look after, so this list may"
                " not change her. Ask whoever looks after that place to end her post there first.",
            )
        elif (row.match is None or "post" in row.changes or "code" in row.changes) and not any(
            may_appoint(role, PostRole(str(row.values["post"]))) for role in held
        ):
            refused[row.row] = Problem(
                row.row,
                _header(given, "designation"),
                "may_not_appoint",
                "Education managers are appointed by an administrator, not by this list. Delete the row, or ask one.",
            )
    return with_problems(checked, refused)


def with_problems(checked: Checked, more: Mapping[int, Problem]) -> Checked:
    """The same list where these rows are problem rows; what they would have changed is not told."""
    if not more:
        return checked
    rows = tuple(
        replace(row, outcome=Outcome.PROBLEM, changes={}, match=None) if row.row in more else row
        for row in checked.rows
    )
    problems = sorted((*checked.problems, *more.values()), key=lambda problem: problem.row)
    repairs = tuple(repair for repair in checked.repairs if repair.row not in more)
    return replace(checked, rows=rows, problems=tuple(problems), repairs=repairs)


def _header(given: GivenList, name: str) -> str:
    place = given.columns.places.get(name, given.columns.places["code"])
    return given.sheet.headers[place]


def _texts_in(given: GivenList, name: str) -> set[str]:
    """Every code that stands in a column; damaged ones are the check's affair."""
    place = given.columns.places.get(name)
    if place is None:
        return set()
    found = (code_of(cells[place]) for _, cells in given.sheet.rows)
    return {code for code in found if isinstance(code, str)}


def _codes_by_number(given: GivenList) -> dict[str, set[str]]:
    """Personal number -> codes of the schools beside it."""
    places = given.columns.places
    said: defaultdict[str, set[str]] = defaultdict(set)
    if "personal_no" in places:
        for _, cells in given.sheet.rows:
            number, code = code_of(cells[places["personal_no"]]), code_of(cells[places["code"]])
            if isinstance(number, str) and isinstance(code, str):
                said[number].add(code)
    return said


def undoable(db: Session, row: ImportRow) -> bool:
    """Can it still be undone?"""
    return row.undone_at is None and now(db) <= row.undo_until
