"""Plane geometry of the maps: hulls, which of them are neighbours, and four hues that part neighbours."""

from collections.abc import Iterable, Sequence
from math import hypot

Point = tuple[int, int]
"""Whole units of a picture; y grows downwards."""

HUES = 4
"""Four hues part the neighbours of any plane map."""
TOUCH = 14
"""Hulls nearer than this (units of the picture, strokes included) must differ in hue."""
SEARCH_STEPS = 20_000


def hull(points: Iterable[Point]) -> tuple[Point, ...]:
    """The convex hull, clockwise in the picture; one or two points stay as they are."""
    left_to_right = sorted(set(points))
    if len(left_to_right) < 3:
        return tuple(left_to_right)

    def half(run: Iterable[Point]) -> list[Point]:
        edge: list[Point] = []
        for point in run:
            while len(edge) > 1 and _turn(edge[-2], edge[-1], point) <= 0:
                edge.pop()
            edge.append(point)
        return edge

    return tuple(half(left_to_right)[:-1] + half(reversed(left_to_right))[:-1])


def _turn(a: Point, b: Point, c: Point) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _to_segment(p: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = 0.0 if a == b else min(1.0, max(0.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy)))
    return hypot(p[0] - a[0] - along * dx, p[1] - a[1] - along * dy)


def _sides(shape: Sequence[Point]) -> list[tuple[Point, Point]]:
    return list(zip(shape, [*shape[1:], shape[0]], strict=True))


def _inside(p: Point, shape: Sequence[Point]) -> bool:
    return len(shape) > 2 and all(_turn(a, b, p) >= 0 for a, b in _sides(shape))


def gap(one: Sequence[Point], other: Sequence[Point]) -> float:
    """How far two hulls lie apart; 0 when they overlap."""
    if any(_inside(p, other) for p in one) or any(_inside(p, one) for p in other):
        return 0.0
    sides, others = _sides(one), _sides(other)
    for a, b in sides:
        for c, d in others:
            if _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0:
                return 0.0
    return min(
        min(_to_segment(p, a, b) for p in one for a, b in others),
        min(_to_segment(p, a, b) for p in other for a, b in sides),
    )


def _box(shape: Sequence[Point]) -> tuple[int, int, int, int]:
    xs, ys = [x for x, _ in shape], [y for _, y in shape]
    return min(xs), min(ys), max(xs), max(ys)


def touching(hulls: Sequence[Sequence[Point]]) -> frozenset[tuple[int, int]]:
    """Pairs of hulls that the eye sees as neighbours: they touch or nearly do."""
    boxes = [_box(shape) for shape in hulls]
    return frozenset(
        (one, other)
        for one in range(len(hulls))
        for other in range(one + 1, len(hulls))
        if boxes[one][0] - TOUCH <= boxes[other][2]
        and boxes[other][0] - TOUCH <= boxes[one][2]
        and boxes[one][1] - TOUCH <= boxes[other][3]
        and boxes[other][1] - TOUCH <= boxes[one][3]
        and gap(hulls[one], hulls[other]) <= TOUCH
    )


def facing(centres: Sequence[tuple[float, float]]) -> frozenset[tuple[int, int]]:
    """Pairs of centres with no third inside the circle between them (Gabriel graph); such pairs never cross."""
    pairs = set()
    for one, (x1, y1) in enumerate(centres):
        for other in range(one + 1, len(centres)):
            x2, y2 = centres[other]
            mx, my, reach = (x1 + x2) / 2, (y1 + y2) / 2, hypot(x2 - x1, y2 - y1) / 2
            if all(
                hypot(x - mx, y - my) > reach + 1e-9
                for third, (x, y) in enumerate(centres)
                if third not in (one, other)
            ):
                pairs.add((one, other))
    return frozenset(pairs)


def hues(count: int, pairs: frozenset[tuple[int, int]]) -> tuple[int, ...]:
    """A hue from 0 to 3 for each of `count` areas so that paired ones differ, the same at every call.

    The area with the fewest hues left goes first, with a way back out of a corner. Overlapping hulls need not be a
    plane map; where four hues do not suffice the fewest pairs share one.
    """
    beside: list[set[int]] = [set() for _ in range(count)]
    for one, other in pairs:
        beside[one].add(other)
        beside[other].add(one)
    found = _search(beside)
    return found if found is not None else _least_bad(beside)


def _search(beside: Sequence[set[int]]) -> tuple[int, ...] | None:
    hue: dict[int, int] = {}
    tried: list[tuple[int, list[int]]] = []
    used = [0] * HUES
    for _ in range(SEARCH_STEPS):
        if len(hue) == len(beside):
            return tuple(hue[area] for area in range(len(beside)))
        area = max(
            (a for a in range(len(beside)) if a not in hue),
            key=lambda a: (len({hue[b] for b in beside[a] if b in hue}), len(beside[a]), -a),
        )
        taken = {hue[b] for b in beside[area] if b in hue}
        free = sorted((h for h in range(HUES) if h not in taken), key=lambda h: (-used[h], -h))
        while not free:
            if not tried:
                return None
            area, free = tried.pop()
            used[hue.pop(area)] -= 1
        hue[area] = free.pop()
        used[hue[area]] += 1
        tried.append((area, free))
    return None


def _least_bad(beside: Sequence[set[int]]) -> tuple[int, ...]:
    hue: dict[int, int] = {}
    for area in sorted(range(len(beside)), key=lambda a: (-len(beside[a]), a)):
        near = [hue[b] for b in beside[area] if b in hue]
        hue[area] = min(range(HUES), key=lambda h: (near.count(h), h))
    return tuple(hue[area] for area in range(len(beside)))
