"""The only file that opens a spreadsheet: XLSX, ODS or delimited text, within limits, to one sheet of rows."""

import io
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from clusters.imports.archive import Archive, opened
from clusters.imports.cells import EXACT
from clusters.imports.delimited import rows_of
from clusters.imports.encodings import decoded
from clusters.imports.extents import MAX_COLUMNS, MAX_ROWS, SPARE_ROWS, column_letters, too_far
from clusters.imports.headers import Headers, Merge, hits, locate
from clusters.imports.matching import fold
from clusters.imports.refusals import refused
from clusters.imports.sheet import Cell, Encoding, Row, Sheet
from clusters.kernel.errors import Invalid

MAX_BYTES = 10 * 1024 * 1024
MAX_LETTERS = 2_000
"""Letters in one cell."""
_BANNER = 3
"""Columns over which the only text of a row is merged to be a heading."""
_WIDE = 1_000
"""No list comes near; a row beyond is refused before its headers are looked at."""
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(
    source: Path | bytes,
    name: str = "",
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    named: Collection[str] = (),
) -> Sheet:
    """Reads one list of a file, whose kind is told by its content and never by its name.

    `name` is what the list is called if the file has no sheets, `named` are headers that a person named.
    Raises Invalid with a key and a `sentence` for everything that cannot be read exactly.
    """
    data = _bytes_of(source)
    name = name or (source.name if isinstance(source, Path) else "list")
    _refuse_other_kinds(data)
    if data.startswith(b"PK"):
        return _from_book(opened(data), sheet, named)
    return _from_text(data, name, encoding, named)


