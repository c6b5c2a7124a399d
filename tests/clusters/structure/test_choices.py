"""The smallest change of a rule that lets a stratum be cut: with exactly it there is a plan, with one less none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusters.structure.formation import form
from clusters.structure.refusals import Way
from clusters.structure.rules import CLUSTER_BAND, Band, Site, infeasible_size

bands = st.integers(2, 30).flatmap(lambda low: st.integers(low, low + 12).map(lambda high: Band(low, high)))


def schools(count: int, able: int | None = None) -> list[Site]:
    return [
        Site(f"{n:04}", 33 + n % 13 / 60, 70 + n % 17 / 60, can_host=able is None or n < able) for n in range(count)
    ]


@settings(max_examples=40, deadline=None)
@given(bands, st.integers(1, 120))
def test_the_changed_sizes_are_enough_and_one_less_is_not(band: Band, size: int) -> None:
    if not infeasible_size(size, band):
        return
    (stuck,) = form(schools(size), band=band, steps=2).infeasible
    relaxed = stuck.relaxation
    assert relaxed is not None
    assert relaxed.way is Way.SIZES
    assert relaxed.sizes is not None
    changed = Band(*relaxed.sizes)
    assert not infeasible_size(size, changed)
    if changed.smallest < band.smallest:
        assert changed.largest == band.largest
        assert infeasible_size(size, Band(changed.smallest + 1, band.largest))
        by = band.smallest - changed.smallest
    else:
        assert infeasible_size(size, Band(band.smallest, changed.largest - 1))
        by = changed.largest - band.largest
    # No smaller change of the other end does it either.
    assert all(
        infeasible_size(size, Band(low, band.largest)) for low in range(max(band.smallest - by + 1, 1), band.smallest)
    )
    assert size < band.smallest or all(
        infeasible_size(size, Band(band.smallest, high)) for high in range(band.largest + 1, band.largest + by)
    )


@pytest.mark.parametrize(
    ("size", "sizes"), [(24, (24, 35)), (36, (25, 36)), (44, (22, 35)), (49, (24, 35)), (71, (25, 36))]
)
def test_at_the_usual_sizes(size: int, sizes: tuple[int, int]) -> None:
    (stuck,) = form(schools(size), steps=2).infeasible
    assert stuck.relaxation is not None
    assert stuck.relaxation.sizes == sizes
    planned = form(schools(size), band=Band(*sizes), steps=2)
    assert planned.infeasible == ()
    assert sum(len(cluster.members) for cluster in planned.clusters) == size
    document = form(schools(size), steps=2).document()["strata_infeasible"][0]
    assert document["relaxation"]["sizes"] == {"min": sizes[0], "max": sizes[1]}


@pytest.mark.parametrize("able", [0, 1, 2])
def test_so_many_more_hosts_are_enough_and_one_less_is_not(able: int) -> None:
    (stuck,) = form(schools(90, able), steps=2).infeasible
    relaxed = stuck.relaxation
    assert relaxed is not None
    assert relaxed.hosts == 3 - able
    assert form(schools(90, able + relaxed.hosts), steps=2, band=CLUSTER_BAND).infeasible == ()
    assert form(schools(90, able + relaxed.hosts - 1), steps=2).infeasible != ()
