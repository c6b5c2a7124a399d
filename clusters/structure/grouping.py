"""Groups of neighbouring points, every size within a band, each around one of its own points: clusters and circles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import repeat
from math import cos, dist, fsum, hypot, pi, sin
from random import Random

from clusters.structure.assignment import assign
from clusters.structure.rules import Band

Point = tuple[float, float, float]
"""Kilometres from the earth's centre. Straight chords stand for arcs: over 100 km they differ by a metre."""

REGION = 20
"""Groups that are settled together in a sweep; larger regions cost more and gain nothing."""
SWEEPS = 5
PASSES = 2
"""Assignments and re-centrings of one region in one sweep."""
ENOUGH = 0.0005
"""A sweep that gains less than this share is the last."""
TRIED_TOGETHER = 6
"""Neighbouring groups that are settled anew when one centre is tried elsewhere."""
TRIES_PER_GROUP = 12
HOPELESS = 1.04
"""A try whose first assignment is longer than the present one by more than this is given up."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which points stand together (positions in the list handed in, rising) and the centre of each group."""

    groups: tuple[tuple[int, ...], ...]
    centres: tuple[int, ...]


@dataclass(slots=True)
class _Part:
    """Some neighbouring groups under work."""

    points: Sequence[Point]
    able: Sequence[bool]
    groups: list[list[int]]
    centres: list[int]

    def total(self) -> float:
        """Kilometres from all points to their centres."""
        return fsum(
            dist(self.points[c], self.points[i])
            for members, c in zip(self.groups, self.centres, strict=True)
            for i in members
        )


def group(
    points: Sequence[Point],
    able: Sequence[bool],
    count: int,
    band: Band,
    rng: Random,
    *,
    tries: int = 0,
    on_progress: Callable[[float], None] | None = None,
    out_of_time: Callable[[], bool] | None = None,
) -> Grouping:
    """Cut points into `count` groups within the band, each around an able point, with few kilometres in all.

    A balanced split first, then assignment and re-centring in turn, region by region, then up to `tries` attempts to
    put one centre elsewhere. Out of time it returns what it has; otherwise the answer depends on the arguments alone.
    """
    if not count * band.smallest <= len(points) <= count * band.largest:
        raise ValueError(f"{len(points)} points cannot make {count} groups of {band}.")
    if sum(able) < count:
        raise ValueError(f"{sum(able)} points that can be a centre are too few for {count} groups.")
    late = out_of_time or _never
    tell = on_progress or _silent
    groups = with_a_centre_each(points, able, split(points, count))
    plan = _Part(points, able, groups, [_medoid_of(points, able, members) for members in groups])
    tries = min(tries, TRIES_PER_GROUP * count) if count > 1 else 0
    share = SWEEPS * count / (SWEEPS * count + TRIED_TOGETHER * tries) if tries else 1.0
    _sweep(plan, band, late, lambda done: tell(done * share))
    for number in range(tries):
        if late():
            break
        _try_a_centre_elsewhere(plan, band, rng, late)
        tell(share + (1 - share) * (number + 1) / tries)
    return Grouping(tuple(tuple(sorted(members)) for members in plan.groups), tuple(plan.centres))


def split(points: Sequence[Point], count: int, angle: float = 0.0) -> list[list[int]]:
    """Halve the points again and again across their longer side; every size is n / count, rounded down or up.

    Points on one spot fall in the order they came in.
    """
    done: list[list[int]] = []
    waiting = [(list(range(len(points))), count)]
    while waiting:
        members, parts = waiting.pop()
        if parts == 1:
            done.append(sorted(members))
            continue
        members = _along_the_longer_side(points, members, angle)
        first = parts // 2
        cut = round(len(members) * first / parts)
        waiting.append((members[cut:], parts - first))
        waiting.append((members[:cut], first))
    return done


def with_a_centre_each(points: Sequence[Point], able: Sequence[bool], groups: list[list[int]]) -> list[list[int]]:
    """The same sizes, but a group without an able point gets the nearest one that another can spare, by exchange."""
    groups = [list(members) for members in groups]
    spare = [sum(able[i] for i in members) - 1 for members in groups]
    for poor, members in enumerate(groups):
        if spare[poor] >= 0:
            continue
        middle = points[medoid(points, members, members)]
        given, rich = min(
            ((i, g) for g, others in enumerate(groups) if spare[g] > 0 for i in others if able[i]),
            key=lambda pair: (dist(points[pair[0]], middle), pair),
        )
        taken = min(members, key=lambda i: (dist(points[i], points[given]), i))
        members[members.index(taken)] = given
        groups[rich][groups[rich].index(given)] = taken
        spare[poor] += 1
        spare[rich] -= 1
    return groups


def medoid(points: Sequence[Point], members: Sequence[int], candidates: Sequence[int]) -> int:
    """The candidate to which all members together are nearest; the first of equals."""
    spots = [points[i] for i in members]
    return min(candidates, key=lambda i: (fsum(map(dist, repeat(points[i]), spots)), i))


