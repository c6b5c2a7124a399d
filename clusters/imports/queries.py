"""Reads of imports: what a list would do to what is stored, and what earlier lists did."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session

from clusters.imports.cells import code_of, text_of
from clusters.imports.given import GivenList
from clusters.imports.models import Import
from clusters.imports.outcome import Checked, CheckedRow, Outcome, Problem, Value
from clusters.imports.rules import StoredPerson, check_schools, check_staff
from clusters.imports.steps import Tell, silently
from clusters.imports.stored import (
    AREA_FIELDS,
    Known,
    SchoolAt,
    ServedPlace,
    StoredArea,
    StoredSchool,
    areas,
    people_like,
    places_at,
    schools_at,
    schools_like,
)
from clusters.imports.vocabulary import ListKind
from clusters.kernel.errors import NotAllowed, NotFound
from clusters.people.models import Person
from clusters.people.names import name_key
from clusters.people.rules import LEARNERS, OFFICE, PLACED, PostRole, may_appoint
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
    undone: dict[str, Any] | None

    @property
    def undo_until(self) -> datetime:
        """The instant until which it can be undone."""
        return self.applied_at + timedelta(days=UNDO_DAYS)

    def undoable(self, at: datetime) -> bool:
        """Can it still be undone at an instant?"""
        return self.undone_at is None and at <= self.undo_until


@dataclass(frozen=True, slots=True)
class JudgedSchools:
    """A school list judged against what is stored."""

    checked: Checked
    stored: Mapping[str, StoredSchool]


@dataclass(frozen=True, slots=True)
class JudgedStaff:
    """A staff list judged against what is stored."""

    checked: Checked
    schools: Mapping[str, SchoolAt]
    served: Mapping[str, ServedPlace]
    known: Mapping[int, Known]

    def serving(self, row: CheckedRow) -> ServedPlace | None:
        """The place of the training tree that the post of a row serves; every other post is at the school."""
        path = _path_served(row, self.schools)
        return None if path is None else self.served.get(path)


def check(db: Session, scope: Scope, given: GivenList, tell: Tell = silently) -> Checked:
    """What the list would do; nothing is written."""
    judge = judge_schools if given.kind is ListKind.SCHOOLS else judge_staff
    return judge(db, scope, given, tell=tell).checked


def imports(db: Session, scope: Scope) -> tuple[ImportRow, ...]:
    """The lists that were applied by whoever looks, or by anybody for who looks at everything; newest first."""
    query = _imports(scope).order_by(Import.id.desc())
    return tuple(_import_row(row) for row in db.execute(query))


def latest_imports(
    db: Session, scope: Scope, *, before: int | None = None, most: int = 20
) -> list[tuple[ImportRow, str | None]]:
    """The same a page at a time, each with the name of who applied it; None is the command line."""
    query = _imports(scope).add_columns(Person.name).outerjoin(Person, Person.id == Import.by_person_id)
    if before is not None:
        query = query.where(Import.id < before)
    rows = db.execute(query.order_by(Import.id.desc()).limit(most)).all()
    return [(_import_row(row[:-1]), row[-1]) for row in rows]


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
        Import.undone,
    ).where(mine)


def _import_row(row: Sequence[Any]) -> ImportRow:
    number, kind, *others = row
    return ImportRow(number, ListKind(kind), *others)


def may_import(scope: Scope) -> None:
    """NotAllowed unless an office of some place looks."""
    if not scope.roles & {*OFFICE, "house"}:
        raise NotAllowed("may_not_import")


def judge_schools(
    db: Session, scope: Scope, given: GivenList, *, lock: bool = False, tell: Tell = silently
) -> JudgedSchools:
    """Every row of a school list against the stored schools; rows of schools outside the scope are problems."""
    may_import(scope)
    stored = schools_like(db, scope, _texts_in(given, "code"), lock=lock)
    seen = {code: school.values for code, school in stored.items() if school.seen}
    checked = check_schools(given.sheet, given.columns, seen, given.bounds, tell)
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


def judge_staff(
    db: Session, scope: Scope, given: GivenList, *, lock: bool = False, tell: Tell = silently
) -> JudgedStaff:
    """Every row of a staff list against the stored schools and persons; what lies outside the scope is a problem."""
    may_import(scope)
    codes = _texts_in(given, "code")
    known = people_like(db, scope, _texts_in(given, "personal_no"), codes, lock=lock)
    schools = schools_at(db, scope, codes)
    said = _Said.of(given)
    people = [_stored_person(person, said, schools) for person in known.values()]
    checked = check_staff(given.sheet, given.columns, frozenset(schools), people, tell)
    paths = {_path_served(row, schools) for row in checked.rows if row.outcome is not Outcome.PROBLEM}
    judged = JudgedStaff(checked, schools, places_at(db, {path for path in paths if path is not None}), known)
    if scope.covers("", "", ("administrator",)):
        return judged
    return replace(judged, checked=_appointable(judged, scope, given))


@dataclass(frozen=True, slots=True)
class _Said:
    """Codes of schools as a list has them beside a personal number, and beside a name."""

    by_number: defaultdict[str, set[str]]
    by_name: defaultdict[str, set[str]]

    @classmethod
    def of(cls, given: GivenList) -> "_Said":
        said = cls(defaultdict(set), defaultdict(set))
        places = given.columns.places
        for _, cells in given.sheet.rows:
            code, name = code_of(cells[places["code"]]), text_of(cells[places["name"]])
            number = code_of(cells[places["personal_no"]]) if "personal_no" in places else None
            if isinstance(code, str):
                if isinstance(number, str):
                    said.by_number[number].add(code)
                elif name is not None:
                    said.by_name[name_key(name)].add(code)
        return said


def _stored_person(person: Known, said: _Said, schools: Mapping[str, SchoolAt]) -> StoredPerson:
    """Whoever trains or manages at a place holds that post at whatever school of it a list names beside her."""
    number, name = person.fields["personal_no"], str(person.fields["name"])
    posts = {(post.role, post.code) for post in person.posts if post.code is not None}
    for post in person.posts:
        if post.code is not None or post.role in LEARNERS:
            continue
        posts |= {(post.role, code) for code in said.by_number.get(number or "", ())}
        posts |= {
            (post.role, code)
            for code in said.by_name.get(name_key(name), ())
            if code in schools and _stands_in(schools[code], post.training_path)
        }
    return StoredPerson(
        key=person.id,
        name=name,
        personal_no=number,
        numbers=frozenset(each.number for each in person.numbers),
        posts=frozenset(posts),
        gender=person.fields["gender"],
        subjects=frozenset(post.subject for post in person.posts if post.subject is not None),
    )


def _stands_in(school: SchoolAt, path: str | None) -> bool:
    return path is not None and (school.training_path or "").startswith(path)


def _path_served(row: CheckedRow, schools: Mapping[str, SchoolAt]) -> str | None:
    """The path of the training place that the post of a row serves, where its school stands in a cluster already."""
    role, school = PostRole(str(row.values["post"])), schools[str(row.values["code"])]
    if role not in PLACED or school.training_path is None:
        return None
    steps = school.training_path.split(".")[:-1]
    return "".join(f"{step}." for step in steps[: PLACED[role]])


def _appointable(judged: JudgedStaff, scope: Scope, given: GivenList) -> Checked:
    """The list with a problem on each row that this scope may not write."""
    refused = {}
    for row in judged.checked.rows:
        if row.outcome in (Outcome.PROBLEM, Outcome.DUPLICATE, Outcome.UNCHANGED):
            continue
        if row.match is not None and not judged.known[row.match].seen:
            refused[row.row] = Problem(
                row.row,
                _header(given, "personal_no"),
                "outside_scope",
                "Somebody with this personal number belongs to a place that you do not look after, so this list may"
                " not change her. Ask whoever looks after that place to end her post there first.",
            )
        elif row.match is None or row.changes.keys() & {"post", "code"}:
            role = PostRole(str(row.values["post"]))
            if not _may_appoint(judged, row, role, scope):
                refused[row.row] = Problem(
                    row.row,
                    _header(given, "designation"),
                    "may_not_appoint",
                    "You cannot appoint anybody to this post there. Delete the row, or ask an administrator.",
                )
    return with_problems(judged.checked, refused)


def _may_appoint(judged: JudgedStaff, row: CheckedRow, role: PostRole, scope: Scope) -> bool:
    appointing = [held for held in PostRole if may_appoint(held, role)]
    place, school = judged.serving(row), judged.schools[str(row.values["code"])]
    if place is None:
        return scope.covers(school.training_path, school.admin_path, appointing)
    return scope.covers(place.path, place.seat_path if place.path else None, appointing)


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
