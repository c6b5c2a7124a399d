"""A draft of LTRCs changed by hand: all its LTRCs, one of them, one school with the LTRCs that it could go to."""

from dataclasses import dataclass

from cop.web.pictures import MapCluster


@dataclass(frozen=True, slots=True)
class DraftedLtrc:
    """An LTRC of a draft in the table; `at` is its name in the plan. Kilometres, great circle."""

    at: str
    name: str
    circle: str
    host: str
    schools: int
    in_band: bool
    mean_km: float | None
    longest_km: float | None


@dataclass(frozen=True, slots=True)
class DraftedSchool:
    """A school of a draft; `ltrc` is where it stands there."""

    school_id: int
    name: str
    code: str
    ltrc: str
    km: float | None
    host: bool
    why_not: str | None = None
    """Why it cannot host, in the viewer's language."""


@dataclass(frozen=True, slots=True)
class Way:
    """A figure before and after a change."""

    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A change that is offered, with what it does; `at` or `school_id` is what the form sends."""

    name: str
    at: str
    school_id: int
    km: Way
    """Of the school that moves; of all the LTRC's schools on average where the host changes."""
    here: Way | None
    """Schools of the LTRC that it leaves; None where only the host changes."""
    there: Way | None
    mean: Way
    """Over the whole draft."""
    gap: Way
    """How much longer than any plan for so many LTRCs, per cent, at most."""
    broken: tuple[str, ...] = ()
    """Rules that it breaks, in the viewer's language."""
    mended: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LtrcsPage:
    """All LTRCs of a draft, and the schools that a search found."""

    draft_id: int
    draft: str
    rows: tuple[DraftedLtrc, ...]
    total: int
    begin: int
    search: str
    found: tuple[DraftedSchool, ...]
    more: str | None = None
    more_found: bool = False
    """There are more schools than are shown: the search is too wide."""


@dataclass(frozen=True, slots=True)
class LtrcPage:
    """One LTRC of a draft: its schools, and who else could host."""

    draft_id: int
    draft: str
    may_edit: bool
    at: str
    name: str
    schools: tuple[DraftedSchool, ...]
    host_id: int
    in_band: bool
    mean_km: float | None
    longest_km: float | None
    hosts: tuple[Offer, ...]
    map_cluster: MapCluster | None
    unfit: int
    """How many of its schools cannot host."""


@dataclass(frozen=True, slots=True)
class MovePage:
    """One school of a draft, and the nearest LTRCs that it could go to; a host has to be replaced first."""

    draft_id: int
    draft: str
    may_edit: bool
    school: DraftedSchool
    at: str
    offers: tuple[Offer, ...]
