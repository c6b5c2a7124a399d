"""People: found by name, number, code or post; one of them with her posts, phones and training; somebody new."""

from dataclasses import dataclass
from datetime import date, datetime

from clusters.cascade.rules import Level
from clusters.modules.rules import Subject
from clusters.people.rules import Gender, Language, PostRole
from cop.web.views.frame import FieldError


@dataclass(frozen=True, slots=True)
class Post:
    """A role with its school or place."""

    role: PostRole
    subject: Subject | None
    at: str


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in the list; `phone` is as this viewer may see it."""

    person_id: int
    name: str
    posts: tuple[Post, ...]
    phone: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A place to choose; deeper ones lie inside the one before."""

    address: str
    name: str
    depth: int


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who texted that she teaches at a school, and waits for a yes; `moves` when she is known already."""

    request_id: int
    name: str
    school: str
    code: str
    phone: str
    moves: bool
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Who is who inside the viewer's places; `more` leads to the next names."""

    rows: tuple[Row, ...]
    q: str
    role: PostRole | None
    place: str
    places: tuple[Choice, ...]
    may_add: bool
    more: str | None = None
    hidden_numbers: bool = False
    """This viewer finds nobody by a number."""
    asking: tuple[Asking, ...] = ()
    """Requests that this viewer may settle."""

    @property
    def filtered(self) -> bool:
        """Was anything asked for?"""
        return bool(self.q or self.role or self.place)


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post from-to; `until` is its last day. One that lasts may be ended by who may."""

    post_id: int
    role: PostRole
    subject: Subject | None
    at: str
    since: date
    until: date | None
    lasts: bool
    may_end: bool = False


@dataclass(frozen=True, slots=True)
class Sharer:
    """Somebody else who answers at the same number."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that reaches or reached her; `others` answer there too but stand outside the viewer's places."""

    shown: str
    since: datetime
    until: datetime | None
    wrong: bool
    shared_with: tuple[Sharer, ...] = ()
    others: int = 0
    fresh_until: datetime | None = None
    """Until then attendance is not taken from it: it is new."""


@dataclass(frozen=True, slots=True)
class Part:
    """A training session she leads or is invited to."""

    session_id: int
    code: str
    subject: Subject
    level: Level
    place: str
    start: datetime
    leads: bool


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which she is away, first and last included."""

    leave_id: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person; `silent_since` is when her number asked for no texts, `noted_since` when she told somebody so."""

    person_id: int
    name: str
    gender: Gender | None
    language: Language | None
    personal_no: str | None
    invented: bool
    registered_at: datetime
    posts: tuple[HeldPost, ...]
    phone: Phone | None
    earlier: tuple[Phone, ...]
    parts: tuple[Part, ...]
    today: date
    silent_since: datetime | None = None
    noted_since: datetime | None = None
    called_wrong_since: datetime | None = None
    """When a provider said that her number gets no texts."""
    teaches_as: PostRole | None = None
    """As what she teaches now, so that she can move to another school."""
    may_change: bool = False
    may_number: bool = False
    may_silence: bool = False
    may_leave: bool = False
    """She trains, and the viewer may write down when she is away."""
    away: tuple[Away, ...] = ()
    link_until: datetime | None = None
    """Until when a personal link of hers opens her own page."""
    link: str | None = None
    """A fresh one, whole; it is shown once."""
    masked: bool = False
    errors: tuple[FieldError, ...] = ()
    typed: tuple[tuple[str, str], ...] = ()
    """What stood in the form that was refused."""

    def said(self, field: str) -> str:
        """What was typed into a field."""
        return dict(self.typed).get(field, "")


@dataclass(frozen=True, slots=True)
class NewPersonPage:
    """The form for somebody new; `alike` are those who may be meant."""

    today: date
    name: str = ""
    gender: Gender | None = None
    language: Language | None = None
    personal_no: str = ""
    phone: str = ""
    role: PostRole | None = None
    at: str = ""
    from_date: str = ""
    alike: tuple[Row, ...] = ()
    sure: bool = False
    """None of those who were shown is meant."""
    errors: tuple[FieldError, ...] = ()
