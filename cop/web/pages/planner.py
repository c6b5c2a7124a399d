"""The planner: drafts of LTRCs compared with today, accepted from a date, taken back or discarded."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.clock import today
from clusters.kernel.errors import Conflict, CopError, Invalid
from clusters.kernel.together import Together
from clusters.people.models import Person
from clusters.structure import actions, queries
from clusters.structure.actions.editing import EDITABLE, HOSTED
from clusters.structure.queries import ACCEPTED, BLOCKED, WAITING, Draft
from clusters.structure.rules import SchoolGender, within_band
from cop.planning.queries import being_tightened
from cop.planning.rules import PlanKind
from cop.sentences import sentence
from cop.web.answers import Again, Answer, Done
from cop.web.edge import Asked, act, page
from cop.web.forms import Nothing
from cop.web.mistakes import said
from cop.web.pages.comparing import beside, broken, comparison, long_ways, moves, on_the_map, today_of
from cop.web.pages.rounds import draft_rows, plans_being_made
from cop.web.pages.side_by_side import compared
from cop.web.plan_words import broken_rule, with_rules_said
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError, Tone
from cop.web.views.planner import AcceptForm, ClusterDraft, HandChange, PlannerPage, Torn, Touches
from messaging.reminders.touching import Touched, touched_by

KIND = "clusters"
SAID = 12
"""Changes by hand, and rules that they break, that a draft's page says."""
OUTDATED = frozenset({"draft_leaves_schools", "draft_base_changed", "draft_schools_gone", "draft_breaks_rules"})
"""Refusals that the draft's own page explains: what it was made from is no longer so, or it breaks a rule."""


@dataclass(frozen=True)
class From:
    """From which day a draft shall hold."""

    from_date: date


@page(paths.PLANNER, here=Area.PLANNER)
def front(db: Session, viewer: Viewer) -> PlannerPage:
    """What stands today, and every draft of the viewer's places."""
    return _planner(db, viewer)


@page(paths.planner(KIND), here=Area.PLANNER)
def show_all(db: Session, viewer: Viewer) -> PlannerPage:
    """The same, where a draft of LTRCs leads back to."""
    return _planner(db, viewer)


@page(paths.planner(KIND, "{draft_id}"), here=Area.PLANNER)
def show(db: Session, viewer: Viewer, asked: Asked, draft_id: int) -> Answer:
    """One draft; `with=now` or `with=ID` lays it school by school beside today or another draft.

    One that is in place is the map of LTRCs.
    """
    other = asked.queried("with")
    if other is not None:
        return compared(
            db,
            viewer.scope,
            draft_id,
            other,
            after=asked.queried("after") or "",
            side=asked.queried("map") or "",
            block=asked.queried("block") or "",
            whole=asked.table,
        )
    draft = queries.draft(db, viewer.scope, draft_id)
    return Done(paths.CLUSTERS) if draft.state == ACCEPTED else _draft(db, viewer, draft)


@act(paths.planner(KIND, "{draft_id}", "accept"), here=Area.PLANNER)
def accept(db: Session, viewer: Viewer, draft_id: int, form: From) -> Done:
    """Let it hold from a day: at once, or when the day comes; until then it can be taken back."""
    draft = queries.draft(db, viewer.scope, draft_id)
    day = form.from_date
    if day < today(db):
        raise Again(_draft(db, viewer, draft, Invalid("draft_from_the_past", day=day), day))
    try:
        done = actions.accept_draft(db, viewer.scope, draft_id, day)
    except Conflict as conflict:
        if conflict.key in OUTDATED:
            raise Again(_draft(db, viewer, draft, conflict, day), status=409) from conflict
        if conflict.key != "draft_starts_too_early":
            raise
        raise Again(_draft(db, viewer, draft, conflict, day)) from conflict
    say = viewer.say
    if done.state == WAITING:
        told = say.gettext("Accepted. It holds from %(day)s; until then nothing changes.") % {"day": say.full_day(day)}
        return Done(paths.planner(KIND, draft_id), told, undo=paths.planner(KIND, draft_id, "take-back"))
    told = say.ngettext("%(num)s LTRC is in place.", "%(num)s LTRCs are in place.", done.clusters)
    return Done(paths.CLUSTERS, told % {"num": done.clusters})


@act(paths.planner(KIND, "{draft_id}", "take-back"), here=Area.PLANNER)
def take_back(db: Session, viewer: Viewer, draft_id: int, form: Nothing) -> Done:
    """Make what waits for its day, or was stopped on it, a draft again."""
    actions.take_acceptance_back(db, viewer.scope, draft_id)
    return Done(paths.planner(KIND, draft_id), viewer.say.gettext("It is a draft again."))


@act(paths.planner(KIND, "{draft_id}", "discard"), here=Area.PLANNER)
def discard(db: Session, viewer: Viewer, draft_id: int, form: Nothing) -> Done:
    """Throw the draft away."""
    actions.discard_draft(db, viewer.scope, draft_id)
    return Done(paths.PLANNER, viewer.say.gettext("The draft is gone; nobody had been told."), Tone.GOOD)


def _planner(db: Session, viewer: Viewer) -> PlannerPage:
    together = Together(db)
    drafts = together.ask(lambda db: draft_rows(db, viewer))
    stands = together.ask(lambda db: queries.figures(db, viewer.scope))
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


