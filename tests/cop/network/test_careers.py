"""Ways between the edge and the core are counted for groups, and noise is no way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.network.careers import Stage, Trajectory, moved, stages, steadiness, trajectory
from cop.network.completing import completed
from tests.cop.network.rounds import answered_by

OUT, EDGE, CORE = Stage.OUTSIDE, Stage.EDGE, Stage.CORE


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ([OUT, OUT], None),
        ([OUT, EDGE], Trajectory.PERIPHERAL),
        ([EDGE, EDGE, CORE], Trajectory.INBOUND),
        ([OUT, EDGE, CORE], Trajectory.INBOUND),
        ([OUT, CORE], Trajectory.INSIDER),
        ([CORE, EDGE, CORE], Trajectory.INSIDER),
        ([CORE, CORE, EDGE], Trajectory.OUTBOUND),
        ([EDGE, CORE, EDGE], Trajectory.OUTBOUND),
        ([EDGE, OUT], Trajectory.OUTBOUND),
        ([], None),
    ],
)
def test_a_way_is_told_by_where_it_begins_and_ends(path, way) -> None:
    assert trajectory(path) == way


@given(st.lists(st.dictionaries(st.integers(0, 9), st.sampled_from(list(Stage))), max_size=4))
def test_every_member_who_was_ever_there_is_counted_once(snapshots) -> None:
    ways = moved(snapshots, range(10))
    there = {n for snapshot in snapshots for n, stage in snapshot.items() if stage is not OUT}
    assert list(ways) == list(Trajectory)
    assert sum(ways.values()) == len(there)


def test_who_is_in_the_core_of_some_resamples_only_stands_at_the_edge() -> None:
    star = np.zeros((6, 6), dtype=bool)
    star[1:, 0] = True
    other = np.zeros((6, 6), dtype=bool)
    other[[0, 2, 3, 4, 5], 1] = True
    assert stages("abcdef", np.stack([star] * 4 + [other]))["a"] is CORE
    mixed = stages("abcdef", np.stack([star] * 3 + [other] * 2))
    assert set(mixed.values()) == {EDGE}


def test_the_core_of_a_dense_middle_is_found_though_three_in_ten_did_not_answer() -> None:
    rng = np.random.default_rng(5)
    inner = np.arange(40) < 8
    ties = rng.random((40, 40)) < np.where(inner[:, None] & inner, 0.8, np.where(inner[:, None] | inner, 0.3, 0.01))
    np.fill_diagonal(ties, False)
    found = stages(range(40), completed(answered_by(ties, 0.3, rng), 99, rng))
    core = np.array([found[n] is CORE for n in range(40)])
    assert steadiness(core, inner) >= 0.75


def test_nobody_is_of_a_core_where_there_are_no_ties() -> None:
    assert set(stages(range(5), np.zeros((3, 5, 5), dtype=bool)).values()) == {EDGE}
    assert stages([], np.zeros((3, 0, 0), dtype=bool)) == {}
    assert steadiness(np.zeros(3, dtype=bool), np.zeros(3, dtype=bool)) == 1
