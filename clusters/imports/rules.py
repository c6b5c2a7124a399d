"""The check of a whole list against itself and what is stored: new, changed, unchanged, duplicate or problem.

Nothing here reads a file or a database: rows come in, outcomes go out, and nothing is guessed.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isclose

from clusters.imports.columns import Columns
from clusters.imports.coordinates import PAKISTAN, Bounds
from clusters.imports.matching import fold
from clusters.imports.outcome import Checked, Draft, Problem, Remark, Value, all_problems
from clusters.imports.records import records
from clusters.imports.school_list import SchoolRows, filled_in
from clusters.imports.sheet import Sheet
from clusters.imports.staff_list import StaffRows
from clusters.imports.steps import EVERY, Stage, Tell, silently
from clusters.imports.vocabulary import ListKind
from clusters.people.names import name_key
from clusters.people.rules import PostRole
from clusters.structure.naming import area_key

PLACES = ("province", "district", "tehsil", "union_council")
"""Fields whose values are names of areas: KOHAT and Kohat are one, KPK and Khyber Pakhtunkhwa too."""
_SAME_SPOT = 1e-9
"""Degrees; a tenth of a millimetre."""
_ROWS_NAMED = 6


def check_schools(
    sheet: Sheet,
    columns: Columns,
    stored: Mapping[str, Mapping[str, Value | None]],
    bounds: Bounds = PAKISTAN,
    tell: Tell = silently,
) -> Checked:
    """Judges every row of a school list; `stored` is code -> field -> value, an empty cell never clears one."""
    reader = SchoolRows(sheet, columns, bounds)
    skipped: list[tuple[int, str]] = []
    drafts = _each(reader, sheet, columns, skipped, tell)
    header = sheet.headers[columns.places["code"]]
    _judge_repetitions(drafts, lambda draft: draft.code, header, sheet, columns)
    _judge_lost_zeros(drafts, stored, header)
    for draft in drafts:
        known = stored.get(draft.code or "")
        draft.known = known is not None
        if known is not None:
            draft.changes = _changes(draft.values, known)
        elif not draft.problems and not draft.duplicate and draft.code:
            filled_in(draft.values, draft.code)
    taken = {draft.row for draft in drafts if not draft.problems and not draft.duplicate}
    return Checked(
        kind=ListKind.SCHOOLS,
        rows=tuple(draft.checked() for draft in drafts),
        problems=all_problems(drafts),
        repairs=tuple(repair for row, repair in reader.swapped.items() if row in taken),
        remarks=(*_half_a_place(sheet, columns), *reader.remarks()),
        skipped=tuple(skipped),
        without_coordinates=len(reader.nowhere & taken),
        names_missing=len(reader.nameless & taken),
    )


def _each(
    reader: SchoolRows | StaffRows, sheet: Sheet, columns: Columns, skipped: list[tuple[int, str]], tell: Tell
) -> list[Draft]:
    """Every record of the list, read; now and then it is told how far that is."""
    drafts: list[Draft] = []
    for row, cells in records(sheet, columns, skipped):
        drafts.append(reader.read(row, cells))
        if len(drafts) % EVERY == 0:
            tell(Stage.CHECKING, len(drafts), len(sheet.rows))
    return drafts


@dataclass(frozen=True, slots=True)
class StoredPerson:
    """A person as stored: everything that a list could repeat."""

    key: int
    name: str
    personal_no: str | None = None
    numbers: frozenset[str] = frozenset()
    """Current mobile numbers in E.164."""
    posts: frozenset[tuple[PostRole, str]] = frozenset()
    """Current posts at schools: role and code of the school."""
    gender: str | None = None
    subjects: frozenset[str] = frozenset()


def check_staff(
    sheet: Sheet,
    columns: Columns,
    schools: Mapping[str, object] | frozenset[str],
    people: Iterable[StoredPerson],
    tell: Tell = silently,
) -> Checked:
    """Judges every row of a staff list; the personal number tells who it is, without one name and school do."""
    reader = StaffRows(sheet, columns, schools)
    skipped: list[tuple[int, str]] = []
    drafts = _each(reader, sheet, columns, skipped, tell)
    identity = reader.header("personal_no") if "personal_no" in columns.places else reader.header("name")
    _judge_repetitions(drafts, _identity, identity, sheet, columns)
    _match_people(drafts, list(people), reader.header("name"))
    return Checked(
        kind=ListKind.STAFF,
        rows=tuple(draft.checked() for draft in drafts),
        problems=all_problems(drafts),
        remarks=tuple(reader.remarks()),
        skipped=tuple(skipped),
    )


def _identity(draft: Draft) -> Hashable | None:
    if "personal_no" in draft.values:
        return draft.values["personal_no"]
    return _name_at_school(draft)


def _name_at_school(draft: Draft) -> tuple[str, str] | None:
    name = draft.values.get("name")
    return (name_key(str(name)), draft.code) if name and draft.code else None


def _judge_repetitions(
    drafts: Sequence[Draft],
    identity: Callable[[Draft], Hashable | None],
    header: str,
    sheet: Sheet,
    columns: Columns,
) -> None:
    """Further rows of the same school or person are duplicates if all say the same, else each is a problem."""
    groups: defaultdict[Hashable, list[Draft]] = defaultdict(list)
    for draft in drafts:
        key = identity(draft)
        if key is not None:
            groups[key].append(draft)
    for key, group in groups.items():
        if len(group) == 1:
            continue
        if len({_said(draft) for draft in group}) == 1:
            first = next((draft for draft in group if not draft.problems), group[0])
            for draft in group:
                draft.duplicate = draft is not first
            continue
        sentence = _conflict(key, group, sheet, columns)
        for draft in group:
            draft.problems.append(Problem(draft.row, header, "conflicting_code", sentence))


def _said(draft: Draft) -> tuple[Hashable, ...]:
    """What the row says, in a form in which small differences of writing do not count."""
    values = {name: fold(value) if isinstance(value, str) else value for name, value in draft.values.items()}
    return (*sorted(values.items()), *map(fold, draft.unread))


def _conflict(key: Hashable, group: Sequence[Draft], sheet: Sheet, columns: Columns) -> str:
    rows = ", ".join(str(draft.row) for draft in group[:_ROWS_NAMED])
    if len(group) > _ROWS_NAMED:
        rows += f" and {len(group) - _ROWS_NAMED} more"
    fields = {name for draft in group for name in draft.values}
    differing = sorted(name for name in fields if len({str(draft.values.get(name)) for draft in group}) > 1)
    called = [sheet.headers[columns.places[name]] for name in differing if name in columns.places]
    what = f" ({', '.join(dict.fromkeys(called))})" if called else ""
    who = f"the code '{key}'" if isinstance(key, str) else "the same name at the same school"
    return (
        f"Rows {rows} have {who} and say different things{what}, so it is not certain which one holds."
        " Correct the code or delete the rows that are wrong."
    )


def _judge_lost_zeros(drafts: Sequence[Draft], stored: Mapping[str, object], header: str) -> None:
    """A code that is stored with zeros before it, or without, would become a second school: asked instead."""
    by_figures = {code.lstrip("0"): code for code in stored}
    listed = {draft.code for draft in drafts}
    for draft in drafts:
        code = draft.code
        if code is None or code in stored:
            continue
        other = by_figures.get(code.lstrip("0"))
        if other is not None and other not in listed:
            draft.problems.append(
                Problem(
                    draft.row,
                    header,
                    "code_zeros",
                    f"The code '{code}' is not known, but '{other}' is: zeros at the beginning were lost or added."
                    " Format the column as text and write the code as it is known.",
                    other,
                )
            )


def _changes(values: Mapping[str, Value], known: Mapping[str, Value | None]) -> dict[str, tuple[Value | None, Value]]:
    """Field -> stored and new value, where they differ; what the list does not say stays."""
    return {name: (known.get(name), value) for name, value in values.items() if not _same(name, known.get(name), value)}


def _same(name: str, old: Value | None, new: Value) -> bool:
    if isinstance(old, int | float) and isinstance(new, int | float):
        return isclose(old, new, rel_tol=0.0, abs_tol=_SAME_SPOT)
    if name in PLACES and isinstance(old, str) and isinstance(new, str):
        return old == new or area_key(old) == area_key(new)
    return old == new


def _half_a_place(sheet: Sheet, columns: Columns) -> list[Remark]:
    """One column of coordinates without the other is of no use, and should not go unnoticed."""
    lone = [axis for axis in ("lat", "lon") if axis in columns.places]
    if len(lone) != 1:
        return []
    there, missing = ("latitudes", "longitudes") if lone == ["lat"] else ("longitudes", "latitudes")
    column = sheet.headers[columns.places[lone[0]]]
    return [
        Remark(
            column,
            f"'{column}' holds {there}, and no column of {missing} was recognised, so all schools are taken without"
            f" coordinates. Name it with --column 'header={'lon' if lone == ['lat'] else 'lat'}'.",
            cause="half_a_place",
        )
    ]


def _match_people(drafts: Sequence[Draft], people: Sequence[StoredPerson], header: str) -> None:
    """Finds the stored person of each row; where several could be meant, a person has to say which."""
    by_number = {person.personal_no: person for person in people if person.personal_no}
    by_name: defaultdict[tuple[str, str], list[StoredPerson]] = defaultdict(list)
    for person in people:
        for code in {code for _, code in person.posts}:
            by_name[name_key(person.name), code].append(person)
    numbered: dict[tuple[str, str], int] = {}
    if any("personal_no" not in draft.values for draft in drafts):
        for draft in drafts:
            if "personal_no" in draft.values and (name := _name_at_school(draft)):
                numbered[name] = draft.row
    met: dict[int, Draft] = {}
    for draft in drafts:
        if draft.duplicate:
            continue
        number = draft.values.get("personal_no")
        found = [by_number[str(number)]] if number in by_number else []
        name = None if found or (number and not by_name) else _name_at_school(draft)
        if name:
            found = [person for person in by_name.get(name, ()) if not (number and person.personal_no)]
        if not number and name in numbered:
            draft.problems.append(
                _same_name(draft.row, header, f"row {numbered[name]} names one with a personal number")
            )
        elif len(found) > 1:
            draft.problems.append(_same_name(draft.row, header, f"{len(found)} persons of this name are known there"))
        elif found and found[0].key in met:
            other = met[found[0].key]
            for one, another in ((draft, other), (other, draft)):
                one.problems.append(_same_name(one.row, header, f"row {another.row} seems to be the same person"))
        elif found:
            met[found[0].key] = draft
            draft.match, draft.known = found[0].key, True
            draft.changes = _changed_person(draft.values, found[0])


def _same_name(row: int, header: str, why: str) -> Problem:
    return Problem(
        row,
        header,
        "person_ambiguous",
        f"It is not certain who is meant: {why}. Add the personal number, or delete the row that is wrong.",
    )


def _changed_person(values: Mapping[str, Value], person: StoredPerson) -> dict[str, tuple[Value | None, Value]]:
    """What the row would change; a number or a post that is already held is no change, and nothing unknown clears."""
    changes: dict[str, tuple[Value | None, Value]] = {
        name: (old, values[name])
        for name, old in (("name", person.name), ("personal_no", person.personal_no), ("gender", person.gender))
        if name in values and values[name] != old
    }
    if "mobile_no" in values and values["mobile_no"] not in person.numbers:
        changes["mobile_no"] = (min(person.numbers, default=None), values["mobile_no"])
    post, code = values.get("post"), values.get("code")
    if post and code and (post, code) not in person.posts:
        nearest = min(person.posts, key=lambda held: (held[0] != post, held[1] != code, held), default=(None, None))
        changes |= {
            name: (old, new)
            for name, old, new in (("post", nearest[0], post), ("code", nearest[1], code))
            if old != new
        }
    if "subject" in values and values["subject"] not in person.subjects:
        changes["subject"] = (min(person.subjects, default=None), values["subject"])
    return changes
