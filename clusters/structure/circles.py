"""Puts neighbouring clusters into circles and neighbouring circles into blocks, numbered from north to south."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, fsum

from clusters.structure.grouping import Point, group
from clusters.structure.rules import BLOCKS, Band, clusters_for, nearest_cut

CIRCLES_PER_BLOCK = 4
"""Fewer circles than this do not make a block of their own unless somebody asks for it."""
CIRCLE_STEPS = 60
"""Steps of the bound by which circles find their middle."""


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Numbers from 1: the block, the circle within it, the cluster within that."""

    block: int
    circle: int
    cluster: int


def arrange(spots: Sequence[Point | None], circle_band: Band, blocks: int | None, seed: int = 0) -> list[Address]:
    """An address for each cluster, given where its host stands (None: unknown).

    1, 2 and 5 clusters cannot make circles of 3 to 4; those come as near as they can. Without a wish there is one block
    for every four circles, four at most; a wish for more blocks than circles gets as many as there are circles.
    """
    if blocks is not None and blocks < 1:
        raise ValueError(f"A programme has at least one block, not {blocks}.")
    if not spots:
        return []
    known = [spot for spot in spots if spot is not None]
    elsewhere = _gravity(known) if known else (0.0, 0.0, 0.0)
    points = [spot or elsewhere for spot in spots]
    size = len(points)
    count = clusters_for(size, circle_band) or nearest_cut(size, circle_band)
    band = Band(min(circle_band.smallest, size // count), max(circle_band.largest, ceil(size / count)))
    circles = group(points, [True] * size, count, band, seed=seed, steps=CIRCLE_STEPS)
    hubs = [points[c] for c in circles.centres]
    parts = min(blocks or min(BLOCKS, max(1, count // CIRCLES_PER_BLOCK)), count)
    grouped = group(hubs, [True] * count, parts, _block_band(count, parts), seed=seed, steps=CIRCLE_STEPS)

    addresses: dict[int, Address] = {}
    by_block = sorted(zip(grouped.groups, grouped.centres, strict=True), key=lambda b: _southward(hubs[b[1]], b[0]))
    for block, (inner, _) in enumerate(by_block, 1):
        ordered = sorted(inner, key=lambda c: _southward(hubs[c], circles.groups[c]))
        for circle, members in enumerate((circles.groups[c] for c in ordered), 1):
            for number, cluster in enumerate(sorted(members, key=lambda i: _southward(points[i], [i])), 1):
                addresses[cluster] = Address(block, circle, number)
    return [addresses[cluster] for cluster in range(size)]


def _block_band(circles: int, blocks: int) -> Band:
    """Blocks are about equal, a fifth more or less where the country asks for it, and not below four circles."""
    even = circles // blocks
    return Band(max(1, min(even, CIRCLES_PER_BLOCK), even * 4 // 5), ceil(circles / blocks) * 6 // 5)


def _southward(point: Point, members: Sequence[int]) -> tuple[float, int]:
    return (-point[2], min(members))


def _gravity(points: Sequence[Point]) -> Point:
    x, y, z = (fsum(axis) / len(points) for axis in zip(*points, strict=True))
    return (x, y, z)
