"""A row of a school list: its code, its attributes, and where the school stands."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from clusters.imports.cells import DamagedCode, code_of, text_of
from clusters.imports.columns import Columns
from clusters.imports.coordinates import (
    ANYWHERE,
    Bounds,
    Spot,
    Standing,
    angle_of_parts,
    judge,
    judge_angles,
    judge_pair,
)
from clusters.imports.kinds import count_of, gender_of, level_of, yes_or_no, zone_of
from clusters.imports.matching import school_name
from clusters.imports.outcome import Draft, Problem, Remark, Repair, Value
from clusters.imports.sheet import Cell, Sheet

PLAIN = (
    *("province", "district", "tehsil", "union_council", "village_council"),
    *("asdeo_circle", "sdeo_office", "ddo_code", "official_cluster", "official_host"),
)
"""Fields that are taken as they are written."""
IN_CHOICES: Mapping[str, Callable[[str], Value | None]] = {
    "gender": gender_of,
    "level": level_of,
    "zone": zone_of,
    "rooms": count_of,
    "power": yes_or_no,
    "safe_access": yes_or_no,
    "can_host": yes_or_no,
}
_SHORTEST_HEADING = 4


@dataclass(slots=True)
class SchoolRows:
    """Reads rows of one list one after another and gathers what they have in common."""

    sheet: Sheet
    columns: Columns
    bounds: Bounds
    swapped: dict[int, Repair] = field(default_factory=dict)
    nowhere: set[int] = field(default_factory=set)
    """Rows without coordinates."""
    nameless: set[int] = field(default_factory=set)
    strange: Counter[tuple[str, str]] = field(default_factory=Counter)
    first_strange: dict[tuple[str, str], int] = field(default_factory=dict)

    def read(self, row: int, cells: tuple[Cell, ...]) -> Draft:
        """One row: clean values, and a problem for each thing that cannot be taken as it is."""
        draft = Draft(row, {})
        if row in self.sheet.overlong:
            draft.problems.append(overlong(row, self.sheet))
        self._code(draft, cells)
        name = self._text("name", cells)
        if name is not None:
            draft.values["name"] = name
        else:
            self.nameless.add(row)
        for plain in PLAIN:
            text = self._text(plain, cells)
            if text is not None:
                draft.values[plain] = text
        for choice in IN_CHOICES:
            self._choice(choice, cells, draft)
        self._spot(draft, cells)
        return draft

    def remarks(self) -> list[Remark]:
        """Words that were not understood, each once; the schools are taken without them."""
        return [
            Remark(
                self.sheet.headers[self.columns.places[choice]],
                f"'{word}' is not known as a {choice.replace('_', ' ')}; these schools are taken without one.",
                self.first_strange[choice, word],
                many,
                f"{choice}_unknown",
                word,
            )
            for (choice, word), many in self.strange.items()
        ]

    def _text(self, name: str, cells: tuple[Cell, ...]) -> str | None:
        place = self.columns.places.get(name)
        return None if place is None else text_of(cells[place])

    def _code(self, draft: Draft, cells: tuple[Cell, ...]) -> None:
        place = self.columns.places["code"]
        code = code_of(cells[place])
        if isinstance(code, DamagedCode):
            draft.unread += (str(cells[place]),)
            draft.problems.append(damaged_code(draft.row, self.sheet.headers[place], cells[place], code))
        elif code is None:
            draft.problems.append(missing_code(draft.row, self.sheet.headers[place], "a school"))
        elif self._is_heading(code, cells):
            draft.problems.append(
                Problem(
                    draft.row,
                    self.sheet.headers[place],
                    "code_damaged",
                    f"'{code}' has no figure and nothing stands beside it, so it looks like a heading and not like"
                    " a school. Delete the row, or complete it.",
                )
            )
        else:
            draft.code = code

    def _is_heading(self, code: str, cells: tuple[Cell, ...]) -> bool:
        if len(code) < _SHORTEST_HEADING or any(map(str.isdecimal, code)) or len(self.columns.places) == 1:
            return False
        return sum(text_of(cell) is not None for cell in cells) == 1

    def _choice(self, choice: str, cells: tuple[Cell, ...], draft: Draft) -> None:
        text = self._text(choice, cells)
        if text is None:
            return
        value = IN_CHOICES[choice](text)
        if value is None and choice == "level":
            value = text
        if value is not None:
            draft.values[choice] = value
        else:
            draft.unread += (text,)
            self.strange[choice, text] += 1
            self.first_strange.setdefault((choice, text), draft.row)

    def _spot(self, draft: Draft, cells: tuple[Cell, ...]) -> None:
        spot = self._judged(cells)
        if spot.lat is not None and spot.lon is not None:
            draft.values["lat"], draft.values["lon"] = spot.lat, spot.lon
        if spot.standing is Standing.SWAPPED and spot.lat is not None and spot.lon is not None:
            self.swapped[draft.row] = Repair(draft.row, draft.code or "", spot.lat, spot.lon)
        elif spot.standing is Standing.MISSING:
            self.nowhere.add(draft.row)
        elif spot.standing in (Standing.IMPOSSIBLE, Standing.UNREADABLE):
            written = self._coordinate_cells(cells)
            draft.unread += tuple(str(cell) for _, cell in written)
            draft.problems.append(self._misplaced(draft.row, spot, written))

    def _judged(self, cells: tuple[Cell, ...]) -> Spot:
        places = self.columns.places
        if "latlon" in places:
            return judge_pair(cells[places["latlon"]], self.bounds, lon_first=self.columns.lon_first)
        if "lat_deg" in places:
            lat, lon = (
                angle_of_parts(
                    *(cells[places[part]] if (part := f"{axis}_{size}") in places else None for size in PARTS)
                )
                for axis in ("lat", "lon")
            )
            return judge_angles(lat, lon, self.bounds)
        if "lat" in places and "lon" in places:
            return judge(cells[places["lat"]], cells[places["lon"]], self.bounds)
        return Spot(Standing.MISSING)

    def _coordinate_cells(self, cells: tuple[Cell, ...]) -> list[tuple[str, Cell]]:
        names = ("latlon", "lat", "lat_deg", "lat_min", "lat_sec", "lon", "lon_deg", "lon_min", "lon_sec")
        return [(name, cells[self.columns.places[name]]) for name in names if name in self.columns.places]

    def _misplaced(self, row: int, spot: Spot, written: list[tuple[str, Cell]]) -> Problem:
        name, cell = next(((name, cell) for name, cell in written if name.startswith(spot.fault)), written[0])
        column = self.sheet.headers[self.columns.places[name]]
        if spot.standing is Standing.UNREADABLE:
            return Problem(
                row,
                column,
                "coordinate_unreadable",
                f"'{shortened(cell)}' cannot be read as degrees. Write it like 34.0123 or 34°00'44\"N,"
                " or leave it empty if the place is not known.",
            )
        said = "The coordinates " + " and ".join(f"'{shortened(cell)}'" for _, cell in written if cell is not None)
        where = "no place on earth" if self.bounds == ANYWHERE else "a place outside the country"
        return Problem(
            row,
            column,
            "coordinates_impossible",
            f"{said} stand for {where}, also with latitude and longitude exchanged. Correct it, or leave it empty if"
            " the place is not known; for a list of another country give its bounds.",
        )


PARTS = ("deg", "min", "sec")


def shortened(cell: Cell) -> str:
    """A cell as a message quotes it."""
    text = str(cell)
    return text if len(text) <= 40 else text[:39] + "…"


def overlong(row: int, sheet: Sheet) -> Problem:
    """The problem of a row whose cells do not fit the headers."""
    return Problem(
        row,
        sheet.headers[-1],
        "row_too_long",
        f"The row has more cells than the list has columns ({len(sheet.headers)}), so it is not certain which belongs"
        " where: probably a comma stands in a name without quotation marks. Put the name in quotation marks.",
    )


def damaged_code(row: int, column: str, cell: Cell, code: DamagedCode) -> Problem:
    """The problem of a code that a spreadsheet spoiled."""
    return Problem(
        row,
        column,
        "code_damaged",
        f"The code cannot be told from '{shortened(cell)}': {code.why}."
        " Format the column as text, type the code again and save the list.",
    )


def missing_code(row: int, column: str, whose: str) -> Problem:
    """The problem of a row without a code."""
    return Problem(
        row,
        column,
        "code_missing",
        f"The EMIS code is missing, and {whose} is known by nothing else. Add the code, or delete the row.",
    )


def filled_in(values: dict[str, Value], code: str) -> None:
    """What a new school gets without a cell for it: its code for a name, level and gender where its name says them."""
    if values.setdefault("name", code) == code or {"gender", "level"} <= values.keys():
        return
    told = school_name(str(values["name"]))
    if told.gender:
        values.setdefault("gender", told.gender)
    if told.level:
        values.setdefault("level", told.level)