def _draft(
    db: Session, viewer: Viewer, draft: Draft, refused: Conflict | Invalid | None = None, wanted: date | None = None
) -> PlannerPage:
    together = Together(db)
    stands = today_of(together, viewer.scope)
    tightening = together.ask(lambda db: being_tightened(db, viewer.scope, PlanKind.CLUSTERS, draft.id))
    both = beside(stands(), draft)
    touches = _touches(touched_by(db, draft))
    names = {schools[0].cluster_name: both.names[key] for key, schools in both.members.items()}
    told = None if refused is None else _told(viewer, refused, names)
    outdated = refused is not None and refused.key in OUTDATED
    genders = Counter(school.gender for school in draft.schools)
    shown = ClusterDraft(
        draft_id=draft.id,
        name=draft.name,
        made_at=draft.made_at,
        made_by=_author(db, viewer, draft),
        schools=len(draft.schools),
        boys=genders[SchoolGender.BOYS],
        girls=genders[SchoolGender.GIRLS],
        clusters=len(both.members),
        circles=len({key[:2] for key in both.members}),
        map_clusters=on_the_map(both),
        comparison=comparison(both),
        first_plan=both.first_plan,
        long_ways=long_ways(both),
        broken=broken(both),
        moves=moves(both),
        unplaced=_names(db, viewer, draft),
        waits_for=draft.from_date if draft.state == WAITING else None,
        stopped=_stopped(viewer, draft, names),
        remarks=_remarks(viewer, draft, names),
        max_km=draft.summary.get("max_km"),
        beyond=len(draft.summary.get("beyond_max_km") or ()),
        touches=touches,
        refused=told if outdated else None,
        changes=_changes(db, viewer, draft, names),
        violations=tuple(
            broken_rule(viewer.say, each["key"], each, names) for each in draft.summary.get("broken", ())[:SAID]
        ),
        may_edit=draft.state in EDITABLE,
        tightening=tightening(),
        longer_at_most=None if (gap := draft.summary.get("gap_percent")) is None else ceil(gap),
    )
    errors = () if told is None or outdated else (FieldError("from_date", told),)
    shut = draft.state == WAITING or bool(touches.torn) or outdated
    accept = None if shut else AcceptForm(wanted or today(db), today(db), errors)
    return PlannerPage(
        drafts=(),
        draft=shown,
        accept=accept,
        clusters_today=len(both.today),
        outside_band_today=sum(not within_band(row.schools) for row in both.today.values()),
        schools=len(both.schools),
        may_discard=draft.state != WAITING,
    )


def _changes(db: Session, viewer: Viewer, draft: Draft, names: Mapping[str, str]) -> tuple[HandChange, ...]:
    """The latest changes by hand, with the names of today."""
    rows = queries.draft_changes(db, viewer.scope, draft, SAID) if "broken" in draft.summary else ()
    schools = {school.id: school.name for school in draft.schools}
    authors = {row.author_id for row in rows if row.author_id is not None}
    who = (
        {row.id: row.name for row in db.execute(select(Person.id, Person.name).where(Person.id.in_(authors)))}
        if authors
        else {}
    )
    return tuple(
        HandChange(
            row.id,
            schools.get(row.school_id, ""),
            schools.get(row.was["host"], "-") if row.kind == HOSTED else names.get(row.was["cluster"], "-"),
            names.get(row.became["cluster"], "-"),
            row.kind == HOSTED,
            row.at,
            who.get(row.author_id or 0) or viewer.say.gettext("the command line"),
        )
        for row in rows
    )


def _touches(found: Touched) -> Touches:
    return Touches(
        found.schools,
        found.teachers,
        found.sessions,
        found.texts,
        found.posts,
        tuple(
            Torn(each.name, each.left, each.schools, each.into, each.sessions, each.last, each.posts)
            for each in found.torn
        ),
        found.added,
        found.added_names,
        found.moved,
        found.gone,
    )


def _author(db: Session, viewer: Viewer, draft: Draft) -> str:
    name = None if draft.author_id is None else db.scalar(select(Person.name).where(Person.id == draft.author_id))
    return name or viewer.say.gettext("the command line")


def _names(db: Session, viewer: Viewer, draft: Draft) -> tuple[str, ...]:
    """Names of the schools it leaves out, as far as the viewer sees them."""
    left_out = queries.schools_to_plan(db, viewer.scope, codes=draft.summary["unplaced"])
    return tuple(school.name for school in left_out)


def _told(viewer: Viewer, refused: CopError, names: Mapping[str, str]) -> str:
    """A refusal in the viewer's language, the rules it quotes with it."""
    error = with_rules_said(viewer.say, refused, names)
    return said(error, viewer.language) or sentence(error)


def _remarks(viewer: Viewer, draft: Draft, names: Mapping[str, str]) -> tuple[str, ...]:
    """What the draft is excused from: hosts that cannot host, circles of another size."""
    hosts = {school.cluster_name: school.code for school in draft.schools if school.host}
    say, rules = viewer.say, draft.rules
    unfit = [
        broken_rule(say, "host_unfit", {"code": hosts[each["cluster"]], "cluster": each["cluster"]}, names)
        for each in draft.summary.get("unfit_hosts") or ()
        if each["cluster"] in hosts
    ]
    band = {"smallest": rules.get("circle_min"), "largest": rules.get("circle_max")}
    circles = [
        broken_rule(say, "circle_size", {**band, "circle": each["circle"], "size": each["size"]}, names)
        for each in draft.summary.get("circles_outside_band") or ()
    ]
    return (*unfit[:SAID], *circles[:SAID])


def _stopped(viewer: Viewer, draft: Draft, names: Mapping[str, str]) -> str | None:
    """Why a draft whose day came was not put in place."""
    reason = draft.summary.get("blocked")
    if draft.state != BLOCKED or reason is None:
        return None
    error = Conflict(reason["key"], **{name: value for name, value in reason.items() if name != "key"})
    return _told(viewer, error, names)


handlers = [front, show_all, show, accept, take_back, discard]
