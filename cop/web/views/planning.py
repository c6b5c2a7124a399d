"""Having a plan made: what is asked for, and how far it is."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clusters.modules.rules import Subject
from cop.planning.rules import PlanKind, PlanStage
from cop.web.views.frame import FieldError


class KeptApart(StrEnum):
    """What no LTRC shall mix, as a form offers it."""

    GENDER = "gender"
    TEHSIL = "tehsil"
    ZONE = "zone"


class Habit(StrEnum):
    """How teachers may meet, as a form offers it."""

    WOMEN_APART = "women_apart"
    LAST_WORKING_DAY = "last_working_day"


@dataclass(frozen=True, slots=True)
class RoundFormPage:
    """What is asked of a round of the cascade, as it was typed; a round begins with the core team of the programme."""

    may_plan: bool
    subjects: tuple[Subject, ...]
    from_date: date
    earliest: date
    habits: tuple[Habit, ...]
    seed: str
    name: str
    errors: tuple[FieldError, ...] = ()
    instead_of: int | None = None
    instead_of_name: str | None = None
    """The round of which the rest is planned anew."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan that is being made; `percent` of its way."""

    job_id: int
    kind: PlanKind
    percent: int


@dataclass(frozen=True, slots=True)
class ClustersFormPage:
    """What is asked of a plan of LTRCs, as it was typed; `clusters` is how many the schools would make."""

    schools: int
    clusters: int | None
    smallest: str
    largest: str
    longest: str
    apart: tuple[KeptApart, ...]
    seed: str
    name: str
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class WayOut:
    """How schools that cannot be cut could be planned all the same; km more in all, where it is known."""

    merge_with: str | None
    sizes: tuple[int, int] | None
    added_km: float | None


@dataclass(frozen=True, slots=True)
class Stuck:
    """Schools kept together that cannot be cut into LTRCs of the sizes asked for."""

    name: str | None
    """None where all schools stand together."""
    schools: int
    ways: tuple[WayOut, ...]


@dataclass(frozen=True, slots=True)
class PlanJobPage:
    """A plan on its way: the bar, what is being done, and what to do where it ended without a draft."""

    job_id: int
    kind: PlanKind
    asked_at: datetime
    under_way: bool
    percent: int
    stage: PlanStage | None
    about: str
    form: str
    """Where it was asked for."""
    smallest: int | None = None
    largest: int | None = None
    draft: str | None = None
    """Where the draft stands while what is proved of it still becomes better."""
    gap: float | None = None
    """By how many per cent it is longer than any plan for so many LTRCs, at most."""
    cancelled: bool = False
    refused: str | None = None
    """Why there is no draft, in the viewer's language."""
    stuck: tuple[Stuck, ...] = ()
    waits_long: bool = False
    """No worker took it up for a while."""
    errors: tuple[FieldError, ...] = ()
