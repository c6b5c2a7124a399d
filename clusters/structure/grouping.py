"""Groups of neighbouring points, every size within a band, each around one of its own points: clusters and circles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from clusters.structure import bounding
from clusters.structure.assignment import DEAR, assign, recentred
from clusters.structure.bounding import CLOSE, NEAREST, STEPS, Search, Stepper, hosts_by_votes, search
from clusters.structure.candidates import Candidates, Real, Truth, Whole, candidates
from clusters.structure.rules import Band

Point = tuple[float, float, float]
"""Kilometres from the earth's centre. Straight chords stand for arcs: over 100 km they differ by a metre."""

PASSES = 3
"""Assignments and re-centrings in turn."""
ENOUGH = 0.0003
"""A pass that gains less than this share is the last."""
SCOUTS = 0.3
"""Share of the steps that is taken before hosts are looked for the first time."""
JITTER = 0.05
MANY = 100
LOOKS = 3
"""How often hosts are taken from the votes while the bound rises; once, with fewer steps than `MANY`."""
FIRST_TRIES, TRIES = 6, 20
"""Times that one or two centres of neighbouring groups are put elsewhere: for plans that are only compared, and for
the best of them."""
SWEEPS = 2
"""Passes of a local search over all groups; those whose surroundings have not changed are skipped."""
ROUNDS = 1
"""Local searches of the best plan, each followed by a flow over the whole."""


class Engine(Protocol):
    """A faster engine: the steps of the bound, and a search among neighbouring groups."""

    def Rows(self, lists: Candidates, counted: Truth, band: Band) -> Stepper:  # noqa: N802 - the twin's class
        """Takes the steps of the bound."""

    def improve(
        self, points: Real, owner: Whole, centres: Whole, able: Truth, weight: Real, band: Band, longest: float,
        seed: int, rounds: int, tries: int,
    ) -> tuple[Whole, Whole]:  # fmt: skip
        """Owners and centres after neighbouring groups were settled anew."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which points stand together (positions in the list handed in, rising) and the centre of each group."""

    groups: tuple[tuple[int, ...], ...]
    centres: tuple[int, ...]
    bound_km: float = 0.0
    """No grouping of so many has fewer kilometres in all."""
    prices: tuple[float, ...] = ()
    """A price for each point that proves it."""
    steps: int = 0


@dataclass(slots=True)
class _Plan:
    """Some grouping of all points: the number of each point's group, and the points that are centres."""

    owner: Whole
    centres: Whole
    km: float


@dataclass(slots=True)
class _Ground:
    """What is the same for every plan; `weight` is 0 for points whose way does not count."""

    points: Real
    able: Truth
    weight: Real
    count: int
    band: Band
    longest: float | None

    def plan(self, owner: Whole, centres: Whole) -> _Plan:
        """With its kilometres, of which those too far count tenfold."""
        way = np.linalg.norm(self.points - self.points[centres[owner]], axis=1)
        if self.longest is not None:
            way = np.where(way > self.longest, way * DEAR, way)
        return _Plan(owner, centres, float(way @ self.weight))


def group(
    points: Sequence[Point],
    able: Sequence[bool],
    count: int,
    band: Band,
    *,
    counted: Sequence[bool] | None = None,
    longest: float | None = None,
    seed: int = 0,
    steps: int = STEPS,
    prices: Sequence[float] | None = None,
    engine: Engine | None = None,
    on_progress: Callable[[float], None] | None = None,
    out_of_time: Callable[[], bool] | None = None,
) -> Grouping:
    """Cut points into `count` groups within the band, each around an able point, with few kilometres in all.

    A balanced split first; then a bound is raised, step by step, whose votes say where the centres go; assignment and
    re-centring in turn. Out of time it returns what it has; otherwise the answer depends on the arguments alone.
    """
    many = len(points)
    if not count * band.smallest <= many <= count * band.largest:
        raise ValueError(f"{many} points cannot make {count} groups of {band}.")
    if sum(able) < count:
        raise ValueError(f"{sum(able)} points that can be a centre are too few for {count} groups.")
    late, tell = out_of_time or _never, on_progress or _silent
    band = Band(
        max(band.smallest, many - (count - 1) * band.largest), min(band.largest, many - (count - 1) * band.smallest)
    )
    spots = np.asarray(points, dtype=np.float64)
    spots = spots - spots.mean(axis=0)
    counts = np.ones(many, dtype=bool) if counted is None else np.asarray(counted, dtype=bool)
    ground = _Ground(spots, np.asarray(able, dtype=bool), counts.astype(np.float64), count, band, longest)
    plan = _split_plan(ground, points)
    if not steps:
        return _written(plan if count == 1 else _settled(ground, plan, late), None)
    return _searched(ground, plan, counts, seed, steps, prices, engine, late, tell)


