"""Invented networks: provinces with clusters, circles and popular people, and small odd graphs."""

from dataclasses import dataclass
from random import Random
from typing import Any

import networkx as nx
import numpy as np

from cop.network.arrays import Events, Places, Ties

DAYS = 730
MINUTES = 24 * 60
BEGIN = 29_000_000
"""A minute in 2025."""


@dataclass(frozen=True, eq=False)
class Province:
    """Teachers in the order of their clusters, and what happened between them."""

    persons: int
    clusters: Places
    circles: Places
    events: Events
    ties: Ties


def province(teachers: int, seed: int = 1) -> Province:
    """Clusters of 25 to 35 schools with one or two teachers each; 45 % of ties returned, 87 % inside the cluster."""
    random = np.random.default_rng(seed)
    sizes = []
    while sum(sizes) < teachers:
        schools = int(random.integers(25, 36))
        sizes.append(schools + int(random.binomial(schools, 0.47)))
    sizes[-1] -= sum(sizes) - teachers
    clusters = Places.of(sizes)
    cuts = [0]
    while cuts[-1] < len(sizes):
        cuts.append(min(cuts[-1] + int(random.integers(3, 5)), len(sizes)))
    circles = Places(clusters.start[cuts])
    src, dst = _ties(random, teachers, clusters, circles)
    times = 1 + random.poisson(2, src.size)
    at = BEGIN + random.integers(0, DAYS * MINUTES, int(times.sum()))
    events = Events.of(np.repeat(src, times), np.repeat(dst, times), at)
    return Province(teachers, clusters, circles, events, events.ties(teachers))


def _ties(random: np.random.Generator, teachers: int, clusters: Places, circles: Places) -> tuple[Any, Any]:
    """Each turns to a few, mostly of her cluster, and rather to popular ones; some ties are returned."""
    popular = np.concatenate((np.zeros(1), np.cumsum(random.lognormal(0, 0.8, teachers))))
    given = random.poisson(6.0, teachers)
    src = np.repeat(np.arange(teachers), given)
    where = random.random(src.size)
    low = np.where(where < 0.87, clusters.start[clusters.group[src]], circles.start[circles.group[src]])
    high = np.where(where < 0.87, clusters.start[clusters.group[src] + 1], circles.start[circles.group[src] + 1])
    low, high = np.where(where < 0.97, low, 0), np.where(where < 0.97, high, teachers)
    mark = popular[low] + random.random(src.size) * (popular[high] - popular[low])
    dst = np.minimum(np.searchsorted(popular, mark, side="right") - 1, teachers - 1)
    back = random.random(src.size) < 0.27
    pairs = np.unique(np.concatenate((src, dst[back])) * teachers + np.concatenate((dst, src[back])))
    src, dst = pairs // teachers, pairs % teachers
    return src[src != dst], dst[src != dst]


def odd_graph(seed: int) -> "nx.MultiDiGraph[int]":
    """A small random graph with loops, parallel ties and isolates; every few seeds an empty one or a single node."""
    random = Random(seed)
    made: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    size = (0, 1, 2, 3)[seed // 10 % 4] if seed % 10 == 0 else random.randint(4, 14)
    made.add_nodes_from(range(size))
    for _ in range(random.randint(0, size * 4)):
        made.add_edge(random.randrange(size), random.randrange(size), weight=random.choice((0.5, 1, 2, 3)))
    return made


def simple(graph: "nx.MultiDiGraph[int]") -> "nx.DiGraph[int]":
    """The same in networkx as we take it: no loops, parallel ties as one with the sum of their weights."""
    made: nx.DiGraph[int] = nx.DiGraph()
    made.add_nodes_from(graph)
    for u, v, weight in graph.edges(data="weight", default=1):
        if u != v:
            made.add_edge(u, v, weight=weight + (made[u][v]["weight"] if made.has_edge(u, v) else 0))
    return made
