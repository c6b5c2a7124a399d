"""What the night finds out is what plain networkx says, and small places are measured exactly."""

import networkx as nx
import pytest
from hypothesis import given, settings

from cop.network.engine import Engine
from cop.network.graph import digraph
from cop.network.nightly import small_place, touched, whole_network
from tests.cop.network.test_panel import made_up, worlds


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


def test_a_small_place_is_measured_exactly():
    measured = made_up([4, 1], [(0, 1, 0, 9), (1, 2, 0, 8), (2, 1, 1, 7), (0, 4, 0, 6)])
    part = measured.people.at("B1.C01.L1.")
    found = small_place(digraph(measured.given, part), measured.people.ids[part].tolist())
    assert (found["ties"], found["isolates"], found["components"]) == (3, 1, 2)
    assert found["reciprocity"] == pytest.approx(2 / 3)
    assert found["persons"]["101"]["betweenness"] == 1
    assert found["persons"]["101"]["articulation"]
    assert found["persons"]["103"]["constraint"] is None


def test_a_change_touches_its_cluster_and_its_circle():
    assert touched(["B1.C02.L3.", "B1.C02.L3.", "B1.C02.", "B2.", ""]) == ["B1.C02.", "B1.C02.L3."]
    assert touched([]) == []
