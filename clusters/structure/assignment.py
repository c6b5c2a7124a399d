"""The cheapest way to give points to fixed centres with every load within a band, as an exact flow."""

from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush, nsmallest
from itertools import pairwise, repeat
from math import dist, inf

from clusters.structure.rules import Band

ARCS = 8
"""How many of the nearest centres a point may be given to, beside its present one."""
NEIGHBOURS = 16
"""Among how many centres near its present one those are looked for."""

Place = tuple[float, float, float]


def assign(
    points: Sequence[Place],
    groups: Sequence[Sequence[int]],
    centres: Sequence[int],
    band: Band,
    out_of_time: Callable[[], bool],
) -> list[list[int]] | None:
    """Members of each centre with the least kilometres in all; None when time runs out.

    The groups handed in keep the band and hold their centre; a centre stays with itself.
    """
    return _Flow(points, groups, centres, band).solved(out_of_time)


class _Flow:
    """A minimum-cost flow by successive shortest paths on a graph of the centres and one sink.

    The arc from one centre to another is the point that is cheapest to hand over; the sink draws from each centre as
    many points as the band allows. Each point begins at its nearest centre, so that no arc costs less than nothing and
    Dijkstra's algorithm finds every path. The arcs to the present centres are among them, so a path always exists.
    """

    def __init__(
        self, points: Sequence[Place], groups: Sequence[Sequence[int]], centres: Sequence[int], band: Band
    ) -> None:
        self.band = band
        self.sink = len(centres)
        self.cost = _prices(points, groups, centres)
        self.owner = [next(iter(cost)) for cost in self.cost]
        loads = [0] * self.sink
        for g in self.owner:
            loads[g] += 1
        self.drawn = [min(max(load, band.smallest), band.largest) for load in loads]
        self.excess = [load - drawn for load, drawn in zip(loads, self.drawn, strict=True)]
        self.excess.append(sum(self.drawn) - len(points))
        self.potential = [0.0] * (self.sink + 1)
        self.offers: list[dict[int, list[tuple[float, int]]]] = [{} for _ in centres]
        for i, (mine, cost) in enumerate(zip(self.owner, self.cost, strict=True)):
            offers, here = self.offers[mine], cost[mine]
            for g, km in cost.items():
                if g != mine:
                    offers.setdefault(g, []).append((km - here, i))
        for offers in self.offers:
            for heap in offers.values():
                heapify(heap)

    def solved(self, out_of_time: Callable[[], bool]) -> list[list[int]] | None:
        steps = 0
        for source in range(self.sink + 1):
            while self.excess[source] > 0:
                steps += 1
                if steps % 64 == 0 and out_of_time():
                    return None
                self._shift(self._cheapest_path(source))
        groups: list[list[int]] = [[] for _ in range(self.sink)]
        for i, g in enumerate(self.owner):
            groups[g].append(i)
        return groups

    def _cheapest_path(self, source: int) -> list[int]:
        """Nodes from one that has too much to the nearest that has too little."""
        reached, before, settled = {source: 0.0}, {source: source}, dict[int, float]()
        heap = [(0.0, source)]
        while True:
            far, node = heappop(heap)
            if node in settled:
                continue
            settled[node] = far
            if self.excess[node] < 0:
                break
            base = far + self.potential[node]
            for following, km in self._arcs(node):
                # rounding may leave an arc a hair below nothing
                there = max(far, base + km - self.potential[following])
                if there < reached.get(following, inf):
                    reached[following] = there
                    before[following] = node
                    heappush(heap, (there, following))
        for visited, distance in settled.items():
            self.potential[visited] += distance - far
        path = [node]
        while path[-1] != source:
            path.append(before[path[-1]])
        return path[::-1]

    def _arcs(self, node: int) -> list[tuple[int, float]]:
        """Where one point may go from here, and what that adds."""
        if node == self.sink:
            return [(g, 0.0) for g, drawn in enumerate(self.drawn) if drawn > self.band.smallest]
        arcs = [(self.sink, 0.0)] if self.drawn[node] < self.band.largest else []
        owner = self.owner
        for following, heap in self.offers[node].items():
            while heap and owner[heap[0][1]] != node:  # offers of points that have left
                heappop(heap)
            if heap:
                arcs.append((following, heap[0][0]))
        return arcs

    def _shift(self, path: Sequence[int]) -> None:
        """Send one point along each arc of the path."""
        self.excess[path[0]] -= 1
        self.excess[path[-1]] += 1
        moving = []
        for node, following in pairwise(path):
            if following == self.sink:
                self.drawn[node] += 1
            elif node == self.sink:
                self.drawn[following] -= 1
            else:
                moving.append((heappop(self.offers[node][following])[1], following))
        for i, new in moving:
            self.owner[i] = new
            offers, cost = self.offers[new], self.cost[i]
            for g, km in cost.items():
                if g != new:
                    heappush(offers.setdefault(g, []), (km - cost[new], i))


def _prices(points: Sequence[Place], groups: Sequence[Sequence[int]], centres: Sequence[int]) -> list[dict[int, float]]:
    """For each point the kilometres to the centres it may be given to, the nearest first; a centre has itself alone."""
    spots = [points[c] for c in centres]
    prices: list[dict[int, float]] = [{} for _ in points]
    for present, members in enumerate(groups):
        here = spots[present]
        near = nsmallest(NEIGHBOURS, range(len(spots)), key=lambda g: dist(here, spots[g]))
        there = [spots[g] for g in near]
        for i in members:
            if i == centres[present]:
                prices[i] = {present: 0.0}
                continue
            point = points[i]
            price = {g: km for km, g in sorted(zip(map(dist, repeat(point), there), near, strict=True))[:ARCS]}
            price[present] = dist(point, here)
            prices[i] = price
    return prices
