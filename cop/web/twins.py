"""A page's data twins: what the page dataclass holds, as JSON, and its tables as CSV and as a workbook, under the same
scope and rules; a table is never cut."""

import csv
import dataclasses
import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, get_origin, get_type_hints

import msgspec

from clusters.imports.findings import FORMULA
from clusters.imports.workbook import Table, Value, workbook
from cop.web.covers import Cover
from cop.web.i18n import national

JSON_SUFFIX, CSV_SUFFIX, XLSX_SUFFIX = ".json", ".csv", ".xlsx"
SUFFIXES = (JSON_SUFFIX, CSV_SUFFIX, XLSX_SUFFIX)
TABLES = (CSV_SUFFIX, XLSX_SUFFIX)
"""Twins that hold every row of a page that goes on on others."""
MARK = b"\xef\xbb\xbf"
"""By which spreadsheet programs know UTF-8."""
MORE = "more"
"""The field of a page that holds the address of the next rows."""
_NUMBER = re.compile(r"\+92\d{10}")


def as_json(page: object) -> bytes:
    """A page as JSON; `kind` of a variant is kept."""
    return msgspec.json.encode(_plain(page))


def as_csv(page: object, *, mark: bytes = MARK) -> bytes:
    """The page's longest table as CSV (RFC 4180); a page without one is a table of one row."""
    tables = tables_of(page)
    table = max(tables, key=lambda each: len(each.rows))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.header)
    writer.writerows([_said(value) for value in row] for row in table.rows)
    return mark + text.getvalue().encode()


def as_xlsx(page: object, cover: Cover) -> bytes:
    """Every table of the page as a sheet, behind the one that says what they are; see `workbook`."""
    tables = tables_of(page)
    counted = [(f"{cover.rows} {table.name}", str(len(table.rows))) for table in tables]
    return workbook(
        tables,
        [*cover.lines, *counted],
        first=cover.name,
        right_to_left=cover.right_to_left,
        made_at=cover.made_at,
    )


def tables_of(page: object) -> list[Table]:
    """Every list of rows that the page holds, by its name; what stands alone is a table of one row, where it says
    something. Values inside a value get names joined by dots, lists of plain values are joined by semicolons."""
    plain = _plain(page)
    tables = [_table(name, value) for name, value in plain.items() if _has_rows(value)]
    alone = {name: value for name, value in plain.items() if not _has_rows(value) and name not in (MORE, "kind")}
    single = _flat(alone)
    if not tables or any(value is not None for value in single.values()):
        tables.append(Table("page", list(single), [list(single.values())]))
    return tables


def whole(page: Any, next_of: Callable[[str], Any]) -> Any:
    """The page with the rows of all that follow it: `next_of` gives the page at an address that `more` names."""
    seen = set()
    found: dict[str, list[Any]] = {}
    last = page
    while isinstance(more := getattr(last, MORE, None), str) and more and more not in seen:
        seen.add(more)
        following = next_of(more)
        for field in dataclasses.fields(following):
            here, there = getattr(last, field.name), getattr(following, field.name)
            if isinstance(there, tuple) and there != here:
                found.setdefault(field.name, list(getattr(page, field.name))).extend(there)
        last = following
    return dataclasses.replace(page, **{name: tuple(rows) for name, rows in found.items()}, more=None) if seen else page


def _has_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _table(name: str, values: Sequence[Mapping[str, Any]]) -> Table:
    rows = [_flat(row) for row in values]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return Table(name, columns, [[row.get(column) for column in columns] for row in rows])


def _flat(row: Mapping[str, Any], before: str = "") -> dict[str, Value]:
    flat: dict[str, Value] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{before}{name}.")
        elif not isinstance(value, list):
            flat[before + name] = _cell(value)
        elif not any(isinstance(item, Mapping | list) for item in value):
            flat[before + name] = ";".join(str(_cell(item)) for item in value)
    return flat


def _cell(value: Any) -> Value:
    """As a table holds it: a phone as 0345-1234567, without a plus and with its zero."""
    if isinstance(value, str):
        return national(value) if _NUMBER.fullmatch(value) else value
    return value if value is None or isinstance(value, bool | int | float | date) else str(value)


def _said(value: Value) -> str:
    """As CSV holds it; a text that a spreadsheet would take for a formula has an apostrophe, which the import reads."""
    said = "" if value is None else str(value)
    return f"'{said}" if isinstance(value, str) and said.startswith(FORMULA) else said


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        shown = [field for field in dataclasses.fields(value) if field.metadata.get("exported", True)]
        fields = {field.name: _plain(getattr(value, field.name)) for field in shown}
        return _variant(type(value)) | fields
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list | frozenset | set):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value


def _variant(kind: type) -> dict[str, Any]:
    named = get_origin(get_type_hints(kind).get("kind")) is ClassVar
    return {"kind": vars(kind)["kind"]} if named else {}
