"""How far a sheet reaches, before a reader sets memory aside for every cell up to its last corner."""

import re
from collections import Counter
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from clusters.imports.refusals import refused
from clusters.kernel.errors import Invalid

MAX_ROWS = 100_000
"""Rows of data in one list."""
MAX_COLUMNS = 60
SPARE_ROWS = 1_000
"""Rows of titles and blank lines that may stand among the rows of data."""
_MB = 1024 * 1024
MAX_UNPACKED = 50 * _MB
"""Bytes of a whole file unpacked, its texts as often as cells show them."""
_PIECE = _MB


@dataclass(slots=True)
class Extent:
    """The last row and column that hold something, counted from 1, and how many cells were met.

    The row is 0 where it is only known to be within the limit.
    """

    row: int = 0
    column: int = 0
    cells: int = 0


def column_letters(column: int) -> str:
    """The column's name in a spreadsheet: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def too_far(sheet: str, row: int, column: int) -> Invalid:
    """The refusal of a list that is longer or wider than any list, with the cell that makes it so."""
    if column > MAX_COLUMNS:
        return refused("too_many_columns", sheet=sheet, row=row, column=column_letters(column), most=MAX_COLUMNS)
    return refused("too_many_rows", sheet=sheet, row=row, most=f"{MAX_ROWS:,}")


_CELL = re.compile(rb'<c r="([A-Z]{1,3})[1-9]\d{0,4}"(?: (?:s|t|cm|vm|ph)="\w*")*\s?/?>')
"""A cell as all spreadsheet programs write it, down to row 99,999."""
_UNUSUAL = (
    *(b"<c" + sign for sign in (b">", b"/", b"\t", b"\n", b"\r")),
    *(b":c" + sign for sign in (b" ", b">", b"/")),
)
"""Beginnings of cells that other programs write."""
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,6})")


def xlsx_extent(part: bytes, sheet: str) -> Extent:
    """The extent of a part; where every cell is written in the usual form, nothing needs to be parsed."""
    if not any(sign in part for sign in _UNUSUAL):
        extent = Extent(0, 0, part.count(b"<c "))
        columns: Counter[bytes] = Counter()
        start = 0
        while start < len(part):
            end = part.rfind(b"<", start + 1, start + _PIECE) if start + _PIECE < len(part) else len(part)
            piece = part[start : end if end > start else len(part)]
            columns.update(_CELL.findall(piece))
            start += len(piece)
        extent.column = max(map(_column_number, columns), default=0)
        if columns.total() == extent.cells and extent.column <= MAX_COLUMNS:
            return extent
    return _parsed_extent(part, sheet)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - ord("A") + 1
    return number


@dataclass(slots=True)
class _CellByCell:
    """Parses a part of unusual form; an empty cell that is merely coloured does not count."""

    sheet: str
    extent: Extent = field(default_factory=Extent)
    row: int = 0
    column: int = 0
    inside: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self.row = _whole(attributes.get("r"), self.row + 1)
            self.column = 0
        elif tag == "c":
            reference = attributes.get("r")
            if reference is None:
                self.column += 1
            elif known := _REFERENCE.fullmatch(reference):
                self.column, self.row = _column_number(known[1].encode()), int(known[2])
            else:
                raise _unreadable(self.sheet)
            self.extent.cells += 1
            self.inside = True
        elif self.inside and tag in ("v", "t"):
            self.extent.row = max(self.extent.row, self.row)
            self.extent.column = max(self.extent.column, self.column)
            if self.row > MAX_ROWS + SPARE_ROWS or self.column > MAX_COLUMNS:
                raise too_far(self.sheet, self.row, self.column)

    def end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "c":
            self.inside = False


def _parsed_extent(part: bytes, sheet: str) -> Extent:
    seen = _CellByCell(sheet)
    parser = ParserCreate()
    parser.StartElementHandler = seen.start
    parser.EndElementHandler = seen.end
    try:
        parser.Parse(part, True)
    except (ExpatError, LookupError):
        raise _unreadable(sheet) from None
    return seen.extent


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else otherwise


def _unreadable(sheet: str) -> Invalid:
    return refused("sheet_unreadable", sheet=sheet)


_TEXT_ITEM = re.compile(rb"<(?:[^\s<>/:]+:)?si[\s>].*?</(?:[^\s<>/:]+:)?si>|<(?:[^\s<>/:]+:)?si\s*/>", re.DOTALL)
_SHARED_CELL = re.compile(rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d+")? t="s"[^>]*><v>(\d{1,8})</v>')

_IS_SHARED = re.compile(rb"\bt\s*=\s*[\"']s[\"']")


def shared_lengths(part: bytes) -> list[int]:
    """Bytes of each text that cells share, markup included."""
    return [item.end() - item.start() for item in _TEXT_ITEM.finditer(part)]


def text_unfolded(part: bytes, extent: Extent, lengths: list[int], most: int, sheet: str) -> None:
    """Refuses a sheet whose shared texts grow beyond `most` bytes once every cell has its own copy."""
    longest = max(lengths, default=0)
    if extent.cells * longest <= most:
        return
    copies = Counter(int(index) for index in _SHARED_CELL.findall(part))
    others = extent.cells - copies.total()
    total = sum(lengths[index] * many for index, many in copies.items() if index < len(lengths))
    if total <= most and others and _IS_SHARED.search(_SHARED_CELL.sub(b"", part)):
        total += others * longest
    if total > most:
        raise refused("file_too_large_unpacked", most=MAX_UNPACKED // _MB)


@dataclass(slots=True)
class _Repeats:
    """Walks through an ODS document, whose cells and rows stand for as many as they say."""

    sheet: str = ""
    row: int = 0
    rows: int = 1
    column: int = 0
    last: int = 0
    text: int = 0
    repeat: int = 1
    here: int = 0
    depth: int = 0
    total: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.sheet, self.row = attributes.get("table:name", ""), 0
        elif tag == "table:table-row":
            self.rows = _whole(attributes.get("table:number-rows-repeated"), 1)
            self.column = self.last = self.text = 0
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self.repeat = _whole(attributes.get("table:number-columns-repeated"), 1)
            self.here, self.depth = 0, 1
            if any(name.endswith(("value", "value-type")) for name in attributes):
                self.last = self.column + self.repeat

    def letters(self, text: str) -> None:
        if self.depth:
            self.here += len(text)
            self.last = self.column + self.repeat

    def end(self, tag: str) -> None:
        if tag in ("table:table-cell", "table:covered-table-cell"):
            self.column += self.repeat
            self.text += self.here * self.repeat
            self.depth = 0
            if self.last > MAX_COLUMNS:
                raise too_far(self.sheet, self.row + 1, self.last)
        elif tag == "table:table-row":
            self.row += self.rows
            if self.last and self.row > MAX_ROWS + SPARE_ROWS:
                raise too_far(self.sheet, self.row, 0)
            self.total += self.text * self.rows
            if self.total > MAX_UNPACKED:
                raise refused("file_too_large_unpacked", most=MAX_UNPACKED // _MB)


def ods_extents(part: bytes) -> None:
    """Refuses a document with a sheet that is longer, wider or heavier than any list."""
    seen = _Repeats()
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = seen.start
    parser.EndElementHandler = seen.end
    parser.CharacterDataHandler = seen.letters
    try:
        parser.Parse(part, True)
    except (ExpatError, LookupError):
        raise _unreadable(seen.sheet) from None
