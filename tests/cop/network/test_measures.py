"""Measures of a network: known figures of published and of tiny graphs, and what must hold of any graph."""

import itertools
import math

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.network.analysis import analysed, between, communities
from cop.network.arrays import ties_of
from cop.network.brokerage import ROLES, Roles, brokerage
from cop.network.core_periphery import discrete_core
from cop.network.files import Drawn
from cop.network.measures import (
    TRIADS,
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

FEW = settings(max_examples=25, deadline=None)
FLORENCE = nx.florentine_families_graph()
KARATE = nx.karate_club_graph()


@st.composite
def digraphs(draw, most=9):
    """Simple directed graphs of any size down to nobody, named by letters."""
    names = [chr(97 + at) for at in range(draw(st.integers(0, most)))]
    graph = nx.DiGraph()
    graph.add_nodes_from(names)
    pairs = list(itertools.permutations(names, 2))
    if pairs:
        graph.add_edges_from(draw(st.lists(st.sampled_from(pairs), unique=True)))
    return graph


def test_the_florentine_families_are_as_padgett_and_ansell_found_them():
    assert FLORENCE.number_of_edges() == 20
    assert density(FLORENCE) == pytest.approx(40 / 210)
    between = betweenness(FLORENCE)
    assert max(between, key=between.__getitem__) == "Medici"
    assert between["Medici"] == pytest.approx(47.5)
    assert constraint(FLORENCE)["Medici"] == pytest.approx(0.20987654321)
    assert constraint(FLORENCE)["Bischeri"] == pytest.approx(0.48225308642)
    assert articulation_points(FLORENCE) == {"Medici", "Salviati", "Albizzi", "Guadagni"}


def test_the_karate_club_is_as_it_is_always_found():
    betweens = betweenness(KARATE)
    assert betweens[0] == pytest.approx(231.0714285714)
    assert betweens[33] == pytest.approx(160.5515873016)
    assert constraint(KARATE)[0] == pytest.approx(0.155423297647)
    assert [who for who, core in core_number(KARATE).items() if core == 4] == [0, 1, 2, 3, 7, 8, 13, 30, 32, 33]
    assert articulation_points(KARATE) == {0}
    assert triad_census(KARATE)["300"] == 45


def test_krackhardts_kite_has_three_different_centres():
    kite = nx.krackhardt_kite_graph()
    betweens = betweenness(kite)
    assert (betweens[7], betweens[5], betweens[3]) == pytest.approx((14, 25 / 3, 11 / 3))
    assert max(in_degree(kite).items(), key=lambda each: each[1]) == (3, 6)
    assert articulation_points(kite) == {7, 8}
    assert [core_number(kite)[who] for who in (0, 3, 5, 7, 9)] == [3, 3, 3, 2, 1]


def test_the_karate_club_falls_apart_into_the_four_known_communities():
    parts = communities(KARATE, weighted=False, seed=0)
    assert modularity(KARATE, parts) == pytest.approx(0.41978961, abs=1e-6)
    assert sorted(map(len, parts)) == [5, 6, 11, 12]


def test_a_handful_of_arcs_is_measured_as_by_hand():
    graph = nx.DiGraph([("a", "b"), ("b", "a"), ("b", "c"), ("c", "d")])
    graph.add_node("z")
    assert density(graph) == 4 / 20
    assert reciprocity(graph) == 2 / 4
    assert reciprocity_of_pairs(graph) == 1 / 3
    assert weak_components(graph) == [{"a", "b", "c", "d"}, {"z"}]
    assert isolates(graph) == ["z"]
    assert (in_degree(graph)["b"], out_degree(graph)["b"]) == (1, 2)
    assert betweenness(graph) == {"a": 0, "b": 2, "c": 2, "d": 0, "z": 0}
    assert articulation_points(graph) == {"b", "c"}
    # b gives a two thirds of her ties (both ways) and c one third, and neither knows the other
    assert constraint(graph)["b"] == pytest.approx((2 / 3) ** 2 + (1 / 3) ** 2)
    assert triad_census(graph) == {**dict.fromkeys(TRIADS, 0), "003": 3, "012": 3, "102": 2, "111U": 1, "021C": 1}


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        ("111", "coordinator"),
        ("121", "itinerant"),
        ("122", "gatekeeper"),
        ("112", "representative"),
        ("123", "liaison"),
    ],
)
def test_each_role_of_gould_and_fernandez(groups, role):
    graph = nx.DiGraph([("i", "j"), ("j", "k")])
    found = brokerage(graph, dict(zip("ijk", groups, strict=True)))
    assert found["j"] == Roles(**{role: 1})
    assert found["i"] == found["k"] == Roles()
    graph.add_edge("i", "k")
    assert brokerage(graph, dict(zip("ijk", groups, strict=True)))["j"] == Roles()


def test_what_comes_straight_back_is_no_brokerage_and_undirected_ties_are_seen_from_both_ends():
    back = nx.DiGraph([("i", "j"), ("j", "i")])
    assert brokerage(back, {"i": "1", "j": "2"})["j"] == Roles()
    assert brokerage(nx.path_graph(["i", "j", "k"]), dict.fromkeys("ijk", "1"))["j"] == Roles(coordinator=2)


@FEW
@given(graph=digraphs(), letters=st.text(alphabet="xy-", min_size=9, max_size=9))
def test_roles_are_as_many_as_open_triads_between_people_with_groups(graph, letters):
    groups = {node: letter for node, letter in zip(graph, letters, strict=False) if letter != "-"}
    found = brokerage(graph, groups)
    for middle in graph:
        expected = dict.fromkeys(ROLES, 0)
        for first, last in itertools.permutations(groups, 2):
            if middle in groups and graph.has_edge(first, middle) and graph.has_edge(middle, last):
                if graph.has_edge(first, last):
                    continue
                one, own, other = groups[first], groups[middle], groups[last]
                kinds = {
                    (True, True): "coordinator", (True, False): "representative",
                    (False, True): "gatekeeper", (False, False): "itinerant" if one == other else "liaison",
                }  # fmt: skip
                expected[kinds[one == own, own == other]] += 1
        assert found[middle] == Roles(**expected)


