"""Core and periphery: Borgatti and Everett's fit against every possible core, by the plain definition."""

import itertools
import math
import random
import statistics

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.network import core_periphery as searched
from cop.network.core_periphery import core_periphery


def pearson(graph, core):
    """Correlation over all pairs between ties and pattern, as the definition says it."""
    pairs = list(itertools.combinations(graph, 2))
    ties = [float(graph.has_edge(*pair)) for pair in pairs]
    pattern = [float(pair[0] in core or pair[1] in core) for pair in pairs]
    if len(set(ties)) < 2 or len(set(pattern)) < 2:
        return None
    return statistics.correlation(ties, pattern)


def every_fit(graph):
    cores = (core for size in range(len(graph) + 1) for core in itertools.combinations(graph, size))
    return [fit for core in cores if (fit := pearson(graph, set(core))) is not None]


def graphs(size, seed):
    dice = random.Random(seed)
    graph = nx.gnp_random_graph(size, dice.uniform(0.1, 0.8), seed=dice.randrange(1 << 30))
    return nx.relabel_nodes(graph, {at: f"p{at}" for at in graph})


@given(size=st.integers(0, 8), seed=st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_the_best_of_all_cores_is_found(size, seed):
    graph = graphs(size, seed)
    fits = every_fit(graph)
    found = core_periphery(graph)
    if not fits:
        assert (found.fit, found.core) == (None, ())
        return
    assert found.fit == pytest.approx(max(fits), abs=1e-9)
    assert pearson(graph, set(found.core)) == pytest.approx(found.fit, abs=1e-9)
    assert found.exact


@pytest.mark.long
@pytest.mark.parametrize("size", [10, 11, 12])
def test_the_best_of_all_cores_is_found_among_twelve(size):
    graph = graphs(size, size)
    assert core_periphery(graph).fit == pytest.approx(max(every_fit(graph)), abs=1e-9)


@pytest.mark.parametrize(("size", "seed"), [(13, 1), (16, 2), (18, 3)])
def test_the_search_for_larger_networks_reaches_the_exact_optimum(monkeypatch, size, seed):
    graph = graphs(size, seed)
    exact = core_periphery(graph)
    monkeypatch.setattr(searched, "EXACT_UP_TO", 2)
    found = core_periphery(graph)
    assert (exact.exact, found.exact) == (True, False)
    assert found.fit == pytest.approx(exact.fit, abs=1e-9)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(30))
def test_the_search_reaches_the_exact_optimum_of_twenty_one(monkeypatch, seed):
    graph = graphs(21, seed)
    exact = core_periphery(graph)
    monkeypatch.setattr(searched, "EXACT_UP_TO", 2)
    assert core_periphery(graph).fit == pytest.approx(exact.fit, abs=1e-9)


def test_an_ideal_core_is_found_whole_in_any_size():
    for size, core in ((9, 3), (21, 6), (40, 6)):
        graph = nx.Graph(pair for pair in itertools.combinations(range(size), 2) if pair[0] < core)
        found = core_periphery(graph)
        assert found.fit == pytest.approx(1)
        assert set(found.core) == set(range(core))


def test_direction_counts_for_nothing_and_isolates_are_periphery():
    graph = nx.DiGraph([("hub", "a"), ("b", "hub"), ("hub", "c"), ("c", "hub")])
    graph.add_nodes_from(["y", "z"])
    found = core_periphery(graph)
    assert found.core == ("hub",)
    assert found.fit == pytest.approx(pearson(graph.to_undirected(), {"hub"}))


@pytest.mark.parametrize("graph", [nx.Graph(), nx.path_graph(2), nx.empty_graph(5), nx.complete_graph(5)])
def test_where_no_core_can_be_told_none_is(graph):
    found = core_periphery(graph)
    assert (found.fit, found.core, found.method) == (None, (), "undefined")


def test_thousands_are_searched_without_trying_exchanges():
    graph = nx.barabasi_albert_graph(2_500, 3, seed=1)
    found = core_periphery(graph)
    assert 0 < found.fit < 1
    assert len(found.core) < 1_250
    assert math.isclose(found.fit, core_periphery(graph).fit)
