"""Random lists of schools are planned; a judge that knows the rules alone finds no fault and proves each bound anew."""

import importlib
import importlib.util
import math
import random
from collections import Counter, defaultdict
from typing import Any

import pytest

from clusters.structure.formation import form
from clusters.structure.proposal import Cluster, Formation
from clusters.structure.rules import Band, Site
from tests.rig.invented_lists import Invented, invented, invented_for_all_plans
from tests.rig.plan_judge import (
    bound,
    cannot_be_cut,
    crowded,
    faults,
    lacking_hosts,
    mostly_unknown,
    shortest,
    smallest_widening,
    without_a_place,
)

FEW, SLICE, SLICES = 100, 100, 10
"""Lists judged in every run of the suite; in `make soak` so many slices of so many more, so that it can be stopped."""
FEW_OF_ALL_PLANS = 40
STEPS = 25
ENGINES = [None, *(["clusters.structure.kernels"] if importlib.util.find_spec("numba") else [])]


def planned(given: Invented, **more: Any) -> Formation:
    sites = [
        Site(s["code"], s["lat"], s["lon"], (s["stratum"],), (s["area"],), can_host=s["can_host"])
        for s in given.schools
    ]
    return form(sites, **{"band": Band(*given.sizes), "steps": STEPS, "longest": given.longest, **more})


def judged(seed: int, engine_name: str | None) -> str:
    """What became of a list; an assertion where the plan, the refusal or the bound is wrong."""
    given = invented(seed)
    engine = engine_name and importlib.import_module(engine_name)
    found = planned(given, engine=engine)
    assert set(found.unplaced) == without_a_place(given.schools)
    assert set(found.crowded) == crowded(given.schools)
    assert {name for (name,) in found.by_list_order} == mostly_unknown(given.schools)
    placed = [school for school in given.schools if school["code"] not in found.unplaced]
    refused = {**lacking_hosts(placed, given.sizes), **cannot_be_cut(placed, given.sizes)}
    assert {name for each in found.infeasible for name in each.stratum} == set(refused)
    if refused:
        check_refusal(given, found, placed)
        found = planned(given, engine=engine, waive="tried")
        assert not found.infeasible
    check_plan(given, found, placed)
    if seed % 10 == 0:
        check_repeated(given, found, engine, seed)
    return "refused" if refused else "without distances" if found.lower_bound_km is None else "planned"


def judged_by_number(seed: int, engine_name: str | None) -> str:
    try:
        return judged(seed, engine_name)
    except AssertionError as wrong:
        wrong.add_note(f"list {seed}")
        raise


def check_refusal(given: Invented, found: Formation, placed: list[dict[str, Any]]) -> None:
    """Nothing is planned; each obstacle is named as it is, with a way out that is as small as it can be."""
    assert not found.clusters
    sizes, stuck, lacking = given.sizes, cannot_be_cut(placed, given.sizes), lacking_hosts(placed, given.sizes)
    many = Counter(school["stratum"] for school in placed)
    for refusal in found.infeasible:
        (stratum,) = refusal.stratum
        ways = {choice.way.value: choice for choice in refusal.choices}
        assert ways["waive"].sentence
        if refusal.obstacle == "size":
            assert stuck[stratum] == refusal.size
            assert ways["sizes"].sizes is not None
            low, high = ways["sizes"].sizes
            assert sizes[0] - low + high - sizes[1] == smallest_widening(refusal.size, sizes)
        else:
            assert f"at least {lacking[stratum]} more" in ways["hosts"].sentence
        if "merge" in ways:
            assert ways["merge"].merge_with is not None
            (other,) = ways["merge"].merge_with
            both = [{"stratum": ""}] * (many[stratum] + many[other])
            assert other != stratum
            assert not cannot_be_cut(both, sizes)


def check_plan(given: Invented, found: Formation, placed: list[dict[str, Any]]) -> None:
    """Every rule is kept but for what is excused, every excuse is needed, and the bound is proved by its prices."""
    rows = [
        {"code": r.code, "cluster": r.cluster, "host": r.host, "circle": r.circle, "block": r.block, "km": r.km}
        for r in found.rows()
    ]
    assert faults(given.schools, rows, given.sizes, found.unplaced, found.exempt) == []
    unknown = mostly_unknown(given.schools)
    able = {
        school["code"]: school["can_host"] and (school["lat"] is not None or school["stratum"] in unknown)
        for school in placed
    }
    clusters = {cluster.name: cluster for cluster in found.clusters}
    for excuse in found.outside_band:
        size = len(clusters[excuse.place].members)
        assert not given.sizes[0] <= size == excuse.size <= given.sizes[1]
        assert "tried" in excuse.reason
    for excuse in found.unfit_hosts:
        assert not able[clusters[excuse.place].host]
        assert not any(able[member.code] for member in clusters[excuse.place].members)
    if given.longest is not None:
        assert set(found.far) == {row["code"] for row in rows if row["km"] is not None and row["km"] > given.longest}
    if found.lower_bound_km is None:
        assert found.by_list_order or found.km is None
        return
    check_bound(given, found, placed)


