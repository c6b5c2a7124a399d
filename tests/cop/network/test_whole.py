"""What networkx has not is held against plain Python: brokerage, ways in time, pivots, cores inside places, counts."""

import itertools
import math
from random import Random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.network.arrays import NEVER, Events, Places, Ties, ties_of
from cop.network.engine import CopDiGraph, Engine
from cop.network.whole import (
    MOST_PIVOTS,
    ROLES,
    betweenness_from_pivots,
    brokerage,
    cores,
    counts,
    earliest_arrival,
    pivots_of,
    reach_of_everyone,
)
from tests.networks import BEGIN, odd_graph, province

ENGINES = (Engine.DEFAULT, Engine.FAST)
HAPPENED = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 5)), max_size=30)


def plain_brokerage(ties: Ties, group: list[int]) -> list[list[int]]:
    """Every ordered two around each, and how their groups lie."""
    plain = ties.graph()
    found = [[0] * len(ROLES) for _ in plain]
    for ego in plain:
        for first, second in itertools.product(plain.predecessors(ego), plain.successors(ego)):
            if first == second or plain.has_edge(first, second):
                continue
            a, b, c = group[first], group[ego], group[second]
            if a == b == c:
                role = "coordinator"
            elif a == c:
                role = "itinerant"
            elif a == b:
                role = "representative"
            elif b == c:
                role = "gatekeeper"
            else:
                role = "liaison"
            found[ego][ROLES.index(role)] += 1
    return found


def plain_arrival(happened: list[tuple[int, int, int]], persons: int, source: int, since: int) -> list[float]:
    """Minute by minute: all who know before a minute tell in it, nobody who learns in it."""
    knows = {source: float(since)}
    for minute in sorted({at for _, _, at in happened if at >= since}):
        told = {
            dst for src, dst, at in happened if at == minute and src in knows and (src == source or knows[src] < minute)
        }
        for person in told:
            knows.setdefault(person, minute)
    return [knows.get(person, math.inf) for person in range(persons)]


@pytest.mark.parametrize("engine", ENGINES)
def test_brokers_are_counted_as_by_looking_at_every_two(engine: Engine):
    for seed in range(60):
        ties, nodes = ties_of(odd_graph(seed))
        group = [Random(seed + node).randrange(4) for node in nodes]
        assert brokerage(ties, np.array(group, np.int32), engine).tolist() == plain_brokerage(ties, group)
    made = province(250)
    group = made.clusters.group
    assert brokerage(made.ties, group, engine).tolist() == plain_brokerage(made.ties, group.tolist())


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=40, deadline=None)
@given(happened=HAPPENED, source=st.integers(0, 6), since=st.integers(0, 4))
def test_a_note_arrives_as_minute_by_minute(
    engine: Engine, happened: list[tuple[int, int, int]], source: int, since: int
):
    events = Events.of(*(zip(*happened, strict=True) if happened else ([], [], [])))
    found = earliest_arrival(events, 7, source, since, engine).tolist()
    assert [math.inf if at == NEVER else at for at in found] == plain_arrival(happened, 7, source, since)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=40, deadline=None)
@given(happened=HAPPENED)
def test_reach_counts_those_to_whom_a_note_would_come(engine: Engine, happened: list[tuple[int, int, int]]):
    events = Events.of(*(zip(*happened, strict=True) if happened else ([], [], [])))
    told = [sum(at < math.inf for at in plain_arrival(happened, 7, person, 0)) - 1 for person in range(7)]
    assert reach_of_everyone(events, 7, engine).tolist() == told


@pytest.mark.parametrize("engine", ENGINES)
def test_what_happens_on_one_day_does_not_chain(engine: Engine):
    same_day = Events.of([0, 1, 2], [1, 2, 3], [5, 5, 5])
    assert reach_of_everyone(same_day, 4, engine).tolist() == [1, 1, 1, 0]
    days = Events.of([0, 1, 2], [1, 2, 3], [5, 6, 7])
    assert reach_of_everyone(days, 4, engine).tolist() == [3, 2, 1, 0]
    round_again = Events.of([0, 1], [1, 0], [5, 5])
    assert reach_of_everyone(round_again, 2, engine).tolist() == [1, 1]


