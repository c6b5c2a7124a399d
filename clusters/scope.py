"""Scope: what a person may see and change, as path prefixes in the two trees and one SQL predicate."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, false, func, or_, true

from clusters.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Held:
    """A place with the role held there today; `tree` is "T" or "A", `path` such as "B2.C07." ("" is the whole tree)."""

    tree: str
    path: str
    role: str

    def __str__(self) -> str:
        return f"{self.tree}/{self.path}"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a page's viewer or a text's sender is, and the places she holds; one notion for both doors."""

    person_id: int | None
    places: tuple[Held, ...]

    @classmethod
    def everywhere(cls) -> "Scope":
        """For reactions, jobs and the command line; never for a page or a text."""
        return cls(None, (Held("T", "", "house"),))

    @property
    def somebody(self) -> int:
        """The id of the person it is; NotFound for the house, which is nobody."""
        if self.person_id is None:
            raise NotFound("person")
        return self.person_id

    @property
    def roles(self) -> frozenset[str]:
        """The roles held anywhere."""
        return frozenset(held.role for held in self.places)

    def covers(self, training_path: str | None, admin_path: str | None, roles: Iterable[str] | None = None) -> bool:
        """Does one of the held places, with one of `roles` if given, contain what stands at these two paths?"""
        wanted = None if roles is None else {*roles, "house"}
        return any(
            _contains(held, training_path, admin_path) for held in self.places if wanted is None or held.role in wanted
        )

    def within(
        self, training_path: SQLColumnExpression[str | None], admin_path: SQLColumnExpression[str | None]
    ) -> ColumnElement[bool]:
        """The SQL predicate of `covers` over two path columns."""
        if any(held.tree == "T" and not held.path for held in self.places):
            return true()
        branches = [
            (training_path if held.tree == "T" else admin_path).startswith(held.path, autoescape=True)
            for held in self.places
        ]
        return or_(false(), *branches)


def lies_within(
    tree: SQLColumnExpression[Any],
    held_path: SQLColumnExpression[str],
    training_path: SQLColumnExpression[str | None],
    admin_path: SQLColumnExpression[str | None],
) -> ColumnElement[bool]:
    """The same predicate where the held place is itself a row of the statement: `tree` and `held_path` are columns."""
    in_training = tree == "T"
    return or_(
        and_(in_training, held_path == ""),
        func.starts_with(case((in_training, training_path), else_=admin_path), held_path),
    )


def _contains(held: Held, training_path: str | None, admin_path: str | None) -> bool:
    if held.tree == "T":
        return not held.path or (training_path or "").startswith(held.path)
    return (admin_path or "").startswith(held.path)
