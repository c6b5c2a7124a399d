"""What may stand in a text: the closed set of placeholders, the shape of each value, and how JSON keeps it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum, auto
from typing import Any, NamedTuple


class Kind(Enum):
    """How a placeholder's value is said, and how it may be shortened."""

    MOMENT = auto()
    """An aware datetime (or its ISO text), said in Karachi's time: `.day` Hafta 14 March, `.date`, `.time`."""
    SUBJECT = auto()
    """A subject's key such as "maths", said in the language; another word is said as it is."""
    VENUE = auto()
    """A place or school; long names are abbreviated, then cut."""
    PERSON = auto()
    """`Called`, or a plain name; said with sb, bibi; cut when too long."""
    PHONE = auto()
    """A Pakistani number, said as 0345-1234567."""
    NUMBER = auto()
    """A whole number."""
    NUMBERS = auto()
    """Whole numbers; those beyond what fits are counted."""
    ROWS = auto()
    """`Row`s of the sheet: names as far as they fit, then row numbers; `.count` says how many."""
    CHOICES = auto()
    """`Choice`s of training sessions, numbered from 1; `.plain` leaves the codes out."""
    PEOPLE = auto()
    """`Called` persons of one phone, lettered from A; `.count` says how many, `.first` names the first."""
    PLACES = auto()
    """Places to choose from, numbered from 1."""
    COMMANDS = auto()
    """Words one may text."""
    ANSWER = auto()
    """"yes", "no" or "unsure", said as the saved value."""
    CODE = auto()
    """A session code."""
    QUOTED = auto()
    """What a person wrote, shortened; a text says less when it is in a script that would double the cost."""
    FREE = auto()
    """Words or a link that may not be shortened."""


PLACEHOLDERS: Mapping[str, Kind] = {
    "absent": Kind.ROWS,
    "answer": Kind.ANSWER,
    "attended": Kind.NUMBER,
    "away": Kind.NUMBER,
    "call_number": Kind.PHONE,
    "choices": Kind.CHOICES,
    "code": Kind.CODE,
    "coming": Kind.NUMBER,
    "more": Kind.NUMBER,
    "declined": Kind.NUMBER,
    "commands": Kind.COMMANDS,
    "excused": Kind.NUMBERS,
    "first": Kind.NUMBER,
    "following": Kind.NUMBER,
    "group": Kind.QUOTED,
    "guests": Kind.QUOTED,
    "help_number": Kind.PHONE,
    "helpers": Kind.NUMBER,
    "introductions": Kind.NUMBER,
    "invited": Kind.NUMBER,
    "joined": Kind.NUMBER,
    "last": Kind.NUMBER,
    "left": Kind.NUMBER,
    "link": Kind.FREE,
    "ltrcs": Kind.NUMBER,
    "listed": Kind.QUOTED,
    "name": Kind.PERSON,
    "note": Kind.CODE,
    "notes": Kind.NUMBER,
    "number": Kind.NUMBER,
    "old": Kind.MOMENT,
    "old_venue": Kind.VENUE,
    "one_time": Kind.CODE,
    "other": Kind.CODE,
    "people": Kind.PEOPLE,
    "phone": Kind.PHONE,
    "place": Kind.VENUE,
    "places": Kind.PLACES,
    "present": Kind.NUMBER,
    "reason": Kind.QUOTED,
    "reply_number": Kind.PHONE,
    "rest": Kind.NUMBER,
    "roster": Kind.NUMBER,
    "row_name": Kind.PERSON,
    "rows": Kind.NUMBERS,
    "silent": Kind.NUMBER,
    "start": Kind.MOMENT,
    "subject": Kind.SUBJECT,
    "texts": Kind.NUMBER,
    "then": Kind.MOMENT,
    "then_subject": Kind.SUBJECT,
    "ties": Kind.NUMBER,
    "title": Kind.QUOTED,
    "titles": Kind.QUOTED,
    "tries": Kind.NUMBER,
    "turned_to": Kind.ROWS,
    "typed": Kind.CODE,
    "unsure": Kind.NUMBER,
    "told": Kind.NUMBER,
    "venue": Kind.VENUE,
    "way": Kind.QUOTED,
    "word": Kind.QUOTED,
    "words": Kind.FREE,
    "written": Kind.QUOTED,
}
"""Every placeholder a text may name; a new one is a line here."""


class Called(NamedTuple):
    """A person as a text calls her: first name, and "woman", "man" or None when it is not known."""

    name: str
    gender: str | None = None


class Row(NamedTuple):
    """A numbered row of a printed sheet and the first name on it."""

    number: int
    name: str


class Choice(NamedTuple):
    """A training session to choose from; the code is None where only invitations are meant.

    Another question to choose is named by its command in place of the code, without a subject, and the day it was put.
    """

    code: str | None
    subject: str
    start: datetime | str


def jsonable(value: Any) -> Any:
    """A value, or a mapping of values, as JSON keeps it; `say` reads both forms alike."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): jsonable(part) for key, part in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str):
        return [jsonable(part) for part in value]
    return value
