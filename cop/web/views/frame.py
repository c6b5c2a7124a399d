"""What stands around every page: who looks, in which language, where, what may be opened, and what was just done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clusters.training.drafts_around import DraftMark
from cop.web.i18n import Language


class Role(StrEnum):
    """Roles of people who sign in, as the command line names them."""

    ADMIN = "admin"
    MANAGER = "manager"
    MONITOR = "monitor"
    TRAINER = "trainer"
    CLERK = "clerk"


class Area(StrEnum):
    """Main pages, in the order of the navigation; the last ones stand in the footer only."""

    HOME = "home"
    SESSIONS = "sessions"
    CASCADE = "cascade"
    MESSAGES = "messages"
    ANNOUNCEMENTS = "announcements"
    INBOX = "inbox"
    CLUSTERS = "clusters"
    COMMUNITY = "community"
    KNOWLEDGE = "knowledge"
    PLANNER = "planner"
    PEOPLE = "people"
    IMPORTS = "imports"
    SETTINGS = "settings"
    PHONES = "phones"
    HEALTH = "health"
    ACCOUNT = "account"


FOOT_ONLY = frozenset(
    {
        Area.ANNOUNCEMENTS,
        Area.KNOWLEDGE,
        Area.PLANNER,
        Area.PEOPLE,
        Area.SETTINGS,
        Area.IMPORTS,
        Area.HEALTH,
        Area.PHONES,
        Area.ACCOUNT,
    }
)
"""Pages that the top bar leaves out, at any width."""


class Tone(StrEnum):
    """How a notice is meant; each tone also has its own sign and word."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


class StripKind(StrEnum):
    """The yellow strip over every page."""

    REHEARSAL_INVENTED = "rehearsal_invented"
    REHEARSAL = "rehearsal"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is signed in."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class NavItem:
    """A main page that this viewer may open; `count` is what waits there."""

    area: Area
    count: int = 0


@dataclass(frozen=True, slots=True)
class Crumb:
    """One place of the area trail; the last one has no address."""

    label: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Flash:
    """What was just done, already in the viewer's language; `undo` is the address that takes it back by POST."""

    text: str
    tone: Tone = Tone.GOOD
    undo: str | None = None


class HoldWhy(StrEnum):
    """Why nothing is sent."""

    PERSON = "person"
    RESTORED = "restored"
    OLDER = "older"
    OTHER = "other"
    UNMARKED = "unmarked"
    ACCOUNT = "account"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing is sent since then; `words` are those of whoever stopped it, `release` is where it can be released.

    With a `channel` nothing goes by that one, with a `place` nothing about that one.
    """

    since: datetime
    why: HoldWhy
    words: str | None = None
    release: str | None = None
    channel: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: `field` is its id in the page, `text` is in the viewer's language."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything around a page. `once` is fresh for each rendering: forms send it with their name as `once`, so that a
    resend does nothing twice. `now` is the clock handed in. `path` is the address of this page with its query."""

    now: datetime
    path: str = "/"
    language: Language = Language.ENGLISH
    languages: tuple[Language, ...] = (Language.ENGLISH,)
    viewer: Viewer | None = None
    here: Area | None = None
    nav: tuple[NavItem, ...] = ()
    trail: tuple[Crumb, ...] = ()
    strip: StripKind | None = None
    hold: Hold | None = None
    csrf_token: str = ""
    once: str = ""
    flash: Flash | None = None
    lite: bool = False
    """Leave pictures out and keep the tables (`Save-Data: on` or `?lite=1`)."""
    refresh_seconds: int | None = None
    """Ask the browser for the page again after so many seconds."""
    drafts: tuple[DraftMark, ...] = ()
    """Drafts that touch the page; of whoever may not plan there are none."""
    twins: bool = False
    """May the page be had as data, too?"""

    def twin(self, suffix: str) -> str:
        """The address of this page's data, such as `.xlsx`, with the same query."""
        path, mark, query = self.path.partition("?")
        return f"{path}{suffix}{mark}{query}"

    @property
    def top(self) -> tuple[NavItem, ...]:
        """Items of the top bar."""
        return tuple(item for item in self.nav if item.area not in FOOT_ONLY)
