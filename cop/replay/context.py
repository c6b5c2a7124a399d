"""The world that a block of lines is about, as it is written: generous with what is missing or odd; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from clusters.calendar.windows import KARACHI
from clusters.modules.rules import Subject
from clusters.people.rules import Language, PostRole
from cop.replay.corpus import unreadable
from cop.replay.judging import LANGUAGES

OPENS = time(9, 0)
"""The hour in Karachi at which the clock stands, unless it is said otherwise."""
BEGINS = time(10, 0)
"""When a training session begins of which only the day is said."""
SOME_DAY = date(2026, 3, 14)
POSTS = {
    "manager": PostRole.EDUCATION_MANAGER,
    "trainer": PostRole.CIRCLE_TRAINER,
    "head": PostRole.HEAD_TEACHER,
    "admin": PostRole.ADMINISTRATOR,
    **{role.value: role for role in PostRole},
}
_SUBJECTS = {
    **dict.fromkeys(("math", "mathematics", "riazi"), Subject.MATHS),
    **dict.fromkeys(("language", "english", "urdu", "pashto"), Subject.LANGUAGES),
    **dict.fromkeys(("parent", "parental involvement", "community"), Subject.PARENTS),
    "general science": Subject.SCIENCE,
    **{subject.value: subject for subject in Subject},
}
_MOBILE = re.compile(r"(?:\+92|0092|92|0)?(3[0-9]{9})")


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the context; `phone` is None where she has none."""

    name: str
    phone: str | None
    post: PostRole
    language: Language | None
    opted_out: bool = False
    school: str | None = None
    """EMIS code, where one is said."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """A training session of the context; the roster in the order of its rows."""

    code: str
    subject: Subject
    cluster: str
    start: datetime
    venue: str
    trainer: str | None
    roster: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that is open with a phone."""

    phone: str
    kind: str
    session: str | None
    number: int | None


@dataclass(frozen=True, slots=True)
class PendingCode:
    """A one-time code that was sent to a phone and confirms a command about a training session."""

    phone: str
    code: str
    verb: str
    session: str


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that a block says of its world; phones are E.164 where they are mobiles."""

    now: datetime
    people: tuple[Somebody, ...]
    schools: tuple[tuple[str, str], ...]
    """EMIS code and name."""
    notes: tuple[tuple[str, str], ...]
    """Number and title."""
    sessions: tuple[Gathering, ...]
    questions: tuple[Asking, ...]
    sent: tuple[tuple[str, str], ...]
    """Phone and text."""
    echoes: tuple[tuple[str, str], ...]
    """Phone, and what was confirmed."""
    codes: tuple[PendingCode, ...]


def read_context(raw: Mapping[str, Any], file: str, line: int) -> Context:
    """The context of a block; Invalid names its line where it cannot be made sense of."""
    try:
        return _read(raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise unreadable(file, line, f"its context does not hold together ({error})") from error


def mobile(written: object) -> str:
    """A phone as it is stored; what is no Pakistani mobile stays as it is written."""
    given = str(written).strip()
    found = _MOBILE.fullmatch(re.sub(r"[\s().-]", "", given))
    return f"+92{found[1]}" if found else given


def _read(raw: Mapping[str, Any]) -> Context:
    people = tuple(_somebody(number, each) for number, each in enumerate(_list(raw, "people"), start=1))
    now = _now(raw)
    holders: dict[str, str] = {}
    for each in people:
        if each.phone:
            holders.setdefault(each.phone, each.name)
    return Context(
        now=now,
        people=people,
        schools=tuple((str(each["emis"]), str(each.get("name") or each["emis"])) for each in _list(raw, "schools")),
        notes=tuple((str(each["number"]), str(each.get("title") or "")) for each in _list(raw, "notes")),
        sessions=tuple(_gathering(each, now, holders) for each in _list(raw, "training_sessions")),
        questions=tuple(_asking(each) for each in _list(raw, "open_questions")),
        sent=tuple((mobile(each["phone"]), str(each["text"])) for each in _list(raw, "sent")),
        echoes=tuple((mobile(each["phone"]), str(each.get("do") or "")) for each in _list(raw, "last_echo")),
        codes=tuple(
            PendingCode(
                mobile(each["phone"]),
                str(each["code"]),
                str(each.get("verb") or "move").strip().lower().replace("_", " "),
                str(each.get("session") or ""),
            )
            for each in _list(raw, "pending_codes")
        ),
    )


def _list(raw: Mapping[str, Any], key: str) -> list[Any]:
    """A list; one object alone is a list of it, nothing is an empty one."""
    given = raw.get(key)
    if given is None:
        return []
    return given if isinstance(given, list) else [given]


def _now(raw: Mapping[str, Any]) -> datetime:
    day = date.fromisoformat(str(raw["today"])[:10]) if raw.get("today") else None
    said = str(raw.get("now") or "").strip()
    if said:
        if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", said):
            return datetime.combine(day or SOME_DAY, time.fromisoformat(said.zfill(5)), KARACHI)
        return _instant(said, OPENS)
    return datetime.combine(day or SOME_DAY, OPENS, KARACHI)


def _instant(written: str, hour: time) -> datetime:
    """An instant as ISO writes it; without a zone in Karachi, a day alone at that hour."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written.strip()):
        return datetime.combine(date.fromisoformat(written.strip()), hour, KARACHI)
    at = datetime.fromisoformat(written.strip().replace(" ", "T", 1))
    return at if at.tzinfo else at.replace(tzinfo=KARACHI)


def _somebody(number: int, raw: Mapping[str, Any]) -> Somebody:
    phone, language = raw.get("phone"), str(raw.get("language") or "").strip().lower()
    known = LANGUAGES.get(language)
    return Somebody(
        str(raw.get("name") or f"Ustad {number}").strip(),
        mobile(phone) if phone else None,
        POSTS.get(str(raw.get("post") or "").strip().lower().replace(" ", "_"), PostRole.TEACHER),
        Language(known) if known else None,
        bool(raw.get("opted_out")),
        str(raw["school"]).strip() if raw.get("school") else None,
    )


def _gathering(raw: Mapping[str, Any], now: datetime, holders: Mapping[str, str]) -> Gathering:
    """Its people are named by name; a phone stands for who holds it."""
    named = raw.get("roster") or ()
    listed = [f"Ustad {row}" for row in range(1, named + 1)] if isinstance(named, int) else list(map(_name, named))
    names = [holders.get(mobile(each), each) for each in listed]
    subject, trainer = str(raw.get("subject") or "").strip().lower(), raw.get("trainer")
    cluster = str(raw.get("cluster") or "LTRC").strip()
    return Gathering(
        str(raw["code"]).strip(),
        _SUBJECTS.get(subject, Subject.PEDAGOGY),
        cluster,
        _instant(str(raw["start"]), BEGINS) if raw.get("start") else now + timedelta(days=7),
        str(raw.get("venue") or cluster).strip(),
        holders.get(mobile(_name(trainer)), _name(trainer)) if trainer else None,
        tuple(names),
    )


def _name(raw: Any) -> str:
    return str(raw["name"] if isinstance(raw, Mapping) else raw).strip()


def _asking(raw: Mapping[str, Any]) -> Asking:
    number = raw.get("number")
    return Asking(
        mobile(raw["phone"]),
        str(raw.get("kind") or "rsvp").strip().lower(),
        str(raw["session"]).strip() if raw.get("session") else None,
        int(number) if number is not None else None,
    )
