"""Which rows are records: totals, headings, numbering and repeated headers are none, and are named as skipped."""

from collections.abc import Iterator
from itertools import pairwise

from clusters.imports.cells import text_of
from clusters.imports.columns import GROUP, Columns
from clusters.imports.matching import fold, words
from clusters.imports.sheet import Cell, Row, Sheet

_TOTALS = frozenset(
    words("total, totals, grand total, sub total, subtotal, g total, sum, kul, meezan, ٹوٹل, کل, میزان, کل تعداد")
)


def records(sheet: Sheet, columns: Columns, skipped: list[tuple[int, str]]) -> Iterator[Row]:
    """The rows that speak of a school or a person; every other one goes to `skipped` with its reason."""
    read = sorted(set(columns.places.values()))
    code = columns.places["code"]
    headers = {fold(part) for part in (sheet.headers[code], sheet.headers[code].rpartition(GROUP)[2])}
    end = _end(sheet, code)
    for index, (number, cells) in enumerate(sheet.rows):
        reason = _no_record(number, cells, sheet, read, code, headers, after_end=index >= end, first=index == 0)
        if reason:
            skipped.append((number, reason))
        else:
            yield number, cells


def _end(sheet: Sheet, code: int) -> int:
    """How many rows there are up to the last one with a code; what follows may be notes."""
    for index in range(len(sheet.rows) - 1, -1, -1):
        if text_of(sheet.rows[index][1][code]) is not None:
            return index + 1
    return len(sheet.rows)


def _no_record(
    number: int,
    cells: tuple[Cell, ...],
    sheet: Sheet,
    read: list[int],
    code: int,
    headers: set[str],
    *,
    after_end: bool,
    first: bool,
) -> str | None:
    """Why the row is no record, if it is none; a row with a code nearly always is."""
    key = cells[code]
    written = fold(key) if isinstance(key, str) and not key.isdecimal() else ""
    if written and written in headers:
        return "the headers are repeated"
    if number in sheet.banners:
        return "a heading between the rows"
    if first and _numbers_the_columns(cells):
        return "the columns are numbered"
    word = written in _TOTALS
    if text_of(key) is not None and not word:
        return None
    if word or any(isinstance(cell, str) and fold(cell) in _TOTALS for cell in cells):
        return "a total"
    filled = [column for column, cell in enumerate(cells) if text_of(cell) is not None]
    if not any(column in read for column in filled):
        return "nothing in the columns that are read"
    if after_end and len(filled) == 1:
        return "a note below the list"
    return None


def _numbers_the_columns(cells: tuple[Cell, ...]) -> bool:
    """Is it the row 1, 2, 3 ... that official forms print below the headers?"""
    figures = [str(cell).strip("() .") for cell in cells if cell is not None]
    if len(figures) < 3 or not all(figure.isdecimal() for figure in figures):
        return False
    return int(figures[0]) == 1 and all(int(after) == int(before) + 1 for before, after in pairwise(figures))
