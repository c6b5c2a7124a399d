"""The doubt of figures: none where everybody answered, more the fewer did, never on the wrong side of it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.network.bounding import IN_DOUBT, bounded
from cop.network.figures import Table
from cop.network.panel import panel
from tests.cop.network.test_panel import PATHS, made_up, of, worlds


def with_answers(measured, people):
    """The same evidence where these people answered the round."""
    named = np.array(sorted(people), np.int32)
    return replace(measured, rounds=replace(measured.rounds, named=named, named_at=np.zeros_like(named)))


@given(worlds, st.data())
@settings(max_examples=30, deadline=None)
def test_every_figure_lies_within_its_doubt_and_is_the_same_as_without(world, data):
    measured = made_up(*world)
    silent = data.draw(st.sets(st.integers(0, sum(world[0]) - 1)))
    heard = with_answers(measured, set(range(sum(world[0]))) - silent)
    figures = bounded(heard)
    assert [replace(each, low=each.value, high=each.value) for each in figures] == panel(heard)
    for each in figures:
        assert each.low <= each.value <= each.high
        assert each.table in IN_DOUBT or each.low == each.high
        if each.of:
            assert each.high <= each.of + 1e-9
    if not silent:
        assert all(each.low == pytest.approx(each.high) for each in figures if each.table is not Table.RETURNED)


def test_the_fewer_answered_the_more_is_doubted():
    events = [(n, (n + step) % 24, 0, 10) for n in range(24) for step in (1, 2, 5)]
    everybody = made_up([24], events)
    widths = []
    for silent in (0, 6, 12):
        heard = [event for event in events if event[0] >= silent]
        figures = bounded(with_answers(made_up([24], heard), range(silent, 24)))
        within = of(figures, Table.WITHIN, PATHS[0])
        widths.append(within.high - within.low)
        true = of(panel(everybody), Table.WITHIN, PATHS[0]).value
        assert within.low <= true <= within.high
    assert widths[0] == 0 < widths[1] < widths[2]


def test_where_nobody_answered_anything_may_be():
    figures = bounded(made_up([5, 5], [(0, 1, 1, 10), (0, 5, 1, 9)]))
    within = of(figures, Table.WITHIN, PATHS[0])
    between = of(figures, Table.BETWEEN, PATHS[0], PATHS[1])
    assert (within.value, within.high) == (1, 10)
    assert (between.value, between.high) == (1, 25)
