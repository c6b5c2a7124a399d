"""Somebody's own page, by a personal link: her texts, and all that is held of her; no name of anybody else."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clusters.modules.rules import Subject
from clusters.people.rules import Language
from cop.web.views.session import Answer, Mark


class Texts(StrEnum):
    """How much somebody is texted."""

    ALL = "all"
    CHANGES = "changes"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A training session she was on the list of: her answer, and the marks of its days on the sheet."""

    subject: Subject
    starts_at: datetime
    answer: Answer
    reason: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class OwnNote:
    """A practice note she wrote."""

    number: str
    title: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnData:
    """What is held of her; `answers` counts notes tried, questions asked and answered."""

    schools: tuple[str, ...] = ()
    personal_no: str = ""
    registered_at: datetime | None = None
    days: tuple[OwnDay, ...] = ()
    notes: tuple[OwnNote, ...] = ()
    answers: int = 0

    @property
    def marked(self) -> int:
        """Training sessions of which a sheet says something of her."""
        return sum(bool(day.marks) for day in self.days)


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
    data: OwnData = OwnData()


@dataclass(frozen=True, slots=True)
class LinkOverPage:
    """A link that opens nothing: ended, revoked, or never there."""
