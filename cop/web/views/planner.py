"""The planner: the drafts of both kinds in a list, and one of LTRCs, compared with today and accepted from a date."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from cop.web.pictures import MapCluster
from cop.web.views.frame import FieldError
from cop.web.views.planning import PlanRow


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in the list; `kind` is clusters or cascade. Figures are those it was made with, None for a cascade."""

    kind: str
    draft_id: int
    name: str
    made_at: datetime
    made_by: str
    accepted_from: date | None = None
    clusters: int | None = None
    outside_band: int | None = None
    mean_km: float | None = None
    moved: int | None = None
    """Schools that would leave the LTRC they stood in; None for a draft made before this was counted."""
    compare: str | None = None
    """Where it stands beside today."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure today and in the draft; None where there is none."""

    today: float | None
    draft: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A draft of LTRCs against today. Distances in km, great circle."""

    clusters: Quantity
    outside_band: Quantity
    schools_over_8_km: Quantity
    mean_km: Quantity
    longest_km: Quantity
    hosts_changed: int | None
    schools_moved: int | None


@dataclass(frozen=True, slots=True)
class LongWay:
    """An LTRC by its longest way; `today_km` of the same host's LTRC, None if it is new."""

    name: str
    schools: int
    today_km: float | None
    draft_km: float
    href: str | None = None


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """An LTRC outside the band, and why, in the viewer's language."""

    cluster: str
    size: int
    reason: str


@dataclass(frozen=True, slots=True)
class SchoolMove:
    """A school that changes its LTRC."""

    school: str
    code: str
    old: str | None
    new: str
    old_km: float | None
    new_km: float | None


@dataclass(frozen=True, slots=True)
class HandChange:
    """A change by hand of a draft, the latest first; `hosts` tells a chosen host from a moved school."""

    change_id: int
    school: str
    old: str
    """The LTRC it left, or the school that hosted."""
    new: str
    """The LTRC it came to, or that it hosts."""
    hosts: bool
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Torn:
    """An LTRC of which the draft plans only a part: `left` of `schools` are not in it, the others go `into` these."""

    name: str
    left: int
    schools: int
    into: tuple[tuple[str, int], ...]
    sessions: int
    last: date | None
    """When the last planned training session there ends."""
    posts: int


@dataclass(frozen=True, slots=True)
class Touches:
    """What accepting touches, in numbers, and what changed since the draft was made."""

    schools: int
    teachers: int
    sessions: int
    texts: int
    posts: int
    torn: tuple[Torn, ...] = ()
    added: int = 0
    added_names: tuple[str, ...] = ()
    """At most the first five."""
    moved: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class ClusterDraft:
    """A draft of LTRCs; `told` people hear of it when it is accepted."""

    kind: ClassVar[str] = "clusters"
    draft_id: int
    name: str
    made_at: datetime
    made_by: str
    schools: int
    boys: int
    girls: int
    clusters: int
    circles: int
    map_clusters: tuple[MapCluster, ...]
    comparison: Comparison
    first_plan: bool
    """True when no LTRC exists today: there is nothing to compare with."""
    long_ways: tuple[LongWay, ...]
    broken: tuple[BrokenRule, ...] = ()
    moves: tuple[SchoolMove, ...] = ()
    """At most the first fifty; the number of all stands in the comparison."""
    unplaced: tuple[str, ...] = ()
    """Names of schools that no LTRC of the draft holds."""
    touches: Touches | None = None
    waits_for: date | None = None
    """Accepted from this coming day; until then it can be taken back."""
    stopped: str | None = None
    """Why it was not put in place when its day came, in the viewer's language."""
    refused: str | None = None
    """Why it could not be accepted just now, in the viewer's language."""
    changes: tuple[HandChange, ...] = ()
    violations: tuple[str, ...] = ()
    """Rules that it breaks since it was changed by hand, in the viewer's language."""
    may_edit: bool = False
    remarks: tuple[str, ...] = ()
    """What it is excused from, in the viewer's language."""
    max_km: float | None = None
    """The longest way that was asked for."""
    beyond: int = 0
    """Schools whose way is longer all the same."""
    tightening: bool = False
    """A better figure than the next one is looked for at this moment."""
    longer_at_most: int | None = None
    """By how many per cent, rounded up, it is longer than any plan for so many LTRCs, at most; None: not known."""


@dataclass(frozen=True, slots=True)
class AcceptForm:
    """Field `from_date` as ISO; `earliest` bounds it."""

    from_date: date | None
    earliest: date | None
    errors: tuple[FieldError, ...] = ()
    may_accept: bool = True


@dataclass(frozen=True, slots=True)
class PlannerPage:
    """All drafts, and the one that is open. Without a draft the page says what there is today and how to make one."""

    drafts: tuple[DraftRow, ...]
    draft: ClusterDraft | None
    accept: AcceptForm | None
    clusters_today: int
    outside_band_today: int
    schools: int
    may_discard: bool = False
    making: tuple[PlanRow, ...] = ()
    """Plans of hers that are under way."""
