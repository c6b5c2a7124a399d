"""Who is on the list of one training session: places, apologies, who waits, and who came without an invitation."""

from dataclasses import dataclass
from datetime import datetime

from clusters.modules.rules import Subject
from cop.web.views.frame import FieldError
from cop.web.views.session import Answer, Choice


@dataclass(frozen=True, slots=True)
class Apology:
    """Somebody invited who said before the start that she cannot come; `waits` if she would come after all."""

    row: int
    person_id: int
    name: str
    school: str
    reason: str | None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Waits:
    """Somebody who waits for a place."""

    person_id: int
    name: str
    school: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody a search found; with her row if she is on the list."""

    person_id: int
    name: str
    school: str
    row: int | None = None
    answer: Answer = Answer.NONE
    waits: bool = False


@dataclass(frozen=True, slots=True)
class WalkIn:
    """Somebody who came uninvited: the words, who wrote them when, whom she may be, and who she was found to be."""

    id: int
    raw: str
    who: str | None
    at: datetime
    may_be: tuple[Found, ...] = ()
    person: str | None = None
    row: int | None = None
    matched_by: str | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """`may_change` before the start, `may_match` always, for trainer, clerk and manager; `schools` take a new teacher.

    `search` is what was looked for, `found` what it found.
    """

    session_id: int
    code: str
    subject: Subject
    place: str
    capacity: int
    seated: int
    apologies: tuple[Apology, ...]
    waiting: tuple[Waits, ...]
    pending: tuple[WalkIn, ...]
    matched: tuple[WalkIn, ...]
    rows: tuple[Choice, ...] = ()
    schools: tuple[Choice, ...] = ()
    search: str = ""
    found: tuple[Found, ...] = ()
    may_change: bool = False
    may_match: bool = False
    may_register: bool = False
    begun: bool = False
    certifiable: tuple[Choice, ...] = ()
    """After it was held: everybody on the sheet, one of whom may ask for her certificate."""
    errors: tuple[FieldError, ...] = ()
