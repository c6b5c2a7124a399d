"""Plans clusters: schools out of a list or the database, the pure planner, its independent checker, a draft saved."""

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from sqlalchemy.orm import Session

from clusters.imports.columns import guess, require
from clusters.imports.coordinates import ANYWHERE, Bounds
from clusters.imports.outcome import Checked, Outcome, Problem
from clusters.imports.reading import read
from clusters.imports.rules import check_schools
from clusters.imports.sheet import Sheet
from clusters.imports.vocabulary import ListKind
from clusters.kernel.audit import Actor
from clusters.kernel.clock import today
from clusters.kernel.errors import Conflict, Invalid
from clusters.kernel.unit import UnitOfWork
from clusters.scope import Scope
from clusters.structure.actions import keep_beside, save_draft
from clusters.structure.checker import Violation, check
from clusters.structure.formation import form
from clusters.structure.grouping import Engine
from clusters.structure.keeping import Between, between
from clusters.structure.official import Entry, official_rows
from clusters.structure.proposal import Formation
from clusters.structure.queries import AREA_KINDS, STRATA_FIELDS, schools_to_plan
from clusters.structure.rules import CIRCLE_BAND, CLUSTER_BAND, Band, PlanRow, Site, lacks
from clusters.structure.scoring import Score, score
from cop.compute.beside import NOT_OF_LISTS, OFFICIAL, Before, Beside, before_of, lay_beside, official_of

ACTOR = Actor("command line")
IMPOSSIBLE = "coordinates_impossible"
MOSTLY = 0.5
"""With more than this share of coordinates outside the country, the list is of another country."""

LONG = 2_000
"""From so many schools on the compiled engine is worth its loading."""

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks of a plan: sizes, fields to keep schools apart by, a seed, a reason to miss the band."""

    band: Band = CLUSTER_BAND
    strata: tuple[str, ...] = ()
    seed: int = 0
    waive: str | None = None
    name: str = ""
    max_km: float | None = None
    """Ways beyond it count tenfold and are listed."""
    engine: str = "auto"
    """default, fast, or auto: fast where it is installed and the list is long."""

    def __post_init__(self) -> None:
        unknown = [name for name in self.strata if name not in STRATA_FIELDS]
        if unknown:
            raise Invalid("stratum_unknown", given=unknown[0], known=", ".join(STRATA_FIELDS))
        if self.max_km is not None and not self.max_km > 0:
            raise Invalid("max_km_unfit", given=self.max_km)

    def rules(self) -> dict[str, Any]:
        """As a draft keeps them, to be checked again when it is accepted."""
        return {
            "min": self.band.smallest,
            "max": self.band.largest,
            "circle_min": CIRCLE_BAND.smallest,
            "circle_max": CIRCLE_BAND.largest,
            "strata": list(self.strata),
            "seed": self.seed,
            "waive": self.waive,
            "max_km": self.max_km,
        }


@dataclass(frozen=True, slots=True)
class Listed:
    """Schools of a list: those that can be planned, the codes of those that cannot, and why."""

    sites: tuple[Site, ...]
    left_out: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    repaired: int = 0
    notes: tuple[str, ...] = ()
    before: Before | None = None
    """The clusters that the list itself names."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, the draft it was saved as, and what became of the list; nothing was saved where there is no plan."""

    formation: Formation
    draft_id: int | None = None
    listed: Listed = field(default_factory=lambda: Listed(()))
    beside: Beside | None = None

    def document(self) -> dict[str, Any]:
        """The keys of the contract, but for what the run cost."""
        found = self.formation.document()
        found["schools"] += len(self.listed.left_out)
        found["unplaced"] = [*found["unplaced"], *self.listed.left_out]
        if self.beside is not None:
            found |= self.beside.said()
        if self.draft_id is not None:
            found = {"draft": self.draft_id, **found}
        return found


