"""What else could be chosen than a draft: plans between it and the LTRCs of before, and other numbers of LTRCs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LtrcsBefore:
    """The LTRCs that the plans start from: those in force (`official` false) or of the department's list."""

    official: bool
    clusters: int
    schools: int
    smallest: int | None
    largest: int | None
    mean_km: float | None
    longest_km: float | None
    broken_total: int
    broken: tuple[str, ...]
    """The first rules that they break, in the viewer's language."""


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """A plan on the way: schools that change their LTRC, the mean way in km, and what it saves of that of before."""

    number: int
    changed: int
    mean_km: float
    saved_km: float | None


@dataclass(frozen=True, slots=True)
class OfSize:
    """A quick plan of so many LTRCs; `here` marks the number that the draft has."""

    clusters: int
    smallest: int
    largest: int
    mean_km: float
    here: bool


@dataclass(frozen=True, slots=True)
class ChoicesPage:
    """All of it for one draft."""

    draft_id: int
    draft: str
    schools: int
    mean_km: float | None
    """Of the draft."""
    lower_km: float | None
    """No plan of so many LTRCs has a shorter mean way."""
    before: LtrcsBefore | None
    steps: tuple[OnTheWay, ...]
    sizes: tuple[OfSize, ...]
    edited: bool
    """The draft was changed by hand since these were made."""
