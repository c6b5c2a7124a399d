"""Somebody's own page, by a personal link: which texts she gets, in which language; no name of anybody else."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clusters.people.rules import Language


class Texts(StrEnum):
    """How much somebody is texted."""

    ALL = "all"
    CHANGES = "changes"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class OwnPage:
    """What she gets now; `link` is the end of the address. `by_phone`: the phone itself asked for silence, by text."""

    link: str
    name: str
    phone: str
    """Masked; "" without one."""
    language: Language | None
    texts: Texts
    since: datetime | None
    by_phone: bool = False
    saved: bool = False


@dataclass(frozen=True, slots=True)
class LinkOverPage:
    """A link that opens nothing: ended, revoked, or never there."""
