"""A draft's bound is worked out again from its prices alone: right prices prove it, and none proves too much."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusters.structure.confirming import bound_km, confirms
from clusters.structure.formation import form
from clusters.structure.rules import Band, PlanRow, Site, great_circle_km
from tests.clusters.structure.test_formation import scattered
from tests.rig.plan_judge import shortest


@pytest.mark.parametrize("count", [60, 400])
def test_right_prices_prove_what_the_planner_says(count: int) -> None:
    sites = scattered(count)
    plan = form(sites, steps=60)
    worked_out = bound_km(sites, plan.rows(), plan.prices)
    assert plan.lower_bound_km is not None
    assert worked_out is not None
    assert confirms(worked_out, plan.lower_bound_km)
    assert worked_out == pytest.approx(plan.lower_bound_km, rel=0.002)
    assert not confirms(worked_out, worked_out * 1.001)


def test_strata_waivers_and_schools_without_a_place_are_counted_as_the_planner_does() -> None:
    sites = [
        *scattered(60, seed=3, stratum=("boys",)),
        *scattered(40, seed=4, first=500, stratum=("girls",)),
        *(Site(f"X{n}", None, None, ("boys",), ("KP", "Bannu", "Domel", "Kakki")) for n in range(5)),
        Site("Y", 32.9, 70.6, ("boys",), ("KP", "Bannu", "Domel", "Kakki"), can_host=False),
    ]
    plan = form(sites, steps=60, waive="the river")
    assert plan.outside_band
    assert plan.lower_bound_km is not None
    worked_out = bound_km(sites, plan.rows(), plan.prices, exempt=plan.exempt)
    assert confirms(worked_out, plan.lower_bound_km)


@st.composite
def small(draw: st.DrawFn, wide: bool) -> tuple[list[Site], Band, int]:
    """A few schools, some of which cannot host, on a map or all over the earth, and a band that so many keep."""
    lats, lons = (st.floats(-90, 90), st.floats(-180, 180)) if wide else (st.floats(32, 32.3), st.floats(70, 70.3))
    parts, smallest = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    largest = smallest + draw(st.integers(0, 2))
    size = draw(st.integers(parts * smallest, min(parts * largest, 9)))
    sites = [Site(f"S{n}", draw(lats), draw(lons), can_host=draw(st.integers(0, 3)) > 0) for n in range(size)]
    return sites, Band(smallest, largest), parts


def proved(sites: list[Site], band: Band, parts: int, prices: dict[str, float]) -> float:
    rows = [PlanRow(site.code, f"L{n % parts}", "", "C", "B", None) for n, site in enumerate(sites)]
    found = bound_km(sites, rows, prices, band)
    assert found is not None
    return found * len(sites)


@given(case=small(wide=False), data=st.data())
def test_no_price_proves_more_than_the_best_plan_there_is(
    case: tuple[list[Site], Band, int], data: st.DataObject
) -> None:
    sites, band, parts = case
    any_kind = st.one_of(st.floats(-50, 200), st.floats(allow_nan=True, allow_infinity=True))
    prices = {site.code: data.draw(any_kind) for site in sites}
    schools = [
        {"code": site.code, "lat": site.lat, "lon": site.lon, "stratum": (), "can_host": site.can_host}
        for site in sites
    ]
    # the judge counts chords, which over at most 45 kilometres are shorter by two parts in a million
    best = shortest(schools, parts, (band.smallest, band.largest))
    assert proved(sites, band, parts, prices) <= best * (1 + 3e-6) + 1e-6


@settings(max_examples=25)
@given(case=small(wide=True), data=st.data())
def test_nobody_is_missed_wherever_on_earth_the_schools_lie(
    case: tuple[list[Site], Band, int], data: st.DataObject
) -> None:
    sites, band, parts = case
    prices = {site.code: data.draw(st.floats(0, 20_000)) for site in sites}
    hosts = [site for site in sites if site.can_host]
    if len(hosts) < parts:
        assert proved(sites, band, parts, prices) == 0.0
        return
    must = max(band.smallest, len(sites) - (parts - 1) * band.largest) - 1
    may = min(band.largest, len(sites) - (parts - 1) * band.smallest) - 1
    worth = []
    for host in hosts:
        costs = sorted(
            great_circle_km(host.spot or (0, 0), site.spot or (0, 0)) - prices[site.code]
            for site in sites
            if site is not host
        )
        worth.append(sum(costs[:must]) + sum(cost for cost in costs[must:may] if cost < 0) - prices[host.code])
    by_hand = sum(prices.values()) + sum(sorted(worth)[:parts])
    assert proved(sites, band, parts, prices) == pytest.approx(max(by_hand, 0.0), abs=1e-3)


def test_schools_without_any_place_have_nothing_to_prove() -> None:
    sites = [Site(f"S{n}", None, None) for n in range(30)]
    assert bound_km(sites, form(sites).rows(), {}) is None
    assert not confirms(None, 1.0)
