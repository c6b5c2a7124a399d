"""The planner's drafts of the cascade: the list, one draft with its cost, accepting and discarding it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.errors import Conflict, Invalid
from clusters.kernel.together import Together
from clusters.people.models import Person
from clusters.structure import queries as structure
from clusters.structure.queries import DraftRow as ClusterDraftRow
from clusters.training import rounds
from clusters.training.actions import accept_round, discard_round, replace_round, take_round_back
from cop.planning.queries import plans_under_way
from cop.sentences import sentence
from cop.settings import Settings
from cop.web.answers import Again, Answer, Done
from cop.web.edge import Asked, act, page
from cop.web.forms import Nothing
from cop.web.merging import problem_said
from cop.web.mistakes import said
from cop.web.pages.round_draft import drafted, first_day, made_by
from cop.web.pages.rounds_side_by_side import compared
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError
from cop.web.views.planner import DraftRow, PlannerPage
from cop.web.views.planning import PlanRow
from cop.web.views.rounds import Misfit

KIND = "cascade"
HOLD = timedelta(minutes=10)
"""So long after accepting on a page nobody is told, that it can be taken back."""


@dataclass(frozen=True)
class Taking:
    """What of a draft is taken: from a day on, all of it or what fits."""

    from_date: date | None = None
    what_fits: str = ""


@page(paths.planner(KIND), here=Area.PLANNER)
def show_all(db: Session, viewer: Viewer) -> PlannerPage:
    """Every draft of the viewer's places, newest first."""
    return _planner(db, viewer)


@page(paths.planner(KIND, "{draft_id}"), here=Area.PLANNER)
def show(db: Session, viewer: Viewer, settings: Settings, asked: Asked, draft_id: int) -> Answer:
    """One draft, or a round that was accepted; `with=now` or `with=ID` lays it beside what is planned or another."""
    row = rounds.round_of(db, viewer.scope, draft_id)
    other = asked.queried("with")
    if other is not None:
        place, after = asked.queried("place") or "", asked.queried("after") or ""
        return compared(db, viewer, settings, row, other, place=place, after=after, whole=asked.table)
    return drafted(db, viewer, settings, row)


@act(paths.planner(KIND, "{draft_id}", "accept"), here=Area.PLANNER)
def accept(db: Session, viewer: Viewer, settings: Settings, draft_id: int, form: Taking) -> Done:
    """Plan all of it, or what begins from a day on; if something no longer fits that is listed, and nothing changed."""
    row = rounds.round_of(db, viewer.scope, draft_id)
    try:
        if "instead_of" in row.summary:
            sessions = replace_round(db, viewer.scope, draft_id, calendar=settings.calendar, from_date=form.from_date)
            say = viewer.say.ngettext("%(num)s session was changed.", "%(num)s sessions were changed.", sessions)
            return Done(paths.planner(KIND, draft_id), say % {"num": sessions})
        sessions = accept_round(
            db,
            viewer.scope,
            draft_id,
            calendar=settings.calendar,
            hold=HOLD,
            from_date=form.from_date,
            what_fits=bool(form.what_fits),
        )
    except Conflict as conflict:
        if conflict.key != "round_outdated":
            raise
        raise Again(drafted(db, viewer, settings, row, misfit_of(conflict, form, viewer)), status=409) from conflict
    except Invalid as invalid:
        if invalid.key != "round_from_the_past":
            raise
        error = FieldError("from_date", said(invalid, viewer.language) or sentence(invalid))
        raise Again(drafted(db, viewer, settings, row, errors=(error,))) from invalid
    say = viewer.say.ngettext("%(num)s session is in the calendar.", "%(num)s sessions are in the calendar.", sessions)
    undo = paths.planner(KIND, draft_id, "take-back")
    return Done(paths.calendar(first_day(row)), say % {"num": sessions}, undo=undo)


