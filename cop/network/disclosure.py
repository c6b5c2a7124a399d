"""The only door from ties to whoever asks: published figures of groups, and a person's own to herself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from clusters.kernel.clock import day_of, now
from clusters.kernel.errors import NotAllowed, NotFound
from clusters.kernel.together import Together
from clusters.scope import Scope
from clusters.structure.naming import address
from clusters.structure.queries import PlaceRow, place
from clusters.structure.rules import PlaceKind, Tree
from cop.network import gardening
from cop.network.figures import Shown, Table
from cop.network.gardening import (
    Effort,
    Health,
    HealthAxis,
    Level,
    Misfit,
    Reason,
    Suggestion,
    Sure,
    Verdict,
    Watering,
)
from cop.network.models import NetworkView
from cop.network.power import Balance
from cop.network.queries import Placed, Said, frozen, placed, said, spots, views
from cop.network.rules import CLUSTERS, Band, Change, Fact, Told, band, change, facts, pictured
from cop.network.watering import may_water, remember, take_back, watered
from cop.ties.queries import Given, given, introduced_to, own_ties
from cop.ties.rules import term_of

__all__ = ["Band", "Change", "Community", "Group", "Link", "Looked", "Named", "Part", "Shown", "Table", "community"]
__all__ += ["Given", "given_by_herself", "introduced_to_herself", "named_by_herself", "views_of"]
__all__ += ["Effort", "Health", "HealthAxis", "Level", "Misfit", "Reason", "Suggestion", "Sure", "Verdict", "Watering"]
__all__ += ["Balance", "Fact", "Told", "told"]
__all__ += ["Tended", "Wanted", "may_water", "suggestions", "take_back", "wanted", "water"]
LOOKED_BACK = timedelta(days=90)
REMEMBERED = timedelta(days=30)
"""What was said to a suggestion holds for so long."""


@dataclass(frozen=True, slots=True)
class Named:
    """A place by its name; `path` is of the training tree."""

    path: str
    name: str
    name_ur: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """A cluster or circle, or neighbours that stand together because each alone is too small to be shown."""

    path: str
    """Of the first of them."""
    names: tuple[Named, ...]
    """One, or all that stand together."""
    members: Band | None
    """Persons who take part; None where that is hidden."""
    answered: float | None
    """Of the questions asked here, the share that was answered, in tenths (0.8); None where it is hidden."""
    few_asked: bool
    """So few questions, fewer than three, that no share of them is told."""
    links_low: int
    """Other groups of the picture that 10 ties or more lead to."""
    links_high: int
    """The same, if those count that may well have 10 or more."""
    change: Change
    """Of the ties among its members, since the last term."""
    sure: bool
    """The change is more than its doubt."""
    kept_from: str
    """ISO date of the snapshot its members' figure was kept from, because too few changed since; else empty."""
    x: float
    """Where it stands in the picture, 0 to 1 from the left."""
    y: float
    """0 to 1 from the top."""


@dataclass(frozen=True, slots=True)
class Part:
    """Groups that lie in one place of the step above (clusters of a circle, circles of a block), in tree order."""

    place: Named
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Ties between two groups of the picture, 10 of them or more, or perhaps so."""

    one: str
    """Path of the group that comes first in the tree."""
    other: str
    ties: Band
    """0 to 9 is drawn as no line of its own, only as one that there may be."""
    may_be_more: bool
    """By its doubt it may well lie one step higher."""


@dataclass(frozen=True, slots=True)
class Community:
    """Everything a page of a place's community may show; nothing of it is about one person."""

    place: PlaceRow
    frozen_on: date
    term: str
    """2026-1 until the end of July, then 2026-2."""
    taking_part: int | None
    """About how many, rounded to 5; None where it is hidden."""
    of: int | None
    """Teachers there, rounded to 5."""
    answered: int | None
    """About how many answered the last round, rounded to 5."""
    kind: PlaceKind
    """What the groups are: clusters, circles or blocks."""
    parts: tuple[Part, ...]
    """In the order of the tree; empty before any group is large enough."""
    links: tuple[Link, ...]
    shown: tuple[Shown, ...]
    """Every published figure of the place and its parts in the order of the tree, for files and suggestions."""
    before: tuple[Shown, ...]
    """Those of the last snapshot of the term before."""
    said: Mapping[str, Said] = field(default_factory=dict)
    """What was said to its suggestions in the last month, by what each is known by."""


