"""A page's data twins: what the page dataclass holds, as JSON, and its table as CSV, under the same scope and rules."""

import csv
import dataclasses
import io
from collections.abc import Mapping
from typing import Any, ClassVar, get_origin, get_type_hints

import msgspec

JSON_SUFFIX, CSV_SUFFIX = ".json", ".csv"
SUFFIXES = (JSON_SUFFIX, CSV_SUFFIX)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula; an apostrophe makes it text."""


def as_json(page: object) -> bytes:
    """A page as JSON; `kind` of a variant is kept."""
    return msgspec.json.encode(_plain(page))


def as_csv(page: object) -> bytes:
    """The page's longest table as CSV for spreadsheets (UTF-8 with BOM, RFC 4180); a page without one is a table of one
    row. Values inside a value get names joined by dots, lists of plain values are joined by semicolons."""
    rows = [_flat(row) for row in _table(page)]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _table(page: object) -> list[Any]:
    plain = _plain(page)
    tables = [value for value in plain.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    return max(tables, key=len, default=[plain])


def _flat(row: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{before}{name}.")
        elif not isinstance(value, list):
            flat[before + name] = value
        elif not any(isinstance(item, Mapping | list) for item in value):
            flat[before + name] = ";".join(map(str, value))
    return flat


def _cell(value: Any) -> str:
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
