"""Home, "This week": up to seven needs, the next training sessions, whom each subject has reached."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from clusters.modules.rules import Subject


class Urgency(StrEnum):
    """How much a need presses: its sign and colour."""

    NOW = "now"
    SOON = "soon"
    KNOW = "know"
    WELL = "well"


@dataclass(frozen=True, slots=True)
class AttendanceMissing:
    """Training sessions were held and nobody has reported who came."""

    kind: ClassVar[str] = "attendance_missing"
    urgency: ClassVar[Urgency] = Urgency.NOW
    sessions: int
    teachers: int
    first_place: str
    first_on: date
    href: str


@dataclass(frozen=True, slots=True)
class NoVenue:
    """Coming training sessions have no venue."""

    kind: ClassVar[str] = "no_venue"
    urgency: ClassVar[Urgency] = Urgency.NOW
    sessions: int
    teachers: int
    first_place: str
    first_on: date
    href: str


@dataclass(frozen=True, slots=True)
class NobodyInvited:
    """A training session is near and nobody has been invited."""

    kind: ClassVar[str] = "nobody_invited"
    urgency: ClassVar[Urgency] = Urgency.NOW
    sessions: int
    teachers: int
    first_place: str
    first_on: date
    href: str


@dataclass(frozen=True, slots=True)
class QuietCluster:
    """A cluster has had no training session for long, and none is planned."""

    kind: ClassVar[str] = "quiet_cluster"
    urgency: ClassVar[Urgency] = Urgency.NOW
    cluster: str
    weeks: int
    teachers: int
    href: str


@dataclass(frozen=True, slots=True)
class TextsWaiting:
    """Texts that a person must read."""

    kind: ClassVar[str] = "texts_waiting"
    urgency: ClassVar[Urgency] = Urgency.SOON
    texts: int
    of: int
    """Texts received this week."""
    oldest_minutes: int


@dataclass(frozen=True, slots=True)
class TextsFailed:
    """Texts of this week that failed; `out_of_service` is the part whose number belongs to nobody."""

    kind: ClassVar[str] = "texts_failed"
    urgency: ClassVar[Urgency] = Urgency.SOON
    texts: int
    of: int
    out_of_service: int


@dataclass(frozen=True, slots=True)
class TellByHand:
    """People of coming training sessions who have no phone."""

    kind: ClassVar[str] = "tell_by_hand"
    urgency: ClassVar[Urgency] = Urgency.SOON
    people: int
    sessions: int
    href: str


@dataclass(frozen=True, slots=True)
class OnHoliday:
    """Training sessions that stand on closed or expected holidays."""

    kind: ClassVar[str] = "on_holiday"
    urgency: ClassVar[Urgency] = Urgency.SOON
    sessions: int
    teachers: int
    holiday: str
    first_on: date
    href: str


@dataclass(frozen=True, slots=True)
class Clashes:
    """A trainer, a venue or a teacher stands in two places at once."""

    kind: ClassVar[str] = "clashes"
    urgency: ClassVar[Urgency] = Urgency.SOON
    clashes: int
    first_on: date
    href: str


@dataclass(frozen=True, slots=True)
class DraftWaits:
    """A draft of clusters or of a cascade waits to be accepted."""

    kind: ClassVar[str] = "draft_waits"
    urgency: ClassVar[Urgency] = Urgency.KNOW
    name: str
    since: datetime
    href: str


@dataclass(frozen=True, slots=True)
class OutsideBand:
    """Clusters outside 25 to 35 schools."""

    kind: ClassVar[str] = "outside_band"
    urgency: ClassVar[Urgency] = Urgency.KNOW
    clusters: int
    of: int


@dataclass(frozen=True, slots=True)
class NoClusters:
    """Schools are known and no cluster exists yet: the first thing to do."""

    kind: ClassVar[str] = "no_clusters"
    urgency: ClassVar[Urgency] = Urgency.KNOW
    schools: int


@dataclass(frozen=True, slots=True)
class SlowestSubject:
    """The subject that has reached the fewest teachers."""

    kind: ClassVar[str] = "slowest_subject"
    urgency: ClassVar[Urgency] = Urgency.KNOW
    subject: Subject
    reached: int
    of: int


@dataclass(frozen=True, slots=True)
class WeekWell:
    """What went well: training sessions held last week and who came."""

    kind: ClassVar[str] = "week_well"
    urgency: ClassVar[Urgency] = Urgency.WELL
    held: int
    planned: int
    came: int
    invited: int


@dataclass(frozen=True, slots=True)
class CouldNotCheck:
    """One check failed; the others stay. `what` is in the viewer's language, such as "venues"."""

    kind: ClassVar[str] = "could_not_check"
    urgency: ClassVar[Urgency] = Urgency.SOON
    what: str
    reference: str


@dataclass(frozen=True, slots=True)
class OtherNeed:
    """A need this list does not foresee; its words are in the viewer's language."""

    kind: ClassVar[str] = "other"
    urgency: Urgency
    sentence: str
    second: str
    button: str
    href: str


Need = (
    AttendanceMissing
    | NoVenue
    | NobodyInvited
    | QuietCluster
    | TextsWaiting
    | TextsFailed
    | TellByHand
    | OnHoliday
    | Clashes
    | DraftWaits
    | OutsideBand
    | NoClusters
    | SlowestSubject
    | WeekWell
    | CouldNotCheck
    | OtherNeed
)
"""One sentence of the home page; the template says it."""

NEEDS_SHOWN = 7
"""More than seven sentences are no list of what to do first."""


@dataclass(frozen=True, slots=True)
class NextSession:
    """A coming training session in one row."""

    session_id: int
    code: str
    start: datetime
    place: str
    subject: Subject
    yes: int
    invited: int
    has_venue: bool = True


@dataclass(frozen=True, slots=True)
class SubjectReach:
    """Teachers who attended at least one full training session of a subject."""

    subject: Subject
    reached: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """Needs come ranked by urgency and people affected; `year` is written as 2025-26."""

    as_of: datetime
    needs: tuple[Need, ...]
    next_sessions: tuple[NextSession, ...]
    sessions_this_month: int
    reach: tuple[SubjectReach, ...]
    teachers: int
    year: str
