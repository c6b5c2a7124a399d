"""Has a round of the cascade planned: what it shall teach, from when on, and by which habits."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.clock import today
from clusters.kernel.errors import NotAllowed
from clusters.modules.rules import Subject
from clusters.training.rounds import may_plan_round
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


@page(paths.plan_form(PlanKind.CASCADE), here=Area.PLANNER)
def round_form(db: Session, viewer: Viewer) -> RoundFormPage:
    """Subjects, the first day, and habits."""
    return _form(db, viewer, Wanted())


@act(paths.plan_form(PlanKind.CASCADE), here=Area.PLANNER)
def plan_a_round(db: Session, viewer: Viewer, form: Wanted) -> Done:
    """Let a worker plan a round as it was asked."""
    if not may_plan_round(db, viewer.scope):
        raise NotAllowed("may_not_plan_round")
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
    )


handlers = [round_form, plan_a_round]