@dataclass(frozen=True, slots=True)
class Tended:
    """A suggestion, and what was said to it: `said_id` takes that back; both None while it is open."""

    suggestion: Suggestion
    verdict: Verdict | None = None
    said_id: int | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was planned, to go on with it: the address of the place above its groups, and their names."""

    kind: Watering
    where: str
    places: tuple[Named, ...]
    subject: str


@dataclass(frozen=True, slots=True)
class Looked:
    """How often people looked at community figures of an area that she belongs to."""

    times: int
    since: date


def community(db: Session, scope: Scope, where: str | None = None) -> Community | None:
    """What is published of a place by its address (T/B2.C07., A/KP.BANNU.), by default the first of the scope.

    None before the first snapshot. NotFound outside the scope. That somebody looked is kept in the same unit, which
    must therefore be one that writes.
    """
    where = where or (str(scope.places[0]) if scope.places else "")
    tree, path = _read(where)
    found = _community(db, scope, where)
    _looked(db, scope, tree, path)
    return found


def _community(db: Session, scope: Scope, where: str) -> Community | None:
    tree, path = _read(where)
    depth = min(CLUSTERS, path.count(".") + 2) if tree is Tree.TRAINING else CLUSTERS
    reads = Together(db)
    at = reads.ask(lambda db: place(db, scope, where))
    found = reads.ask(lambda db: frozen(db, scope, tree, path, depth))
    names = reads.ask(lambda db: placed(db, scope, tree, path, depth))
    there = reads.ask(lambda db: spots(db, scope, where))
    answers = reads.ask(lambda db: said(db, scope, tree, path, now(db) - REMEMBERED))
    here, published = at(), found()
    if published is None:
        return None
    own = {(each.table, each.path): each for each in published.shown if not each.second and not each.hidden}
    kind, parts = _parts(
        published.shown, published.before, path.count(".") if tree is Tree.TRAINING else 0, names(), there()
    )
    taking_part, of = _about(own, Table.TAKING_PART, tree, path)
    return Community(
        place=here,
        frozen_on=day_of(published.frozen_at),
        term=term_of(published.month),
        taking_part=taking_part,
        of=of,
        answered=_about(own, Table.ASKED, tree, path)[0],
        kind=kind,
        parts=parts,
        links=_links(published.shown, {group.path for part in parts for group in part.groups}),
        shown=published.shown,
        before=published.before,
        said=answers(),
    )


def health(of: Community) -> list[Health]:
    """How each group of it is doing, in the words of a gardener."""
    return gardening.health(of.shown)


def told(of: Community) -> list[Fact]:
    """What is told of the whole place; of an area of the other tree, of the circles that lie in it whole, together."""
    circles = {each.path for each in of.shown if each.path.count(".") == CLUSTERS - 1}
    return facts(of.shown, {of.place.path} if of.place.tree is Tree.TRAINING else circles)


def suggestions(of: Community) -> list[Tended]:
    """At most a handful of what could be given to its groups, with what was said to each; where more could be done they
    take turns by month."""
    return [_tended(each, of.said.get(each.what)) for each in _suggested(of)]


def water(
    db: Session, scope: Scope, where: str, what: str, verdict: Verdict, why: Misfit | None = None
) -> tuple[int, Suggestion]:
    """Say what becomes of a suggestion of a place's page; its id, to take it back by.

    NotFound when the page has no such suggestion (any more), Invalid when it does not fit and no reason is given.
    """
    found = _community(db, scope, where)
    suggestion = next((each for each in (_suggested(found) if found else ()) if each.what == what), None)
    if found is None or suggestion is None:
        raise NotFound("suggestion_not_found")
    return remember(db, scope, found.frozen_on, suggestion, verdict, why), suggestion


def wanted(db: Session, scope: Scope, said_id: int) -> Wanted:
    """What somebody planned, by the names of the places; NotFound outside the scope."""
    row = watered(db, scope, said_id)
    paths = row.places.split()
    over = _over(paths[0])
    names = placed(db, scope, Tree.TRAINING, over, CLUSTERS)
    circle, own = (f"{Tree.TRAINING}/{path}" for path in (over, paths[0]))
    where = circle if _seen(db, scope, circle) else own
    return Wanted(row.kind, where, tuple(_named(each, names) for each in paths), row.subject)


def _seen(db: Session, scope: Scope, where: str) -> bool:
    try:
        return place(db, scope, where) is not None
    except NotFound:
        return False


def _suggested(of: Community) -> list[Suggestion]:
    return gardening.suggestions(of.shown, 12 * of.frozen_on.year + of.frozen_on.month)


def _tended(suggestion: Suggestion, answer: Said | None) -> Tended:
    return Tended(suggestion, answer.verdict, answer.id, day_of(answer.at)) if answer else Tended(suggestion)


def views_of(db: Session, scope: Scope) -> Looked:
    """How often somebody looked at figures of the scope's person's own area in the last 90 days."""
    since = now(db) - LOOKED_BACK
    return Looked(views(db, scope, since) if scope.person_id is not None else 0, day_of(since))


def named_by_herself(db: Session, scope: Scope, person_id: int) -> int:
    """How many ties somebody has named that are kept; NotAllowed to anybody but herself."""
    if scope.person_id != person_id:
        raise NotAllowed("ties_are_private")
    return len(own_ties(db, scope))


def introduced_to_herself(db: Session, scope: Scope, person_id: int) -> list[int]:
    """The introductions that became ties to somebody, by number; NotAllowed to anybody but herself."""
    if scope.person_id != person_id:
        raise NotAllowed("ties_are_private")
    return [-event for event in introduced_to(db, scope)]


def given_by_herself(db: Session, scope: Scope, link: str) -> tuple[Given, ...]:
    """The ties that the holder of a personal link gave; nothing by a link that was not texted to her own phone."""
    return given(db, scope, link)


def _read(where: str) -> tuple[Tree, str]:
    found = address(where)
    if found is None:
        raise NotFound("place_not_found", place=where)
    return found


def _looked(db: Session, scope: Scope, tree: Tree, path: str) -> None:
    if scope.person_id is not None:
        db.add(NetworkView(person_id=scope.person_id, tree=tree, path=path, at=now(db)))
        db.flush()


def _about(
    own: Mapping[tuple[Table, str], Shown], table: Table, tree: Tree, path: str
) -> tuple[int | None, int | None]:
    """A count of the whole place; of an area of the other tree, the sum over the circles that lie in it."""
    if tree is Tree.TRAINING:
        found = [own[table, path]] if (table, path) in own else []
    else:
        found = [shown for (of, at), shown in own.items() if of is table and at.count(".") == CLUSTERS - 1]
    if not found:
        return None, None
    return int(sum(each.low for each in found)), sum(each.of for each in found)


def _parts(
    shown: Iterable[Shown],
    before: Iterable[Shown],
    above: int,
    names: Mapping[str, Placed],
    spots: Mapping[str, tuple[float, float]],
) -> tuple[PlaceKind, tuple[Part, ...]]:
    """The groups of the deepest step that a picture holds, below a place that lies `above` steps deep."""
    shown = tuple(shown)
    depth, there = pictured(shown, above)
    figures = {(each.table, each.path): each for each in shown if not each.second}
    earlier = {(each.table, each.path): each for each in before if not each.second}
    between = [each for each in shown if each.table is Table.BETWEEN and not each.hidden]
    groups = [_group(each, figures, earlier, between, names, spots) for each in there]
    kind = {1: PlaceKind.BLOCK, 2: PlaceKind.CIRCLE, 3: PlaceKind.CLUSTER}[depth]
    parts = tuple(
        Part(_named(over, names), tuple(inside))
        for over, inside in groupby(groups, key=lambda group: _over(group.path))
    )
    return kind, parts


def _group(
    taking_part: Shown,
    figures: Mapping[tuple[Table, str], Shown],
    earlier: Mapping[tuple[Table, str], Shown],
    between: Iterable[Shown],
    names: Mapping[str, Placed],
    spots: Mapping[str, tuple[float, float]],
) -> Group:
    path = taking_part.path
    answered = figures.get((Table.ANSWERED, path))
    links = [each for each in between if path in (each.path, each.second)]
    became, sure = change(figures.get((Table.WITHIN, path)), earlier.get((Table.WITHIN, path)))
    x, y = spots.get(path, (0.5, 0.5))
    return Group(
        path=path,
        names=tuple(_named(each, names) for each in taking_part.merged or (path,)),
        members=None if taking_part.hidden else band(taking_part.low),
        answered=_tenths(answered) if answered is not None and not answered.hidden and answered.of else None,
        few_asked=answered is not None and not answered.hidden and not answered.of,
        links_low=sum(each.low >= 10 for each in links),
        links_high=sum(each.doubt_high >= 10 for each in links),
        change=became,
        sure=sure,
        kept_from=taking_part.kept_from,
        x=x,
        y=y,
    )


def _tenths(share: Shown) -> float:
    """A share in one figure: its step, and of a wide one, as of three or four questions, the middle."""
    return share.low if share.high - share.low < 0.15 else round((share.low + share.high) / 2, 1)


def _links(shown: Iterable[Shown], groups: set[str]) -> tuple[Link, ...]:
    return tuple(
        Link(each.path, each.second, band(each.low), each.doubt_high > each.high)
        for each in shown
        if each.table is Table.BETWEEN
        and not each.hidden
        and {each.path, each.second} <= groups
        and (each.low >= 10 or each.doubt_high >= 10)
    )


def _named(path: str, names: Mapping[str, Placed]) -> Named:
    found = names.get(path)
    return Named(path, found.name, found.name_ur) if found else Named(path, path, None)


def _over(path: str) -> str:
    return path.rstrip(".").rpartition(".")[0] + "." if "." in path.rstrip(".") else ""
