"""How one language says values: days and hours, subjects, names with their honorific, rows of a sheet, choices."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from messaging.texts.shortening import plain, short_venue, shorten, tidy
from messaging.texts.values import Called, Choice, Kind, Row

_KARACHI = ZoneInfo("Asia/Karachi")


class Tightness(NamedTuple):
    """How short values are said: letters a kind of value may have, and how much of a list is shown."""

    venue: int | None
    person: int | None
    quoted: int | None
    choices: int
    """3 says code, subject and date; 2 leaves the subject out; 1 the code alone (or the date, where there is none)."""
    named_rows: int = 0
    """Rows of a list that are said with their names."""
    listed: int = 80
    """Numbers shown of a list before the rest is counted."""


LOOSE = Tightness(None, None, None, 3)
TIGHTNESS = (
    Tightness(30, 24, 60, 3),
    Tightness(22, 16, 40, 3),
    Tightness(16, 12, 24, 2),
    Tightness(12, 9, 16, 2),
    Tightness(9, 7, 12, 1),
    Tightness(7, 5, 8, 1),
)
RIGID = frozenset({Kind.MOMENT, Kind.PHONE, Kind.NUMBER, Kind.COMMANDS, Kind.ANSWER, Kind.CODE, Kind.FREE})
"""Kinds that are said alike however tight it is."""


@dataclass(frozen=True, slots=True)
class Speech:
    """A language's own words for what values say."""

    latin: bool
    """Is it written in the phone alphabet, so that a foreign letter would halve what fits?"""
    comma: str
    days: tuple[str, ...]
    months: tuple[str, ...]
    hours: Mapping[str, str]
    """Patterns for the hour: `early` before 7, `day` until 19, `late` after, `am`, `pm` where the language has them."""
    subjects: Mapping[str, str]
    answers: Mapping[str, str]
    honorifics: Mapping[str, str]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "Speech":
        """From the tables of a language's file that are not texts."""
        return cls(
            latin=raw["latin"],
            comma=raw["comma"],
            days=tuple(raw["days"]),
            months=tuple(raw["months"]),
            hours=raw["hours"],
            subjects=raw["subjects"],
            answers=raw["answers"],
            honorifics=raw["honorifics"],
        )


def say_value(kind: Kind, form: str, value: Any, speech: Speech, tight: Tightness) -> str:
    """A value as the language says it; a form that its kind does not have is a KeyError."""
    return _SAYERS[kind, form](value, speech, tight)


def _local(value: datetime | str) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment.tzinfo is None:
        raise ValueError("a moment in a text needs its zone")
    return moment.astimezone(_KARACHI)


def _date(value: datetime | str, speech: Speech, _: Tightness) -> str:
    moment = _local(value)
    return f"{moment.day} {speech.months[moment.month - 1]}"


def _day(value: datetime | str, speech: Speech, tight: Tightness) -> str:
    return f"{speech.days[_local(value).weekday()]} {_date(value, speech, tight)}"


def _time(value: datetime | str, speech: Speech, _: Tightness) -> str:
    """Twelve hours; 7 to 12 is the morning and 1 to 6 the afternoon, as people write back, unless it is said."""
    moment = _local(value)
    part = "early" if moment.hour < 7 else "day" if moment.hour < 19 else "late"
    hour = f"{moment.hour % 12 or 12}" + (f":{moment.minute:02}" if moment.minute else "")
    pattern = speech.hours[part].replace("HALF", speech.hours["am" if moment.hour < 12 else "pm"])
    return pattern.replace("HOUR", hour)


def _own_letters(value: object, speech: Speech) -> str:
    return _lettered(str(value), latin=speech.latin)


@lru_cache(maxsize=4096)
def _lettered(value: str, *, latin: bool) -> str:
    told = tidy(value)
    return (plain(told) or "?") if latin else told


def _subject(value: str, speech: Speech, tight: Tightness) -> str:
    return speech.subjects.get(value) or shorten(_own_letters(value, speech), tight.person)


def _venue(value: str, speech: Speech, tight: Tightness) -> str:
    return short_venue(_own_letters(value, speech), tight.venue)


def _called(value: object) -> Called:
    return Called(value) if isinstance(value, str) else Called(*value)  # type: ignore[misc]  # JSON keeps it as a list


