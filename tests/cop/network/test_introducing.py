"""Who is introduced to whom: only who may be, each once, and so that far more come near an answer than by chance."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.network.introducing import STEPS, Community, distances, introductions, neighbours, within_reach
from tests.cop.network.districts import Rules, district, year


@st.composite
def communities(draw):
    """Up to forty people, their ties, what they know and how they want to be asked."""
    people = draw(st.integers(0, 40))
    seed = np.random.default_rng(draw(st.integers(0, 2**32)))
    ties = draw(st.integers(0, 3 * people))
    ends = seed.integers(0, max(people, 1), (2, ties)).astype(np.int32)
    return Community(
        ends[0],
        ends[1],
        np.where(seed.random(people) < 0.2, 1 << seed.integers(0, 3, people), 0).astype(np.int32),
        (1 << seed.integers(0, 3, people)).astype(np.int32),
        seed.random(people) < 0.8,
        seed.integers(-1, 2, people).astype(np.int16),
        seed.random(people) < 0.3,
        np.sort(seed.integers(0, 3, (people, 3)), axis=0).astype(np.int32),
    )


def graph_of(among):
    graph = nx.Graph()
    graph.add_nodes_from(range(len(among)))
    graph.add_edges_from(
        (int(one), int(other)) for one, other in zip(among.src, among.dst, strict=True) if one != other
    )
    return graph


@given(communities(), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_each_pair_may_meet_is_not_tied_and_brings_somebody_nearer(among, seed):
    graph = graph_of(among)
    holders = {int(each) for each in np.flatnonzero(among.holds)}
    away = nx.multi_source_dijkstra_path_length(graph, holders) if holders else {}
    chosen = introductions(among, len(among), seed)
    people = [each for pair in chosen for each in (pair.gains, pair.brings)]
    assert len(people) == len(set(people))
    for pair in chosen:
        one, other = pair.gains, pair.brings
        assert among.asked[one]
        assert among.asked[other]
        assert not graph.has_edge(one, other)
        alike = among.woman[one] == among.woman[other] != -1
        assert alike or (among.across[one] and among.across[other])
        graph.add_edge(one, other)
        after = nx.multi_source_dijkstra_path_length(graph, holders, cutoff=STEPS)
        graph.remove_edge(one, other)
        assert any(away.get(each, 99) > STEPS for each in after)
        assert pair.subject == 0 or bin(pair.subject).count("1") == 1


@given(communities())
@settings(max_examples=40, deadline=None)
def test_steps_are_those_of_the_shortest_path(among):
    holders = {int(each) for each in np.flatnonzero(among.holds)}
    graph = graph_of(among)
    away = nx.multi_source_dijkstra_path_length(graph, holders) if holders else {}
    expected = [min(away.get(each, 99), STEPS + 1) for each in range(len(among))]
    assert distances(neighbours(len(among), among.src, among.dst), among.holds).tolist() == expected


def few(holds, ties, **changed):
    """Six people of one cluster and one kind, with these ties."""
    ends = np.array(ties or np.zeros((0, 2)), np.int32).reshape(-1, 2)
    yes = np.ones(6, np.bool_)
    everything = Community(
        ends[:, 0],
        ends[:, 1],
        np.array(holds, np.int32),
        np.ones(6, np.int32),
        yes,
        np.ones(6, np.int16),
        yes,
        np.zeros((6, 3), np.int32),
    )
    return replace(everything, **changed)


def test_who_knows_most_others_far_from_an_answer_is_introduced_first():
    [pair] = introductions(few([1, 0, 0, 0, 0, 0], [(2, 3), (2, 4), (4, 5)]), 1, 0)
    assert pair.brings == 0
    assert pair.gains in (2, 4)


def test_somebody_of_the_same_subject_and_near_is_preferred():
    subjects = few([1, 2, 0, 0, 0, 0], [], teaches=np.array([1, 2, 2, 2, 2, 2], np.int32))
    assert introductions(subjects, 1, 0)[0].brings == 1
    assert introductions(subjects, 1, 0)[0].subject == 2
    places = np.array([[0, 0, 1], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]], np.int32)
    assert introductions(few([1, 1, 0, 0, 0, 0], [], places=places), 1, 0)[0].brings == 1


def test_nobody_is_asked_in_vain_where_all_are_near_or_nobody_knows_an_answer():
    assert introductions(few([0] * 6, [(0, 1)]), 6, 0) == []
    assert introductions(few([1, 0, 0, 0, 0, 0], [(0, each) for each in range(1, 6)]), 6, 0) == []


def test_the_same_seed_chooses_the_same_and_another_decides_otherwise_between_equals():
    among = few([1, 0, 0, 0, 0, 0], [])
    assert introductions(among, 6, 3) == introductions(among, 6, 3)
    assert len({introductions(among, 1, seed)[0].gains for seed in range(20)}) > 1


def gained(people, networks, rules):
    """For each network the share within two steps before, after a year of introductions, and of as many at random."""
    found = []
    for seed in range(networks):
        among = district(people, seed)
        before = within_reach(neighbours(len(among), among.src, among.dst), among.holds)
        chosen = year(among, seed, rules)
        chance = year(among, seed, rules, like=chosen.proposed)
        assert chance.proposed == chosen.proposed
        found.append((before, chosen.share, chance.share))
    return np.array(found).mean(axis=0)


def test_a_year_of_introductions_brings_fifteen_points_more_near_an_answer_than_chance():
    before, chosen, chance = gained(640, 4, Rules())
    assert chance > before
    assert chosen - chance >= 0.15


@pytest.mark.long
@pytest.mark.parametrize(("people", "networks"), [(640, 30), (2000, 10)])
def test_it_does_over_many_districts(people, networks):
    _, chosen, chance = gained(people, networks, Rules())
    assert chosen - chance >= 0.15
