"""Which column is which: guessed from the headers and checked against the cells, or named by a person."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain

from clusters.imports.cells import latin_figures, text_of
from clusters.imports.coordinates import ANYWHERE, Angle, Standing, judge_pair, read_angle
from clusters.imports.kinds import gender_of, level_of, zone_of
from clusters.imports.matching import fold
from clusters.imports.refusals import refused
from clusters.imports.sheet import Cell, Row, Sheet
from clusters.imports.vocabulary import ALIASES, BY_CONTENT, FIELDS, IGNORE, REQUIRED, SOFT, ListKind, tokens

GROUP = ": "
"""Between the heading over several columns and a column's own header."""
SAMPLE = 300
"""Rows whose cells are looked at, spread over the list."""
_SOFTENED, _MISSPELT = 100, 200
"""Added to a name's place in the vocabulary where words had to be left out, or letters corrected."""
_CLOSE = 0.86
_GENERIC = frozenset(
    {"code", "id", "name", "title", "school", "no", "location", "point", "position", "type", "rank", "role"}
)
"""Names too common to be recognised beside other words."""
_OF_SOMEBODY = _GENERIC | {
    "gender",
    "level",
    "designation",
    "post",
    "mobile",
    "phone",
    "contact",
    "personal",
    "subject",
}
"""Names that say whose they are only by the heading over them."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands in the list, which of them a person should look at, and what is not read."""

    kind: ListKind
    places: Mapping[str, int]
    unsure: frozenset[str] = frozenset()
    unread: tuple[int, ...] = ()
    lon_first: bool = False
    """Where one cell holds both coordinates: the header names longitude first."""


@dataclass(frozen=True, slots=True)
class _Found:
    rank: int
    field: str
    column: int
    phrase: tuple[str, ...]


@lru_cache(maxsize=8)
def _phrases(kind: ListKind) -> dict[frozenset[str], list[tuple[int, str]]]:
    """Every known name as a set of words -> its rank and field."""
    known: dict[frozenset[str], list[tuple[int, str]]] = {}
    for field, names in FIELDS[kind].items():
        for rank, name in enumerate(names.split(",")):
            known.setdefault(frozenset(tokens(name)), []).append((rank, field))
    if kind is ListKind.SCHOOLS:
        for rank, name in enumerate(BY_CONTENT):
            known.setdefault(frozenset(tokens(name)), []).extend([(50 + rank, "gender"), (50 + rank, "level")])
    return known


@lru_cache(maxsize=8)
def _joined(kind: ListKind) -> dict[str, frozenset[str]]:
    """The names without spaces, for headers like schoolcode and for slips of the pen."""
    return {
        "".join(tokens(name)): frozenset(tokens(name)) for name in chain(*(n.split(",") for n in FIELDS[kind].values()))
    }


def recognised(header: str) -> bool:
    """Is this, letter for letter, what a column of a school or staff list may be called?"""
    parts = tokens(header)
    return bool(parts) and any(
        frozenset(parts) in _phrases(kind) or "".join(parts) in _joined(kind) or _softened(parts) in _phrases(kind)
        for kind in ListKind
    )


def _softened(parts: Sequence[str]) -> frozenset[str]:
    rest = frozenset(part for part in parts if part not in SOFT and not part.isdecimal())
    return rest if rest and not rest <= _GENERIC else frozenset()


def _matches(header: str, kind: ListKind) -> Iterable[tuple[int, str]]:
    """Fields this header may stand for, with their rank: the lower, the surer."""
    parts = tokens(header)
    known = _phrases(kind)
    if not parts:
        return []
    if exact := known.get(frozenset(parts)) or known.get(_joined(kind).get("".join(parts), frozenset())):
        return exact
    plain = frozenset(part for part in parts if not part.isdecimal())
    if softened := known.get(_softened(parts)) or known.get(plain):
        return [(rank + _SOFTENED, field) for rank, field in softened]
    letters = "".join(parts)
    if len(letters) >= 5 and (close := get_close_matches(letters, _joined(kind), 1, _CLOSE)):
        return [(rank + _MISSPELT, field) for rank, field in known[_joined(kind)[close[0]]]]
    return []


