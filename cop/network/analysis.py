"""Everything that is measured of a network an analyst brings, as one document."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import networkx as nx

from cop.network.brokerage import brokerage
from cop.network.core_periphery import core_periphery, discrete_core
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


def analysed(
    drawn: Drawn, groups: Mapping[str, str] | None, *, weighted: bool = False, seed: int = 0
) -> dict[str, Any]:
    """The document of `cop network analyse`; `brokerage` is None without groups."""
    graph = drawn.graph
    parts = communities(graph, weighted=weighted, seed=seed)
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
        "betweenness": betweenness(graph),
        "constraint": constraint(graph, weighted=weighted),
        "core_number": core_number(graph),
        "articulation_points": sorted(articulation_points(graph), key=order.__getitem__),
        "triad_census": triad_census(graph),
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


def communities(graph: "nx.Graph[str]", *, weighted: bool, seed: int) -> list[set[str]]:
    """Groups that hold more ties than chance would give them."""
    plain = either_way(graph, weighted=weighted)
    found: list[set[str]] = nx.community.louvain_communities(plain, weight="weight" if weighted else None, seed=seed)
    return sorted(found, key=len, reverse=True)
