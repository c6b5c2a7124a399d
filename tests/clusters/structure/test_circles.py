"""Clusters into circles, circles into blocks."""

from collections import Counter, defaultdict
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusters.structure.circles import Address, arrange
from clusters.structure.grouping import Point
from clusters.structure.rules import CIRCLE_BAND
from clusters.structure.strata import point

spots = st.one_of(st.none(), st.tuples(st.floats(24, 37), st.floats(61, 77)).map(point))


def circles_of(addresses: list[Address]) -> Counter[tuple[int, int]]:
    return Counter((address.block, address.circle) for address in addresses)


@settings(deadline=None, max_examples=20)
@given(spots=st.lists(spots, min_size=1, max_size=70), blocks=st.one_of(st.none(), st.integers(1, 6)))
def test_circles_have_three_or_four_clusters_unless_there_are_one_two_or_five(
    spots: list[Point | None], blocks: int | None
) -> None:
    addresses = arrange(spots, CIRCLE_BAND, blocks, 1)
    sizes = sorted(circles_of(addresses).values())
    few = {1: [1], 2: [2], 5: [2, 3]}
    assert sizes == few[len(spots)] if len(spots) in few else set(sizes) <= {3, 4}


@settings(deadline=None, max_examples=20)
@given(spots=st.lists(spots, min_size=1, max_size=70), blocks=st.one_of(st.none(), st.integers(1, 6)))
def test_numbers_run_from_one_within_each_parent(spots: list[Point | None], blocks: int | None) -> None:
    addresses = arrange(spots, CIRCLE_BAND, blocks, 1)
    assert len(set(addresses)) == len(spots)
    inner: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for address in addresses:
        inner[()].add(address.block)
        inner[(address.block,)].add(address.circle)
        inner[(address.block, address.circle)].add(address.cluster)
    assert all(numbers == set(range(1, len(numbers) + 1)) for numbers in inner.values())


@pytest.mark.parametrize(
    ("clusters", "wanted", "blocks"), [(21, None, 1), (60, None, 4), (28, None, 2), (21, 2, 2), (3, 4, 1)]
)
def test_a_block_has_four_circles_at_least_unless_more_blocks_are_wished(
    clusters: int, wanted: int | None, blocks: int
) -> None:
    rng = Random(2)
    addresses = arrange(
        [point((30 + 5 * rng.random(), 70 + 3 * rng.random())) for _ in range(clusters)], CIRCLE_BAND, wanted, 2
    )
    assert len({address.block for address in addresses}) == blocks


def test_two_valleys_become_two_blocks_and_the_northern_is_the_first() -> None:
    rng = Random(3)
    south = [point((30 + 0.3 * rng.random(), 70 + 0.3 * rng.random())) for _ in range(16)]
    north = [point((34 + 0.3 * rng.random(), 72 + 0.3 * rng.random())) for _ in range(16)]
    addresses = arrange(south + north, CIRCLE_BAND, 2)
    assert {address.block for address in addresses[:16]} == {2}
    assert {address.block for address in addresses[16:]} == {1}


def test_clusters_nobody_can_find_on_the_map_are_taken_in_the_order_of_the_list() -> None:
    addresses = arrange([None] * 8, CIRCLE_BAND, None)
    assert addresses == [Address(1, circle, cluster) for circle in (1, 2) for cluster in (1, 2, 3, 4)]


def test_no_blocks_at_all_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one block, not 0"):
        arrange([None], CIRCLE_BAND, 0)


def test_no_clusters_have_no_addresses() -> None:
    assert arrange([], CIRCLE_BAND, None) == []
