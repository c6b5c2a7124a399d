"""Text between commas, semicolons or tabs to rows, exactly or not at all."""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection

from clusters.imports.headers import hits
from clusters.imports.matching import fold
from clusters.imports.refusals import refused
from clusters.imports.sheet import Cell, Row
from clusters.kernel.errors import Invalid

DELIMITERS = (",", ";", "\t", "|")
_TASTE = 64_000
"""Letters from the top in which the delimiter is looked for."""
_SAID = re.compile(r"\ufeff?\"?sep=(.)\"?\r?\n?", re.IGNORECASE)
"""A first line by which Excel is told the delimiter."""


def rows_of(text: str, most: int, named: Collection[str] = ()) -> tuple[list[Row], str]:
    """Rows that are not blank, under the numbers a spreadsheet would give them, and the delimiter.

    Reading ends with an error once more than `most` rows were met.
    """
    named = {fold(name) for name in named}
    first = text.split("\n", 1)[0]
    said = _SAID.fullmatch(first)
    delimiter = said[1] if said else _delimiter(text[:_TASTE], len(text) > _TASTE, named)
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if any(map(str.strip, cells)) and not (said and number == 1):
                rows.append((number, tuple(cell or None for cell in cells)))
                if len(rows) > most:
                    break
    except csv.Error as error:
        raise _refused(str(error), number + 1) from None
    _refuse_swallowed(rows, delimiter)
    return rows, delimiter


def _refused(error: str, row: int) -> Invalid:
    if "field larger" in error:
        return refused("quotes_never_closed", row=row)
    return refused("quotes_unbalanced", row=row)


def _refuse_swallowed(rows: list[Row], delimiter: str) -> None:
    """A cell with a line break and as many delimiters as a row has swallowed the rows that follow it."""
    if not rows:
        return
    usual = Counter(len(cells) for _, cells in rows).most_common(1)[0][0]
    for number, cells in rows:
        for cell in cells:
            if isinstance(cell, str) and "\n" in cell and cell.count(delimiter) >= max(1, usual - 1):
                raise _refused("", number)


def _delimiter(text: str, cut: bool, named: Collection[str]) -> str:
    """The sign that shows the most known headers, then the most even rows, then the widest."""
    if cut:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text

    def evidence(sign: str) -> tuple[int, float, int]:
        rows = _tasted(text, sign)
        if not rows:
            return 0, 0.0, 1
        width, often = Counter(len(row) for row in rows).most_common(1)[0]
        return max(hits(row, named) for row in rows[:40]), (often / len(rows)) * (width > 1), width

    return max(DELIMITERS, key=evidence)


def _tasted(text: str, sign: str) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=sign, skipinitialspace=True):
            if any(map(str.strip, cells)):
                rows.append(list[Cell](cells))
            if len(rows) == 200:
                break
    except csv.Error:
        return rows
    return rows
