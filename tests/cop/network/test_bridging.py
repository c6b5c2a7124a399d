"""Who belongs to two communities bridges them only if each of them turns to her; numbers of groups alone come out."""

from dataclasses import fields
from itertools import product

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.network.bridging import Boundary, accepted, boundaries, brokered
from cop.network.brokerage import ROLES, brokerage

MATHS, SCIENCE = frozenset("abcx"), frozenset("defx")


@pytest.mark.parametrize(
    ("ties", "spanners"),
    [
        (["ax", "bx", "dx", "ex"], 1),
        (["ax", "bx", "dx"], 0),
        (["ax", "bx"], 0),
        (["xa", "xb", "xd", "xe"], 0),
        (["ax", "ax", "dx", "ex"], 0),
    ],
)
def test_a_spanner_counts_only_if_two_of_each_side_turn_to_her(ties, spanners) -> None:
    graph = nx.DiGraph([tuple(tie) for tie in ties])
    graph.add_nodes_from(MATHS | SCIENCE)
    found = boundaries(graph, {"science": SCIENCE, "maths": MATHS})
    assert found == [Boundary("maths", "science", in_both=1, spanners=spanners, persons=7)]


def test_what_people_of_both_communities_say_shows_trust_of_neither() -> None:
    maths, science = frozenset("axyz"), frozenset("dxyz")
    graph = nx.DiGraph([("y", "x"), ("z", "x"), ("a", "x"), ("d", "x")])
    assert not accepted(graph, "x", maths, science)
    assert boundaries(graph, {"maths": maths, "science": science})[0].spanners == 0


def test_communities_without_anybody_in_common_have_no_boundary_to_span() -> None:
    assert boundaries(nx.DiGraph(["ab"]), {"one": frozenset("a"), "two": frozenset("b")}) == []


def test_who_is_not_a_member_or_not_in_the_network_is_accepted_nowhere() -> None:
    graph = nx.DiGraph([("a", "x"), ("b", "x")])
    assert not accepted(graph, "x", frozenset("ab"), frozenset())
    assert not accepted(graph, "q", frozenset("abq"), frozenset())


@given(
    st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=25), st.lists(st.sampled_from("pq"), min_size=8)
)
def test_what_groups_broker_is_the_sum_of_what_their_people_do(ties, sides) -> None:
    graph = nx.DiGraph([tie for tie in ties if tie[0] != tie[1]])
    graph.add_nodes_from(range(8))
    groups = dict(enumerate(sides[:8]))
    each, sums = brokerage(graph, groups), brokered(graph, groups)
    for group, role in product(sums, ROLES):
        assert getattr(sums[group], role) == sum(getattr(each[n], role) for n in groups if groups[n] == group)


def test_nothing_that_comes_out_has_room_for_a_person() -> None:
    assert {field.type for field in fields(Boundary)} == {"str", "int"} or {
        field.type for field in fields(Boundary)
    } == {str, int}
