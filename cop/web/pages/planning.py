"""Has a plan made: what is asked for, the page that shows how far it is, and cancelling it."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.errors import Invalid
from clusters.structure.queries import figures
from clusters.structure.refusals import Way
from clusters.structure.rules import SCHOOLS_MAX, SCHOOLS_MIN, Band, clusters_for
from cop.planning.actions import ask_for_plan, cancel_plan
from cop.planning.queries import JobRow, plan_job
from cop.planning.rules import PlanKind, PlanState
from cop.sentences import sentence
from cop.web.answers import Again, Answer, Done, Shown
from cop.web.edge import act, page
from cop.web.forms import Nothing
from cop.web.mistakes import said
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError, Tone
from cop.web.views.planning import ClustersFormPage, KeptApart, PlanJobPage, Stuck, WayOut

REFRESH_SECONDS = 5
LONG = timedelta(seconds=30)
"""A worker looks every second; what waits longer waits for nobody."""
LARGEST_NUMBER = 10_000
MOST_SCHOOLS = 200
"""Of one LTRC: what the planner looks through grows with it, and nobody meets with more."""
FIGURES = 20
"""Longer ones are no number that anybody types; Python would refuse to read thousands of figures."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a plan of LTRCs, as it was typed."""

    smallest: str = str(SCHOOLS_MIN)
    largest: str = str(SCHOOLS_MAX)
    longest: str = ""
    apart: tuple[KeptApart, ...] = ()
    seed: str = "0"
    name: str = ""


@dataclass(frozen=True)
class Anyway:
    """Plan it once more, also where sizes cannot be kept, for this reason."""

    reason: str = ""


@page(paths.plan_form(PlanKind.CLUSTERS), here=Area.PLANNER)
def clusters_form(db: Session, viewer: Viewer) -> ClustersFormPage:
    """Sizes, the longest way, what is kept apart."""
    return _form(db, viewer, Asked())


@act(paths.plan_form(PlanKind.CLUSTERS), here=Area.PLANNER)
def plan_clusters(db: Session, viewer: Viewer, form: Asked) -> Done:
    """Let a worker plan LTRCs as it was asked."""
    wish, errors = _wish(viewer, form)
    if errors:
        raise Again(_form(db, viewer, form, errors))
    return asked_for(db, viewer, PlanKind.CLUSTERS, wish)


@page(paths.plan_job("{job_id}"), here=Area.PLANNER)
def show(db: Session, viewer: Viewer, job_id: int) -> Answer:
    """How far it is; when its draft stands, that draft."""
    row = plan_job(db, viewer.scope, job_id)
    if row.state is PlanState.DONE and row.draft_id is not None:
        return Done(paths.planner(row.kind, row.draft_id))
    return Shown(_job(db, viewer, row), refresh_seconds=REFRESH_SECONDS if row.under_way else None)


@act(paths.plan_job("{job_id}", "cancel"), here=Area.PLANNER)
def cancel(db: Session, viewer: Viewer, job_id: int, form: Nothing) -> Done:
    """Want it no longer."""
    cancel_plan(db, viewer.scope, job_id)
    return Done(paths.plan_job(job_id))


@act(paths.plan_job("{job_id}", "again"), here=Area.PLANNER)
def again(db: Session, viewer: Viewer, job_id: int, form: Anyway) -> Done:
    """Plan what was asked for once more; where sizes could not be kept, with the reason why that may be."""
    row = plan_job(db, viewer.scope, job_id)
    wish = row.wish
    if row.found:
        reason = form.reason.strip()
        if not reason:
            told = viewer.say.gettext("Say in a few words why a size may be missed.")
            raise Again(replace(_job(db, viewer, row), errors=(FieldError("reason", told),)))
        wish = {**wish, "waive": reason}
    return asked_for(db, viewer, row.kind, wish)


