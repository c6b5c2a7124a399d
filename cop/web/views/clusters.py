"""LTRCs: the map of the schools and the table with the same numbers."""

from dataclasses import dataclass
from datetime import date, datetime

from cop.web.pictures import MapCluster


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """One LTRC in the table; `longest_km` is the longest way to the host school, None without coordinates."""

    cluster_id: int
    name: str
    circle: str
    schools: int
    in_band: bool
    longest_km: float | None
    teachers: int
    last_session: date | None
    next_session: date | None
    next_session_id: int | None = None
    trainer: str | None = None


@dataclass(frozen=True, slots=True)
class SchoolRef:
    """A school by name and EMIS code, with the LTRC it belongs to."""

    name: str
    code: str
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A block of a wide scope, shown on its own; `key` as B2."""

    key: str
    name: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class DraftLink:
    """A draft that would change what a page shows; `from_date` when it was accepted for a coming day."""

    name: str
    href: str
    from_date: date | None


@dataclass(frozen=True, slots=True)
class ClustersPage:
    """All LTRCs of the viewer's scope, or of one block of it; `map_clusters` holds only schools with coordinates."""

    area: str
    as_of: datetime
    rows: tuple[ClusterRow, ...]
    map_clusters: tuple[MapCluster, ...]
    schools: int
    boys: int
    girls: int
    mixed: int
    without_coordinates: tuple[SchoolRef, ...] = ()
    """At most the first twenty; the number of all stands in `without_coordinates_total`."""
    without_coordinates_total: int = 0
    unplaced: int = 0
    """Schools that no LTRC holds."""
    may_plan: bool = False
    parts: tuple[Part, ...] = ()
    """The blocks of a scope too wide for one page; all figures but `unplaced` are those of the one that is shown."""
    total: int | None = None
    """LTRCs in all, where the rows are only some of them; so many of them are outside the band."""
    outside_total: int | None = None
    more: str | None = None
    """Where the next rows are."""
    drafts: tuple[DraftLink, ...] = ()
    """Drafts that hold these schools, for whoever may plan."""
