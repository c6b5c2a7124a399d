"""What a whole programme takes before any date is set, as a form and tables."""

from dataclasses import dataclass
from datetime import date

from clusters.cascade.rules import Level
from clusters.modules.rules import Subject
from clusters.people.rules import Language
from cop.web.views.frame import FieldError


@dataclass(frozen=True, slots=True)
class CapacityForm:
    """What is asked; numbers as they were typed, so that a wrong one comes back."""

    subjects: tuple[Subject, ...]
    teachers: str
    trainers: str
    days: str
    teacher_days: str
    weeks: str
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class LevelNeed:
    """What the training of one level takes."""

    level: Level
    sessions: int
    venue_days: int
    trainers: int


@dataclass(frozen=True, slots=True)
class LanguageCost:
    """The texts of one language; cost in rupees."""

    language: Language
    texts: int
    segments: int
    rupees: int


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long it takes with so many trainers a circle, or begun on a day; None: it does not end within three years."""

    weeks: int | None
    end: date | None
    trainers: int | None = None
    start: date | None = None


@dataclass(frozen=True, slots=True)
class CapacityPage:
    """The form and, when it could be read, the answer; `binding` are the keys of the rules that bind.

    `within` is the number of weeks that was asked for, `enough` the fewest trainers a circle for it (None: no number).
    """

    form: CapacityForm
    usual: bool
    """True where no LTRC stands: counted as LTRCs usually are."""
    teachers: int
    clusters: int
    circles: int
    trainers: int
    teacher_cap: int | None
    trainer_cap: int | None
    lasting: Lasting
    binding: tuple[str, ...]
    needs: tuple[LevelNeed, ...]
    costs: tuple[LanguageCost, ...]
    segment_price: float
    days_a_teacher: int
    days_a_trainer: int
    by_trainers: tuple[Lasting, ...]
    by_start: tuple[Lasting, ...]
    within: int | None = None
    enough: int | None = None
