"""A page's data twin: what the page dataclass holds, as JSON, under the same scope and rules."""

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar, get_origin, get_type_hints

import msgspec

SUFFIX = ".json"


def as_json(page: object) -> bytes:
    """A page as JSON; `kind` of a variant is kept."""
    return msgspec.json.encode(_plain(page))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return _variant(type(value)) | fields
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list | frozenset | set):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value


def _variant(kind: type) -> dict[str, Any]:
    named = get_origin(get_type_hints(kind).get("kind")) is ClassVar
    return {"kind": vars(kind)["kind"]} if named else {}
