"""A list as it was read: headers, and rows under the number a person sees at their left."""

from dataclasses import dataclass

Cell = str | float | int | None
"""One value of a list; dates come as ISO text, yes and no as TRUE and FALSE, errors as their text (`#REF!`)."""
Row = tuple[int, tuple[Cell, ...]]
"""The row number as a person sees it (the first line of the file is 1) and the row's cells."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the file writes letters; an unsure one must be named by a person before anything is written."""

    name: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """One list. Blank rows are left out, the others keep their numbers; every row is as wide as `headers`."""

    name: str
    header_row: int
    """The last row of the headers; 0 where the list has none and the columns are called #1, #2, ..."""
    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: Encoding
    delimiter: str | None = None
    """Only delimited text has one."""
    banners: frozenset[int] = frozenset()
    """Rows that hold nothing but one text merged across at least three columns: headings between records."""
    overlong: frozenset[int] = frozenset()
    """Rows with something written beyond the last header, as an unquoted comma leaves them."""
    notes: tuple[str, ...] = ()
    """Sentences on what a person should know about the file before trusting it."""
    sheets: tuple[str, ...] = ()
    """Every sheet of the file, from the left; delimited text has none."""
