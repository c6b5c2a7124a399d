"""A form as it was sent becomes a frozen dataclass: every name known, each value once, nothing guessed."""

import dataclasses
from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

import msgspec

from clusters.kernel.errors import Invalid

FIELDS_LIMIT = 400
"""Fields of one form; the largest holds a mark for each of 70 people."""
CSRF, ONCE = "_csrf_token", "once"
"""The two hidden fields of every form: against forged requests, and against a second effect."""
OWN_FIELDS = frozenset({CSRF, ONCE})
SECRET_FIELDS = frozenset({"password", "old", "new"})
"""Never written into a page."""

Fields = Mapping[str, Sequence[str]]


@dataclasses.dataclass(frozen=True)
class Nothing:
    """A form of one button."""


Form = TypeVar("Form")


class Unreadable(Invalid):
    """No page of ours sends a form like this."""


def read_fields(body: bytes) -> Fields:
    """Names and values of a url-encoded body."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=FIELDS_LIMIT,
        )
    except ValueError as error:
        raise Unreadable("form_unreadable") from error
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        if "\0" in name or "\0" in value:
            raise Unreadable("form_unreadable")
        fields.setdefault(name, []).append(value)
    return fields


def left_of(fields: Fields) -> tuple[tuple[str, str], ...]:
    """Names and values of a form in their order, without its own hidden ones."""
    return tuple((name, value) for name, values in fields.items() if name not in OWN_FIELDS for value in values)


def only(fields: Fields, name: str) -> str:
    """The value of a field that stands once; an absent one is empty."""
    values = fields.get(name, ("",))
    if len(values) != 1:
        raise Unreadable("form_field_twice", field=name)
    return values[0]


def fill(form: type[Form], fields: Fields) -> Form:
    """Fill a frozen dataclass with what was sent; an unknown name is refused.

    A field of type `tuple[...]` takes every value of its name; a field `mark: dict[int, Mark]` gathers `mark-3=here`.
    An empty value means absent, except for plain text. A box that is ticked is true.
    """
    hints = get_type_hints(form)
    left = {name: list(values) for name, values in fields.items() if name not in OWN_FIELDS}
    given: dict[str, object] = {}
    for field in dataclasses.fields(form):  # type: ignore[arg-type]  # every form is a dataclass
        value = _take(left, field.name, hints[field.name])
        if value is not None:
            given[field.name] = value
    if left:
        raise Unreadable("form_field_unknown", field=min(left))
    filled: Form = convert(given, form)
    return filled


def convert(value: object, to: Any) -> Any:
    """A value as the wanted type, read from text."""
    try:
        return msgspec.convert(value, to, strict=False)
    except msgspec.ValidationError as error:
        raise Unreadable("form_field_unreadable", why=str(error)) from error


def _take(left: dict[str, list[str]], name: str, hint: Any) -> object:
    kind = _bare(hint)
    if get_origin(kind) is dict:
        start = f"{name}-"
        keys = [key for key in left if key.startswith(start)]
        return {key.removeprefix(start): only({key: left.pop(key)}, key) for key in keys}
    if name not in left:
        return None
    if get_origin(kind) is tuple:
        return left.pop(name)
    value = only({name: left.pop(name)}, name)
    if kind is bool and value == "on":
        return True
    if value == "" and kind is not str:
        return None
    return value


def _bare(hint: Any) -> Any:
    """`date` for `date | None`."""
    if get_origin(hint) in (Union, UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not NoneType]
        return kinds[0] if len(kinds) == 1 else hint
    return hint