@FEW
@given(graph=digraphs())
def test_burts_constraint_is_his_formula(graph):
    found = constraint(graph)

    def share(one, other):
        def both(x, y):
            return graph.has_edge(x, y) + graph.has_edge(y, x)

        return both(one, other) / sum(both(one, each) for each in graph)

    for node in graph:
        near = set(graph.predecessors(node)) | set(graph.successors(node))
        if not near:
            assert found[node] is None
            continue
        expected = math.fsum(
            (share(node, other) + math.fsum(share(node, q) * share(q, other) for q in near - {other})) ** 2
            for other in near
        )
        assert found[node] == pytest.approx(expected, abs=1e-9)


@FEW
@given(graph=digraphs(), dice=st.randoms(use_true_random=False))
def test_neither_names_nor_order_change_a_figure(graph, dice):
    nodes = list(graph)
    dice.shuffle(nodes)
    name = dict(zip(nodes, (f"p{at}" for at in range(len(nodes))), strict=True))
    other = nx.DiGraph()
    other.add_nodes_from(name[node] for node in nodes)
    ties = [(name[a], name[b]) for a, b in graph.edges()]
    dice.shuffle(ties)
    other.add_edges_from(ties)
    here, there = (analysed(Drawn(each, 0, 0), None) for each in (graph, other))
    for key in ("nodes", "edges", "density", "reciprocity", "weak_component_sizes", "isolates", "triad_census"):
        assert here[key] == there[key], key
    for key in ("in_degree", "out_degree", "core_number", "betweenness", "constraint"):
        for node, figure in here[key].items():
            assert there[key][name[node]] == (None if figure is None else pytest.approx(figure, abs=1e-9)), key
    assert {name[node] for node in here["articulation_points"]} == set(there["articulation_points"])
    assert here["core_periphery"]["fit"] == (
        None if there["core_periphery"]["fit"] is None else pytest.approx(there["core_periphery"]["fit"])
    )
    lip, his = here["core_periphery"]["lip"], there["core_periphery"]["lip"]
    assert {name[node] for node in lip["undecided"]} == set(his["undecided"])


@FEW
@given(graph=digraphs())
def test_figures_hang_together(graph):
    size = graph.number_of_nodes()
    assert sum(triad_census(graph).values()) == math.comb(size, 3)
    assert sum(in_degree(graph).values()) == sum(out_degree(graph).values()) == graph.number_of_edges()
    assert sum(map(len, weak_components(graph))) == size
    parts = communities(graph, weighted=False, seed=1)
    assert sorted(itertools.chain(*parts)) == sorted(graph)
    assert set(core_number(graph)) == set(graph)
    assert all(core <= either_way(graph).degree(node) for node, core in core_number(graph).items())


@FEW
@given(graph=digraphs(most=7))
def test_lips_core_is_what_every_best_division_has_and_undecided_what_some_have(graph):
    plain = either_way(graph)
    best, many = math.inf, []
    for size in range(len(plain) + 1):
        for core in map(set, itertools.combinations(plain, size)):
            errors = math.comb(size, 2) - plain.subgraph(core).number_of_edges()
            errors += plain.subgraph(set(plain) - core).number_of_edges()
            if errors < best:
                best, many = errors, []
            if errors == best:
                many.append(core)
    found = discrete_core(graph)
    assert found.errors == best
    assert found.core == set.intersection(*many)
    assert found.core | found.undecided == set.union(*many)


@FEW
@given(graph=digraphs(most=12))
def test_the_census_of_large_networks_is_that_of_networkx(graph):
    assert triad_census_of(ties_of(graph, None)[0]) == triad_census(graph)
    plain = either_way(graph)
    assert triad_census_of(ties_of(plain, None)[0]) == triad_census(plain)


def test_the_census_goes_through_many_threes_in_parts(monkeypatch):
    monkeypatch.setattr("cop.network.triads.AT_ONCE", 7)
    graph = nx.gnp_random_graph(25, 0.3, seed=2, directed=True)
    assert triad_census_of(ties_of(graph, None)[0]) == triad_census(graph)


@pytest.mark.parametrize("kind", [nx.DiGraph, nx.Graph])
def test_larger_networks_are_measured_by_the_engine_with_the_same_figures(kind):
    graph = kind(nx.gnm_random_graph(150, 3_500, seed=4, directed=True))
    found = between(graph, exact=False, seed=0)
    assert found.error is None
    assert found.value == pytest.approx(betweenness(graph), abs=1e-6)


def test_estimates_from_pivots_are_near_and_know_how_near(monkeypatch):
    graph = nx.gnm_random_graph(600, 3_000, seed=4, directed=True)
    monkeypatch.setattr("cop.network.analysis.EXACT_WORK", 0)
    monkeypatch.setattr("cop.network.analysis.PIVOTS", 200)
    exact = between(graph, exact=True, seed=0)
    found = between(graph, exact=False, seed=0)
    assert (exact.error, found.pivots) == (None, 200)
    assert sum(found.value.values()) == pytest.approx(sum(exact.value.values()), rel=0.1)
    inside = [abs(found.value[who] - exact.value[who]) <= 1.645 * found.error[who] for who in graph]
    assert sum(inside) / len(inside) > 0.8