def plan_list(
    listed: Listed, wish: Wish, *, on_progress: Progress | None = None, out_of_time: Callable[[], bool] | None = None
) -> Planned:
    """Plan the schools of a list; nothing is stored."""
    formation = _formed(listed.sites, wish, on_progress, out_of_time)
    if not formation.clusters:
        return Planned(formation, None, listed)
    late = out_of_time or _never
    laid = lay_beside(listed.sites, listed.before, formation, wish.band, wish.seed, late) if listed.before else None
    return Planned(formation, None, listed, laid)


def plan_stored(
    unit: UnitOfWork,
    wish: Wish,
    *,
    scope: Scope | None = None,
    actor: Actor = ACTOR,
    on_progress: Progress | None = None,
    out_of_time: Callable[[], bool] | None = None,
    also: Callable[[Session, Planned], None] | None = None,
) -> Planned:
    """Plan the stored schools of a scope and save the plan as a draft, if there is one.

    The database is read in one unit and left alone while the planner works. `also` is done in the unit that saves, or
    would save: both are done or neither.
    """
    scope, also = scope or Scope.everywhere(), also or _nothing_else
    with unit(actor) as db:
        schools = schools_to_plan(db, scope)
        before = before_of(db, scope, schools)
        day = today(db)
    if not schools:
        raise Invalid("no_schools_to_plan")
    sites = [school.site(wish.strata) for school in schools]
    formation = _formed(sites, wish, on_progress, out_of_time)
    late = out_of_time or _never
    laid = lay_beside(sites, before, formation, wish.band, wish.seed, late) if formation.clusters else None
    name = wish.name or f"{len(formation.clusters)} LTRCs, {day.day} {day:%B %Y}"
    with unit(actor) as db:
        draft_id = save_draft(db, scope, name, formation, wish.rules()) if formation.clusters else None
        if draft_id is not None and laid is not None:
            keep_beside(db, draft_id, laid.said(), laid.kept())
        planned = Planned(formation, draft_id, beside=laid)
        also(db, planned)
        return planned


def _never() -> bool:
    return False


def _nothing_else(db: Session, planned: Planned) -> None:
    pass


def _formed(
    sites: Iterable[Site], wish: Wish, on_progress: Progress | None, out_of_time: Callable[[], bool] | None
) -> Formation:
    """A plan that the checker found in order; a planner that broke a rule is a fault of ours and saves nothing."""
    known = list(sites)
    formation = form(
        known,
        band=wish.band,
        seed=wish.seed,
        waive=wish.waive,
        longest=wish.max_km,
        engine=engine_for(wish.engine, len(known)),
        on_progress=on_progress,
        out_of_time=out_of_time,
    )
    if formation.clusters:
        broken = check(
            known,
            formation.rows(),
            band=wish.band,
            unplaced=formation.unplaced,
            exempt=formation.exempt,
        )
        if broken:
            raise Invalid("plan_breaks_rules", broken=len(broken), first=broken[0].sentence)
    return formation


def engine_for(wanted: str, schools: int) -> Engine | None:
    """The compiled engine, loaded by its name so that nobody pays for it who does not want it; None: the default."""
    there = importlib.util.find_spec("numba") is not None
    if wanted == "fast" and not there:
        raise Conflict("fast_missing")
    if wanted == "fast" or (wanted == "auto" and there and schools >= LONG):
        return cast("Engine", importlib.import_module("clusters.structure.kernels"))
    return None


def listed_in(
    file: Path,
    bounds: Bounds,
    *,
    named: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    strata: Sequence[str] = (),
    insist: bool = False,
) -> Listed:
    """The schools of a list, judged as an import judges them, without a stored one to compare with.

    Unless the bounds are insisted on, a list that lies mostly outside them is taken for one of another country.
    """
    found = read(file, sheet=sheet, encoding=encoding, named=tuple(named or ()))
    columns = guess(found, ListKind.SCHOOLS, named)
    require(columns, found.headers)
    checked = check_schools(found, columns, {}, bounds)
    notes = list(found.notes)
    outside = sum(problem.cause == IMPOSSIBLE for problem in checked.problems)
    if not insist and outside > MOSTLY * len(checked.rows):
        checked = check_schools(found, columns, {}, ANYWHERE)
        notes.append(
            f"{outside} of {len(checked.rows)} schools lie outside the programme's country, so the list was planned"
            " as one of another country. Name its bounds with --bounds to have coordinates judged."
        )
    return _listed(found, checked, notes, strata)


