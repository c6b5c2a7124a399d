"""What the night finds out is what plain networkx says, and small places are measured exactly."""

import networkx as nx
import pytest
from hypothesis import given, settings

from cop.network.arrays import ties_of
from cop.network.core_periphery import discrete_core
from cop.network.engine import Engine
from cop.network.graph import digraph
from cop.network.measures import articulation_points, betweenness, constraint, core_number, isolates, reciprocity
from cop.network.nightly import small_place, touched, whole_network
from tests.cop.network.test_panel import made_up, worlds
from tests.networks import odd_graph


@given(worlds)
@settings(max_examples=25, deadline=None)
def test_each_person_gets_the_figures_that_networkx_gives_her(world):
    measured = made_up(*world)
    graph = digraph(measured.given, slice(0, len(measured.people)))
    found = {
        person: figures for person, _, figures in whole_network(measured.people, measured.given, 7, Engine.DEFAULT)
    }
    ids = measured.people.ids.tolist()
    assert list(found) == ids
    rank, holes = nx.pagerank(graph, tol=1e-12, max_iter=1000), nx.constraint(graph, weight=None)
    shells = nx.core_number(graph.to_undirected())
    for node, person in enumerate(ids):
        figures = found[person]
        assert figures["pagerank"] == pytest.approx(rank[node], abs=1e-8)
        assert (figures["in_degree"], figures["out_degree"]) == (graph.in_degree(node), graph.out_degree(node))
        assert figures["core_number"] == shells[node]
        if graph.degree(node):
            assert figures["constraint"] == pytest.approx(holes[node])
        else:
            assert "constraint" not in figures
        assert figures["core"] in {-1, 0, 1}
        assert len(figures["brokerage"]) == 5


def test_of_nobody_nothing_is_measured():
    empty = made_up([], [])
    assert list(whole_network(empty.people, empty.given, 1, Engine.DEFAULT)) == []


@pytest.mark.parametrize("engine", [Engine.DEFAULT, Engine.FAST])
def test_a_small_place_is_measured_exactly_as_by_networkx(engine):
    for seed in range(40):
        ties, _ = ties_of(odd_graph(seed))
        graph, ids = ties.graph(), [100 + n for n in range(ties.persons)]
        found = small_place(ties, ids, engine)
        between, holes, shells = betweenness(graph), constraint(graph), core_number(graph)
        core, cut = discrete_core(graph), articulation_points(graph)
        for node, person in enumerate(ids):
            figures = found["persons"][str(person)]
            assert figures["betweenness"] == pytest.approx(between[node], abs=1e-9)
            assert figures["constraint"] == (None if holes[node] is None else pytest.approx(holes[node], abs=1e-9))
            assert figures["core_number"] == shells[node]
            assert figures["core"] is (None if node in core.undecided else node in core.core)
            assert figures["articulation"] is (node in cut)
        assert found["ties"] == graph.number_of_edges()
        assert found["reciprocity"] == (None if not ties.arcs else pytest.approx(reciprocity(graph)))
        assert found["isolates"] == len(isolates(graph))
        assert found["components"] == nx.number_weakly_connected_components(graph)


def test_a_change_touches_its_cluster_and_its_circle():
    assert touched(["B1.C02.L3.", "B1.C02.L3.", "B1.C02.", "B2.", ""]) == ["B1.C02.", "B1.C02.L3."]
    assert touched([]) == []
