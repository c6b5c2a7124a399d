"""The network between persons leaves under fresh pseudonyms, for a named steward, with a reason that is kept."""

import itertools
import random
import re

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusters.kernel.errors import Invalid
from cop.network.export import may_be_written, pseudonymised, written

FEW = settings(max_examples=25, deadline=None)


def network(size, ties):
    graph = nx.DiGraph()
    graph.add_nodes_from(range(size))
    graph.add_weighted_edges_from((a, b, weight) for (a, b), weight in ties.items())
    return graph


TIES = st.dictionaries(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] != pair[1]), st.integers(1, 4),
)  # fmt: skip


@FEW
@given(ties=TIES, seed=st.integers())
def test_the_shape_is_kept_and_nothing_else(ties, seed):
    graph = network(12, ties)
    places = [f"B1.C0{at % 3}." for at in range(12)]
    made = pseudonymised(graph, places, random.Random(seed))
    nx.set_node_attributes(graph, dict(enumerate(places)), "cluster")
    assert nx.faster_could_be_isomorphic(graph, made)
    assert sorted(w for *_, w in made.edges(data="weight")) == sorted(ties.values())
    assert {re.fullmatch(r"P\d+", name) is not None for name in made} == {True}
    assert all(set(told) == {"cluster"} for _, told in made.nodes(data=True))
    assert all(set(told) == {"weight"} for *_, told in made.edges(data=True))
    assert {told["cluster"] for _, told in made.nodes(data=True)} == {"C1", "C2", "C3"}


def test_small_networks_are_the_same_but_for_names():
    graph = network(4, {(0, 1): 1, (1, 2): 3, (2, 0): 1})
    made = pseudonymised(graph, ["a", "a", "b", "b"], random.Random(5))
    assert nx.is_isomorphic(graph, made, edge_match=lambda one, other: one["weight"] == other["weight"])


def test_each_export_deals_names_and_order_anew():
    graph = network(40, {(at, at + 1): 1 for at in range(39)})
    first, second = (pseudonymised(graph, ["x"] * 40, random.Random(seed)) for seed in (1, 2))
    path = nx.dag_longest_path(first)
    assert path != nx.dag_longest_path(second)
    assert path != [f"P{at}" for at in range(1, 41)]
    assert list(first.edges()) != list(itertools.pairwise(path))


@pytest.mark.parametrize(("name", "read"), [("ties.graphml", nx.read_graphml), ("ties.GEXF", nx.read_gexf)])
def test_files_open_in_other_programs(tmp_path, name, read):
    graph = pseudonymised(network(3, {(0, 1): 2, (1, 0): 1}), ["a", "a", "b"], random.Random(1))
    file = tmp_path / name
    file.write_bytes(written(graph, name))
    opened = read(file)
    assert dict(opened.nodes(data="cluster")) == dict(graph.nodes(data="cluster"))
    assert {(a, b): int(w) for a, b, w in opened.edges(data="weight")} == {
        (a, b): w for a, b, w in graph.edges(data="weight")
    }


def test_another_ending_is_refused():
    with pytest.raises(Invalid, match="network_format_unknown"):
        may_be_written("ties.csv")