def _bytes_of(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        data = source
    else:
        try:
            with source.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise refused("file_not_opened", name=source.name, why=error.strerror) from None
    if len(data) > MAX_BYTES:
        raise refused("file_too_large", most=MAX_BYTES // 1024**2)
    if not data.strip():
        raise refused("file_empty")
    return data


def _refuse_other_kinds(data: bytes) -> None:
    """Names the kinds of files that people mistake for lists."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(_OLD_EXCEL):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise refused("file_protected")
        raise refused("file_is_xls")
    if head.startswith(b"<"):
        raise refused("file_is_markup")
    if data.startswith((b"%PDF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"\x89PNG", b"\xff\xd8\xff")):
        raise refused("file_kind_unknown")


def _from_text(data: bytes, name: str, chosen: str | None, named: Collection[str]) -> Sheet:
    text, encoding = decoded(data, chosen)
    rows, delimiter = rows_of(text, MAX_ROWS + SPARE_ROWS, named)
    if not rows:
        raise refused("file_empty")
    for number, cells in rows:
        if len(cells) > _WIDE and any(map(_says, cells[MAX_COLUMNS:])):
            raise too_far(name, number, MAX_COLUMNS + 1)
    width = max(len(cells) for _, cells in rows)
    headers = locate([_padded(row, width) for row in rows[: 2 * SPARE_ROWS]], (), named)
    across = max((len(cells) for _, cells in rows[: headers.first]), default=width)
    overlong = frozenset(number for number, cells in rows[headers.first :] if any(map(_says, cells[across:])))
    cut = Headers(headers.row, headers.texts[:across], headers.first)
    notes = () if encoding.sure else (_unsure(encoding),)
    return _sheet(name, cut, rows, encoding, delimiter=delimiter, overlong=overlong, notes=notes)


def _unsure(encoding: Encoding) -> str:
    sentence = f"The letters are probably written in {encoding.name}, but that is a guess: look at the names."
    if encoding.name == "cp1256":
        sentence += " Windows-1256 cannot hold the Urdu letter ی; names with it were damaged when the file was saved."
    return sentence + " Choose the encoding to go on, or save the list again as 'CSV UTF-8'."


def _from_book(archive: Archive, wanted: str | None, named: Collection[str]) -> Sheet:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(archive.content)) as book:
            return _chosen(book, archive, wanted, named)
    except CalamineError as error:
        raise _broken() from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # the reader's own bug, which is no Exception in Python
            raise _broken() from None
        raise


def _broken() -> Invalid:
    return refused("file_damaged", why="its sheets are not written as spreadsheets are")


def _chosen(book: CalamineWorkbook, archive: Archive, wanted: str | None, named: Collection[str]) -> Sheet:
    """The sheet that was asked for, else the visible one with the most known headers, else the first with rows."""
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if "" in archive.refused:
        raise archive.refused[""]
    if wanted is not None:
        title = _called(sheets, wanted)
        if title in archive.refused:
            raise archive.refused[title]
        return _among(_from_sheet(book.get_sheet_by_name(title), named), sheets)
    known = {fold(header) for header in named}
    seen: list[tuple[int, Sheet]] = []
    for meta in sheets:
        if meta.visible == SheetVisibleEnum.Visible and meta.name not in archive.refused:
            sheet = book.get_sheet_by_name(meta.name)
            if sheet.height:
                read = _from_sheet(sheet, named)
                seen.append((hits(read.headers, known), read))
    if not seen:
        raise next(iter(archive.refused.values()), refused("file_empty"))
    best = max(seen, key=lambda pair: pair[0])
    others = [read.name for found, read in seen if read is not best[1] and found >= max(2, best[0] // 2)]
    others += [name for name in archive.refused if name]
    return _among(_with_notes(best[1], others), sheets)


def _among(sheet: Sheet, sheets: Sequence[SheetMetadata]) -> Sheet:
    return replace(sheet, sheets=tuple(each.name for each in sheets))


def _with_notes(sheet: Sheet, others: Sequence[str]) -> Sheet:
    if not others:
        return sheet
    listed = ", ".join(f"'{name}'" for name in others)
    note = (
        f"Sheet '{sheet.name}' was read. The file has lists on other sheets too, {listed};"
        " each is a list of its own: name it with --sheet to read it."
    )
    return replace(sheet, notes=(*sheet.notes, note))


def _called(sheets: Sequence[SheetMetadata], wanted: str) -> str:
    names = [sheet.name for sheet in sheets]
    if wanted in names:
        return wanted
    same = [name for name in names if fold(name) == fold(wanted)]
    if len(same) == 1:
        return same[0]
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    raise refused("sheet_unknown", given=wanted, listed=", ".join(repr(name) for name in names))


def _from_sheet(sheet: CalamineSheet, named: Collection[str]) -> Sheet:
    rows: list[Row] = []
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), 1):
        row = tuple([(cell or None) if type(cell) is str else _cell(cell) for cell in cells])
        if any(map(_says, row)):
            rows.append((number, row))
    width = max((len(cells) for _, cells in rows), default=0)
    while width and not any(_says(cells[width - 1]) for _, cells in rows):
        width -= 1
    merges = [
        Merge(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]
    rows = [(number, cells[:width]) for number, cells in rows]
    headers = locate(rows, merges, named)
    across = {merge.top for merge in merges if min(_BANNER, width) <= merge.width > 1 and merge.top == merge.bottom}
    banners = frozenset(number for number, cells in rows if number in across and sum(map(_says, cells)) == 1)
    _fill_down(rows, headers, merges)
    return _sheet(sheet.name, headers, rows, Encoding("utf-8", sure=True), banners=banners)


def _cell(value: object) -> Cell:
    """Whole numbers without a point, dates as ISO text."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < EXACT else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | str) or value is None:
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else None


def _says(cell: Cell) -> bool:
    return cell is not None and not (isinstance(cell, str) and cell.isspace())


def _fill_down(rows: list[Row], headers: Headers, merges: Sequence[Merge]) -> None:
    """A value merged over several rows, as a district beside its schools, holds for each of them."""
    place = {number: index for index, (number, _) in enumerate(rows)}
    room = 2 * len(rows) * len(headers.texts)
    for merge in merges:
        start = place.get(merge.top)
        if start is None or merge.bottom == merge.top or merge.width > 1 or merge.top <= headers.row:
            continue
        value = rows[start][1][merge.left] if merge.left < len(headers.texts) else None
        room -= merge.bottom - merge.top
        if room < 0:
            return  # merges lie one upon another, as no spreadsheet program writes them
        for number in range(merge.top + 1, min(merge.bottom, rows[-1][0]) + 1):
            index = place.get(number)
            if index is not None and value is not None and not _says(rows[index][1][merge.left]):
                cells = list(rows[index][1])
                cells[merge.left] = value
                rows[index] = (number, tuple(cells))


def _padded(row: Row, width: int) -> Row:
    number, cells = row
    return number, (*cells, *([None] * (width - len(cells))))


def _sheet(
    name: str,
    headers: Headers,
    rows: Sequence[Row],
    encoding: Encoding,
    *,
    delimiter: str | None = None,
    banners: frozenset[int] = frozenset(),
    overlong: frozenset[int] = frozenset(),
    notes: tuple[str, ...] = (),
) -> Sheet:
    """Puts the sheet together once it is within the limits of a list."""
    for row in rows[: headers.first]:
        _exact(row, 0, name)
    data = rows[headers.first :]
    if len(data) > MAX_ROWS:
        raise too_far(name, data[MAX_ROWS][0], 0)
    across = len(headers.texts)
    if across > MAX_COLUMNS:
        spare = next((row for row in rows if any(map(_says, row[1][MAX_COLUMNS:]))), None)
        if spare:
            column = next(place for place in range(MAX_COLUMNS, len(spare[1])) if _says(spare[1][place]))
            raise too_far(name, spare[0], column + 1)
        across = MAX_COLUMNS
    return Sheet(
        name=name,
        header_row=headers.row,
        headers=headers.texts[:across],
        rows=tuple(_exact(row, across, name) for row in data),
        encoding=encoding,
        delimiter=delimiter,
        banners=banners,
        overlong=overlong,
        notes=notes,
    )


def _exact(row: Row, across: int, name: str) -> Row:
    """The row as wide as the headers, none of its cells longer than a cell may be."""
    number, cells = row
    long = [column for column, cell in enumerate(cells) if type(cell) is str and len(cell) > MAX_LETTERS]
    if long:
        raise refused(
            "cell_too_long", sheet=name, row=number, column=column_letters(long[0] + 1), most=f"{MAX_LETTERS:,}"
        )
    return (number, cells) if len(cells) == across else _padded((number, cells[:across]), across)
