"""A large community is proposed to become two only where it falls into two that hold."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.network.splitting import LARGE, SMALLEST_HALF, bisected, modularity, proposed


def halves(one: int, other: int, inside: float, across: float, seed: int = 1) -> "nx.DiGraph[int]":
    """People of two sides, the first `one` on the first."""
    return nx.DiGraph(nx.stochastic_block_model([one, other], [[inside, across], [across, inside]], seed=seed))


def test_two_sides_that_hardly_know_each_other_are_proposed_as_they_are() -> None:
    split = proposed(halves(22, 18, 0.35, 0.02))
    assert split is not None
    assert split.halves == (frozenset(range(22)), frozenset(range(22, 40)))
    assert split.sizes == (22, 18)
    assert split.modularity >= 0.3
    assert split.survived >= 0.8


@pytest.mark.parametrize(
    "graph",
    [
        halves(LARGE // 2, LARGE // 2, 0.5, 0.02),
        halves(34, SMALLEST_HALF - 2, 0.4, 0.01),
        halves(20, 20, 0.2, 0.2),
        nx.complete_graph(40),
        nx.empty_graph(40),
        nx.star_graph(40),
    ],
    ids=["not large", "one half too small", "no two sides", "all with all", "no ties", "one hub"],
)
def test_it_stays_one_where_it_is_small_or_does_not_fall_in_two(graph) -> None:
    assert proposed(graph) is None


def test_a_proposal_does_not_follow_the_order_of_people_or_the_direction_of_ties() -> None:
    graph = halves(20, 20, 0.35, 0.02)
    turned = nx.DiGraph()
    turned.add_nodes_from(reversed(list(graph)))
    turned.add_edges_from((b, a) for a, b in graph.edges())
    one, other = proposed(graph), proposed(turned)
    assert one is not None
    assert other is not None
    assert set(one.halves) == set(other.halves)


@given(st.integers(0, 10_000), st.integers(2, 12))
@settings(max_examples=30, deadline=None)
def test_modularity_is_networkx_own_and_the_halves_are_never_worse_than_one_whole(seed, n) -> None:
    graph = nx.gnp_random_graph(n, 0.4, seed=seed)
    ties = nx.to_numpy_array(graph)
    side = bisected(ties)
    assert modularity(ties, side) >= -1e-9
    if graph.number_of_edges():
        parts = [set(np.flatnonzero(side).tolist()), set(np.flatnonzero(~side).tolist())]
        assert modularity(ties, side) == pytest.approx(nx.community.modularity(graph, parts))