def asked_for(db: Session, viewer: Viewer, kind: PlanKind, wish: dict[str, Any]) -> Done:
    """Let a worker plan; the page of the plan follows."""
    job_id, new = ask_for_plan(db, viewer.scope, kind, wish)
    if new:
        return Done(paths.plan_job(job_id))
    return Done(paths.plan_job(job_id), viewer.say.gettext("This one is still being made. Cancel it first."), Tone.WARN)


def _form(db: Session, viewer: Viewer, asked: Asked, errors: tuple[FieldError, ...] = ()) -> ClustersFormPage:
    schools = figures(db, viewer.scope).schools
    return ClustersFormPage(
        schools,
        clusters_for(schools, Band(SCHOOLS_MIN, SCHOOLS_MAX)) if schools else None,
        asked.smallest,
        asked.largest,
        asked.longest,
        asked.apart,
        asked.seed,
        asked.name,
        errors,
    )


def _wish(viewer: Viewer, asked: Asked) -> tuple[dict[str, Any], tuple[FieldError, ...]]:
    """What the planner is asked for, or what is wrong with the form."""
    say, errors = viewer.say, []
    smallest, largest, seed = (whole(text) for text in (asked.smallest, asked.largest, asked.seed))
    if smallest is None or smallest < 1:
        errors.append(FieldError("smallest", say.gettext("Give the fewest schools of an LTRC, such as 25.")))
    if largest is None or largest > MOST_SCHOOLS or (smallest is not None and largest < smallest):
        errors.append(FieldError("largest", say.gettext("Give the most schools of an LTRC, such as 35.")))
    longest = _kilometres(asked.longest)
    if longest is not None and not 0 < longest < LARGEST_NUMBER:
        errors.append(FieldError("longest", say.gettext("Give the longest way in km, or leave it empty.")))
    if seed is None:
        errors.append(FieldError("seed", say.gettext("Give a whole number from 0 up.")))
    wish = {
        "min": smallest,
        "max": largest,
        "max_km": longest,
        "strata": [each.value for each in asked.apart],
        "seed": seed,
        "name": asked.name.strip(),
        "waive": None,
    }
    return wish, tuple(errors)


def whole(text: str) -> int | None:
    """A whole number from 0 up as it was typed, None for anything else."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= FIGURES and int(text) <= LARGEST_NUMBER else None


def _kilometres(text: str) -> float | None:
    """A length as it was typed; None when nothing was, -1 for what is none."""
    text = text.strip().replace(",", ".")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return -1.0


def _job(db: Session, viewer: Viewer, row: JobRow) -> PlanJobPage:
    refused = None
    if row.error is not None:
        error = Invalid(row.error["key"], **row.error["values"])
        refused = said(error, viewer.language) or sentence(error)
    return PlanJobPage(
        job_id=row.id,
        kind=row.kind,
        asked_at=row.asked_at,
        under_way=row.under_way,
        percent=round(100 * row.share),
        stage=row.stage,
        about=row.about,
        form=paths.plan_form(row.kind),
        smallest=row.wish.get("min"),
        largest=row.wish.get("max"),
        draft=None if row.draft_id is None else paths.planner(row.kind, row.draft_id),
        gap=(row.found or {}).get("gap_percent"),
        cancelled=row.state is PlanState.CANCELLED,
        refused=refused,
        stuck=tuple(map(_stuck, (row.found or {}).get("strata_infeasible", ()))),
        waits_long=row.state is PlanState.WAITING and now(db) - row.asked_at > LONG,
    )


def _stuck(some: dict[str, Any]) -> Stuck:
    name = some["stratum"]
    return Stuck(
        None if name == "all schools" else name,
        some["size"],
        tuple(
            WayOut(each["merge_with"], None if each["sizes"] is None else tuple(each["sizes"]), each["added_km"])
            for each in some["choices"]
            if each["choice"] in (Way.MERGE, Way.SIZES)
        ),
    )


handlers = [clusters_form, plan_clusters, show, cancel, again]
