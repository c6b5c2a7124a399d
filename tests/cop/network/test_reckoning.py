"""What a place's figures may be follows from who did not answer: wide where little is known."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.network.doubt import within
from cop.network.figures import Table
from cop.network.reckoning import Known, reckoned
from tests.cop.network.rounds import KINDS

SLICE, WHOLE = 40, 1000


def known(ties: np.ndarray, absent: np.ndarray, side: np.ndarray | None = None, subjects: int = 3) -> Known:
    """A place of which everything is a nomination, and the absent named nobody."""
    heard = ties & ~absent[:, None]
    if side is not None:
        heard = heard & (side[:, None] != side[None, :])
    src, dst = np.nonzero(heard)
    none = np.empty(0, np.int64)
    return Known(absent, src, dst, none, none, heard.sum(0), 1 << (np.arange(len(ties)) % subjects), side)


def two_places(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ninety people of two places, three in ten of the ties across kept; who is absent; who is of the second."""
    rng = np.random.default_rng(seed)
    ties = KINDS[seed % len(KINDS)](90, rng)
    side = np.arange(90) >= 45
    kept = np.triu(rng.random((90, 90)), 1)
    ties &= (side[:, None] == side[None, :]) | (kept + kept.T < 0.3)
    absent = np.zeros(90, dtype=bool)
    absent[rng.choice(90, 27, replace=False)] = True
    return ties, absent, side


def held_between(networks: int) -> int:
    hits = 0
    for seed in range(networks):
        ties, absent, side = two_places(seed)
        figure = reckoned(known(ties, absent, side))[Table.BETWEEN]
        hits += figure.low <= float(within(ties & (side[:, None] != side[None, :]))) <= figure.high
    return hits


def test_intervals_of_ties_between_two_places_hold_the_truth_about_nine_times_in_ten() -> None:
    assert 31 <= held_between(SLICE) <= 40


@pytest.mark.long
def test_intervals_of_ties_between_a_thousand_pairs_of_places_hold_it_in_90_to_97_of_a_hundred() -> None:
    assert 0.90 <= held_between(WHOLE) / WHOLE <= 0.97


@given(st.integers(0, 1000), st.sampled_from([30, 130]), st.floats(0.05, 0.6))
@settings(max_examples=12, deadline=None)
def test_an_interval_holds_its_figure_whichever_way_it_is_drawn(seed, people, missing) -> None:
    rng = np.random.default_rng(seed)
    absent = rng.random(people) < missing
    place = known(KINDS[seed % 4](people, rng), absent)
    found = reckoned(place)
    assert found == reckoned(place)
    assert all(figure.low <= figure.value <= figure.high for figure in found.values())
    ties = (Table.WITHIN, Table.BRIDGED)
    assert all(figure.high <= 1 for table, figure in found.items() if table not in ties)
    assert bool(found) == bool(absent.any())


def test_where_everybody_answered_there_is_nothing_to_doubt() -> None:
    ties = KINDS[0](30, np.random.default_rng(1))
    assert reckoned(known(ties, np.zeros(30, dtype=bool))) == {}


def test_where_hardly_anybody_answered_any_share_may_be() -> None:
    ties = KINDS[0](12, np.random.default_rng(1))
    absent = np.arange(12) > 2
    found = reckoned(known(ties, absent))
    assert (found[Table.RETURNED].low, found[Table.RETURNED].high) == (0, 1)
    assert found[Table.WITHIN].low == within(ties & ~absent[:, None])
    assert found[Table.WITHIN].high == found[Table.WITHIN].low + 3 * 9


def test_the_fewer_answer_the_wider_is_the_doubt_of_a_large_place() -> None:
    ties = KINDS[1](130, np.random.default_rng(2))
    order = np.random.default_rng(3).permutation(130)
    widths: Counter[float] = Counter()
    for missing in (0.1, 0.3, 0.5):
        absent = np.isin(np.arange(130), order[: int(missing * 130)])
        figure = reckoned(known(ties, absent))[Table.WITHIN]
        widths[missing] = figure.high - figure.low
    assert 0 < widths[0.1] < widths[0.3] < widths[0.5]


def test_ties_known_otherwise_are_counted_though_nobody_named_them() -> None:
    ties = KINDS[0](30, np.random.default_rng(4))
    absent = np.arange(30) < 9
    place = known(ties, absent)
    apart = np.argwhere(np.triu(~(ties | ties.T), 1))[:40]
    more = Known(place.absent, place.src, place.dst, apart[:, 0], apart[:, 1], place.help, place.subjects)
    assert reckoned(more)[Table.WITHIN].low > reckoned(place)[Table.WITHIN].low + 30