def test_both_engines_reach_the_same_in_a_province_by_minutes_and_by_days():
    made = province(1_300)
    events = made.events
    by_day = Events(events.src, events.dst, events.at // 1440, events.kind)
    for known in (events, by_day):
        default, fast = (reach_of_everyone(known, made.persons, engine) for engine in ENGINES)
        assert (default == fast).all()
        for person in (0, 7, made.persons - 1):
            reached = earliest_arrival(known, made.persons, person, 0, Engine.FAST)
            assert (reached < NEVER).sum() - 1 == fast[person]
            assert (earliest_arrival(known, made.persons, person, 0, Engine.DEFAULT) == reached).all()
    assert reach_of_everyone(by_day, made.persons).sum() < reach_of_everyone(events, made.persons).sum()


def test_one_pivot_stands_for_each_place_and_all_pivots_give_the_exact_figure():
    made = province(300)
    alone = Places.of([1] * made.persons)
    exact = nx.betweenness_centrality(made.ties.graph(), normalized=False)
    for engine in ENGINES:
        found = betweenness_from_pivots(made.ties, alone, 1, engine, groups=made.clusters)
        assert found.value == pytest.approx(list(exact.values()), rel=1e-9, abs=1e-9)
        assert found.group_value.sum() == pytest.approx(sum(exact.values()))
        drawn = betweenness_from_pivots(made.ties, made.clusters, 1, engine)
        assert drawn.pivots.size == len(made.clusters)
        assert (made.clusters.group[drawn.pivots] == np.arange(len(made.clusters))).all()
        assert np.abs(drawn.group_value - found.group_value).max() < 4 * drawn.group_error.max()
    assert pivots_of(Places.of([2] * 3_000), 1).size == MOST_PIVOTS
    assert pivots_of(Places.of([0, 3, 0]), 1).size == 1


def test_engines_estimate_the_same_betweenness_from_the_same_pivots():
    made = province(600)
    default, fast = (betweenness_from_pivots(made.ties, made.clusters, 5, engine) for engine in ENGINES)
    assert (default.pivots == fast.pivots).all()
    for ours, theirs in (
        (default.value, fast.value),
        (default.error, fast.error),
        (default.group_error, fast.group_error),
    ):
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9)


def missed(plain: "nx.Graph[int]", core: set[int]) -> int:
    """Pairs that do not fit a core tied throughout and a periphery without ties."""
    return sum(
        not plain.has_edge(i, j) if i in core and j in core else plain.has_edge(i, j) and not {i, j} & core
        for i, j in itertools.combinations(plain, 2)
    )


def test_cores_are_the_best_of_all_divisions_and_say_who_is_undecided():
    for seed in range(25):
        ties, nodes = ties_of(odd_graph(seed))
        if not 2 <= len(nodes) <= 9:
            continue
        plain = ties.both.ties.graph().to_undirected()
        found = cores(ties, Places.of([len(nodes)]))
        divided = [set(core) for size in range(len(nodes) + 1) for core in itertools.combinations(nodes, size)]
        misses = [missed(plain, core) for core in divided]
        best = [core for core, count in zip(divided, misses, strict=True) if count == min(misses)]
        assert found.missed.tolist() == [min(misses)]
        assert found.size.tolist() == [min(map(len, best))]
        for node in nodes:
            told = {node in core for core in best}
            assert found.member[node] == (-1 if len(told) > 1 else int(told == {True}))


def test_cores_of_a_place_do_not_depend_on_the_others():
    made = province(400)
    found = cores(made.ties, made.clusters)
    for place in range(len(made.clusters)):
        first, last = made.clusters.bounds(place)
        alone = cores(made.ties.part(first, last), Places.of([last - first]))
        assert found.member[first:last].tolist() == alone.member.tolist()
        assert (found.size[place], found.missed[place]) == (alone.size[0], alone.missed[0])


def test_ties_are_counted_within_places_and_between_two():
    made = province(500)
    found, group = counts(made.ties, made.clusters), made.clusters.group
    plain = made.ties.both.ties.graph().to_undirected()
    between = {}
    within = [0] * len(made.clusters)
    for u, v in plain.edges:
        a, b = sorted((int(group[u]), int(group[v])))
        if a == b:
            within[a] += 1
        else:
            between[a, b] = between.get((a, b), 0) + 1
    assert found.within.tolist() == within
    assert (
        dict(zip(zip(found.first.tolist(), found.second.tolist(), strict=True), found.between.tolist(), strict=True))
        == between
    )


def test_events_in_any_order_become_sorted_windows_and_parts():
    events = Events.of([0, 1, 2, 3], [1, 2, 3, 0], [30, 10, 20, 10], [1, 2, 3, 4])
    assert events.kind.tolist() == [2, 4, 3, 1]
    assert events.window(10, 30).kind.tolist() == [2, 4, 3]
    part = events.part(1, 4)
    assert (part.src.tolist(), part.dst.tolist(), part.at.tolist()) == ([0, 1], [1, 2], [10, 20])
    assert Events.of([0, 0, 1, 2], [1, 1, 0, 2], [1, 2, 3, 4]).ties(3).weight.tolist() == [2, 1]


@pytest.mark.parametrize("engine", ENGINES)
def test_nobody_and_one_alone_are_measured_too(engine: Engine):
    for persons in (0, 1):
        ties, events, places = Ties.of(persons, [], []), Events.of([], [], []), Places.of([persons])
        assert brokerage(ties, places.group, engine).sum() == 0
        assert reach_of_everyone(events, persons, engine).tolist() == [0] * persons
        assert cores(ties, places).size.tolist() == [0]
        assert counts(ties, places).within.tolist() == [0]
        assert betweenness_from_pivots(ties, places, 1, engine).value.tolist() == [0] * persons
        assert nx.density(CopDiGraph(ties, engine)) == 0


def test_a_province_begins_when_it_says():
    assert province(100).events.at.min() >= BEGIN
