"""Whole networks on arrays agree with plain networkx, and networkx's functions reach them."""

import math
import subprocess
import sys
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.network import sparse
from cop.network.arrays import Ties, ties_of
from cop.network.engine import Backend, CopDiGraph, CopGraph, Engine, fast_installed, kernels
from tests.networks import odd_graph, province, simple

NEAR = 1e-9
ENGINES = (Engine.DEFAULT, Engine.FAST)
WEIGHTS = (None, "weight")
CONVERGED = {"alpha": 0.6, "tol": 1e-12, "max_iter": 200}


def agree(ours: Any, theirs: Any) -> None:
    """The same nodes with the same values, nan like nan."""
    assert ours.keys() == theirs.keys()
    for node, value in theirs.items():
        if value is None or (isinstance(value, float) and math.isnan(value)):
            assert ours[node] is None or math.isnan(ours[node])
        else:
            assert math.isclose(ours[node], value, rel_tol=NEAR, abs_tol=NEAR), node


def same_sets(ours: Any, theirs: Any) -> None:
    assert sorted(map(sorted, ours)) == sorted(map(sorted, theirs))


def check_directed(ties: Ties, weight: str | None) -> None:
    """Every measure of directed ties, by every engine."""
    plain = ties.graph()
    components, core, clustering = (
        list(nx.weakly_connected_components(plain)),
        nx.core_number(plain),
        nx.clustering(plain),
    )
    betweenness, returned = nx.betweenness_centrality(plain), nx.reciprocity(plain, plain.nodes)
    rank = nx.pagerank(plain, weight=weight, **CONVERGED)
    alone = set(nx.isolates(plain))
    constraint = nx.constraint(plain, weight=weight) if ties.arcs else None
    for engine in ENGINES:
        ours = CopDiGraph(ties, engine)
        same_sets(nx.weakly_connected_components(ours), components)
        assert nx.number_weakly_connected_components(ours) == len(components)
        agree(nx.pagerank(ours, weight=weight, **CONVERGED), rank)
        if constraint is not None:
            agree(nx.constraint(ours, weight=weight), constraint)
        agree(nx.clustering(ours), clustering)
        agree(nx.core_number(ours), core)
        agree(nx.reciprocity(ours, ours.nodes), returned)
        agree(nx.betweenness_centrality(ours), betweenness)
        assert nx.density(ours) == nx.density(plain)
        assert set(nx.isolates(ours)) == alone
        if ties.arcs:
            assert nx.overall_reciprocity(ours) == pytest.approx(nx.overall_reciprocity(plain), abs=NEAR)
            check_assortativity(ours, plain)


def check_assortativity(ours: CopDiGraph, plain: "nx.DiGraph[int]") -> None:
    """Where degrees do not vary, networkx divides rounding errors, and we say nan."""
    with np.errstate(all="ignore"):
        theirs = nx.degree_assortativity_coefficient(plain)
    mine = nx.degree_assortativity_coefficient(ours)
    assert (math.isnan(mine) and not -1 < theirs < 1) or mine == pytest.approx(theirs, abs=NEAR)


def check_undirected(ties: Ties) -> None:
    """Every measure of ties without direction, by every engine."""
    plain = ties.both.ties.graph().to_undirected()
    components, core, clustering = list(nx.connected_components(plain)), nx.core_number(plain), nx.clustering(plain)
    betweenness = nx.betweenness_centrality(plain)
    constraint = nx.constraint(plain, weight="weight") if ties.arcs else None
    for engine in ENGINES:
        ours = CopDiGraph(ties, engine).to_undirected()
        same_sets(nx.connected_components(ours), components)
        agree(nx.clustering(ours), clustering)
        agree(nx.core_number(ours), core)
        agree(nx.betweenness_centrality(ours), betweenness)
        if constraint is not None:
            agree(nx.constraint(ours, weight="weight"), constraint)
        if len(ours):
            assert nx.average_clustering(ours) == pytest.approx(math.fsum(clustering.values()) / len(ours), abs=NEAR)
        assert ours.number_of_edges() == plain.number_of_edges()


@pytest.mark.parametrize("tens", range(20))
def test_engines_agree_with_networkx_on_odd_graphs(tens: int):
    for seed in range(tens * 10, tens * 10 + 10):
        drawn = odd_graph(seed)
        ties, _ = ties_of(drawn)
        assert nx.utils.graphs_equal(ties.graph(), simple(drawn))
        check_directed(ties, WEIGHTS[seed % 2])
        check_undirected(ties)


@settings(max_examples=20, deadline=None)
@given(arcs=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=40), more=st.integers(0, 2))
def test_engines_agree_with_networkx_on_whatever_is_drawn(arcs: list[tuple[int, int]], more: int):
    persons = max((max(arc) for arc in arcs), default=-1) + 1 + more
    src, dst = [arc[0] for arc in arcs], [arc[1] for arc in arcs]
    ties = Ties.of(persons, src, dst)
    check_directed(ties, None)
    check_undirected(ties)