def _searched(
    ground: _Ground,
    plan: _Plan,
    counted: Truth,
    seed: int,
    steps: int,
    prices: Sequence[float] | None,
    engine: Engine | None,
    late: Callable[[], bool],
    tell: Callable[[float], None],
) -> Grouping:
    """Raise the bound and, between its steps, make plans from what it sees."""
    nearest = max(NEAREST, 2 * ground.band.largest)
    lists = candidates(ground.points, counted, ground.able, nearest)
    rows = (engine or bounding).Rows(lists, counted, ground.band)
    given = None if prices is None else np.asarray(prices, dtype=np.float64)
    look = search(rows, lists, counted, ground.count, len(ground.points) / ground.count, given)
    # the seed decides where the search begins, and with it between plans of about the same length
    look.prices = look.prices * np.random.default_rng(seed).uniform(1 - JITTER, 1.0, len(look.prices))
    near = _around(lists, 2 * ground.band.largest)
    looks = LOOKS if steps >= MANY else 1
    first = max(1, round(steps * SCOUTS)) if looks > 1 else steps
    parts = [first, *np.diff(np.linspace(first, max(steps, first), looks).round().astype(int)).tolist()]
    done = 0
    for part in parts:
        if part:
            look.go_on(_plain_km(ground, plan), part, late, _from(tell, done / steps, part / steps))
        done += part
        if late() or ground.count == 1 or look.bound.km >= _plain_km(ground, plan) * (1 - CLOSE):
            break
        plan = _better(plan, _from_votes(ground, plan, look, lists, near, engine, late))
    if engine is not None and not late():
        plan = _worked_over(ground, plan, engine, seed, late)
    tell(1.0)
    return _written(plan, look)


def _from_votes(
    ground: _Ground,
    plan: _Plan,
    look: Search,
    lists: Candidates,
    near: Whole,
    engine: Engine | None,
    late: Callable[[], bool],
) -> _Plan | None:
    """A plan around the hosts that the bound chose most; with an engine neighbours are settled, else the whole."""
    if not look.bound.votes.any():
        return None
    centres = hosts_by_votes(lists, look.bound.votes, ground.count, near)
    if look.seen is not None and np.array_equal(look.seen, centres):
        return None
    look.seen = centres
    owner = None
    for arcs in (8, 16, 32):
        owner = assign(ground.points, centres, None, ground.band, ground.longest, arcs)
        if owner is not None or late() or arcs >= ground.count:
            break
    if owner is None:
        return _settled(ground, plan, late)
    able, weight = ground.able, ground.weight
    found = ground.plan(owner, recentred(ground.points, owner, ground.count, able, weight, ground.longest))
    return _settled(ground, found, late) if engine is None else _improved(ground, found, engine, 0, FIRST_TRIES)


def _settled(ground: _Ground, plan: _Plan, late: Callable[[], bool], passes: int = PASSES) -> _Plan:
    """Assign and re-centre in turn while it gains; never longer than it began."""
    for _ in range(passes):
        if late():
            break
        owner = assign(ground.points, plan.centres, plan.owner, ground.band, ground.longest)
        if owner is None:
            break
        centres = recentred(ground.points, owner, ground.count, ground.able, ground.weight, ground.longest)
        found = ground.plan(owner, centres)
        gained = plan.km - found.km
        plan = _better(plan, found)
        if gained <= plan.km * ENOUGH:
            break
    return plan


def _improved(ground: _Ground, plan: _Plan, engine: Engine, seed: int, tries: int = TRIES) -> _Plan:
    """Neighbouring groups settled anew."""
    longest = np.inf if ground.longest is None else ground.longest
    owner, centres = engine.improve(
        ground.points, plan.owner, plan.centres, ground.able, ground.weight, ground.band, longest, seed, SWEEPS, tries
    )
    return _better(plan, ground.plan(owner, centres))


def _worked_over(ground: _Ground, plan: _Plan, engine: Engine, seed: int, late: Callable[[], bool]) -> _Plan:
    """Neighbouring groups settled anew and one flow over the whole, in turn."""
    for number in range(ROUNDS):
        if late() or ground.count == 1:
            break
        plan = _settled(ground, _improved(ground, plan, engine, seed + number), late, 1)
    return plan


def _better(plan: _Plan, found: _Plan | None) -> _Plan:
    return found if found is not None and found.km < plan.km * (1 - 1e-12) else plan