def _person(value: object, speech: Speech, tight: Tightness) -> str:
    called = _called(value)
    name = shorten(_own_letters(called.name, speech), tight.person)
    honorific = speech.honorifics.get(called.gender or "", "")
    return f"{name} {honorific}" if honorific else name


def _phone(value: str, _: Speech, __: Tightness) -> str:
    digits = value.removeprefix("+92")
    return f"0{digits[:3]}-{digits[3:]}" if value.startswith("+92") else value


def _text(value: object, _: Speech, __: Tightness) -> str:
    return str(value)


def _listed(values: Iterable[Any], speech: Speech, tight: Tightness) -> str:
    told = [str(value) for value in values]
    shown = told[: tight.listed]
    if len(told) > len(shown):
        shown.append(f"+{len(told) - len(shown)}")
    return speech.comma.join(shown)


def _rows(value: Iterable[Row], speech: Speech, tight: Tightness) -> str:
    rows = [Row(*row) for row in value]
    named = [f"{row.number} {shorten(_own_letters(row.name, speech), tight.person)}" for row in rows]
    return _listed([*named[: tight.named_rows], *(row.number for row in rows[tight.named_rows :])], speech, tight)


def _count(value: Iterable[object], _: Speech, __: Tightness) -> str:
    return str(len(list(value)))


def _choices(value: Iterable[Choice], speech: Speech, tight: Tightness, *, codes: bool = True) -> str:
    said = []
    for number, choice in enumerate((Choice(*each) for each in value), start=1):
        subject = [_subject(choice.subject, speech, tight._replace(person=12))] if choice.subject else []
        parts = {3: [*subject, _date(choice.start, speech, tight)], 2: [_date(choice.start, speech, tight)], 1: []}
        code = choice.code if codes else None
        told = [code, *parts[tight.choices]] if code else parts[max(tight.choices, 2)]
        said.append(f"{number}={' '.join(told)}")
    return " ".join(said)


def _choices_plain(value: Iterable[Choice], speech: Speech, tight: Tightness) -> str:
    return _choices(value, speech, tight, codes=False)


def _places(value: Iterable[str], speech: Speech, tight: Tightness) -> str:
    return " ".join(f"{number} {_venue(name, speech, tight)}" for number, name in enumerate(value, start=1))


def _people(value: Iterable[object], speech: Speech, tight: Tightness) -> str:
    said = (_person(each, speech, tight) for each in value)
    return " ".join(f"{chr(ord('A') + place)}={name}" for place, name in enumerate(said))


def _first(value: Iterable[object], speech: Speech, tight: Tightness) -> str:
    return shorten(_own_letters(_called(next(iter(value))).name, speech), tight.person)


def _commands(value: Iterable[str], _: Speech, __: Tightness) -> str:
    return " / ".join(value)


def _answer(value: str, speech: Speech, _: Tightness) -> str:
    return speech.answers[value]


def _quoted(value: object, speech: Speech, tight: Tightness) -> str:
    return shorten(_own_letters(value, speech), tight.quoted)


def _free(value: str, _: Speech, __: Tightness) -> str:
    return value.strip()


_SAYERS: Mapping[tuple[Kind, str], Callable[[Any, Speech, Tightness], str]] = {
    (Kind.MOMENT, "day"): _day,
    (Kind.MOMENT, "date"): _date,
    (Kind.MOMENT, "time"): _time,
    (Kind.SUBJECT, ""): _subject,
    (Kind.VENUE, ""): _venue,
    (Kind.PERSON, ""): _person,
    (Kind.PHONE, ""): _phone,
    (Kind.NUMBER, ""): _text,
    (Kind.NUMBERS, ""): _listed,
    (Kind.ROWS, ""): _rows,
    (Kind.ROWS, "count"): _count,
    (Kind.CHOICES, ""): _choices,
    (Kind.CHOICES, "plain"): _choices_plain,
    (Kind.PLACES, ""): _places,
    (Kind.PEOPLE, ""): _people,
    (Kind.PEOPLE, "count"): _count,
    (Kind.PEOPLE, "first"): _first,
    (Kind.COMMANDS, ""): _commands,
    (Kind.ANSWER, ""): _answer,
    (Kind.CODE, ""): _text,
    (Kind.QUOTED, ""): _quoted,
    (Kind.FREE, ""): _free,
}
"""Every kind with its forms; a text that asks for another form fails its test."""
