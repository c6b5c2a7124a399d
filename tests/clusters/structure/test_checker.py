"""The checker finds each broken rule, and nothing in a plan that keeps them all."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.structure.checker import SENTENCES, Rule, check
from clusters.structure.rules import Band, PlanRow, Site, great_circle_km

BAND, CIRCLE_BAND = Band(2, 3), Band(2, 2)
Change = Callable[[list[PlanRow]], list[PlanRow]]

SITES = [Site(str(n), 30.0 + n / 10, 70.0, stratum=("girls",) if n < 6 else ("boys",)) for n in range(11)]
PLACES = [("B1", "B1.C01", "B1.C01.L1"), ("B1", "B1.C01", "B1.C01.L2"), ("B2", "B2.C01", "B2.C01.L1")]
PLACES.append(("B2", "B2.C01", "B2.C01.L2"))


def good_plan() -> list[PlanRow]:
    rows = []
    for (block, circle, cluster), first, last in zip(PLACES, (0, 3, 6, 9), (3, 6, 9, 11), strict=True):
        host = SITES[first + 1]
        for site in SITES[first:last]:
            assert site.spot is not None
            assert host.spot is not None
            rows.append(
                PlanRow(site.code, cluster, host.code, circle, block, round(great_circle_km(site.spot, host.spot), 3))
            )
    return rows


def broken(rows: list[PlanRow], sites: list[Site] = SITES) -> set[Rule]:
    return {violation.rule for violation in check(sites, rows, band=BAND, circle_band=CIRCLE_BAND)}


def changed(number: int, **values: object) -> Change:
    return lambda rows: [replace(row, **values) if n == number else row for n, row in enumerate(rows)]  # type: ignore[arg-type]  # any field of a row


def everywhere(cluster: str, **values: object) -> Change:
    return lambda rows: [replace(row, **values) if row.cluster == cluster else row for row in rows]  # type: ignore[arg-type]  # any field of a row


def test_a_plan_that_keeps_every_rule_has_no_violation() -> None:
    assert check(SITES, good_plan(), band=BAND, circle_band=CIRCLE_BAND) == []


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (lambda rows: rows[1:], {Rule.SCHOOL_MISSING}),
        (lambda rows: [*rows, rows[10]], {Rule.SCHOOL_TWICE}),
        (lambda rows: [*rows, replace(rows[10], code="99", km=None)], {Rule.SCHOOL_UNKNOWN}),
        (lambda rows: [*rows, replace(rows[0], code="99", km=None)], {Rule.SCHOOL_UNKNOWN, Rule.CLUSTER_SIZE}),
        (lambda rows: rows[:9] + rows[10:], {Rule.SCHOOL_MISSING, Rule.CLUSTER_SIZE}),
        (changed(0, circle="B1.C02"), {Rule.CLUSTER_TORN, Rule.CIRCLE_SIZE}),
        (changed(0, block="B2"), {Rule.CLUSTER_TORN, Rule.CIRCLE_TORN}),
        (everywhere("B1.C01.L1", block="B2"), {Rule.CIRCLE_TORN}),
        (everywhere("B1.C01.L1", circle="B2.C01", block="B2"), {Rule.CIRCLE_SIZE}),
        (changed(0, host="0", km=0.0), {Rule.HOST_NOT_ONE}),
        (everywhere("B1.C01.L1", host="99", km=None), {Rule.HOST_NOT_MEMBER}),
        (changed(2, km=11.2), {Rule.DISTANCE}),
        (changed(2, km=float("nan")), {Rule.DISTANCE}),
        (changed(2, km=None), {Rule.DISTANCE}),
        (changed(1, km=0.5), {Rule.DISTANCE}),
    ],
)
def test_each_broken_rule_is_found_and_no_other(change: Change, rules: set[Rule]) -> None:
    assert broken(change(good_plan())) == rules


def test_schools_of_two_strata_in_one_cluster_are_found() -> None:
    mixed = [replace(site, stratum=("boys",)) if site.code == "2" else site for site in SITES]
    found = check(mixed, good_plan(), band=BAND, circle_band=CIRCLE_BAND)
    assert [(each.rule, each.place) for each in found] == [(Rule.STRATA_MIXED, "B1.C01.L1")]
    assert found[0].sentence == "Cluster B1.C01.L1 mixes schools of boys and girls."


def test_a_host_that_cannot_host_is_found() -> None:
    sites = [replace(site, can_host=site.code != "1") for site in SITES]
    found = check(sites, good_plan(), band=BAND, circle_band=CIRCLE_BAND)
    assert [(each.rule, each.place) for each in found] == [(Rule.HOST_UNFIT, "B1.C01.L1")]
    assert found[0].sentence == "School 1 cannot host cluster B1.C01.L1."


def test_a_way_longer_than_allowed_is_found_unless_the_plan_itself_lists_it() -> None:
    ways = {row.code: row.km or 0.0 for row in good_plan()}
    longest = max(ways.values()) / 2
    beyond = {code for code, km in ways.items() if km > longest + 0.001}
    assert beyond
    found = check(SITES, good_plan(), band=BAND, circle_band=CIRCLE_BAND, longest=longest)
    assert {each.place for each in found} == beyond
    assert {each.rule for each in found} == {Rule.WAY_TOO_LONG}
    assert check(SITES, good_plan(), band=BAND, circle_band=CIRCLE_BAND, longest=longest, far=beyond) == []


def test_every_broken_rule_can_be_said() -> None:
    for change in (changed(0, circle="B1.C02"), changed(2, km=None), everywhere("B1.C01.L1", host="9")):
        for found in check(SITES, change(good_plan()), band=BAND, circle_band=CIRCLE_BAND, unplaced=["4"]):
            assert found.key in SENTENCES
            assert "{" not in found.sentence


def test_a_host_whose_place_nobody_knows_is_found_only_where_another_could_host() -> None:
    rows = [replace(row, km=0.0 if row.code == "1" else None) if row.host == "1" else row for row in good_plan()]
    one_unknown = [replace(site, lat=None) if site.code == "1" else site for site in SITES]
    all_unknown = [replace(site, lat=None) if site.code in "012" else site for site in SITES]
    assert broken(rows, one_unknown) == {Rule.HOST_UNFIT}
    assert broken(rows, all_unknown) == set()


def test_what_somebody_gave_a_reason_for_is_no_violation() -> None:
    rows = [replace(row, circle="B2.C02") if row.cluster == "B2.C01.L2" else row for row in good_plan()[:10]]
    assert {v.place for v in check(SITES, rows, band=BAND, circle_band=CIRCLE_BAND)} == {
        "10",
        "B2.C01.L2",
        "B2.C01",
        "B2.C02",
    }
    exempt = {"B2.C01.L2", "B2.C01", "B2.C02"}
    host_left = [replace(row, host="9", km=0.0) if row.code == "9" else row for row in rows]
    assert check(SITES, host_left, band=BAND, circle_band=CIRCLE_BAND, unplaced=["10"], exempt=exempt) == []


def test_a_school_both_planned_and_left_out_is_found() -> None:
    found = check(SITES, good_plan(), band=BAND, circle_band=CIRCLE_BAND, unplaced=["4"])
    assert [(v.rule, v.place) for v in found] == [(Rule.SCHOOL_TWICE, "4")]


@given(number=st.integers(0, 10), other=st.integers(0, 3))
def test_no_school_can_change_its_cluster_unnoticed(number: int, other: int) -> None:
    rows = good_plan()
    block, circle, cluster = PLACES[other]
    if rows[number].cluster != cluster:
        assert broken(changed(number, cluster=cluster, circle=circle, block=block)(rows))