def _readings(header: str, kind: ListKind) -> Iterable[tuple[int, str]]:
    """A header under a group heading is read with it; alone if the group says nothing or the header says enough."""
    group, between, own = header.rpartition(GROUP)
    if not between:
        return _matches(header, kind)
    together = _matches(header, kind)
    if together or (set(tokens(own)) <= _OF_SOMEBODY and not set(tokens(group)) <= SOFT):
        return together
    return _matches(own, kind)


def guess(sheet: Sheet, kind: ListKind, named: Mapping[str, str] | None = None) -> Columns:
    """Where the fields stand; `named` (header -> field) comes from a person and outweighs every guess."""
    fixed = _named(sheet.headers, kind, named or {})
    sample = _sample(sheet.rows)
    taken = set(fixed.values())
    free = [column for column in range(len(sheet.headers)) if column not in taken]
    found = sorted(
        (
            _Found(rank, field, column, tokens(sheet.headers[column]))
            for column in free
            for rank, field in _readings(sheet.headers[column], kind)
        ),
        key=lambda one: (one.rank, one.column),
    )
    places = {field: column for field, column in fixed.items() if not field.startswith(IGNORE)}
    unsure: set[str] = set()
    for one in _most_filled_code_first(found, sample):
        if one.field in places or one.column in taken or not _fits(one, sample):
            continue
        places[one.field] = one.column
        taken.add(one.column)
        if one.rank >= _MISSPELT or one.rank % _SOFTENED >= 50:
            unsure.add(one.field)
    _settle_coordinates(places, set(fixed))
    lon_first = "latlon" in places and _lon_first(sheet.headers[places["latlon"]])
    unread = tuple(column for column in range(len(sheet.headers)) if column not in places.values())
    return Columns(kind, places, frozenset(unsure & set(places)), unread, lon_first)


def require(columns: Columns, headers: Sequence[str]) -> None:
    """Refuses a list without the columns that its kind needs."""
    missing = [field for field in REQUIRED[columns.kind] if field not in columns.places]
    if missing:
        raise refused("column_missing", field=missing[0], called=_CALLED[missing[0]], listed=_listed(headers))


def _listed(headers: Sequence[str]) -> str:
    return ", ".join(f"'{header}'" for header in headers if header) or "none"


_CALLED = {"code": "the EMIS code", "name": "the name", "designation": "the designation"}


def override(text: str) -> tuple[str, str]:
    """Splits `header=field`; the header may hold an equals sign, a field never does."""
    header, equals, field = text.rpartition("=")
    if not equals or not header.strip() or not field.strip():
        raise refused("column_unreadable", given=text)
    return header.strip(), field.strip()


def _named(headers: Sequence[str], kind: ListKind, named: Mapping[str, str]) -> dict[str, int]:
    """Field -> column for what a person named; ignored columns get fields of their own."""
    fixed: dict[str, int] = {}
    for header, called in named.items():
        column = _column_called(headers, header)
        field = fold(called)
        field = ALIASES.get(field, field.replace(" ", "_"))
        if field in (IGNORE, ""):
            fixed[f"{IGNORE}{column}"] = column
        elif field in FIELDS[kind]:
            fixed[field] = column
        else:
            raise refused("field_unknown", given=called, kind=kind, listed=", ".join(FIELDS[kind]))
    return fixed


def _column_called(headers: Sequence[str], called: str) -> int:
    """The column with this header, the part under its group heading, or the place written as #3."""
    place = called.strip()
    if place.startswith("#") and place[1:].isdecimal() and 1 <= int(place[1:]) <= len(headers):
        return int(place[1:]) - 1
    wanted = fold(called)
    same = (
        [column for column, header in enumerate(headers) if header.strip() == place]
        or [column for column, header in enumerate(headers) if fold(header) == wanted]
        or [column for column, header in enumerate(headers) if fold(header.rpartition(GROUP)[2]) == wanted]
    )
    if len(same) == 1:
        return same[0]
    if same:
        raise refused("column_ambiguous", given=called, many=len(same), place=same[0] + 1)
    raise refused("column_unknown", given=called, listed=_listed(headers))


