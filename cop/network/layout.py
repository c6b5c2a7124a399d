"""Where up to forty groups stand in a picture: near those they share ties with, and where they stood last month.

Stress majorization (Gansner, Koren and North 2004) over distances along the ties, held to the spots of before; nothing
is drawn by chance, so the same figures give the same picture.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Spots = dict[str, tuple[float, float]]
Points = NDArray[np.float64]

STEPS, STEPS_FROM_BEFORE = 300, 40
HELD = 2.0
"""How much a spot of before counts, against the distances to all others."""
EDGE = 0.04
"""Free on each side."""
LENGTHS = ((50, 0.6), (25, 0.8), (10, 1.0), (0, 1.4))
"""How long a line is drawn for so many ties."""


def spots(
    groups: Sequence[str], ties: Mapping[tuple[str, str], float], before: Mapping[str, tuple[float, float]]
) -> Spots:
    """A spot for each group, 0 to 1 each way; `ties` by pair as they are shown, `before` the last picture's spots."""
    if not groups:
        return {}
    wanted = _distances(groups, ties)
    known = np.array([group in before for group in groups])
    points = _start(groups, wanted, before)
    anchors = points.copy()
    hold = np.where(known, HELD, 0.0)
    for _ in range(STEPS_FROM_BEFORE if known.any() else STEPS):
        points = _nearer(points, wanted, anchors, hold)
    if not known.any():
        points = _framed(points)
    points = _apart(np.clip(points, EDGE, 1 - EDGE))
    return {group: (round(float(x), 4), round(float(y), 4)) for group, (x, y) in zip(groups, points, strict=True)}


def _distances(groups: Sequence[str], ties: Mapping[tuple[str, str], float]) -> Points:
    """Lengths of the shortest ways along the ties, in shares of the picture; who has no way stands at the far side."""
    at = {group: number for number, group in enumerate(groups)}
    ways = np.full((len(groups), len(groups)), np.inf)
    np.fill_diagonal(ways, 0.0)
    for (one, other), many in ties.items():
        if one in at and other in at:
            length = next(length for least, length in LENGTHS if many >= least)
            ways[at[one], at[other]] = ways[at[other], at[one]] = length
    for via in range(len(groups)):
        ways = np.minimum(ways, ways[:, via, None] + ways[None, via, :])
    longest = ways[np.isfinite(ways)].max(initial=0.0) or 1.0
    ways[~np.isfinite(ways)] = 1.2 * longest
    return ways / (1.2 * longest)


def _start(groups: Sequence[str], wanted: Points, before: Mapping[str, tuple[float, float]]) -> Points:
    """Spots of before; a new group between those next to it, the first ones on a ring in the order of the tree."""
    turn = 2 * math.pi / len(groups)
    ring = np.array([(0.5 + 0.4 * math.cos(turn * n), 0.5 + 0.4 * math.sin(turn * n)) for n in range(len(groups))])
    known = [number for number, group in enumerate(groups) if group in before]
    for number, group in enumerate(groups):
        if group in before:
            ring[number] = before[group]
        elif known:
            near = sorted(known, key=lambda other: (wanted[number, other], other))[:3]
            ring[number] = 0.8 * np.mean([before[groups[other]] for other in near], axis=0) + 0.2 * ring[number]
    return ring


def _nearer(points: Points, wanted: Points, anchors: Points, hold: NDArray[np.float64]) -> Points:
    """One step of majorization: each point moves to where its distances, and its spot of before, pull it."""
    apart = points[:, None, :] - points[None, :, :]
    there = np.sqrt((apart**2).sum(axis=2))
    np.fill_diagonal(there, 1.0)
    weight = np.divide(1.0, wanted**2, out=np.zeros_like(wanted), where=wanted > 0)
    pull = weight[:, :, None] * (points[None, :, :] + apart * (wanted / np.maximum(there, 1e-9))[:, :, None])
    total = weight.sum(axis=1) + (held := hold * np.maximum(weight.sum(axis=1), 1.0))
    moved = (pull.sum(axis=1) + held[:, None] * anchors) / np.where(total > 0, total, 1.0)[:, None]
    return np.where((total > 0)[:, None], moved, points)


def _framed(points: Points) -> Points:
    """Stretched to fill the picture."""
    low, high = points.min(axis=0), points.max(axis=0)
    spread = np.where(high - low > 1e-9, high - low, 1.0)
    filled = EDGE + (points - low) / spread * (1 - 2 * EDGE)
    return np.where(high - low > 1e-9, filled, 0.5)


def _apart(points: Points) -> Points:
    """Pushed apart where two stand too near to be told apart."""
    least = 0.6 / math.sqrt(max(len(points), 4))
    moved = points.copy()
    for _ in range(200):
        crowded = False
        for one in range(len(moved)):
            for other in range(one + 1, len(moved)):
                way = moved[other] - moved[one]
                far = float(np.hypot(*way))
                if far < least - 1e-9:
                    crowded = True
                    along = way / far if far > 1e-9 else np.array([math.cos(other), math.sin(other)])
                    moved[one] -= along * (least - far) / 2
                    moved[other] += along * (least - far) / 2
        moved = np.clip(moved, EDGE, 1 - EDGE)
        if not crowded:
            break
    return moved
