"""What is measured of a whole network and of the persons in it, with plain networkx; graphs have no loops or repeats.

Each function names the one who defined it. Whole provinces go through the engine, which answers the same.
"""

from collections.abc import Hashable, Sequence
from typing import TypeVar

import networkx as nx

N = TypeVar("N", bound=Hashable)
TRIADS = (
    "003", "012", "102", "021D", "021U", "021C", "111D", "111U", "030T", "030C", "201", "120D", "120U", "120C", "210",
    "300",
)  # fmt: skip
"""The sixteen triads by their names of mutual, asymmetric and null pairs (Holland and Leinhardt 1970)."""


def density(graph: "nx.Graph[N]") -> float:
    """Ties that are there, of those there could be: m / n(n-1), twice that when undirected (Wasserman and Faust 1994,
    4.1 and 4.3); 0 where none could be."""
    return float(nx.density(graph))


def reciprocity(graph: "nx.Graph[N]") -> float | None:
    """Of all arcs, those that are returned: 2M / (2M + A) for M mutual and A one-way pairs (Wasserman and Faust 1994,
    chapter 13; Newman 2010, 7.10); 1 when undirected, None without arcs."""
    arcs, mutual = _arcs_and_mutual(graph)
    return 2 * mutual / arcs if arcs else None


def reciprocity_of_pairs(graph: "nx.Graph[N]") -> float | None:
    """Of all pairs with a tie, those with one both ways: M / (M + A) (Rao and Bandyopadhyay 1987); else like above."""
    arcs, mutual = _arcs_and_mutual(graph)
    return mutual / (arcs - mutual) if arcs else None


def weak_components(graph: "nx.Graph[N]") -> list[set[N]]:
    """Who can be reached from each other when direction is ignored, the largest first (Harary 1969)."""
    parts = nx.weakly_connected_components(graph) if isinstance(graph, nx.DiGraph) else nx.connected_components(graph)
    return sorted((set(part) for part in parts), key=len, reverse=True)


def isolates(graph: "nx.Graph[N]") -> list[N]:
    """Who has no tie in either direction."""
    return list(nx.isolates(graph))


def in_degree(graph: "nx.Graph[N]") -> dict[N, int]:
    """By how many each is named (Freeman 1979); undirected: with how many each has a tie."""
    return dict(graph.in_degree() if isinstance(graph, nx.DiGraph) else graph.degree())


def out_degree(graph: "nx.Graph[N]") -> dict[N, int]:
    """How many each names (Freeman 1979); undirected: with how many each has a tie."""
    return dict(graph.out_degree() if isinstance(graph, nx.DiGraph) else graph.degree())


def betweenness(graph: "nx.Graph[N]") -> dict[N, float]:
    """Sum over pairs s, t of the share of shortest paths from s to t that pass each (Freeman 1977; computed after
    Brandes 2001); not normalised, each undirected pair once."""
    return dict(nx.betweenness_centrality(graph, normalized=False))


def constraint(graph: "nx.Graph[N]", *, weighted: bool = False) -> dict[N, float | None]:
    """How much of each one's ties leads back to the same people: sum over j of (p_ij + sum over q of p_iq p_qj)^2,
    with p_ij = (a_ij + a_ji) / sum over k of (a_ik + a_ki) (Burt 1992, equation 2.4); None for isolates."""
    if not graph:
        return {}
    found = nx.constraint(graph, weight="weight" if weighted else None)
    return {node: float(found[node]) if graph.degree(node) else None for node in graph}


def core_number(graph: "nx.Graph[N]") -> dict[N, int]:
    """The largest k for which each lies in a part where all have k ties or more inside it (Seidman 1983; computed
    after Batagelj and Zaversnik 2003); direction is ignored."""
    return dict(nx.core_number(either_way(graph)))


def articulation_points(graph: "nx.Graph[N]") -> set[N]:
    """Without whom a part of the network would fall apart (Harary 1969; Tarjan 1972); direction is ignored."""
    return set(nx.articulation_points(either_way(graph)))


def triad_census(graph: "nx.Graph[N]") -> dict[str, int]:
    """How many of all threes are of each of the sixteen kinds (Holland and Leinhardt 1970; computed after Batagelj
    and Mrvar 2001); an undirected tie counts as one both ways."""
    both: nx.DiGraph[N] = graph if isinstance(graph, nx.DiGraph) else graph.to_directed()
    counted: dict[str, int] = nx.triadic_census(both)
    return {kind: counted[kind] for kind in TRIADS}


def modularity(graph: "nx.Graph[N]", groups: Sequence[set[N]], *, weighted: bool = False) -> float | None:
    """How many more ties lie inside the groups than chance would put there: sum over groups of L/m - (D/2m)^2 (Newman
    and Girvan 2004), direction ignored; None without ties."""
    plain = either_way(graph, weighted=weighted)
    if not plain.number_of_edges():
        return None
    return float(nx.community.modularity(plain, groups, weight="weight" if weighted else None))


def either_way(graph: "nx.Graph[N]", *, weighted: bool = False) -> "nx.Graph[N]":
    """The ties without their direction, each pair once; weights both ways are added."""
    if not isinstance(graph, nx.DiGraph):
        return graph
    plain: nx.Graph[N] = nx.Graph()
    plain.add_nodes_from(graph)
    if not weighted:
        plain.add_edges_from(graph.edges())
        return plain
    for one, other, weight in graph.edges(data="weight", default=1):
        before = plain.edges[one, other]["weight"] if plain.has_edge(one, other) else 0
        plain.add_edge(one, other, weight=before + weight)
    return plain


def _arcs_and_mutual(graph: "nx.Graph[N]") -> tuple[int, int]:
    """Arcs, and pairs with an arc both ways."""
    if not isinstance(graph, nx.DiGraph):
        return 2 * graph.number_of_edges(), graph.number_of_edges()
    both = sum(1 for one, other in graph.edges() if graph.has_edge(other, one))
    return graph.number_of_edges(), both // 2
