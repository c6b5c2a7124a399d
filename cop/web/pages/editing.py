"""A draft of LTRCs changed by hand: a school moved, a host chosen, each with its effect shown before it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from clusters.kernel.errors import NotFound
from clusters.kernel.together import Together
from clusters.structure import actions, editing, queries
from clusters.structure.actions.editing import EDITABLE
from clusters.structure.checker import Violation
from clusters.structure.editing import Effect, Measures
from clusters.structure.naming import folded
from clusters.structure.queries import ACCEPTED, Draft, DraftSchool
from clusters.structure.rules import Lack, PlanRow, SchoolGender, Site
from cop.web.answers import Answer, Done, Shown
from cop.web.edge import Asked, act, page
from cop.web.pages.comparing import Beside, beside, today_of
from cop.web.pictures import MapCluster, MapSchool
from cop.web.plan_words import broken_rule
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.editing import DraftedLtrc, DraftedSchool, LtrcPage, LtrcsPage, MovePage, Offer, Way
from cop.web.views.frame import Area, Crumb
from cop.web.words import word

KIND = "clusters"
ROWS = 60
"""LTRCs on one page."""
FOUND = 20
"""Schools that a search shows."""


@dataclass(frozen=True)
class Move:
    """Which school goes to which LTRC, and where it stood when somebody looked."""

    school: int
    to: str
    was: str = ""


@dataclass(frozen=True)
class Host:
    """Which school hosts which LTRC, and who hosted when somebody looked."""

    school: int
    at: str
    was: int | None = None


@dataclass(frozen=True)
class Change:
    """Which change is taken back."""

    change: int


@dataclass(frozen=True, slots=True)
class Laid:
    """A draft, named and ready to be changed."""

    viewer: Viewer
    both: Beside
    rows: Sequence[PlanRow]
    sites: Mapping[str, Site]
    lacking: Mapping[str, Sequence[Lack]]
    """What keeps schools from hosting, by code."""

    @property
    def draft(self) -> Draft:
        """The draft itself."""
        return self.both.draft

    @property
    def names(self) -> dict[str, str]:
        """What its LTRCs would be called, by their name in the plan."""
        return {schools[0].cluster_name: self.both.names[key] for key, schools in self.both.members.items()}

    @property
    def measures(self) -> Measures:
        """What it was made under."""
        return Measures.of(self.draft.rules, self.draft.summary.get("beyond_max_km", ()))

    def members(self, at: str) -> Sequence[DraftSchool]:
        """The schools of one of its LTRCs; NotFound where there is none."""
        found = next((schools for schools in self.both.members.values() if schools[0].cluster_name == at), None)
        if found is None:
            raise NotFound("draft_cluster_not_found", cluster=at)
        return found


@page(paths.planner(KIND, "{draft_id}", "ltrcs"), here=Area.PLANNER)
def ltrcs(db: Session, viewer: Viewer, asked: Asked, draft_id: int) -> Answer:
    """All LTRCs of a draft; `at` opens one of them, `q` looks for a school."""
    draft = queries.draft(db, viewer.scope, draft_id)
    if draft.state == ACCEPTED:
        return Done(paths.CLUSTERS)
    laid = _laid(db, viewer, draft)
    at = asked.queried("at")
    if at:
        return Shown(_ltrc(laid, at), trail=_trail(draft, _crumb_of_all(viewer, draft_id)))
    q, after = asked.queried("q") or "", asked.queried("after") or ""
    return Shown(_table(laid, q, after, whole=asked.table), trail=_trail(draft))


@page(paths.planner(KIND, "{draft_id}", "move"), here=Area.PLANNER)
def schools(db: Session, viewer: Viewer, asked: Asked, draft_id: int) -> Answer:
    """One school of a draft (`school`) with the LTRCs it could go to; without one the table with its search."""
    wanted = asked.queried("school")
    draft = queries.draft(db, viewer.scope, draft_id)
    if draft.state == ACCEPTED:
        return Done(paths.CLUSTERS)
    laid = _laid(db, viewer, draft)
    if wanted is None:
        return Shown(_table(laid, "", ""), trail=_trail(draft))
    school = next((each for each in draft.schools if str(each.id) == wanted), None)
    if school is None:
        raise NotFound("school_not_found", school=wanted)
    home = Crumb(laid.names[school.cluster_name], paths.ltrcs(draft_id, at=school.cluster_name))
    return Shown(_move(laid, school), trail=_trail(draft, _crumb_of_all(viewer, draft_id), home))


@act(paths.planner(KIND, "{draft_id}", "move"), here=Area.PLANNER)
def move(db: Session, viewer: Viewer, draft_id: int, form: Move) -> Done:
    """Let a school stand in another LTRC of the draft."""
    change = actions.move_school(db, viewer.scope, draft_id, form.school, form.to, form.was)
    return _changed(viewer, draft_id, form.to, change, viewer.say.gettext("Moved in the draft."))


@act(paths.planner(KIND, "{draft_id}", "host"), here=Area.PLANNER)
def host(db: Session, viewer: Viewer, draft_id: int, form: Host) -> Done:
    """Let another school host an LTRC of the draft."""
    change = actions.choose_host(db, viewer.scope, draft_id, form.at, form.school, form.was)
    return _changed(viewer, draft_id, form.at, change, viewer.say.gettext("The host is changed in the draft."))


@act(paths.planner(KIND, "{draft_id}", "undo"), here=Area.PLANNER)
def undo(db: Session, viewer: Viewer, draft_id: int, form: Change) -> Done:
    """Take a change by hand back, from the list of changes."""
    return _undone(db, viewer, draft_id, form.change)


@act(paths.draft_change("{draft_id}", "{change_id}"), here=Area.PLANNER)
def undo_now(db: Session, viewer: Viewer, draft_id: int, change_id: int) -> Done:
    """Take a change by hand back, right after it was made."""
    return _undone(db, viewer, draft_id, change_id)


def _undone(db: Session, viewer: Viewer, draft_id: int, change_id: int) -> Done:
    actions.undo_change(db, viewer.scope, draft_id, change_id)
    return Done(paths.planner(KIND, draft_id), viewer.say.gettext("Undone: the draft is as before that change."))


def _changed(viewer: Viewer, draft_id: int, at: str, change: int, told: str) -> Done:
    return Done(paths.ltrcs(draft_id, at=at), told, undo=paths.draft_change(draft_id, change))


def _laid(db: Session, viewer: Viewer, draft: Draft) -> Laid:
    together = Together(db)
    stands = today_of(together, viewer.scope)
    strata = draft.rules.get("strata", ())
    known = together.ask(
        lambda db: queries.schools_to_plan(db, viewer.scope, codes=[school.code for school in draft.schools])
    )
    sites = {school.code: school.site(strata) for school in known()}
    lacking = {school.code: school.lacks for school in known()}
    return Laid(viewer, beside(stands(), draft), draft.plan(), sites, lacking)


def _trail(draft: Draft, *more: Crumb) -> tuple[Crumb, ...]:
    return (Crumb(draft.name, paths.planner(KIND, draft.id)), *more)


def _crumb_of_all(viewer: Viewer, draft_id: int) -> Crumb:
    return Crumb(viewer.say.gettext("All LTRCs"), paths.ltrcs(draft_id))


def _table(laid: Laid, search: str, after: str, *, whole: bool = False) -> LtrcsPage:
    draft, names = laid.draft, laid.names
    band = laid.measures.band
    rows = []
    for schools in laid.both.members.values():
        ways = _ways(schools)
        first = schools[0]
        rows.append(
            DraftedLtrc(
                first.cluster_name,
                names[first.cluster_name],
                f"B{first.block}.C{first.circle:02}",
                next((school.name for school in schools if school.host), "-"),
                len(schools),
                len(schools) in band,
                sum(ways) / len(ways) if ways else None,
                max(ways, default=None),
            )
        )
    begin = next((number for number, row in enumerate(rows, 1) if row.at == after), 0)
    end = len(rows) if whole else begin + ROWS
    shown = rows[begin:end]
    asked = folded(search).replace(" ", "") if search.strip() else ""
    found = [
        school
        for school in draft.schools
        if asked and (asked in folded(school.name).replace(" ", "") or school.code.startswith(search.strip()))
    ]
    return LtrcsPage(
        draft.id,
        draft.name,
        tuple(shown),
        len(rows),
        begin,
        search,
        tuple(_school(laid, school) for school in found[:FOUND]),
        paths.ltrcs(draft.id, after=shown[-1].at) if end < len(rows) else None,
        len(found) > FOUND,
    )


def _ltrc(laid: Laid, at: str) -> LtrcPage:
    schools = laid.members(at)
    ways = _ways(schools)
    host = next((school for school in schools if school.host), None)
    shown = tuple(
        _school(laid, school)
        for school in sorted(schools, key=lambda each: (each.km is None, each.km or 0.0, each.code))
    )
    by_code = {school.code: school for school in schools}
    may_edit = laid.draft.state in EDITABLE
    hosts = []
    for code in editing.best_hosts(laid.rows, laid.sites, at) if may_edit else ():
        done = editing.effect(laid.rows, editing.hosted(laid.rows, laid.sites, at, code), laid.sites, laid.measures)
        hosts.append(_offer(laid, by_code[code].name, at, by_code[code].id, done))
    return LtrcPage(
        laid.draft.id,
        laid.draft.name,
        may_edit,
        at,
        laid.names[at],
        shown,
        host.id if host else 0,
        len(schools) in laid.measures.band,
        sum(ways) / len(ways) if ways else None,
        max(ways, default=None),
        tuple(hosts),
        _picture(laid, schools, host, {school.school_id: row for row, school in enumerate(shown, 1)}),
        sum(not laid.sites[school.code].can_host for school in schools if school.code in laid.sites),
    )


def _picture(
    laid: Laid, schools: Sequence[DraftSchool], host: DraftSchool | None, rows: Mapping[int, int]
) -> MapCluster | None:
    dots = tuple(
        MapSchool(school.lat, school.lon, school.gender or SchoolGender.MIXED, label=str(rows[school.id]))
        for school in schools
        if school.lat is not None and school.lon is not None
    )
    if not dots or host is None:
        return None
    return MapCluster(0, laid.names[host.cluster_name], dots, host.lat, host.lon)


def _move(laid: Laid, school: DraftSchool) -> MovePage:
    may_edit = laid.draft.state in EDITABLE
    offers = []
    near = editing.nearest_clusters(laid.rows, laid.sites, school.code) if may_edit and not school.host else ()
    for at in near:
        after = editing.moved(laid.rows, laid.sites, school.code, at)
        done = editing.effect(laid.rows, after, laid.sites, laid.measures, school.code)
        offers.append(_offer(laid, laid.names[at], at, school.id, done, school.cluster_name))
    return MovePage(laid.draft.id, laid.draft.name, may_edit, _school(laid, school), school.cluster_name, tuple(offers))


def _offer(laid: Laid, name: str, at: str, school_id: int, done: Effect, left: str | None = None) -> Offer:
    ways = [way for schools in laid.both.members.values() for way in _ways(schools)]
    whole, bound = sum(ways), laid.draft.summary.get("lower_bound_km")
    left_broken = bool(done.broken) or laid.draft.summary.get("broken_total", 0) > len(done.mended)
    now = whole / len(ways) if ways else None
    then = (whole + done.added_km) / (len(ways) + done.ways) if len(ways) + done.ways else None
    return Offer(
        name,
        at,
        school_id,
        Way(*done.km),
        None if left is None else Way(*done.sizes[left]),
        None if left is None else Way(*done.sizes[at]),
        Way(now, then),
        Way(laid.draft.summary.get("gap_percent"), None if left_broken else _gap(then, bound)),
        _said(laid, done.broken),
        _said(laid, done.mended),
    )


def _gap(mean: float | None, bound: float | None) -> float | None:
    return None if not bound or mean is None else max(0.0, 100 * (mean / bound - 1))


def _said(laid: Laid, broken: Sequence[Violation]) -> tuple[str, ...]:
    return tuple(broken_rule(laid.viewer.say, each.key, each.values, laid.names) for each in broken)


def _ways(schools: Sequence[DraftSchool]) -> list[float]:
    """The ways that count: none to a host whose place is unknown."""
    placed = any(school.host and school.spot for school in schools)
    return [school.km for school in schools if school.km is not None] if placed else []


def _school(laid: Laid, school: DraftSchool) -> DraftedSchool:
    say = laid.viewer.say
    why_not = say.gettext(", ").join(say.gettext(word(lack)) for lack in laid.lacking.get(school.code, ()))
    return DraftedSchool(
        school.id, school.name, school.code, laid.names[school.cluster_name], school.km, school.host, why_not or None
    )


handlers = [ltrcs, schools, move, host, undo, undo_now]
