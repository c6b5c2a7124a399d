"""Cascade progress: does the course reach the teachers, by tier, subject and area? Figures come from the tallies."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from clusters.cascade.rules import ORDER, Level, level_above
from clusters.kernel.clock import today
from clusters.kernel.errors import NotFound
from clusters.kernel.together import Together
from clusters.modules.rules import Subject
from clusters.people.rules import OFFICE, TRAINERS
from clusters.progress import queries
from clusters.progress.queries import AreaRow, Part
from clusters.progress.rules import (
    FEWEST_PERSONS,
    FEWEST_SCHOOLS,
    Figures,
    SchoolsOf,
    first_day,
    school_year,
)
from clusters.structure.naming import address as read_address
from clusters.structure.rules import PlaceKind, Tree
from clusters.training.drafts_around import drafts_in
from cop.web.answers import Shown
from cop.web.edge import page
from cop.web.i18n import Language, Speech
from cop.web.pages.clusters import may_plan
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.cascade import Axis, CascadePage, Cell, Choice, Figure, Row, Slowest, Tier, Weakest
from cop.web.views.frame import Area, Crumb
from cop.web.words import word

ROSTER_READERS = (*OFFICE, *TRAINERS)
"""Who may see the lists of names behind the figures sees every figure of those places."""
YEARS = range(2000, 2100)
WHOLE = ""
COUNTED_SCHOOLS = (SchoolsOf.BOYS, SchoolsOf.GIRLS, SchoolsOf.MIXED)

Sums = Mapping[tuple[str, Level, Subject, SchoolsOf | None], Figures]
"""Figures by place (WHOLE for the area itself), tier, subject, and kind of school (None for all)."""


@dataclass(frozen=True, slots=True)
class _View:
    """What is looked at."""

    tree: Tree
    path: str
    year: int
    axis: Axis
    subject: Subject

    def at(self, **other: object) -> str:
        """The address of another view like this one."""
        said = {"area": f"{self.tree.value}/{self.path}", "by": self.axis, "subject": self.subject, "year": self.year}
        said |= other
        if said["by"] == Axis.SUBJECT:
            del said["subject"], said["by"]
        return paths.cascade(**{name: str(value) for name, value in said.items()})


@page(paths.CASCADE, here=Area.CASCADE)
def cascade(
    db: Session,
    viewer: Viewer,
    area: str | None = None,
    by: Axis = Axis.SUBJECT,
    subject: Subject = Subject.MATHS,
    year: int | None = None,
) -> Shown:
    """One area of either tree and what lies right below it; without one the first place that the viewer holds."""
    held = read_address(area or str(viewer.scope.places[0]))
    if held is None:
        raise NotFound("place_not_found", place=area)
    tree, path = held
    if year is not None and year not in YEARS:
        raise NotFound("page")
    view = _View(tree, path, school_year(today(db)) if year is None else year, by, subject)
    around = queries.around(db, viewer.scope, tree, path)
    if path and (not around.trail or around.trail[-1].path != path):
        raise NotFound("place_not_found", place=area)
    below = around.below
    found, as_of = queries.parts(db, viewer.scope, view.year, tree, path, [row.path for row in below])
    together = Together(db)
    waits = together.ask(lambda db: queries.waits(db, viewer.scope, view.year, tree, path))
    drafts = together.ask(lambda db: drafts_in(db, viewer.scope, tree, path))
    shown = _page(viewer, view, around.trail, below, found, as_of, waits())
    return Shown(shown, trail=_trail(viewer, view, around.trail), drafts=drafts())


def _page(
    viewer: Viewer,
    view: _View,
    trail: Sequence[AreaRow],
    below: Sequence[AreaRow],
    found: Sequence[Part],
    as_of: datetime | None,
    waits: Mapping[tuple[Level, Subject], tuple[float, int]],
) -> CascadePage:
    say, sums = viewer.say, _sums(found)
    exact = _sees_names(viewer, view)
    columns = _columns(view, sums)
    cells = {row.path: [_figures(sums, view, row.path, each) for each in columns] for row in below}
    across = view.axis is Axis.SCHOOLS
    hidden = set() if exact else _kept_back(cells, across=across)
    rows = [
        Row(
            _name(viewer, row),
            paths.cluster(row.id) if row.kind is PlaceKind.CLUSTER else view.at(area=f"{view.tree.value}/{row.path}"),
            row.clusters,
            tuple(_cell(figures, (row.path, number) in hidden) for number, figures in enumerate(cells[row.path])),
        )
        for row in below
    ]
    order = sorted(range(len(rows)), key=lambda number: _need(cells[below[number].path]))
    whole = [_figures(sums, view, WHOLE, each) for each in columns]
    withheld = set() if exact else _kept_back({WHOLE: whole}, across=across)
    name = _name(viewer, trail[-1]) if trail else _root(say, view.tree)
    planned = any(figures.planned or figures.held for key, figures in sums.items() if key[0] == WHOLE)
    plan = paths.planner("cascade") if may_plan(viewer.scope) else None
    return CascadePage(
        area=name,
        below=say.gettext(word(below[0].kind)) if below else "",
        year=f"{view.year}-{(view.year + 1) % 100:02}",
        until=first_day(view.year + 1) - timedelta(days=1),
        as_of=as_of,
        planned=planned,
        axis=view.axis,
        subject=view.subject,
        columns=columns,
        tiers=_tiers(sums, waits, exact),
        rows=tuple(rows[number] for number in order),
        whole=Row(name, "", 0, tuple(_cell(each, (WHOLE, number) in withheld) for number, each in enumerate(whole))),
        slowest=_slowest(sums, waits) if exact or not _small(sum(whole, Figures())) else None,
        weakest=_weakest(viewer, view, below, rows, cells, hidden, plan),
        axes=_axes(say, view),
        subjects=tuple(
            Choice(say.gettext(word(each)), view.at(subject=each), each is view.subject) for each in Subject
        ),
        trees=_trees(viewer, view),
        years=tuple(
            Choice(f"{each}-{(each + 1) % 100:02}", view.at(year=each), each == view.year)
            for each in (view.year - 1, view.year, view.year + 1)
        ),
        figures=tuple(_listed(view, below, rows, columns, cells, hidden, as_of)),
        plan=plan,
        hidden=len(hidden),
    )


def _sums(found: Sequence[Part]) -> Sums:
    sums: defaultdict[tuple[str, Level, Subject, SchoolsOf | None], Figures] = defaultdict(Figures)
    for part in found:
        for place in {part.path, WHOLE}:
            for kind in (part.schools_of, None):
                sums[place, part.level, part.subject, kind] += part.figures
    return sums


def _columns(view: _View, sums: Sums) -> tuple[StrEnum, ...]:
    if view.axis is Axis.SUBJECT:
        return tuple(Subject)
    if view.axis is Axis.TIER:
        return ORDER
    return tuple(
        kind
        for kind in COUNTED_SCHOOLS
        if kind is not SchoolsOf.MIXED or sums[WHOLE, Level.TEACHER, view.subject, kind].people
    )


def _key(view: _View, column: StrEnum) -> tuple[Level, Subject, SchoolsOf | None]:
    match column:
        case Subject():
            return Level.TEACHER, column, None
        case Level():
            return column, view.subject, None
        case SchoolsOf():
            return Level.TEACHER, view.subject, column
    raise ValueError(column)


def _figures(sums: Sums, view: _View, place: str, column: StrEnum) -> Figures:
    return sums[(place, *_key(view, column))]


def _small(figures: Figures) -> bool:
    """May a figure point at somebody? Trainers are of no school, so that for them persons alone decide."""
    return 0 < figures.people < FEWEST_PERSONS or 0 < figures.schools < FEWEST_SCHOOLS


def _kept_back(cells: Mapping[str, Sequence[Figures]], *, across: bool) -> set[tuple[str, int]]:
    """Small cells; where a column has but one, its smallest neighbour too, or the sum would tell it.

    `across`: the columns add up to a figure that another axis shows, so that the same holds for each row.
    """
    hidden: set[tuple[str, int]] = set()
    for number in range(len(next(iter(cells.values()), ()))):
        column = {path: figures[number] for path, figures in cells.items() if figures[number].people}
        small = {path for path, figures in column.items() if _small(figures)}
        if len(small) == 1 and len(column) > 1:
            small.add(min((path for path in column if path not in small), key=lambda path: column[path].people))
        hidden |= {(path, number) for path in small}
    for path, row in cells.items() if across else ():
        open_ = {number for number, figures in enumerate(row) if figures.people and (path, number) not in hidden}
        if open_ and sum(row[number].people > 0 for number in range(len(row))) - len(open_) == 1:
            hidden.add((path, min(open_, key=lambda number: row[number].people)))
    return hidden


def _cell(figures: Figures, hidden: bool) -> Cell:
    if hidden:
        return Cell(None, None, planned=figures.planned, held=figures.held)
    return Cell(
        figures.people,
        figures.trained,
        figures.absent,
        figures.made_up,
        figures.invited,
        figures.planned,
        figures.held,
    )


def _need(cells: Sequence[Figures]) -> float:
    """Who needs help first stands first: the smaller share of all columns together."""
    people = sum(each.people for each in cells)
    return sum(each.trained for each in cells) / people if people else 2.0


def _tiers(sums: Sums, waits: Mapping[tuple[Level, Subject], tuple[float, int]], exact: bool) -> tuple[Tier, ...]:
    tiers = []
    for level in ORDER:
        figures = [sums[WHOLE, level, subject, None] for subject in Subject]
        if not any(each.people or each.held or each.planned for each in figures):
            continue
        tiers.append(
            Tier(
                level,
                tuple(_cell(each, not exact and _small(each)) for each in figures),
                tuple(round(waits[level, subject][0]) if (level, subject) in waits else None for subject in Subject)
                if level is not Level.MASTER
                else (),
            )
        )
    return tuple(tiers)


def _slowest(sums: Sums, waits: Mapping[tuple[Level, Subject], tuple[float, int]]) -> Slowest | None:
    """Of the subjects under way the one that has reached the smallest share of the teachers."""
    under_way = [
        subject
        for subject in Subject
        if sums[WHOLE, Level.TEACHER, subject, None].people
        and any(sums[WHOLE, level, subject, None].held for level in ORDER)
    ]
    if not under_way:
        return None
    slowest = min(under_way, key=lambda subject: sums[WHOLE, Level.TEACHER, subject, None].share)
    teachers = sums[WHOLE, Level.TEACHER, slowest, None]
    above = level_above(Level.TEACHER) or Level.CIRCLE
    trainers = sums[WHOLE, above, slowest, None]
    wait = waits.get((Level.TEACHER, slowest))
    return Slowest(
        slowest,
        trainers.trained,
        trainers.people,
        teachers.trained,
        teachers.people,
        None if wait is None else round(wait[0]),
    )


def _weakest(
    viewer: Viewer,
    view: _View,
    below: Sequence[AreaRow],
    rows: Sequence[Row],
    cells: Mapping[str, Sequence[Figures]],
    hidden: set[tuple[str, int]],
    plan: str | None,
) -> Weakest | None:
    """Among the cells of subjects under way in this area; where nothing has begun anywhere nobody is behind."""
    if view.axis is not Axis.SUBJECT:
        return None
    begun = {number for number in range(len(Subject)) if any(figures[number].held for figures in cells.values())}
    open_ = [
        (cells[area.path][number].share, -cells[area.path][number].people, place, number)
        for place, area in enumerate(below)
        for number in begun
        if cells[area.path][number].people and cells[area.path][number].share < 1 and (area.path, number) not in hidden
    ]
    if not open_:
        return None
    _, _, place, number = min(open_)
    figures, area = cells[below[place].path][number], below[place]
    return Weakest(
        rows[place].name,
        list(Subject)[number],
        figures.trained,
        figures.people,
        rows[place].href,
        area.kind is PlaceKind.CLUSTER,
        plan,
    )


def _listed(
    view: _View,
    below: Sequence[AreaRow],
    rows: Sequence[Row],
    columns: Sequence[StrEnum],
    cells: Mapping[str, Sequence[Figures]],
    hidden: set[tuple[str, int]],
    as_of: datetime | None,
) -> list[Figure]:
    listed = []
    for area, row in zip(below, rows, strict=True):
        for number, column in enumerate(columns):
            level, subject, kind = _key(view, column)
            shown = _cell(cells[area.path][number], (area.path, number) in hidden)
            listed.append(
                Figure(
                    row.name,
                    level,
                    subject,
                    kind,
                    shown.people,
                    shown.invited,
                    shown.trained,
                    shown.absent,
                    shown.made_up,
                    shown.planned,
                    shown.held,
                    as_of,
                )
            )
    return listed


def _sees_names(viewer: Viewer, view: _View) -> bool:
    training, admin = (view.path, None) if view.tree is Tree.TRAINING else (None, view.path)
    held = [place for place in viewer.scope.places if place.role in ROSTER_READERS]
    if not view.path:
        return bool(held) and len(held) == len(viewer.scope.places)
    return viewer.scope.covers(training, admin, ROSTER_READERS) or all(
        place.role in ROSTER_READERS for place in viewer.scope.places
    )


def _axes(say: Speech, view: _View) -> tuple[Choice, ...]:
    named = {
        Axis.SUBJECT: say.gettext("by subject"),
        Axis.TIER: say.gettext("by tier"),
        Axis.SCHOOLS: say.gettext("by boys' and girls' schools"),
    }
    return tuple(Choice(label, view.at(by=axis), axis is view.axis) for axis, label in named.items())


def _trees(viewer: Viewer, view: _View) -> tuple[Choice, ...]:
    """The two trees, each from as high up as the viewer sees it; who holds a circle sees no district."""
    if not any(held.tree == Tree.ADMINISTRATIVE.value or not held.path for held in viewer.scope.places):
        return ()
    say = viewer.say
    named = {Tree.TRAINING: say.gettext("by circle and LTRC"), Tree.ADMINISTRATIVE: say.gettext("by district")}
    top = {tree: next((str(held) for held in viewer.scope.places if held.tree == tree.value), None) for tree in Tree}
    return tuple(
        Choice(label, view.at(area=top[tree] or f"{tree.value}/"), tree is view.tree) for tree, label in named.items()
    )


def _root(say: Speech, tree: Tree) -> str:
    return say.gettext("All LTRCs") if tree is Tree.TRAINING else say.gettext("All districts")


def _name(viewer: Viewer, row: AreaRow) -> str:
    name = row.name_ur if viewer.language is Language.URDU and row.name_ur else row.name
    if row.kind is PlaceKind.CIRCLE:
        return viewer.say.gettext("Circle %(name)s") % {"name": name}
    return name


def _trail(viewer: Viewer, view: _View, trail: Sequence[AreaRow]) -> tuple[Crumb, ...]:
    crumbs = [Crumb(_name(viewer, row), view.at(area=f"{view.tree.value}/{row.path}")) for row in trail]
    return (*crumbs[:-1], Crumb(crumbs[-1].label)) if len(crumbs) > 1 else ()


handlers = [cascade]
