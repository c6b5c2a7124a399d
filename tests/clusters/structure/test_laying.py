"""Beside a plan: whole plans on the way to it, and quick plans for other numbers of clusters."""

from random import Random

import pytest

from clusters.structure.checker import Rule, check
from clusters.structure.formation import form
from clusters.structure.laying import of_sizes, steps_from
from clusters.structure.rules import Band, PlanRow, Site

BAND = Band(5, 8)


def town(seed: int, schools: int) -> list[Site]:
    rng = Random(seed)
    return [Site(f"{n:03}", 34 + rng.random() / 2, 71 + rng.random() / 2) for n in range(schools)]


def never() -> bool:
    return False


def test_more_clusters_are_compared_from_the_fewest_to_the_most_within_the_sizes() -> None:
    found = of_sizes(town(1, 96), BAND, 0, never)
    assert [each.clusters for each in found] == sorted({each.clusters for each in found})
    assert found[0].clusters == 12
    assert found[-1].clusters == 19
    assert all(BAND.smallest <= each.smallest <= each.largest <= BAND.largest for each in found)
    assert found[0].mean_km > found[-1].mean_km


def test_what_cannot_be_cut_or_stands_nowhere_is_not_compared() -> None:
    assert of_sizes(town(1, 9), BAND, 0, never) == ()
    assert of_sizes([Site(f"{n}", None, None) for n in range(20)], BAND, 0, never) == ()
    assert of_sizes(town(1, 96), BAND, 0, lambda: True) == ()


def test_each_plan_on_the_way_is_whole_and_breaks_no_rule() -> None:
    sites = town(3, 60)
    best = form(sites, band=BAND, steps=40)
    before = form(sites, band=BAND, steps=0, seed=9).rows()
    steps = steps_from(sites, before, best, BAND, 0)
    assert steps
    for step in steps:
        rows = [
            PlanRow(code, f"B{b}.C{c:02}.L{n}", host, f"B{b}.C{c:02}", f"B{b}", None)
            for b, c, n, host, codes in step.clusters
            for code in codes
        ]
        broken = {each.rule for each in check(sites, rows, band=BAND)}
        assert broken <= {Rule.DISTANCE}


def test_a_long_list_is_compared_by_a_quicker_look_within_the_same_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clusters.structure.laying.LOOKS_UP_TO", 50)
    found = of_sizes(town(2, 96), BAND, 0, never)
    assert [each.clusters for each in found][:: len(found) - 1] == [12, 19]
    assert all(BAND.smallest <= each.smallest <= each.largest <= BAND.largest for each in found)
    assert found[0].mean_km > found[-1].mean_km