def check_bound(given: Invented, found: Formation, placed: list[dict[str, Any]]) -> None:
    """What the prices prove, reckoned anew, is no less than what was said, and no more than the plan's ways."""
    parts, loads, by_stratum = Counter[str](), defaultdict(list), defaultdict(list)
    for cluster in found.clusters:
        parts[cluster.stratum[0]] += 1
        loads[cluster.stratum[0]].append(len(cluster.members))
    for school in placed:
        by_stratum[school["stratum"]].append(school)
    proved = []
    for name, many in parts.items():
        sizes = (min(given.sizes[0], *loads[name]), max(given.sizes[1], *loads[name]))
        schools = by_stratum[name]
        if sum(school["can_host"] and school["lat"] is not None for school in schools) < many:
            # Waived: so few can host that every school may.
            schools = [{**school, "can_host": True} for school in schools]
        proved.append(bound(schools, many, sizes, found.prices))
    known = sum(school["lat"] is not None for school in placed)
    assert found.km is not None
    assert found.lower_bound_km is not None
    assert found.lower_bound_km <= math.fsum(proved) / known + 1e-9
    assert math.fsum(proved) / known <= found.km.mean + 1e-9


def check_repeated(given: Invented, found: Formation, engine: Any, seed: int) -> None:
    """The same list in another order gives the same plan; a district far away is planned beside it and moves nobody."""
    schools = list(given.schools)
    random.Random(seed).shuffle(schools)
    waive = "tried" if found.exempt else None
    assert planned(Invented(schools, given.sizes, given.longest), engine=engine, waive=waive) == found
    far = [
        {"code": f"far{n}", "lat": 25 + n / 50, "lon": 62.0, "stratum": "far", "area": "", "can_host": True}
        for n in range(given.sizes[1])
    ]
    both = planned(Invented(schools + far, given.sizes, given.longest), engine=engine, waive=waive)
    assert shapes(c for c in both.clusters if c.stratum != ("far",)) == shapes(found.clusters)


def shapes(clusters: Any) -> set[tuple[str, tuple[str, ...]]]:
    def shape(cluster: Cluster) -> tuple[str, tuple[str, ...]]:
        return cluster.host, tuple(member.code for member in cluster.members)

    return {shape(cluster) for cluster in clusters}


def test_a_judge_who_knows_the_rules_alone_finds_no_fault_and_the_same_bound() -> None:
    outcomes = Counter(judged_by_number(seed, None) for seed in range(FEW))
    assert min(outcomes[each] for each in ("planned", "refused", "without distances")) >= FEW // 20


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("number", range(SLICES))
def test_the_same_of_a_thousand_lists(number: int, engine: str | None) -> None:
    for seed in range(FEW + number * SLICE, FEW + (number + 1) * SLICE):
        judged_by_number(seed, engine)


def against_all(seed: int) -> None:
    given = invented_for_all_plans(seed)
    found = planned(given)
    assert found.km is not None
    assert found.lower_bound_km is not None
    known = sum(school["lat"] is not None for school in given.schools)
    best = shortest(given.schools, len(found.clusters), given.sizes) / known
    assert found.lower_bound_km <= best + 1e-9
    assert found.km.mean >= best - 1e-6
    assert bound(given.schools, len(found.clusters), given.sizes, found.prices) / known <= best + 1e-9


def test_no_bound_exceeds_the_best_of_all_plans() -> None:
    for seed in range(FEW_OF_ALL_PLANS):
        against_all(seed)


@pytest.mark.long
@pytest.mark.parametrize("number", range(SLICES))
def test_no_bound_exceeds_the_best_of_all_plans_of_a_thousand_lists(number: int) -> None:
    for seed in range(FEW_OF_ALL_PLANS + number * SLICE, FEW_OF_ALL_PLANS + (number + 1) * SLICE):
        against_all(seed)


def test_the_judge_sees_what_is_wrong() -> None:
    schools = [
        {"code": str(n), "lat": 34 + n / 100, "lon": 71.0, "stratum": "", "area": "", "can_host": n != 1}
        for n in range(6)
    ]
    found = planned(Invented(schools, (3, 3), None))
    rows = [
        {"code": r.code, "cluster": r.cluster, "host": r.host, "circle": r.circle, "block": r.block, "km": r.km}
        for r in found.rows()
    ]
    assert not [fault for fault in faults(schools, rows, (3, 3)) if "circle" not in fault]
    assert faults(schools, rows[1:], (3, 3))
    assert faults(schools, [{**row, "km": (row["km"] or 0) + 1} for row in rows], (3, 3))
    assert faults(schools, [{**row, "host": "1"} for row in rows], (3, 3))
    assert faults(schools, rows, (2, 2))
    assert not faults(schools, rows, (2, 2), excused={row["cluster"] for row in rows})
    assert faults([{**school, "stratum": school["code"]} for school in schools], rows, (3, 3))
    assert cannot_be_cut(schools, (4, 5)) == {"": 6}
    assert smallest_widening(6, (4, 5)) == 1
    assert lacking_hosts([{**school, "can_host": False} for school in schools], (3, 3)) == {"": 2}
    lost = [{**school, "lat": None} if school["code"] == "0" else school for school in schools]
    assert without_a_place(lost) == {"0"}
    assert mostly_unknown(lost[:4]) == {""}
    assert crowded([{**schools[0], "code": str(n)} for n in range(21)]) == {str(n) for n in range(21)}
    high = {code: price + 100 for code, price in found.prices.items()}
    assert bound(schools, 2, (3, 3), high) <= shortest(schools, 2, (3, 3)) + 1e-9