def _listed(sheet: Sheet, checked: Checked, notes: Sequence[str], strata: Sequence[str]) -> Listed:
    sites, named = {}, {}
    refused: dict[str, None] = {}
    for row in checked.rows:
        if row.outcome is Outcome.PROBLEM:
            refused[row.code or f"row {row.row}"] = None
        elif row.outcome is not Outcome.DUPLICATE and row.code is not None:
            lat, lon = row.values.get("lat"), row.values.get("lon")
            if row.values.get("official_cluster"):
                said = (str(row.values.get(name) or "") for name in ("name", "official_cluster", "official_host"))
                named[row.code] = Entry(*said)
            sites[row.code] = Site(
                row.code,
                None if lat is None else float(lat),
                None if lon is None else float(lon),
                tuple(str(row.values.get(name, "")) for name in strata),
                tuple(str(row.values.get(kind.value, "")) for kind in AREA_KINDS),
                not lacks(*(row.values.get(name) for name in ("rooms", "power", "safe_access", "can_host"))),  # type: ignore[arg-type]  # as the list's reader gives them
            )
    remarks = [remark.message for remark in checked.remarks]
    left_out = tuple(code for code in refused if code not in sites)
    known = tuple(sites.values())
    rows = official_rows(known, named)
    before = Before(OFFICIAL, tuple(rows)) if rows else None
    return Listed(known, left_out, checked.problems, len(checked.repairs), (*notes, *remarks), before)


@dataclass(frozen=True, slots=True)
class Scored:
    """What can be said of a plan that somebody made: figures, broken rules, codes of schools that no list knows."""

    score: Score
    violations: tuple[Violation, ...]
    unknown: tuple[str, ...]
    best: Formation | None = None
    """The best plan found for the same schools, with what is proved of it; None where the rules allow none."""
    between: tuple[Between, ...] = ()
    """Plans from few changes to short ways."""


def stored_sites(unit: UnitOfWork, strata: Sequence[str] = ()) -> tuple[Site, ...]:
    """Every stored school as the planner sees it."""
    with unit(ACTOR) as db:
        return tuple(school.site(strata) for school in schools_to_plan(db, Scope.everywhere()))


def stored_official(unit: UnitOfWork, strata: Sequence[str] = ()) -> tuple[tuple[Site, ...], tuple[PlanRow, ...]]:
    """Every stored school, and the clusters that the department's list names; Conflict where it names none."""
    with unit(ACTOR) as db:
        schools = schools_to_plan(db, Scope.everywhere())
    before = official_of(schools)
    if before is None:
        raise Conflict("no_official_clusters")
    return tuple(school.site(strata) for school in schools), before.rows


def score_plan(
    sites: Sequence[Site],
    rows: Sequence[PlanRow],
    band: Band = CLUSTER_BAND,
    *,
    engine: str = "auto",
    on_progress: Progress | None = None,
) -> Scored:
    """Measure a plan anew, beside the best one found; schools it does not speak of are no fault of it."""
    known = {site.code for site in sites}
    spoken = {row.code for row in rows}
    broken = check(sites, rows, band=band, unplaced=known - spoken)
    if not any(row.circle for row in rows):
        broken = [each for each in broken if each.rule not in NOT_OF_LISTS]
    mine = [site for site in sites if site.code in spoken]
    best = form(mine, band=band, engine=engine_for(engine, len(mine)), on_progress=on_progress) if mine else None
    there = best is not None and bool(best.clusters)
    return Scored(
        score(sites, rows),
        tuple(broken),
        tuple(row.code for row in rows if row.code not in known),
        best if there else None,
        tuple(between(mine, rows, best, band)) if there and best is not None else (),
    )
