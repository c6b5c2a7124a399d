"""Tables to a workbook: every text a text cell and never a formula, so that codes and numbers stay as they are."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any

import xlsxwriter

from clusters.kernel.clock import KARACHI

Value = str | int | float | bool | date | datetime | None
"""What a cell may hold; an instant is written as the clocks of the programme show it."""
LONGEST = 32_767
"""Letters that a cell of a workbook can hold."""
_SETTINGS = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_LONGEST_NAME = 31
_KEPT_BY_EXCEL = "history"
"""A sheet of this name makes Excel call the whole file damaged."""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its name, its columns and their rows."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]


def workbook(
    tables: Sequence[Table],
    about: Sequence[tuple[str, str]] = (),
    *,
    first: str = "About",
    right_to_left: bool = False,
    made_at: datetime | None = None,
) -> bytes:
    """What is to be said about the tables on the first sheet, then each under a bold, frozen header.

    With `made_at` the same tables make the same bytes.
    """
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, _SETTINGS) as book:
        if made_at is not None:
            book.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None)})
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        writes = _Writes(text, book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": _INSTANT}))
        if about:
            told = book.add_worksheet(first)
            told.set_column(0, 1, 28)
            for number, (what, said) in enumerate(about):
                told.write_string(number, 0, what, bold)
                told.write_string(number, 1, said, text)
        for name, table in zip(_names(tables, taken=[first] if about else []), tables, strict=True):
            page = book.add_worksheet(name)
            page.freeze_panes(1, 0)
            for column, title in enumerate(table.header):
                page.write_string(0, column, title, bold)
                page.set_column(column, column, min(40, max(12, len(title) + 2)))
            for number, cells in enumerate(table.rows, 1):
                for column, cell in enumerate(cells):
                    writes.cell(page, number, column, cell)
        if right_to_left:
            for page in book.worksheets():
                page.right_to_left()
    return into.getvalue()


_INSTANT = "yyyy-mm-dd hh:mm"


@dataclass(frozen=True, slots=True)
class _Writes:
    text: Any
    day: Any
    instant: Any

    def cell(self, page: Any, row: int, column: int, value: Value) -> None:
        if isinstance(value, str):
            if value:
                page.write_string(row, column, value[:LONGEST], self.text)
        elif isinstance(value, bool):
            page.write_boolean(row, column, value)
        elif isinstance(value, datetime):
            page.write_datetime(row, column, value.astimezone(KARACHI).replace(tzinfo=None), self.instant)
        elif isinstance(value, date):
            page.write_datetime(row, column, value, self.day)
        elif value is not None and isfinite(value):
            page.write_number(row, column, value)


def _names(tables: Sequence[Table], taken: Sequence[str]) -> list[str]:
    """Names that a workbook takes, each once."""
    used = {_KEPT_BY_EXCEL, *(name.casefold() for name in taken)}
    names = []
    for table in tables:
        plain = table.name.translate(_FORBIDDEN).strip()[:_LONGEST_NAME] or "Table"
        name, further = plain, 1
        while name.casefold() in used:
            further += 1
            name = f"{plain[: _LONGEST_NAME - 4]} {further}"
        used.add(name.casefold())
        names.append(name)
    return names
