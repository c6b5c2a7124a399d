"""Texting many: whom, what and when, what it costs before anything goes, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from clusters.people.rules import Language
from clusters.structure.rules import PlaceKind
from cop.web.views.frame import FieldError
from cop.web.views.people import Choice
from messaging.announcing.rules import Group, Outcome, Standing
from messaging.outbox.templates import Standing as TemplateStanding


@dataclass(frozen=True, slots=True)
class Addressed:
    """What it goes to, by name: a place with groups of posts, a training session, the rest of an earlier one."""

    name: str
    kind: PlaceKind | None = None
    session: tuple[int, str] | None = None
    """Id and code."""
    rest_of: int | None = None
    groups: tuple[Group, ...] = ()
    list: bool = False
    """Numbers of a list that was handed in on the command line."""


@dataclass(frozen=True, slots=True)
class Part:
    """One wording with the phones that get it; `room` are the characters that its segments hold."""

    language: Language
    text: str
    phones: int
    characters: int
    room: int
    segments: int
    """Of one text."""
    total: int
    dear: tuple[str, ...]
    """Characters that make it the alphabet of 70 a part."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Somebody among those who get it."""

    name: str
    at: str
    language: Language
    phone: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go out; `silent` asked for silence, `invented` are phones that the route in use does not take."""

    parts: tuple[Part, ...]
    people: int
    phones: int
    without_phone: int
    silent: int
    invented: int
    segments: int
    rupees: int
    goes_at: datetime
    done_by: datetime
    samples: tuple[Sample, ...]
    fingerprint: str
    needs_second: bool
    texted_alone: int


@dataclass(frozen=True, slots=True)
class TemplateState:
    """What WhatsApp said to the template of a language; None where none was handed in, and SMS go instead."""

    language: Language
    standing: TemplateStanding | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ComposePage:
    """What is being written, and after a check what it would send."""

    whom: Addressed
    place: str
    """Address of the place, "" for another target."""
    places: tuple[Choice, ...]
    texts: dict[Language, str]
    day: str = ""
    time: str = ""
    preview: Preview | None = None
    errors: tuple[FieldError, ...] = ()
    templates: tuple[TemplateState, ...] = ()
    """Where WhatsApp is used: what it said to the template of each language."""


@dataclass(frozen=True, slots=True)
class AnnouncementRow:
    """An announcement in a list; while it is held `minutes_left` says how long it can be undone."""

    id: int
    whom: Addressed
    begins: str
    """The beginning of what it says."""
    author: str | None
    asked_at: datetime
    standing: Standing
    texts: int
    starts_at: datetime | None
    minutes_left: int | None
    lapsed: bool
    may_undo: bool
    may_decide: bool


@dataclass(frozen=True, slots=True)
class AnnouncementsPage:
    """The latest announcements of the viewer's places."""

    rows: tuple[AnnouncementRow, ...]
    may_announce: bool


@dataclass(frozen=True, slots=True)
class AnnouncementPage:
    """One announcement: what it says, to whom, who decided, how far it has come."""

    row: AnnouncementRow
    texts: tuple[tuple[Language, str], ...]
    people: int
    segments: int
    rupees: int
    decider: str | None
    decided_at: datetime | None
    why: str | None
    outcome: Outcome | None
    preview: Preview | None
    """As it would go now, for whoever may decide."""
    changed: bool
    """Who, what or when is no longer what was asked for, so it cannot be approved."""
    fingerprint: str
    may_stop: bool
    """Some of it has gone, and the others can still be stopped."""
    may_rest: bool
    errors: tuple[FieldError, ...] = ()