def _plain_km(ground: _Ground, plan: _Plan) -> float:
    """Kilometres as they are, which is what the bound is about."""
    if ground.longest is None:
        return plan.km
    return float(np.linalg.norm(ground.points - ground.points[plan.centres[plan.owner]], axis=1) @ ground.weight)


def _written(plan: _Plan, look: Search | None) -> Grouping:
    order = np.argsort(plan.owner, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(plan.owner, minlength=len(plan.centres)))[:-1])
    groups, centres = tuple(tuple(part.tolist()) for part in parts), tuple(plan.centres.tolist())
    if look is None:
        return Grouping(groups, centres)
    return Grouping(groups, centres, look.bound.km, tuple(look.bound.prices.tolist()), look.bound.steps)


def _around(lists: Candidates, width: int) -> Whole:
    """For each host the points nearest to it, itself first; short lists are filled up with itself."""
    length = np.diff(lists.ptr)
    column = np.arange(width)
    at = np.where(column < length[:, None], lists.ptr[:-1, None] + column, -1)
    idx = np.append(lists.idx.astype(np.int64), -1)[at]
    return np.column_stack([lists.hosts, np.where(idx < 0, lists.hosts[:, None], idx)])


def _split_plan(ground: _Ground, points: Sequence[Point]) -> _Plan:
    groups = with_a_centre_each(ground.points, ground.able, split(points, ground.count))
    owner = np.empty(len(ground.points), dtype=np.int64)
    for number, members in enumerate(groups):
        owner[members] = number
    return ground.plan(owner, recentred(ground.points, owner, ground.count, ground.able, ground.weight, ground.longest))


def split(points: Sequence[Point], count: int) -> list[list[int]]:
    """Halve the points again and again across their longer side; every size is n / count, rounded down or up.

    Points on one spot fall in the order they came in.
    """
    flat = _flat(np.asarray(points, dtype=np.float64))
    done: list[list[int]] = []
    waiting = [(np.arange(len(points)), count)]
    while waiting:
        members, parts = waiting.pop()
        if parts == 1:
            done.append(np.sort(members).tolist())
            continue
        mine = flat[members]
        longer = int(np.argmax(mine.max(axis=0) - mine.min(axis=0)))
        members = members[np.argsort(mine[:, longer], kind="stable")]
        first = parts // 2
        cut = round(len(members) * first / parts)
        waiting.append((members[cut:], parts - first))
        waiting.append((members[:cut], first))
    return done


def _flat(points: Real) -> Real:
    """East and north where these points lie, so that no meridian and no pole is special."""
    x, y, z = points.mean(axis=0)
    level, length = float(np.hypot(x, y)), float(np.sqrt(x * x + y * y + z * z))
    if level == 0.0:
        return points[:, :2]
    east = np.array([-y / level, x / level, 0.0])
    north = np.array([-x * z / level, -y * z / level, level]) / length
    flat: Real = points @ np.column_stack([east, north])
    return flat


def with_a_centre_each(points: Real, able: Truth, groups: list[list[int]]) -> list[list[int]]:
    """The same sizes, but a group without an able point gets the nearest one that another can spare, by exchange."""
    groups = [list(members) for members in groups]
    owner = np.empty(len(points), dtype=np.int64)
    for number, members in enumerate(groups):
        owner[members] = number
    spare = np.bincount(owner, able, len(groups)).astype(int) - 1
    for poor in np.flatnonzero(spare < 0).tolist():
        members = groups[poor]
        middle = points[medoid(points, members, members)]
        can = np.flatnonzero(able & (spare[owner] > 0))
        given = int(can[np.argmin(np.linalg.norm(points[can] - middle, axis=1))])
        rich = int(owner[given])
        mine = np.asarray(members)
        taken = int(mine[np.argmin(np.linalg.norm(points[mine] - points[given], axis=1))])
        members[members.index(taken)] = given
        groups[rich][groups[rich].index(given)] = taken
        owner[given], owner[taken] = poor, rich
        spare[poor] += 1
        spare[rich] -= 1
    return groups


def medoid(points: Real | Sequence[Point], members: Sequence[int], candidates: Sequence[int]) -> int:
    """The candidate to which all members together are nearest; the first of equals."""
    spots = np.asarray(points)
    way = np.linalg.norm(spots[list(candidates)][:, None, :] - spots[list(members)][None, :, :], axis=2).sum(axis=1)
    return int(candidates[int(np.argmin(way))])


def _from(tell: Callable[[float], None], begun: float, share: float) -> Callable[[float], None]:
    return lambda done: tell(min(begun + share * done, 1.0))


def _never() -> bool:
    return False


def _silent(done: float) -> None:
    pass
