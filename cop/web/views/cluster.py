"""One LTRC: its map, schools, teachers, training sessions and trainers."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clusters.modules.rules import Subject
from clusters.structure.rules import SchoolGender
from cop.web.pictures import MapCluster
from cop.web.views.clusters import DraftLink


class SessionState(StrEnum):
    """Where a training session stands, for lists."""

    PLANNED = "planned"
    INVITED = "invited"
    TODAY = "today"
    UNREPORTED = "unreported"
    HELD = "held"
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school of the LTRC; `km` to the host school, None without coordinates; `gender` None where no list says it."""

    name: str
    code: str
    gender: SchoolGender | None
    km: float | None
    teachers: int
    host: bool = False


@dataclass(frozen=True, slots=True)
class TeacherRow:
    """A teacher by name and school; figures of a person stand nowhere here."""

    name: str
    school: str
    reachable: bool
    """Has a phone and wants texts; else "tell by hand" without a reason."""


@dataclass(frozen=True, slots=True)
class TrainerRow:
    """Who trains here, and since when."""

    name: str
    since: date | None
    subjects: tuple[Subject, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A training session of this LTRC; `came` is None until attendance is known."""

    session_id: int
    code: str
    start: datetime
    subject: Subject
    state: SessionState
    invited: int
    yes: int
    came: int | None = None


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit to one of its schools, with what was seen and what help is needed."""

    day: date
    school: str
    person: str
    words: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class ClusterPage:
    """Everything about one LTRC; coming sessions ascend, past ones descend."""

    cluster_id: int
    name: str
    circle: str
    block: str
    host: str | None
    as_of: datetime
    in_band: bool
    schools: tuple[SchoolRow, ...]
    teachers: tuple[TeacherRow, ...]
    teachers_total: int
    trainers: tuple[TrainerRow, ...]
    coming: tuple[SessionRow, ...]
    past: tuple[SessionRow, ...]
    map_cluster: MapCluster | None = None
    longest_km: float | None = None
    mean_km: float | None = None
    may_plan: bool = False
    visits: tuple[VisitRow, ...] = ()
    drafts: tuple[DraftLink, ...] = ()
    """Drafts that hold these schools, for whoever may plan."""