def _medoid_of(points: Sequence[Point], able: Sequence[bool], members: Sequence[int]) -> int:
    return medoid(points, members, [i for i in members if able[i]])


def _along_the_longer_side(points: Sequence[Point], members: list[int], angle: float) -> list[int]:
    """Members in their order along that of two directions, at right angles, in which they reach further."""
    here = [points[i] for i in members]
    east, north = _plane(here)
    lines = []
    for turn in (angle, angle + pi / 2):
        x, y, z = (cos(turn) * e + sin(turn) * n for e, n in zip(east, north, strict=True))
        lines.append([p[0] * x + p[1] * y + p[2] * z for p in here])
    longest = max(lines, key=lambda line: max(line) - min(line))
    return [i for _, i in sorted(zip(longest, members, strict=True))]


def _plane(points: Sequence[Point]) -> tuple[Point, Point]:
    """The directions east and north where these points lie, so that no meridian and no pole is special."""
    x, y, z = (fsum(axis) for axis in zip(*points, strict=True))
    flat, length = hypot(x, y), hypot(x, y, z)
    if flat == 0.0:
        return (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)
    return (-y / flat, x / flat, 0.0), (-x * z / flat / length, -y * z / flat / length, flat / length)


def _sweep(plan: _Part, band: Band, late: Callable[[], bool], tell: Callable[[float], None]) -> None:
    """Settle region by region; each sweep lays the regions at another angle, so that their borders move."""
    total = plan.total()
    regions = max(1, round(len(plan.centres) / REGION))
    for sweep in range(SWEEPS):
        for number, chosen in enumerate(split([plan.points[c] for c in plan.centres], regions, 0.7 * sweep)):
            if late():
                return
            part, back = _cut_out(plan, chosen)
            _put_back(plan, chosen, _settled(part, band, late), back)
            tell((sweep + (number + 1) / regions) / SWEEPS)
        before, total = total, plan.total()
        if before - total <= before * ENOUGH:
            break
    tell(1.0)


def _try_a_centre_elsewhere(plan: _Part, band: Band, rng: Random, late: Callable[[], bool]) -> None:
    """In some neighbourhood take one centre away and put one where a point has far to go; keep it if all gain."""
    here = plan.points[plan.centres[rng.randrange(len(plan.centres))]]
    chosen = nsmallest(
        TRIED_TOGETHER, range(len(plan.centres)), key=lambda g: (dist(here, plan.points[plan.centres[g]]), g)
    )
    part, back = _cut_out(plan, chosen)
    before = part.total()
    far = [
        (i, g, dist(part.points[i], part.points[part.centres[g]]))
        for g, members in enumerate(part.groups)
        for i in members
        if part.able[i] and i != part.centres[g]
    ]
    drop = rng.randrange(len(chosen))
    if not far or not any(km for *_, km in far):
        return
    added, owner, _ = rng.choices(far, [km for *_, km in far])[0]
    if owner != drop:  # every centre stands in its own group, so the two change places
        removed = part.centres[drop]
        part.groups[owner][part.groups[owner].index(added)] = removed
        part.groups[drop][part.groups[drop].index(removed)] = added
    part.centres[drop] = added
    first = _settled(part, band, late, passes=1)
    if first.total() <= before * HOPELESS:
        new = _settled(first, band, late)
        if new.total() < before * (1 - 1e-9):
            _put_back(plan, chosen, new, back)


def _cut_out(plan: _Part, chosen: Sequence[int]) -> tuple[_Part, list[int]]:
    """A part of its own from the chosen groups, and the number each of its points has in the whole."""
    back = [i for g in chosen for i in sorted(plan.groups[g])]
    number = {i: k for k, i in enumerate(back)}
    part = _Part(
        [plan.points[i] for i in back],
        [plan.able[i] for i in back],
        [[number[i] for i in plan.groups[g]] for g in chosen],
        [number[plan.centres[g]] for g in chosen],
    )
    return part, back


def _put_back(plan: _Part, chosen: Sequence[int], part: _Part, back: Sequence[int]) -> None:
    for g, members, centre in zip(chosen, part.groups, part.centres, strict=True):
        plan.groups[g] = [back[i] for i in members]
        plan.centres[g] = back[centre]


def _settled(part: _Part, band: Band, late: Callable[[], bool], passes: int = PASSES) -> _Part:
    """Assign and re-centre in turn while it gains; never longer than it began."""
    total = part.total()
    for _ in range(passes):
        groups = assign(part.points, part.groups, part.centres, band, late)
        if groups is None:
            break
        new = _Part(part.points, part.able, groups, [_medoid_of(part.points, part.able, m) for m in groups])
        before, after = total, new.total()
        if after >= before:
            break
        part, total = new, after
        if before - after <= before * ENOUGH:
            break
    return part


def _never() -> bool:
    return False


def _silent(done: float) -> None:
    pass
