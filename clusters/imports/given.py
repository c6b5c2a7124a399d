"""A list as a person gave it: the file's bytes, the sheet read from them, and which column is which."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clusters.imports.columns import Columns, guess, require
from clusters.imports.coordinates import PAKISTAN, Bounds
from clusters.imports.reading import MAX_BYTES, read
from clusters.imports.sheet import Sheet
from clusters.imports.vocabulary import ListKind
from clusters.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class GivenList:
    """Everything that is needed to judge a list, and the file itself to be kept with what it did."""

    kind: ListKind
    file_name: str
    content: bytes
    sheet: Sheet
    columns: Columns
    bounds: Bounds = PAKISTAN

    @property
    def sha256(self) -> str:
        """The hash of the file."""
        return hashlib.sha256(self.content).hexdigest()

    def reading(self) -> dict[str, Any]:
        """How the file was read, for people and for the record."""
        return {
            "sheet": self.sheet.name,
            "header_row": self.sheet.header_row,
            "delimiter": self.sheet.delimiter,
            "encoding": {"name": self.sheet.encoding.name, "sure": self.sheet.encoding.sure},
            "columns": {field: self.sheet.headers[place] for field, place in self.columns.places.items()},
            "unsure_columns": sorted(self.columns.unsure),
            "columns_not_read": [self.sheet.headers[place] for place in self.columns.unread],
            "notes": list(self.sheet.notes),
        }


def open_list(
    source: Path,
    kind: ListKind,
    *,
    named: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    bounds: Bounds = PAKISTAN,
) -> GivenList:
    """Read a file; `named` (header -> field) is what a person said of its columns. Invalid names what is wrong."""
    try:
        with source.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Invalid("file_unreadable", file=str(source), why=error.strerror or "it cannot be read") from None
    return given_list(content, source.name, kind, named=named, sheet=sheet, encoding=encoding, bounds=bounds)


def given_list(
    content: bytes,
    file_name: str,
    kind: ListKind,
    *,
    named: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    bounds: Bounds = PAKISTAN,
) -> GivenList:
    """The same for a file that is in memory already."""
    given = guessed_list(content, file_name, kind, named=named, sheet=sheet, encoding=encoding, bounds=bounds)
    require(given.columns, given.sheet.headers)
    return given


def guessed_list(
    content: bytes,
    file_name: str,
    kind: ListKind,
    *,
    named: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    bounds: Bounds = PAKISTAN,
) -> GivenList:
    """The same where columns may be missing yet, for a person to name."""
    named = named or {}
    read_sheet = read(content, file_name, sheet=sheet, encoding=encoding, named=named)
    return GivenList(kind, file_name, content, read_sheet, guess(read_sheet, kind, named), bounds)
