"""What is published of those who bridge, move, host and are heard: measured of groups, and listed."""

from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.network.bounding import Bounding
from cop.network.bridging import boundaries
from cop.network.evidence import Belongs, Did, Stood
from cop.network.figures import Table
from cop.network.panel import panel
from cop.network.spanning import bridges, spanners, spanning
from tests.cop.network.test_panel import PATHS, made_up, of, said

DOCUMENT = Path(__file__).parents[3] / "docs" / "reference" / "disclosure.md"
EXCHANGED = 1


def belonging(members):
    """Communities by number, each a set of people."""
    rows = sorted((community, person) for community, people in members.items() for person in people)
    return Belongs(np.array([person for _, person in rows], np.int32), np.array([each for each, _ in rows], np.int64))


worlds = st.tuples(
    st.dictionaries(st.integers(1, 3), st.sets(st.integers(0, 8), min_size=1), min_size=2, max_size=3),
    st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] != pair[1])),
)


@given(worlds)
@settings(max_examples=60, deadline=None)
def test_who_spans_a_boundary_is_the_same_in_arrays_in_draws_and_in_plain_graphs(world):
    members, arcs = world
    graph = nx.DiGraph()
    graph.add_nodes_from(range(9))
    graph.add_edges_from(arcs)
    expected = sum(each.spanners for each in boundaries(graph, {str(n): frozenset(p) for n, p in members.items()}))
    between = bridges(belonging(members), 0, 9)
    src, dst = (np.array([arc[n] for arc in sorted(arcs)], np.int64) for n in (0, 1))
    each_apart = [len(spanners([bridge], src, dst)) for bridge in between]
    assert sum(each_apart) == expected
    ties = np.zeros((2, 9, 9), dtype=bool)
    ties[0, src, dst] = True
    assert spanning(between, ties).tolist() == [len(spanners(between, src, dst)), 0]


def test_of_those_in_two_communities_it_is_told_who_is_accepted_in_both_by_people_there():
    one, other = {0, 1, 2, 3}, {3, 4, 5, 2}
    accepted = [(0, 3), (1, 3), (4, 3), (5, 3), (0, 2), (4, 2)]
    measured = made_up([6, 3], [(src, dst, EXCHANGED, 10) for src, dst in accepted])
    figures = panel(replace(measured, belongs=belonging({1: one, 2: other})))
    found = of(figures, Table.SPANNING, PATHS[0])
    assert said(found) == (1, 2)
    assert len(found.persons) == 6
    assert not [each for each in figures if each.table is Table.SPANNING and each.path == PATHS[1]]


def test_a_large_community_that_falls_into_two_is_told_of_the_smallest_place_that_holds_it():
    halves = (range(18), range(18, 36))
    ties = [
        (n, half[(place + step) % 18], 0, 9) for half in halves for place, n in enumerate(half) for step in (1, 2, 3)
    ]
    measured = made_up([18, 18], ties)
    figures = panel(replace(measured, belongs=belonging({1: set(range(36)), 2: set(range(12))})))
    told = {each.path: said(each) for each in figures if each.table is Table.SPLITTING}
    assert told == dict.fromkeys(("", "B1.", "B1.C01."), (1, 1))


def test_women_and_men_are_counted_apart_and_few_cases_are_in_doubt():
    measured = made_up([12], [])
    woman = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, -1, -1], np.int16)
    asked = Did(np.arange(12, dtype=np.int32), np.zeros(12, np.int32), np.full(12, -1, np.int16))
    answered = np.array([1, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1], np.int16)
    people = replace(measured.people, woman=woman)
    figures = Bounding(replace(measured, people=people, questions=asked, answered=answered)).figures()
    women, hers, his = (of(figures, table, PATHS[0]) for table in (Table.WOMEN, Table.HEARD, Table.HEARD_MEN))
    assert [said(each) for each in (women, hers, his)] == [(4, 10), (1, 4), (5, 6)]
    assert women.low == women.high
    assert hers.low < 1 < hers.high < 4
    assert his.persons.isdisjoint(hers.persons)


def test_who_came_into_the_core_is_counted_once_most_resamples_say_so():
    star = [(other, 0, 0, 10) for other in range(1, 12)] + [(other, 1, 0, 9) for other in range(2, 12)]
    measured = made_up([12], star)
    everybody = np.arange(12, dtype=np.int32)
    rounds = replace(measured.rounds, named=everybody, named_at=np.zeros(12, np.int32))
    before = np.array([1, 0, 1, *([0] * 8)], np.int16)
    bounding = Bounding(replace(measured, rounds=rounds, stood=Stood(everybody[:11], before)))
    figures = bounding.figures()
    told = {each.second: said(each) for each in figures if (each.table, each.path) == (Table.MOVED, PATHS[0])}
    assert told == {"inbound": (1, 11), "insider": (1, 11), "outbound": (1, 11), "peripheral": (8, 11)}
    assert {len(each.persons) for each in figures if (each.table, each.path) == (Table.MOVED, PATHS[0])} == {12}
    assert [person for person, stage in bounding.stages().items() if stage == "core"] == [0, 1]
    unheard = Bounding(replace(measured, stood=Stood(everybody, np.zeros(12, np.int16))))
    assert not [each for each in unheard.figures() if each.table is Table.MOVED]


@pytest.mark.parametrize("table", Table)
def test_every_published_figure_is_listed(table):
    assert f"| `{table}` |" in DOCUMENT.read_text()
