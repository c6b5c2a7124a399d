"""A draft of LTRCs laid beside today or another draft: which schools differ, and a picture of each side."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.errors import NotFound
from clusters.kernel.together import Together
from clusters.scope import Scope
from clusters.structure import queries
from clusters.structure.naming import in_order
from clusters.structure.queries import ACCEPTED, WAITING, Draft, DraftSchool, SchoolRow
from clusters.structure.rules import SchoolGender
from clusters.structure.succession import Standing, succeed
from cop.web.answers import Answer, Done
from cop.web.pages.clusters import AT_ONCE, way
from cop.web.pages.comparing import Beside, Today, beside, comparison, today_of
from cop.web.pictures import MapCluster, MapSchool
from cop.web.views import paths
from cop.web.views.comparing import BlockLink, Choice, ComparePage, Differing, SideMap
from cop.web.views.planner import Comparison, Quantity

NOW = "now"
ROWS = 100
"""Schools on one page."""
CHOICES = 12
"""Other drafts that are offered, the newest."""
BEFORE, AFTER = "before", "after"
"""The maps by their name in the address."""


@dataclass(frozen=True, slots=True)
class Group:
    """An LTRC of a side with its schools; `block` is its block by path, as B2."""

    name: str
    block: str
    block_name: str
    host: tuple[float | None, float | None]
    schools: Sequence[SchoolRow | DraftSchool]
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One grouping: its LTRCs by key, where each school (id) stands, and its way to the host in km."""

    groups: Mapping[Hashable, Group]
    at: Mapping[int, Hashable]
    km: Mapping[int, float | None]


def compared(
    db: Session,
    scope: Scope,
    draft_id: int,
    other: str,
    *,
    after: str = "",
    side: str = "",
    block: str = "",
    whole: bool = False,
) -> Answer:
    """The page; `after` is the code of the last school of the page before, `side` the map that is asked for; `whole`
    has every school at once, since each page reads both drafts anew."""
    other_id = other_of(other)
    together = Together(db)
    one = together.ask(lambda db: queries.draft(db, scope, draft_id))
    two = together.ask(lambda db: None if other_id is None else queries.draft(db, scope, other_id))
    stands = today_of(together, scope)
    known = together.ask(lambda db: queries.drafts(db, scope))
    draft, against = one(), two()
    if draft.state == ACCEPTED:
        return Done(paths.CLUSTERS)
    both = beside(stands(), draft)
    goes_on: Mapping[Any, Hashable]
    if against is None:
        before, goes_on, figures = (
            _today(stands(), both),
            both.goes_on,
            comparison(both),
        )
    else:
        theirs = beside(stands(), against)
        before, goes_on = _drafted(theirs), _matched(draft, against)
        figures = _two(comparison(theirs), comparison(both))
    now = _drafted(both)
    compared_ids = _compared(draft, against, both)
    differing = sorted(
        (
            (code, name, school_id)
            for school_id, (code, name) in compared_ids.items()
            if not _same(before.at.get(school_id), now.at.get(school_id), goes_on)
        ),
    )
    begin = bisect_right([code for code, _, _ in differing], after) if after else 0
    end = len(differing) if whole else begin + ROWS
    shown = () if side else differing[begin:end]
    href = paths.compare(draft_id, other)
    marked = {school_id for _, _, school_id in differing}
    return ComparePage(
        draft_id=draft_id,
        name=draft.name,
        other=against.name if against else None,
        comparison=figures,
        differ=len(differing),
        rows=tuple(_row(code, name, school_id, before, now) for code, name, school_id in shown),
        begin=begin,
        more=paths.compare(draft_id, other, after=shown[-1][0]) if shown and end < len(differing) else None,
        before_map=paths.compare(draft_id, other, side=BEFORE),
        after_map=paths.compare(draft_id, other, side=AFTER),
        choices=(
            Choice(None, paths.compare(draft_id), other_id is None),
            *(
                Choice(each.name, paths.compare(draft_id, each.id), each.id == other_id)
                for each in [each for each in known() if each.id != draft_id and each.state != ACCEPTED][:CHOICES]
            ),
        ),
        href=href,
        picture=_picture(now if side == AFTER else before, side, block, marked, draft_id, other) if side else None,
        may_discard=draft.state != WAITING,
    )


def other_of(said: str) -> int | None:
    """The draft that an address lays another one beside; None for what stands today."""
    if said == NOW:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        raise NotFound("draft_not_found", draft=said)
    return int(said)


