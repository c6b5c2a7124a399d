"""The message centre: what went out, what was lost on the way and why, what it cost, and the way of one text."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cop.web.views.announcing import AnnouncementRow
from cop.web.views.frame import Hold
from cop.web.views.way import Purpose, Way


class Reason(StrEnum):
    """Why a text did not arrive, in the reader's terms."""

    NOT_IN_SERVICE = "not_in_service"
    UNREACHABLE = "unreachable"
    NO_CREDIT = "no_credit"
    NOT_MOBILE = "not_mobile"
    REFUSED = "refused"
    BLOCKED = "blocked"
    OPTED_OUT = "opted_out"
    NOT_ON_WHATSAPP = "not_on_whatsapp"
    TEMPLATE = "template"
    ACCOUNT = "account"
    ROUTE = "route"
    TOO_LATE = "too_late"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Funnel:
    """Texts of a period: wanted = held_back + withdrawn + expired + waiting + failed + in_doubt + accepted.
    Held back by rule: no number, cap or opt-out, never told apart."""

    wanted: int
    held_back: int
    withdrawn: int
    expired: int
    waiting: int
    failed: int
    in_doubt: int
    accepted: int
    delivered: int | None = None
    """On the phone, of `delivered_of` texts whose route reports it."""
    delivered_of: int = 0
    asked: int = 0
    answered: int = 0
    next_window: datetime | None = None
    """When waiting texts may go."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What helps against one reason; `label` is in the viewer's language and says the size of the act."""

    label: str
    href: str
    post: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Failed texts of one reason; `code` names the provider's word where there is one."""

    reason: Reason
    texts: int
    code: str | None = None
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """Texts, segments and rupees of one purpose."""

    purpose: Purpose
    texts: int
    segments: int
    rupees: int


@dataclass(frozen=True, slots=True)
class Search:
    """Answer to "why did X not get it?"; `ways` is empty when nothing was found."""

    q: str
    ways: tuple[Way, ...]
    more: int = 0
    """Further texts that are not listed."""


@dataclass(frozen=True, slots=True)
class RouteRow:
    """A route and how it does; `seen` is its last sign of life."""

    name: str
    texts: int
    median_seconds: float | None
    seen: datetime | None
    well: bool


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """One period of texts, first and last day included."""

    first: date
    last: date
    as_of: datetime
    funnel: Funnel
    failures: tuple[Failure, ...]
    costs: tuple[Cost, ...]
    routes: tuple[RouteRow, ...] = ()
    search: Search | None = None
    parked: tuple[Way, ...] = ()
    """Texts that wait for a person, the oldest first."""
    wrong_numbers: tuple[Way, ...] = ()
    """To each number that an operator called wrong the latest text."""
    earlier: str | None = None
    later: str | None = None
    route_down_since: datetime | None = None
    holds: tuple[Hold, ...] = ()
    """Why nothing is sent, the oldest reason first; empty when texts go."""
    all_held: bool = False
    """Of those one holds the whole programme."""
    channels: tuple[str, ...] = ()
    """Channels that texts go out by, each of which can be stopped."""
    may_switch: bool = False
    """This viewer may stop and release the sending of the programme."""
    announcements: tuple[AnnouncementRow, ...] = ()
    """The latest, those that are held or wait first."""
    may_announce: bool = False
    ucs2_percent: int | None = None
    """Share of the cost that is Urdu script."""
