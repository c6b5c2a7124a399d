"""A table to the bytes of a file: a workbook of text cells, or CSV for spreadsheets or for machines."""

import csv
import io
from collections.abc import Sequence
from pathlib import PurePath

from clusters.imports.exports import Listed
from clusters.imports.findings import harmless
from clusters.imports.refusals import refused
from clusters.imports.workbook import Table, workbook

ENDINGS = (".xlsx", ".csv")


def may_be_written(name: str) -> None:
    """Refuses a name whose ending says no kind of table."""
    if PurePath(name).suffix.lower() not in ENDINGS:
        raise refused("export_kind_unknown", given=name)


def written(listed: Listed, name: str, about: Sequence[tuple[str, str]], *, machine: bool = False) -> bytes:
    """The table as the ending of the file's name says; `about` is told on the first sheet."""
    may_be_written(name)
    if PurePath(name).suffix.lower() == ".xlsx":
        return workbook([Table(listed.kind.value, listed.header, listed.rows)], about)
    return _delimited(listed, mark=b"" if machine else b"\xef\xbb\xbf")


def _delimited(listed: Listed, mark: bytes) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(listed.header)
    writer.writerows(map(harmless, row) for row in listed.rows)
    return mark + text.getvalue().encode()