def _sample(rows: Sequence[Row]) -> list[tuple[Cell, ...]]:
    step = max(1, len(rows) // SAMPLE)
    return [cells for _, cells in rows[::step][:SAMPLE]]


def _filled(sample: Sequence[tuple[Cell, ...]], column: int) -> list[Cell]:
    return [cells[column] for cells in sample if text_of(cells[column]) is not None]


def _most_filled_code_first(found: list[_Found], sample: Sequence[tuple[Cell, ...]]) -> list[_Found]:
    """A code column that is mostly empty, or the same in every row, comes after all others."""

    def poor(one: _Found) -> bool:
        if one.field != "code" or not sample:
            return False
        filled = Counter(text_of(cell) for cell in _filled(sample, one.column))
        return filled.total() * 2 < len(sample) or (len(filled) == 1 and len(sample) > 5)

    return sorted(found, key=poor)


def _most(sample: Sequence[tuple[Cell, ...]], column: int, says: Callable[[Cell], bool]) -> bool:
    filled = _filled(sample, column)
    return sum(map(says, filled)) * 2 > len(filled)


def _is_degrees(cell: Cell) -> bool:
    read = read_angle(cell)
    return isinstance(read, Angle) and abs(read.degrees) <= 180


def _is_pair(cell: Cell) -> bool:
    return judge_pair(cell, ANYWHERE).standing in (Standing.AS_WRITTEN, Standing.SWAPPED)


def _is_words(cell: Cell) -> bool:
    return isinstance(cell, str) and any(sign.isalpha() for sign in cell)


def _has_figures(cell: Cell) -> bool:
    return not isinstance(cell, str) or sum(map(str.isdecimal, latin_figures(cell))) * 2 >= len(cell.strip())


_BEARING = {"x", "y", "n", "e", "north", "east", "northing", "easting"}


def _fits(one: _Found, sample: Sequence[tuple[Cell, ...]]) -> bool:
    """Do the cells bear out a name that other columns may have as well?"""
    if one.field in ("lat", "lon") and _BEARING & set(one.phrase):
        return _most(sample, one.column, _is_degrees)
    if one.field == "latlon":
        return _most(sample, one.column, _is_pair)
    if one.field == "zone":
        return _most(sample, one.column, lambda cell: zone_of(text_of(cell) or "") is not None)
    if one.field == "gender" and one.rank >= 50:
        return _most(sample, one.column, lambda cell: gender_of(text_of(cell) or "") is not None)
    if one.field == "level" and one.rank >= 50:
        return _most(sample, one.column, lambda cell: level_of(text_of(cell) or "") is not None)
    if one.field == "name" and one.phrase in (("school",), ("teacher",), ("title",)):
        return _most(sample, one.column, _is_words)
    if one.field == "code" and one.phrase == ("school",):
        return _most(sample, one.column, _has_figures)
    return True


_TWO_CELLS = ("lat", "lon")
_IN_PARTS = ("lat_deg", "lat_min", "lon_deg", "lon_min", "lat_sec", "lon_sec")
_ONE_CELL = ("latlon",)


def _settle_coordinates(places: dict[str, int], fixed: set[str]) -> None:
    """Keeps one way to say where a school stands: what a person named, else two cells, degrees in parts, one cell."""
    in_parts = set(_IN_PARTS[:4]) <= places.keys()
    for axis in _TWO_CELLS:
        if not in_parts and axis not in places and f"{axis}_deg" in places:
            places[axis] = places[f"{axis}_deg"]
    whole = [way for way in (_TWO_CELLS, _IN_PARTS, _ONE_CELL) if set(way[:4]) <= places.keys()]
    kept = min(whole, key=lambda way: fixed.isdisjoint(way), default=_TWO_CELLS)
    for field in {*_TWO_CELLS, *_IN_PARTS, *_ONE_CELL} - set(kept):
        places.pop(field, None)


def _lon_first(header: str) -> bool:
    order = [part for part in tokens(header) if part in ("latitude", "longitude", "x", "y")]
    return bool(order) and order[0] in ("longitude", "x")
