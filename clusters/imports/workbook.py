"""Rows to a workbook: every text a text cell and never a formula, so that codes and numbers stay as they are."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from clusters.imports.sheet import Cell

_SETTINGS = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


def workbook(
    sheet: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], about: Sequence[tuple[str, str]] = ()
) -> bytes:
    """One sheet under a bold, frozen header, and what is to be said about it on another."""
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, _SETTINGS) as book:
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        page = book.add_worksheet(sheet)
        page.freeze_panes(1, 0)
        for column, title in enumerate(header):
            page.write_string(0, column, title, bold)
            page.set_column(column, column, max(12, len(title) + 2))
        for number, cells in enumerate(rows, 1):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    if cell:
                        page.write_string(number, column, cell, text)
                elif cell is not None:
                    page.write_number(number, column, cell)
        if about:
            told = book.add_worksheet("About")
            told.set_column(0, 1, 28)
            for number, (what, said) in enumerate(about):
                told.write_string(number, 0, what, bold)
                told.write_string(number, 1, said, text)
    return into.getvalue()
