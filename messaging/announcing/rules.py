"""How many one person may text alone, how long a text is held, and what an approval is bound to."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from clusters.people.rules import LEARNERS, PLANNERS, TRAINERS, PostRole
from messaging.texts.catalogue import LANGUAGES
from messaging.texts.segments import fold

SUBJECT = "announcement"
"""Kind of the subject of an announcement's texts, and kind of these texts."""
ANNOUNCERS = (*PLANNERS, *TRAINERS)
"""Who may text many inside her places, and approve what others want to text there."""

HOLD = timedelta(minutes=5)
"""Nothing goes before this much time has passed in which it can be undone."""
ALONE_MAX = 200
"""More texts than this within `COUNTED` one person does not send alone."""
COUNTED = timedelta(hours=24)
USEFUL = timedelta(days=3)
"""An announcement that could not go within this time goes no more, and a request nobody decided on lapses."""
LATEST = timedelta(days=30)
"""Nothing is announced for a later day than this."""

_UNSEEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"[ \t]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


class Standing(StrEnum):
    """Where an announcement stands."""

    WAITING = "waiting"
    """For the second person."""
    RELEASED = "released"
    """Its texts are queued, held back until the hold is over."""
    DECLINED = "declined"
    UNDONE = "undone"
    """Its author took it back, or stopped what had not gone."""


class Target(StrEnum):
    """What an announcement goes to."""

    SESSION = "session"
    """Everybody on the list of a training session."""
    PLACE = "place"
    """People with a post in a place."""
    REST = "rest"
    """Those whom an earlier announcement surely did not reach."""
    LIST = "list"
    """Numbers of a list."""


class Group(StrEnum):
    """Posts that are addressed together."""

    TEACHERS = "teachers"
    HEADS = "heads"
    TRAINERS = "trainers"
    FACILITATORS = "facilitators"
    OFFICE = "office"


ROLES: Mapping[Group, tuple[PostRole, ...]] = {
    Group.TEACHERS: LEARNERS,
    Group.HEADS: (PostRole.HEAD_TEACHER,),
    Group.TRAINERS: TRAINERS,
    Group.FACILITATORS: (PostRole.FACILITATOR,),
    Group.OFFICE: (PostRole.EDUCATION_MANAGER, PostRole.MONITOR, PostRole.CLERK),
}


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom an announcement is for: a training session, a place with groups of posts, or the rest of an earlier one."""

    target: Target
    id: int
    groups: tuple[Group, ...] = ()

    def document(self) -> dict[str, Any]:
        """As it is kept."""
        return {"target": self.target.value, "id": self.id, "groups": [group.value for group in self.groups]}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Whom":
        """From how it is kept."""
        return cls(Target(document["target"]), document["id"], tuple(Group(group) for group in document["groups"]))

    @property
    def roles(self) -> tuple[PostRole, ...]:
        """The posts that the groups hold."""
        return tuple(dict.fromkeys(role for group in self.groups for role in ROLES[group]))


class Recipient(NamedTuple):
    """A phone with everybody of an announcement whom it reaches; they get one text between them."""

    number: str
    person_ids: tuple[int, ...]
    language: str
    """That of the first of them."""
    invented: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said, by language; who reads another one gets the first of these."""

    texts: Mapping[str, str]

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> "Wording":
        """From what was typed; languages without a text are left out."""
        tidied = {language: tidy(texts.get(language, "")) for language in LANGUAGES}
        return cls({language: text for language, text in tidied.items() if text})

    def language_for(self, language: str) -> str:
        """In which of its languages somebody reads it who reads `language`."""
        return language if language in self.texts else next(iter(self.texts))


def tidy(text: str) -> str:
    """What was typed without what nobody sees: controls, marks of direction, doubled spaces, typographic quotes."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = (_SPACES.sub(" ", line).strip() for line in fold(seen).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def fingerprint(recipients: Iterable[Recipient], wording: Wording, not_before: datetime | None) -> str:
    """One value for who, what and when; a change of any of them makes it another one."""
    said = [
        sorted((each.number, *each.person_ids, wording.language_for(each.language)) for each in recipients),
        dict(wording.texts),
        not_before and not_before.isoformat(),
    ]
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def needs_second(texts: int, texted_alone: int) -> bool:
    """Must somebody else approve so many texts, after so many that the author sent alone within `COUNTED`?"""
    return texts + texted_alone > ALONE_MAX


def starts_at(now: datetime, not_before: datetime | None) -> datetime:
    """When the first text may go: after the hold, and not before the wished hour."""
    return max(now + HOLD, not_before or now)


def lapsed(asked_at: datetime, now: datetime) -> bool:
    """Has nobody decided on a request for too long?"""
    return now >= asked_at + USEFUL


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an announcement's texts; `rest` are those that surely never went and that nobody took back."""

    sent: int
    in_doubt: int
    failed: int
    rest: int
    waiting: int
    held_back: int
    withdrawn: int

    @property
    def all(self) -> int:
        """Texts that were queued."""
        return sum((self.sent, self.in_doubt, self.failed, self.rest, self.waiting, self.held_back, self.withdrawn))
