"""A person's communities, by her personal link: members see each other's names, nobody else does."""

from dataclasses import dataclass
from datetime import date, datetime

from clusters.modules.rules import Subject
from cop.communities.rules import Standing


@dataclass(frozen=True, slots=True)
class Fellow:
    """Another member."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class OwnLine:
    """Something to talk about the next time."""

    line_id: int
    words: str
    by: str


@dataclass(frozen=True, slots=True)
class OwnCommunity:
    """One of hers: who belongs, who hosts, when it meets next, what is to be talked about."""

    community_id: int
    name: str
    subject: Subject | None
    about: str
    standing: Standing
    members: int
    host: str
    hosting: bool
    """It is her turn."""
    meets_at: datetime | None
    venue: str
    fellows: tuple[Fellow, ...] = ()
    agenda: tuple[OwnLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Nearby:
    """One that she may ask to join; who belongs is told to members."""

    community_id: int
    name: str
    subject: Subject | None


@dataclass(frozen=True, slots=True)
class OwnCommunitiesPage:
    """Hers in the order she came to them, then those of her circle."""

    link: str
    today: date
    own: tuple[OwnCommunity, ...] = ()
    nearby: tuple[Nearby, ...] = ()
