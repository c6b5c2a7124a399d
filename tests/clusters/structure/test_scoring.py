"""A plan is scored by the places of its schools, not by what it says of itself."""

import pytest

from clusters.structure.rules import Band, PlanRow, Site
from clusters.structure.scoring import score

SITES = [Site("a", 30.0, 70.0), Site("b", 31.0, 70.0), Site("c", 30.0, 70.0), Site("d", None, None)]


def test_kilometres_are_counted_anew() -> None:
    rows = [PlanRow(code, "L1", "a", "C1", "B1", 999.0) for code in "abc"]
    found = score(SITES, rows)
    assert (found.schools, found.clusters, found.circles, found.sizes) == (3, 1, 1, Band(3, 3))
    assert found.km is not None
    assert found.km.mean == pytest.approx(111.19493 / 3, abs=1e-5)
    assert found.km.max == pytest.approx(111.19493, abs=1e-5)
    assert found.without_distance == ()


def test_schools_without_a_known_way_are_named_and_left_out_of_the_kilometres() -> None:
    rows = [PlanRow("b", "L1", "b", "", "", None), PlanRow("d", "L1", "b", "", "", None)]
    rows += [PlanRow("x", "L2", "a", "", "", 1.0), PlanRow("c", "L3", "d", "", "", 1.0)]
    found = score(SITES, rows)
    assert found.without_distance == ("c", "d", "x")
    assert found.km is not None
    assert (found.km.mean, found.km.max) == (0.0, 0.0)
    assert (found.clusters, found.circles, found.sizes) == (3, 0, Band(1, 2))


def test_an_empty_plan_has_no_figures() -> None:
    found = score(SITES, [])
    assert (found.schools, found.sizes, found.km) == (0, None, None)