def test_engines_agree_with_networkx_on_every_circle_of_a_province():
    made = province(500)
    for place in range(len(made.circles)):
        ties = made.ties.part(*made.circles.bounds(place))
        check_directed(ties, "weight")
        check_undirected(ties)


def test_a_slice_of_ties_is_the_subgraph_of_its_people():
    made = province(400)
    whole = made.ties.graph()
    for place in range(len(made.clusters)):
        first, last = made.clusters.bounds(place)
        found = nx.relabel_nodes(made.ties.part(first, last).graph(), lambda i, first=first: i + first)
        assert nx.utils.graphs_equal(found, whole.subgraph(range(first, last)))
        chosen = made.ties.among(range(first, last))
        assert nx.utils.graphs_equal(chosen.graph(), made.ties.part(first, last).graph())


def test_pagerank_stops_only_when_it_has_converged_whatever_the_size():
    made = province(2_000)
    ours = np.array(list(nx.pagerank(CopDiGraph(made.ties)).values()))
    exact = np.array(list(nx.pagerank(made.ties.graph(), tol=1e-15, max_iter=1_000).values()))
    loose = np.array(list(nx.pagerank(made.ties.graph()).values()))
    assert np.abs(ours / exact - 1).max() < 1e-5
    assert np.abs(loose / exact - 1).max() > 1e-3


def test_betweenness_from_sampled_sources_is_what_networkx_draws():
    ties = province(300).ties
    for normalized in (True, False):
        asked = {"k": 20, "seed": 7, "normalized": normalized}
        agree(nx.betweenness_centrality(CopDiGraph(ties), **asked), nx.betweenness_centrality(ties.graph(), **asked))


def test_leiden_finds_groups_as_good_as_louvain_that_lie_inside_circles():
    made = province(1_500)
    found = nx.community.leiden_communities(CopDiGraph(made.ties).to_undirected(), seed=3)
    assert sorted(node for group in found for node in group) == list(range(made.persons))
    plain = made.ties.both.ties.graph().to_undirected()
    louvain = nx.community.louvain_communities(plain, seed=1)
    assert nx.community.modularity(plain, found) > nx.community.modularity(plain, louvain) - 0.01
    largest = sum(int(np.bincount(made.circles.group[list(group)]).max()) for group in found)
    assert largest > 0.9 * made.persons
    assert nx.community.leiden_communities(CopDiGraph(made.ties).to_undirected(), seed=3) == found


def test_a_function_we_lack_raises_instead_of_unrolling_the_network():
    with pytest.raises(NotImplementedError):
        nx.eigenvector_centrality(CopDiGraph(province(100).ties))
    with pytest.raises(NotImplementedError):
        nx.clustering(CopDiGraph(province(100).ties), weight="weight")


def test_functions_of_the_other_kind_of_graph_say_so():
    ties = province(100).ties
    with pytest.raises(nx.NetworkXNotImplemented):
        nx.connected_components(CopDiGraph(ties))
    with pytest.raises(nx.NetworkXNotImplemented):
        nx.reciprocity(CopDiGraph(ties).to_undirected())


def test_values_come_back_under_the_names_of_a_graph():
    plain = nx.DiGraph([("a", "b"), ("b", "a"), ("b", "c"), ("d", "b")])
    ours = Backend.convert_from_nx(plain)
    agree(nx.reciprocity(ours, ["a", "c"]), nx.reciprocity(plain, ["a", "c"]))
    assert nx.reciprocity(ours, "a") == 1
    told = {"personalization": {"a": 1}, "dangling": {"b": 2, "c": 1}, "tol": 1e-13, "max_iter": 300}
    agree(nx.pagerank(ours, **told), nx.pagerank(plain, **told))
    assert nx.utils.graphs_equal(
        nx.DiGraph((u, v) for u, v in Backend.convert_to_nx(ours).edges), nx.DiGraph(plain.edges)
    )
    assert isinstance(Backend.convert_from_nx(nx.path_graph(3)), CopGraph)


def test_nobody_tied_to_nobody_has_nothing_to_measure():
    alone = CopDiGraph(Ties.of(1, [0, 0], [0, 0]))
    assert alone.number_of_edges() == 0
    assert nx.pagerank(alone) == {0: 1}
    assert math.isnan(nx.constraint(alone)[0])
    assert nx.pagerank(CopDiGraph(Ties.of(0, [], []))) == {}
    with pytest.raises(nx.NetworkXError):
        nx.overall_reciprocity(alone)


def test_only_who_asks_for_it_loads_compiled_code():
    assert kernels(Engine.DEFAULT) is sparse
    assert kernels(Engine.FAST) is not sparse
    assert kernels(Engine.AUTO) is (kernels(Engine.FAST) if fast_installed() else sparse)
    asked = "import cop.network.engine, cop.network.whole, sys; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
