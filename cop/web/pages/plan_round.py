"""Has a round of the cascade planned: what it shall teach, from when on, and by which habits."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.clock import today
from clusters.kernel.errors import NotAllowed
from clusters.modules.rules import Subject
from clusters.training.rounds import may_plan_round, round_of
from cop.planning.rules import PlanKind
from cop.web.answers import Again, Done
from cop.web.edge import act, page
from cop.web.pages.planning import asked_for, whole
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError
from cop.web.views.planning import Habit, RoundFormPage

NOTICE = timedelta(days=14)
"""A round is offered to begin this long after it is planned."""
LATEST = timedelta(days=730)


@dataclass(frozen=True)
class Wanted:
    """What is asked of a round, as it was typed."""

    subjects: tuple[Subject, ...] = ()
    from_date: date | None = None
    habits: tuple[Habit, ...] = ()
    seed: str = "0"
    name: str = ""
    instead_of: int | None = None
    """A round of which it replaces what is not held yet."""


@page(paths.plan_form(PlanKind.CASCADE), here=Area.PLANNER)
def round_form(db: Session, viewer: Viewer, instead: int | None = None) -> RoundFormPage:
    """Subjects, the first day, and habits; `instead` is a round of which the rest is planned anew."""
    if instead is None:
        return _form(db, viewer, Wanted())
    return _form(db, viewer, Wanted(subjects=round_of(db, viewer.scope, instead).subjects, instead_of=instead))


@act(paths.plan_form(PlanKind.CASCADE), here=Area.PLANNER)
def plan_a_round(db: Session, viewer: Viewer, form: Wanted) -> Done:
    """Let a worker plan a round as it was asked."""
    if not may_plan_round(db, viewer.scope):
        raise NotAllowed("may_not_plan_round")
    if form.instead_of is not None:
        round_of(db, viewer.scope, form.instead_of)
    errors = _errors(db, viewer, form)
    if errors:
        raise Again(_form(db, viewer, form, errors))
    wish: dict[str, Any] = {
        "subjects": [subject.value for subject in form.subjects],
        "from_date": None if form.from_date is None else form.from_date.isoformat(),
        "women_apart": Habit.WOMEN_APART in form.habits,
        "last_working_day": Habit.LAST_WORKING_DAY in form.habits,
        "seed": whole(form.seed),
        "name": form.name.strip(),
        "instead_of": form.instead_of,
    }
    return asked_for(db, viewer, PlanKind.CASCADE, wish)


def _errors(db: Session, viewer: Viewer, form: Wanted) -> tuple[FieldError, ...]:
    say, found = viewer.say, []
    if not form.subjects:
        found.append(FieldError("subjects", say.gettext("Choose at least one subject.")))
    if form.from_date is not None and not today(db) < form.from_date < today(db) + LATEST:
        found.append(FieldError("from_date", say.gettext("Choose a day after today, within two years.")))
    if whole(form.seed) is None:
        found.append(FieldError("seed", say.gettext("Give a whole number from 0 up.")))
    return tuple(found)


def _form(db: Session, viewer: Viewer, wanted: Wanted, errors: tuple[FieldError, ...] = ()) -> RoundFormPage:
    return RoundFormPage(
        may_plan_round(db, viewer.scope),
        wanted.subjects,
        wanted.from_date or today(db) + NOTICE,
        today(db) + timedelta(days=1),
        wanted.habits,
        wanted.seed,
        wanted.name,
        errors,
        wanted.instead_of,
        None if wanted.instead_of is None else round_of(db, viewer.scope, wanted.instead_of).name,
    )


handlers = [round_form, plan_a_round]
