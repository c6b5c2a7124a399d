"""Builders of list files for tests: XLSX, ODS and delimited text from plain rows, and archives with a part changed."""

import csv
import io
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pytest
import xlsxwriter
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from clusters.imports.sheet import Cell, Encoding, Sheet

Rows = Sequence[Sequence[Cell]]


def xlsx(
    rows: Rows,
    *,
    sheet: str = "List",
    more: Mapping[str, Rows] | None = None,
    hidden: Iterable[str] = (),
    merges: Iterable[str] = (),
) -> bytes:
    """A workbook; an empty row stays a blank line. Merged ranges like `A1:C1` keep what their first cell holds."""
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True, "strings_to_numbers": False}) as book:
        for name, lines in {sheet: rows, **(more or {})}.items():
            page = book.add_worksheet(name)
            for row, cells in enumerate(lines):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str):
                        page.write_string(row, column, cell)
                    elif cell is not None:
                        page.write_number(row, column, cell)
            if name == sheet:
                for merge in merges:
                    first = merge.split(":")[0]
                    row, column = int(first.lstrip("ABCDEFGHIJ")) - 1, ord(first[0]) - ord("A")
                    page.merge_range(merge, lines[row][column])
        for page in book.worksheets():
            if page.name in hidden:
                page.hide()
    return into.getvalue()


def ods(rows: Rows, *, sheet: str = "List") -> bytes:
    """An OpenDocument spreadsheet."""
    book = OpenDocumentSpreadsheet()
    table = Table(name=sheet)
    for cells in rows:
        line = TableRow()
        for cell in cells or [None]:
            if cell is None:
                line.addElement(TableCell())
                continue
            kind = {"valuetype": "string"} if isinstance(cell, str) else {"valuetype": "float", "value": cell}
            written = TableCell(**kind)
            written.addElement(P(text=str(cell)))
            line.addElement(written)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def text(rows: Rows, delimiter: str = ",", encoding: str = "utf-8", newline: str = "\r\n") -> bytes:
    """Delimited text as spreadsheets save it."""
    into = io.StringIO()
    csv.writer(into, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return into.getvalue().encode(encoding)


def with_part(archive: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The archive with one part changed, or added where it is not there."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        for name in [*names, *([part] if part not in names else [])]:
            content = old.read(name) if name in names else b""
            new.writestr(name, change(content) if name == part else content)
    return into.getvalue()


def sheet_of(
    headers: Sequence[str], rows: Rows, *, first: int = 2, overlong: Iterable[int] = (), banners: Iterable[int] = ()
) -> Sheet:
    """A sheet as reading would give it, its first data row numbered `first`."""
    width = len(headers)
    return Sheet(
        name="List",
        header_row=first - 1,
        headers=tuple(headers),
        rows=tuple((first + place, (*cells, *[None] * (width - len(cells)))) for place, cells in enumerate(rows)),
        encoding=Encoding("utf-8", sure=True),
        overlong=frozenset(overlong),
        banners=frozenset(banners),
    )


def shared(path: str) -> Path:
    """A file of the shared data; the test is skipped with a reason where there is none."""
    found = Path(os.environ.get("COP_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data")) / path
    if not found.exists():
        pytest.skip(f"no shared data here: {path}")
    return found
