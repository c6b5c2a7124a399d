"""Everything that is measured of a network an analyst brings, as one document."""

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import networkx as nx
import numpy as np

from cop.network.arrays import Places, Ties, ties_of
from cop.network.brokerage import brokerage
from cop.network.core_periphery import core_periphery, discrete_core
from cop.network.engine import CopDiGraph, CopGraph, Engine, leiden
from cop.network.files import Drawn
from cop.network.measures import (
    articulation_points,
    betweenness,
    constraint,
    core_number,
    density,
    either_way,
    in_degree,
    isolates,
    modularity,
    out_degree,
    reciprocity,
    reciprocity_of_pairs,
    triad_census,
    weak_components,
)
from cop.network.triads import triad_census_of
from cop.network.whole import betweenness_from_pivots

PLAIN_WORK = 500_000
"""Persons times ties up to which networkx measures betweenness in about a second."""
EXACT_WORK = 150_000_000
"""The same up to which the engine measures it exactly: seconds where paths are short, two minutes at worst."""
COMPILED_FROM = 20_000_000
"""The same from which the compiled engine is worth loading."""
PIVOTS = 512
ROUNDS, TRIALS, TRIED = 10, 200, 40_000
"""Rounds of each trial of Leiden; how many trials at most, and for how many persons together."""


def analysed(
    drawn: Drawn,
    groups: Mapping[str, str] | None,
    *,
    weighted: bool = False,
    exact: bool = False,
    seed: int = 0,
    engine: Engine = Engine.DEFAULT,
) -> dict[str, Any]:
    """The document of `cop network analyse`; `brokerage` is None without groups."""
    graph = drawn.graph
    parts = communities(graph, weighted=weighted, seed=seed)
    stands = between(graph, exact=exact, seed=seed, engine=engine)
    best, discrete = core_periphery(graph, seed=seed), discrete_core(graph)
    order = {node: at for at, node in enumerate(graph)}
    return {
        "nodes": graph.number_of_nodes(),
        "edges": graph.number_of_edges(),
        "loops": drawn.loops,
        "repeated": drawn.repeated,
        "directed": graph.is_directed(),
        "density": density(graph),
        "reciprocity": reciprocity(graph),
        "reciprocity_of_pairs": reciprocity_of_pairs(graph),
        "weak_components": len(components := weak_components(graph)),
        "weak_component_sizes": [len(part) for part in components],
        "isolates": len(isolates(graph)),
        "in_degree": in_degree(graph),
        "out_degree": out_degree(graph),
        "betweenness": stands.value,
        "betweenness_sampled": stands.error is not None,
        "betweenness_pivots": stands.pivots,
        "betweenness_error": stands.error,
        "constraint": constraint(graph, weighted=weighted),
        "core_number": core_number(graph),
        "articulation_points": sorted(articulation_points(graph), key=order.__getitem__),
        "triad_census": _census(graph),
        "brokerage": None if groups is None else {who: asdict(r) for who, r in brokerage(graph, groups).items()},
        "without_group": None if groups is None else [node for node in graph if node not in groups],
        "core_periphery": {
            "fit": best.fit,
            "core": list(best.core),
            "method": best.method,
            "exact": best.exact,
            "lip": {
                "core": sorted(discrete.core, key=order.__getitem__),
                "undecided": sorted(discrete.undecided, key=order.__getitem__),
                "errors": discrete.errors,
            },
        },
        "communities": [sorted(part, key=order.__getitem__) for part in parts],
        "modularity": modularity(graph, parts, weighted=weighted),
    }


@dataclass(frozen=True, slots=True)
class Between:
    """Betweenness of everyone, and where it is estimated its standard error and from how many pivots."""

    value: dict[str, float]
    error: dict[str, float] | None = None
    pivots: int | None = None


def between(graph: "nx.Graph[str]", *, exact: bool, seed: int, engine: Engine = Engine.DEFAULT) -> Between:
    """Exact while persons times ties are few enough or when asked; else from pivots (Brandes and Pich 2007).

    Small graphs go through plain networkx, larger ones through the engine, whose figures are the same.
    """
    work = graph.number_of_nodes() * graph.number_of_edges()
    if work <= PLAIN_WORK:
        return Between(betweenness(graph))
    ties, nodes = ties_of(graph, None)
    by = engine if work > COMPILED_FROM else Engine.DEFAULT
    measured: Any = (CopDiGraph if graph.is_directed() else CopGraph)(ties, by, nodes)
    if exact or work <= EXACT_WORK:
        return Between(dict(nx.betweenness_centrality(measured, normalized=False)))
    dealt = random.Random(seed).sample(range(len(nodes)), len(nodes))
    number = np.argsort(np.array(dealt))
    shuffled = Ties.of(len(nodes), number[ties.src], number[ties.idx])
    found = betweenness_from_pivots(shuffled, Places.of(_parts(len(nodes), PIVOTS)), seed, by)
    each_way = 1 if graph.is_directed() else 2
    value, error = (column[number] / each_way for column in (found.value, found.error))
    return Between(measured.named(value), measured.named(error), len(found.pivots))


def communities(graph: "nx.Graph[str]", *, weighted: bool, seed: int) -> list[set[str]]:
    """Groups that hold more ties than chance would give them, direction ignored (Leiden: Traag, Waltman and van Eck
    2019, "From Louvain to Leiden"); the best of several runs by modularity, the largest group first."""
    ties, nodes = ties_of(either_way(graph, weighted=weighted), "weight" if weighted else None)
    labels, _ = leiden(ties, seed, rounds=ROUNDS, trials=max(1, min(TRIALS, TRIED // max(1, len(nodes)))))
    groups: dict[int, set[str]] = {}
    for node, label in zip(nodes, labels.tolist(), strict=True):
        groups.setdefault(label, set()).add(node)
    return sorted(groups.values(), key=len, reverse=True)


def _census(graph: "nx.Graph[str]") -> dict[str, int]:
    if graph.number_of_nodes() * graph.number_of_edges() <= PLAIN_WORK:
        return triad_census(graph)
    return triad_census_of(ties_of(graph, None)[0])


def _parts(whole: int, parts: int) -> list[int]:
    """Sizes that add up to the whole and differ by one at most."""
    return [(at + 1) * whole // parts - at * whole // parts for at in range(parts)]
