"""What a person needs to see of a list that was read and checked: a few rows of everything, and counts of all."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from clusters.imports.given import GivenList
from clusters.imports.outcome import Checked, Outcome, Problem
from clusters.imports.sheet import Cell

SAMPLES = 3
"""Values shown of each column."""
FIRST = 5
"""Rows shown of each cause, and of what would be new or change."""
LONGEST = 60
"""Letters of a value that are shown."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet would take for a formula; an apostrophe makes it text, and is read back."""


def reading_of(given: GivenList) -> dict[str, Any]:
    """How the file was read: its sheets, its columns with their first values and what each was taken for."""
    sheet, columns = given.sheet, given.columns
    fields = {place: name for name, place in columns.places.items()}
    return {
        "sheet": sheet.name,
        "sheets": list(sheet.sheets),
        "rows": len(sheet.rows),
        "header_row": sheet.header_row,
        "delimiter": sheet.delimiter,
        "encoding": sheet.encoding.name,
        "encoding_sure": sheet.encoding.sure,
        "columns": [
            {
                "header": header,
                "samples": list(_samples(given, place)),
                "field": fields.get(place),
                "sure": fields.get(place) not in columns.unsure,
            }
            for place, header in enumerate(sheet.headers)
        ],
    }


def _samples(given: GivenList, place: int) -> Iterable[str]:
    found: list[str] = []
    for _, cells in given.sheet.rows:
        value = cells[place]
        if value is not None and (text := shown(value)) and text not in found:
            found.append(text)
            if len(found) == SAMPLES:
                break
    return found


def shown(value: Cell) -> str:
    """A cell as a page shows it."""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def result_of(given: GivenList, checked: Checked) -> dict[str, Any]:
    """What the check said: counts, problems by cause with their first rows, what would be new and what would change."""
    counted = Counter(row.outcome for row in checked.rows)
    return {
        "rows": len(checked.rows),
        **{name: counted[outcome] for name, outcome in COUNTED.items()},
        "causes": _causes(given, checked.problems),
        "new_rows": [
            {"row": row.row, "code": row.code, "name": shown(str(row.values.get("name", row.code)))}
            for row in _first(checked, Outcome.NEW)
        ],
        "changed_rows": [
            {
                "row": row.row,
                "code": row.code,
                "name": shown(str(row.values.get("name", row.code))),
                "changes": [[name, _said(old), _said(new)] for name, (old, new) in sorted(row.changes.items())],
            }
            for row in _first(checked, Outcome.CHANGED)
        ],
        "repaired": len(checked.repairs),
        "repairs": [
            {"row": each.row, "code": each.code, "lat": each.lat, "lon": each.lon} for each in checked.repairs[:FIRST]
        ],
        "without_coordinates": checked.without_coordinates,
        "names_missing": checked.names_missing,
        "remarks": [
            {"cause": each.cause, "column": each.column, "word": each.word, "row": each.row, "rows": each.rows}
            for each in checked.remarks
        ],
        "skipped": [
            {"reason": reason, "rows": many, "row": next(row for row, why in checked.skipped if why == reason)}
            for reason, many in Counter(reason for _, reason in checked.skipped).most_common()
        ],
    }


COUNTED = {
    "new": Outcome.NEW,
    "changed": Outcome.CHANGED,
    "unchanged": Outcome.UNCHANGED,
    "duplicates": Outcome.DUPLICATE,
    "problem_rows": Outcome.PROBLEM,
}
"""Names of the counts, in the order of a bar."""


def _first(checked: Checked, outcome: Outcome) -> list[Any]:
    found = []
    for row in checked.rows:
        if row.outcome is outcome:
            found.append(row)
            if len(found) == FIRST:
                break
    return found


def _said(value: object) -> str | None:
    return None if value is None else shown(str(value))


def _causes(given: GivenList, problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems by cause, the most frequent first."""
    by_cause: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_cause[problem.cause].append(problem)
    cells = _cells_of(given, {each.row for some in by_cause.values() for each in some[:FIRST]})
    place = {header: number for number, header in enumerate(given.sheet.headers)}
    return [
        {
            "cause": cause,
            "rows": len({each.row for each in some}),
            "first": [
                {
                    "row": each.row,
                    "column": each.column,
                    "value": _value(cells.get(each.row, ()), place.get(each.column)),
                    "proposal": each.proposal,
                    "message": each.message,
                }
                for each in some[:FIRST]
            ],
        }
        for cause, some in sorted(by_cause.items(), key=lambda one: -len(one[1]))
    ]


def _cells_of(given: GivenList, rows: set[int]) -> dict[int, tuple[Cell, ...]]:
    return {number: cells for number, cells in given.sheet.rows if number in rows}


def _value(cells: tuple[Cell, ...], place: int | None) -> str:
    if place is None or place >= len(cells) or cells[place] is None:
        return ""
    return shown(cells[place])


def problem_rows(given: GivenList, checked: Checked) -> bytes:
    """The rows with problems as CSV for spreadsheets: their number, every reason, and their cells as they came."""
    reasons: defaultdict[int, list[str]] = defaultdict(list)
    for problem in checked.problems:
        said = problem.message + (f" ({problem.proposal}?)" if problem.proposal else "")
        reasons[problem.row].append(f"{problem.column}: {said}")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(harmless, ("Row of the file", "Problem", *given.sheet.headers)))
    for number, cells in given.sheet.rows:
        if number in reasons:
            writer.writerow([number, harmless(" ".join(reasons[number])), *map(harmless, cells)])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def harmless(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula; our own import reads it back as it was."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA):
        return f"'{cell}"
    return cell