@act(paths.planner(KIND, "{draft_id}", "foretell"), here=Area.PLANNER)
def foretell(db: Session, viewer: Viewer, settings: Settings, draft_id: int, form: Nothing) -> Done:
    """Say whom a draft would tell that replaces a round: it is done, counted and undone."""
    row = rounds.round_of(db, viewer.scope, draft_id)
    raise Again(drafted(db, viewer, settings, row, foretell=True), status=200)


@act(paths.planner(KIND, "{draft_id}", "take-back"), here=Area.PLANNER)
def take_back(db: Session, viewer: Viewer, draft_id: int, form: Nothing) -> Done:
    """Make an accepted round a draft again, as long as nobody was told and nothing was held."""
    take_round_back(db, viewer.scope, draft_id)
    return Done(paths.planner(KIND, draft_id), viewer.say.gettext("It is a draft again."))


@act(paths.planner(KIND, "{draft_id}", "discard"), here=Area.PLANNER)
def discard(db: Session, viewer: Viewer, draft_id: int, form: Nothing) -> Done:
    """Throw the draft away."""
    discard_round(db, viewer.scope, draft_id)
    return Done(paths.planner(KIND), viewer.say.gettext("The draft is gone; nobody had been told."))


def misfit_of(conflict: Conflict, form: Taking, viewer: Viewer) -> Misfit:
    """What no longer fits of a draft, as its page lists it with the choices."""
    problems, touched = conflict.values["found"], conflict.values["touched"]
    found = problems if isinstance(problems, list) else []
    return Misfit(
        tuple(problem_said(problem, viewer.say) for problem in found),
        touched if isinstance(touched, int) else 0,
        form.from_date,
    )


def draft_rows(db: Session, viewer: Viewer) -> tuple[DraftRow, ...]:
    """The drafts of both kinds that the viewer may plan with, newest first."""
    together = Together(db)
    grouped = together.ask(lambda db: _grouped(db, viewer))
    planned = together.ask(lambda db: rounds.rounds(db, viewer.scope))
    rows = [
        DraftRow(
            "clusters",
            row.id,
            row.name,
            row.made_at,
            made_by(viewer, author),
            row.from_date if row.accepted_at else None,
            row.summary.get("clusters"),
            len(row.summary.get("outside_band", ())),
            (row.summary.get("km") or {}).get("mean"),
            row.summary.get("schools_moved"),
            None if row.accepted_at else paths.compare(row.id),
        )
        for row, author in grouped()
    ]
    rows += [
        DraftRow(
            KIND,
            row.id,
            row.name,
            row.made_at,
            made_by(viewer, row.author),
            first_day(row) if row.accepted_at else None,
        )
        for row in planned()
    ]
    return tuple(sorted(rows, key=lambda row: row.made_at, reverse=True))


def plans_being_made(db: Session, viewer: Viewer) -> tuple[PlanRow, ...]:
    """Those that she asked for and that are under way."""
    return tuple(PlanRow(row.id, row.kind, round(100 * row.share)) for row in plans_under_way(db, viewer.scope))


def _grouped(db: Session, viewer: Viewer) -> list[tuple[ClusterDraftRow, str | None]]:
    """Drafts of LTRCs, each with the name of who made it."""
    grouped = structure.drafts(db, viewer.scope)
    authors = {row.author_id for row in grouped if row.author_id is not None}
    names: Mapping[int, str] = {
        row.id: row.name for row in db.execute(select(Person.id, Person.name).where(Person.id.in_(authors)))
    }
    return [(row, names.get(row.author_id) if row.author_id else None) for row in grouped]


def _planner(db: Session, viewer: Viewer) -> PlannerPage:
    together = Together(db)
    drafts = together.ask(lambda db: draft_rows(db, viewer))
    stands = together.ask(lambda db: structure.figures(db, viewer.scope))
    making = together.ask(lambda db: plans_being_made(db, viewer))
    return PlannerPage(
        drafts=drafts(),
        draft=None,
        accept=None,
        clusters_today=stands().clusters,
        outside_band_today=stands().outside_band,
        schools=stands().schools,
        making=making(),
    )


handlers = [show_all, show, accept, foretell, take_back, discard]
