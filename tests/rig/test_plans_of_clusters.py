"""Random lists of schools are planned; a judge that knows the rules alone finds no fault and proves each bound anew."""

import importlib
import importlib.util
import math
import random
from collections import Counter, defaultdict
from typing import Any

import pytest

from clusters.structure.formation import form
from clusters.structure.proposal import Formation
from clusters.structure.rules import Band, Site
from tests.rig.plan_judge import bound, cannot_be_cut, faults, shortest, smallest_widening

FEW, MANY = 16, 1_000
"""Instances here, and in `make soak`."""
STEPS = 25
ENGINES = [None, *(["clusters.structure.kernels"] if importlib.util.find_spec("numba") else [])]


def instance(seed: int) -> tuple[list[dict[str, Any]], tuple[int, int]]:
    """One to three strata of any size: villages, spots shared by several, places unknown, schools that cannot host."""
    rng = random.Random(seed)
    low = rng.randint(2, 7)
    sizes = (low, low + rng.randint(0, 5))
    schools = []
    for stratum in rng.choice([("",), ("a", "b"), ("a", "b", "c")]):
        villages = [(34 + rng.random(), 71 + rng.random()) for _ in range(3)]
        lacking, unable = rng.choice([0.0, 0.0, 0.1, 0.6]), rng.choice([0.0, 0.0, 0.2])
        for number in range(rng.randint(1, 45)):
            lat, lon = rng.choice(villages)
            spread = rng.choice([0.0, 0.02, 0.5])
            lost = rng.random() < lacking
            schools.append(
                {
                    "code": f"{stratum}{number:03}",
                    "lat": None if lost else lat + spread * rng.random(),
                    "lon": None if lost else lon + spread * rng.random(),
                    "stratum": stratum,
                    "can_host": rng.random() >= unable,
                }
            )
    return schools, sizes


def planned(schools: list[dict[str, Any]], sizes: tuple[int, int], **more: Any) -> Formation:
    sites = [Site(s["code"], s["lat"], s["lon"], (s["stratum"],), ("Domel",), can_host=s["can_host"]) for s in schools]
    return form(sites, band=Band(*sizes), steps=STEPS, **more)


def judged(seed: int, engine: str | None) -> str:
    """What became of an instance; an assertion where the plan, the refusal or the bound is wrong."""
    schools, sizes = instance(seed)
    found = planned(schools, sizes, engine=engine and importlib.import_module(engine))
    placed = [school for school in schools if school["code"] not in found.unplaced]
    stuck = cannot_be_cut(placed, sizes)
    if found.infeasible:
        assert not found.clusters
        for refused in found.infeasible:
            (stratum,) = refused.stratum
            if refused.obstacle == "size":
                assert stuck.pop(stratum) == refused.size
                choice = next(choice for choice in refused.choices if choice.way == "sizes")
                low, high = choice.sizes
                assert sizes[0] - low + high - sizes[1] == smallest_widening(refused.size, sizes)
            assert any(choice.way == "waive" for choice in refused.choices)
        assert not stuck
        assert not planned(schools, sizes, waive="tried").infeasible
        return "refused"
    assert not stuck
    rows = [
        {"code": r.code, "cluster": r.cluster, "host": r.host, "circle": r.circle, "block": r.block, "km": r.km}
        for r in found.rows()
    ]
    assert faults(placed, rows, sizes) == []
    if found.lower_bound_km is None:
        assert found.by_list_order or found.km is None
        return "without distances"
    parts: Counter[str] = Counter(stratum for (stratum,) in (cluster.stratum for cluster in found.clusters))
    by_stratum = defaultdict(list)
    for school in placed:
        by_stratum[school["stratum"]].append(school)
    proved = math.fsum(bound(by_stratum[name], many, sizes, found.prices) for name, many in parts.items())
    known = sum(school["lat"] is not None for school in placed)
    assert found.km is not None
    assert found.lower_bound_km <= proved / known + 1e-9
    assert proved / known <= found.km.mean + 1e-9
    return "planned"


def test_a_judge_who_knows_the_rules_alone_finds_no_fault_and_the_same_bound() -> None:
    outcomes = Counter(judged(seed, None) for seed in range(FEW))
    assert outcomes["planned"]
    assert outcomes["refused"]


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_of_a_thousand_lists(engine: str | None) -> None:
    outcomes = Counter(judged(seed, engine) for seed in range(FEW, FEW + MANY))
    assert sum(outcomes.values()) == MANY


def against_all(seed: int) -> None:
    rng = random.Random(seed)
    low = rng.randint(2, 3)
    sizes, parts = (low, low + rng.randint(0, 2)), rng.randint(1, 3)
    many = rng.randint(parts * sizes[0], min(parts * sizes[1], 12 if parts < 3 else 9))
    schools = [
        {"code": str(n), "lat": 34 + rng.random(), "lon": 71 + rng.random(), "stratum": "", "can_host": True}
        for n in range(many)
    ]
    found = planned(schools, sizes)
    assert found.km is not None
    assert found.lower_bound_km is not None
    best = shortest(schools, len(found.clusters), sizes) / many
    assert found.lower_bound_km <= best + 1e-9
    assert found.km.mean >= best - 1e-6
    assert bound(schools, len(found.clusters), sizes, found.prices) / many <= best + 1e-9


def test_no_bound_exceeds_the_best_of_all_plans() -> None:
    for seed in range(6):
        against_all(seed)


@pytest.mark.long
def test_no_bound_exceeds_the_best_of_all_plans_of_a_thousand_lists() -> None:
    for seed in range(1_000):
        against_all(seed)


def test_the_judge_sees_what_is_wrong() -> None:
    schools = [{"code": str(n), "lat": 34 + n / 100, "lon": 71.0, "stratum": "", "can_host": n != 1} for n in range(6)]
    found = planned(schools, (3, 3))
    rows = [
        {"code": r.code, "cluster": r.cluster, "host": r.host, "circle": r.circle, "block": r.block, "km": r.km}
        for r in found.rows()
    ]
    assert not [fault for fault in faults(schools, rows, (3, 3)) if "circle" not in fault]
    assert faults(schools, rows[1:], (3, 3))
    assert faults(schools, [{**row, "km": (row["km"] or 0) + 1} for row in rows], (3, 3))
    assert faults(schools, [{**row, "host": "1"} for row in rows], (3, 3))
    assert faults(schools, rows, (2, 2))
    assert faults([{**school, "stratum": school["code"]} for school in schools], rows, (3, 3))
    assert cannot_be_cut(schools, (4, 5)) == {"": 6}
    assert smallest_widening(6, (4, 5)) == 1
    high = {code: price + 100 for code, price in found.prices.items()}
    assert bound(schools, 2, (3, 3), high) <= shortest(schools, 2, (3, 3)) + 1e-9