def _today(stands: Today, both: Beside) -> Side:
    members: defaultdict[int, list[SchoolRow]] = defaultdict(list)
    for school in stands.schools:
        if school.id in both.home:
            members[both.home[school.id].id].append(school)
    return Side(
        {
            row.id: Group(
                row.name,
                row.path.partition(".")[0],
                row.block,
                (row.host_lat, row.host_lon),
                members[row.id],
                paths.cluster(row.id),
            )
            for row in sorted(stands.clusters, key=lambda row: in_order(row.path))
        },
        {school: row.id for school, row in both.home.items()},
        {school: way(both.schools[school], row) for school, row in both.home.items()},
    )


def _drafted(both: Beside) -> Side:
    groups: dict[Hashable, Group] = {}
    for key, schools in both.members.items():
        host = next((school for school in schools if school.host), None)
        spot = (host.lat, host.lon) if host else (None, None)
        groups[key] = Group(both.names[key], f"B{key[0]}", f"B{key[0]}", spot, schools)
    schools_of = both.draft.schools
    return Side(groups, {each.id: each.key for each in schools_of}, {each.id: each.km for each in schools_of})


def _matched(draft: Draft, against: Draft) -> dict[Hashable, Hashable]:
    """Which LTRC of the other draft each one of this draft is, by the rule that today's go on by."""
    theirs = [plan for plan in against.planned() if plan.host]
    stand = []
    for number, plan in enumerate(theirs, 1):
        block, circle, cluster = plan.key
        of_block, of_circle = f"B{block}.", f"B{block}.C{circle:02}."
        stand.append(
            Standing(
                number,
                f"{of_circle}L{cluster}.",
                -(1000 * block + circle),
                of_circle,
                -(1_000_000 + block),
                of_block,
                plan.host,
                plan.schools,
            )
        )
    found = succeed([plan for plan in draft.planned() if plan.host], stand, [each.path for each in stand])
    return {key: theirs[seat.place_id - 1].key for key, seat in found.clusters.items() if seat.place_id is not None}


def _two(theirs: Comparison, ours: Comparison) -> Comparison:
    """The figures of both drafts, the other one's first."""

    def pair(name: str) -> Quantity:
        return Quantity(getattr(theirs, name).draft, getattr(ours, name).draft)

    return Comparison(
        pair("clusters"),
        pair("outside_band"),
        pair("schools_over_8_km"),
        pair("mean_km"),
        pair("longest_km"),
        None,
        None,
    )


def _compared(draft: Draft, against: Draft | None, both: Beside) -> dict[int, tuple[str, str]]:
    """Code and name of every school that one of the sides speaks of: a draft leaves others where they are."""
    found = {school.id: (school.code, school.name) for school in draft.schools}
    if against is not None:
        return found | {school.id: (school.code, school.name) for school in against.schools}
    left_out = set(draft.summary["unplaced"])
    return found | {
        school.id: (school.code, school.name) for school in both.schools.values() if school.code in left_out
    }


def _same(before: Hashable, now: Hashable, goes_on: Mapping[Any, Hashable]) -> bool:
    if before is None or now is None:
        return before is now
    return goes_on.get(now) == before


def _row(code: str, name: str, school_id: int, before: Side, now: Side) -> Differing:
    old, new = before.at.get(school_id), now.at.get(school_id)
    return Differing(
        code,
        name,
        before.groups[old].name if old in before.groups else None,
        now.groups[new].name if new in now.groups else None,
        before.km.get(school_id),
        now.km.get(school_id),
    )


def _picture(side: Side, which: str, block: str, marked: Iterable[int], draft_id: int, other: str) -> SideMap:
    """One side; a wide one block by block, the first unless another is chosen."""
    groups = list(side.groups.items())
    blocks: tuple[BlockLink, ...] = ()
    if len(groups) > AT_ONCE:
        named = {group.block: group.block_name for _, group in groups}
        here = block if block in named else next(iter(named))
        blocks = tuple(
            BlockLink(name, paths.compare(draft_id, other, side=which, block=key), key == here)
            for key, name in named.items()
        )
        groups = [(key, group) for key, group in groups if group.block == here]
    moved = frozenset(marked)
    drawn = []
    for number, (_, group) in enumerate(groups):
        dots = tuple(
            MapSchool(each.lat, each.lon, each.gender or SchoolGender.MIXED, each.id in moved)
            for each in group.schools
            if each.lat is not None and each.lon is not None
        )
        if dots:
            drawn.append(MapCluster(number, group.name, dots, *group.host, group.href))
    return SideMap(which == AFTER, tuple(drawn), blocks)
