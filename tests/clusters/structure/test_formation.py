"""The planner of clusters, tried on invented and on real lists and judged by the independent checker."""

import csv
import os
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from clusters.structure.checker import check
from clusters.structure.formation import Formation, form
from clusters.structure.refusals import Obstacle, Way
from clusters.structure.rules import CLUSTER_BAND, Band, Site, clusters_for, great_circle_km, infeasible_size

DATA = Path(os.environ.get("COP_SHARED_DATA", Path(__file__).parents[3] / "../shared/data"))
FEW = 15
"""Steps of the bound that keep a random example quick."""


def scattered(count: int, seed: int = 1, first: int = 0, **others: object) -> list[Site]:
    """Schools with settlements among them, numbered from `first`."""
    rng = Random(seed)
    villages = [(31 + rng.random(), 70 + rng.random()) for _ in range(max(1, count // 15))]
    sites = []
    for number in range(first, first + count):
        lat, lon = rng.choice(villages) if rng.random() < 0.5 else (31 + rng.random(), 70 + rng.random())
        sites.append(Site(f"{number:05}", lat + rng.gauss(0, 0.01), lon + rng.gauss(0, 0.01), **others))  # type: ignore[arg-type]  # any field of a site
    return sites


def violations(sites: list[Site], found: Formation, band: Band = CLUSTER_BAND) -> list[str]:
    broken = check(sites, found.rows(), band=band, unplaced=found.unplaced, exempt=found.exempt)
    return [violation.sentence for violation in broken]


def everybody(found: Formation) -> list[str]:
    return sorted([member.code for cluster in found.clusters for member in cluster.members] + list(found.unplaced))


@st.composite
def lists_of_schools(draw: st.DrawFn) -> tuple[list[Site], Band]:
    """One to three strata of feasible sizes; some schools without a place, or on one spot, or unable to host."""
    smallest = draw(st.integers(2, 8))
    band = Band(smallest, smallest + draw(st.integers(1, 5)))
    sites: list[Site] = []
    rng = Random(draw(st.integers(0, 10_000)))
    for stratum in draw(st.sampled_from([("",), ("girls", "boys"), ("a", "b", "c")])):
        size = draw(st.integers(1, 60).filter(lambda n: not infeasible_size(n, band)))
        spread = draw(st.sampled_from([0.0, 0.01, 1.0]))
        lacking = draw(st.sampled_from([0, 0, size // 5, size // 2, size]))
        unable = draw(st.integers(0, size // 3))
        numbers = rng.sample(range(size), size)
        for number in range(size):
            placed = numbers[number] >= lacking
            sites.append(
                Site(
                    f"{stratum}{number}",
                    31 + spread * rng.random() if placed else None,
                    70 + spread * rng.random() if placed else None,
                    stratum=(stratum,),
                    area=rng.choice([("Domel",), ("Domel", "UC 1"), ("Kakki", ""), ("Kakki", "UC 1"), ()]),
                    can_host=number >= unable,
                )
            )
    return sites, band


@settings(deadline=None, max_examples=20)
@given(case=lists_of_schools(), seed=st.integers(0, 3), shuffle=st.randoms(use_true_random=False))
def test_every_school_has_its_place_and_every_rule_is_kept_or_nothing_is_planned(
    case: tuple[list[Site], Band], seed: int, shuffle: Random
) -> None:
    sites, band = case
    found = form(sites, band=band, seed=seed, steps=FEW)
    if found.infeasible:
        assert found.clusters == ()
        # every size was feasible, so only the unplaced and those who cannot host can stand in the way
        assert all(stratum.obstacle is Obstacle.HOSTS or found.unplaced for stratum in found.infeasible)
    else:
        assert everybody(found) == sorted(site.code for site in sites)
        assert violations(sites, found, band) == []
        assert found.outside_band == found.unfit_hosts == ()
        assert found.sizes is not None
        assert found.sizes.smallest in band
        assert found.sizes.largest in band
    shuffle.shuffle(sites)
    assert form(sites, band=band, seed=seed, steps=FEW) == found


@settings(deadline=None, max_examples=15)
@given(case=lists_of_schools(), extra=st.integers(1, 12))
def test_with_a_waiver_every_school_has_its_place_and_every_exception_is_listed(
    case: tuple[list[Site], Band], extra: int
) -> None:
    sites, band = case
    sites += [Site(f"x{number}", 31.0, 70.0, stratum=("x",), can_host=False) for number in range(extra)]
    found = form(sites, band=band, steps=FEW, waive="agreed")
    assert everybody(found) == sorted(site.code for site in sites)
    assert violations(sites, found, band) == []
    listed = {exception.place: exception.size for exception in found.outside_band}
    assert listed == {c.name: len(c.members) for c in found.clusters if len(c.members) not in band}
    assert all(e.reason.endswith("Waived: agreed") for e in (*found.outside_band, *found.unfit_hosts))
    assert any(found.unfit_hosts)


@pytest.mark.parametrize("size", [1, 24, 36, 49, 71, 74])
def test_a_size_that_cannot_be_cut_is_planned_only_with_a_reason(size: int) -> None:
    sites = scattered(size)
    found = form(sites)
    assert found.clusters == ()
    (stuck,) = found.infeasible
    assert (stuck.stratum, stuck.size, stuck.obstacle) == ((), size, Obstacle.SIZE)
    assert stuck.sentence == f"all schools: {size} schools cannot be cut into clusters of 25 to 35."
    assert [choice.way for choice in stuck.choices] == [Way.SIZES, Way.WAIVE]

    waived = form(sites, waive="the road is closed")
    assert waived.infeasible == ()
    assert everybody(waived) == [site.code for site in sites]
    assert waived.outside_band[0].reason == f"{stuck.sentence} Waived: the road is closed"
    assert violations(sites, waived) == []


@pytest.mark.parametrize("size", [25, 35, 50, 70, 75, 100])
def test_sizes_that_can_be_cut_are_cut_within_the_band(size: int) -> None:
    sites = scattered(size)
    found = form(sites)
    assert len(found.clusters) == clusters_for(size)
    assert found.outside_band == ()
    assert violations(sites, found) == []


def test_a_waiver_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="A waiver needs its reason"):
        form(scattered(30), waive="  ")


def test_an_empty_list_is_no_plan() -> None:
    found = form([])
    assert [(stuck.size, stuck.sentence) for stuck in found.infeasible] == [(0, "The list holds no school.")]


def test_a_school_twice_in_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="School 00003 is in the list twice"):
        form([*scattered(30), Site("00003", 30.0, 70.0)])


def test_strata_are_never_mixed_though_their_schools_stand_side_by_side() -> None:
    girls = scattered(61, seed=4, stratum=("girls",))
    boys = scattered(90, seed=4, first=100, stratum=("boys",))
    found = form(girls + boys, steps=FEW)
    assert violations(girls + boys, found) == []
    members = [member.code for c in found.clusters if c.stratum == ("girls",) for member in c.members]
    assert sorted(members) == [site.code for site in girls]


def test_a_stratum_that_cannot_be_cut_may_be_merged_with_the_nearest_that_differs_in_one_thing() -> None:
    def tehsil(name: str, gender: str, lat: float, count: int, first: int) -> list[Site]:
        rng = Random(first)
        return [
            Site(str(first + n), lat + 0.1 * rng.random(), 70 + 0.1 * rng.random(), stratum=(name, gender))
            for n in range(count)
        ]

    sites = tehsil("Domel", "girls", 31.0, 20, 0) + tehsil("Domel", "boys", 31.0, 60, 100)
    sites += tehsil("Kakki", "girls", 31.3, 34, 200) + tehsil("Baka Khel", "girls", 33.0, 60, 300)
    sites += tehsil("Kakki", "boys", 31.05, 60, 400)
    found = form(sites)
    assert found.clusters == ()
    (stuck,) = found.infeasible
    assert (stuck.stratum, stuck.size) == (("Domel", "girls"), 20)
    assert [(choice.way, choice.merge_with) for choice in stuck.choices] == [
        (Way.MERGE, ("Kakki", "girls")),
        (Way.MERGE, ("Domel", "boys")),
        (Way.SIZES, None),
        (Way.WAIVE, None),
    ]
    far, near, sizes, waiver = stuck.choices
    assert sizes.sizes == (20, 35)
    assert far.added_km is not None
    assert near.added_km is not None
    assert far.added_km > 100 > abs(near.added_km)
    assert waiver.sentence == "Waive the rule with a reason: 1 cluster of about 20 schools."
    assert form(sites, waive="no other way").outside_band[0].size == 20


def test_only_a_merger_that_can_be_cut_is_offered() -> None:
    sites = scattered(20, stratum=("a",)) + scattered(28, first=100, stratum=("b",))
    (stuck,) = form(sites).infeasible
    assert [choice.way for choice in stuck.choices] == [Way.SIZES, Way.WAIVE]


def test_a_school_without_coordinates_stands_in_its_union_council_else_in_its_tehsil() -> None:
    west = [Site(f"w{n}", 31.0 + n / 1000, 70.0, area=("Domel", "West")) for n in range(30)]
    east = [Site(f"e{n}", 31.0 + n / 1000, 71.0, area=("Domel", "East")) for n in range(25)]
    lost = [
        Site("x-east", None, None, area=("Domel", "East")),
        Site("x-tehsil", None, None, area=("Domel", "Unheard of")),
        Site("x-blank", None, None, area=("", "")),
        Site("x-other", None, None, area=("Kakki", "East")),
    ]
    found = form(west + east + lost)
    cluster = {member.code: c for c in found.clusters for member in c.members}
    assert cluster["x-east"] is cluster["e0"]
    assert cluster["x-tehsil"] is cluster["w0"]
    assert found.stand_ins == ("x-east", "x-tehsil")
    assert found.unplaced == ("x-blank", "x-other")
    assert violations(west + east + lost, found) == []


def test_a_school_without_coordinates_counts_for_size_but_not_for_kilometres() -> None:
    sites = [Site(str(n), 31.0 + n / 100, 70.0, area=("Domel",)) for n in range(25)]
    lost = Site("lost", None, None, area=("Domel",))
    alone, both = form(sites), form([*sites, lost])
    assert both.sizes == Band(26, 26)
    assert both.km == alone.km
    assert [row.km for row in both.rows() if row.code == "lost"] == [None]
    assert both.clusters[0].host != "lost"


def test_with_a_fifth_of_the_places_unknown_distances_count_and_beyond_it_the_list_does() -> None:
    known = [Site(f"{n:03}", 31.0 + n / 100, 70.0, area=("Domel",)) for n in range(80)]
    lost = [Site(f"{n:03}", None, None, area=("Domel",)) for n in range(80, 101)]
    fifth, more = form(known + lost[:20], steps=FEW), form(known + lost, steps=FEW)
    assert fifth.by_list_order == ()
    assert len(fifth.stand_ins) == 20
    assert more.by_list_order == ((),)
    assert more.stand_ins == ()
    assert all(cluster.by_list_order for cluster in more.clusters)
    assert more.document()["without_distances"] == ["all schools"]
    assert violations(known + lost, more) == []


def test_a_list_without_any_place_is_drafted_in_the_order_of_areas_and_codes() -> None:
    sites = [Site(str(n), None, None, area=("Kakki" if n < 30 else "Domel",), can_host=n % 30 == 4) for n in range(60)]
    found = form(sites)
    assert [[member.code for member in cluster.members] for cluster in found.clusters] == [
        sorted(str(n) for n in range(30, 60)),
        sorted(str(n) for n in range(30)),
    ]
    assert [cluster.host for cluster in found.clusters] == ["34", "4"]
    assert found.km is None
    assert {row.km for row in found.rows()} == {0.0, None}
    assert found.unplaced == ()
    assert violations(sites, found) == []


def test_twenty_schools_on_one_spot_are_planned_like_any_others() -> None:
    sites = scattered(70) + [Site(f"s{n}", 31.5, 70.5) for n in range(20)]
    found = form(sites, steps=FEW)
    assert violations(sites, found) == []
    assert found.crowded == ()


def test_all_schools_on_one_spot_are_planned_and_the_crowd_is_named() -> None:
    sites = [Site(f"{n:03}", 31.5, 70.5) for n in range(90)]
    found = form(sites)
    assert sorted(len(cluster.members) for cluster in found.clusters) == [30, 30, 30]
    assert found.km is not None
    assert found.km.max == 0.0
    assert found.crowded == tuple(site.code for site in sites)


def test_only_schools_that_can_host_are_hosts_even_when_they_stand_in_a_corner() -> None:
    sites = scattered(150, seed=8)
    corner = sorted(sites, key=lambda site: site.spot or (0, 0))[:6]
    able = {site.code for site in corner}
    sites = [Site(s.code, s.lat, s.lon, can_host=s.code in able) for s in sites]
    found = form(sites, steps=FEW)
    assert {cluster.host for cluster in found.clusters} <= able
    assert violations(sites, found) == []


def test_too_few_schools_that_can_host_are_said_so_and_a_waiver_names_every_host_that_cannot() -> None:
    sites = [Site(s.code, s.lat, s.lon, can_host=s.code == "00007") for s in scattered(90)]
    found = form(sites)
    (stuck,) = found.infeasible
    assert stuck.sentence == "all schools: 90 schools, but only 1 of them can host a cluster of 25 to 35."
    assert [choice.way for choice in stuck.choices] == [Way.HOSTS, Way.WAIVE]
    waived = form(sites, waive="venues to be rented")
    assert len(waived.clusters) == 3
    assert "00007" in {cluster.host for cluster in waived.clusters}
    assert len(waived.unfit_hosts) == 2
    assert violations(sites, waived) == []


def test_a_cluster_number_says_where_it_stands() -> None:
    found = form(scattered(621), steps=FEW, blocks=2)
    assert {cluster.block for cluster in found.clusters} == {1, 2}
    first = found.clusters[0]
    assert (first.name, first.circle_name, first.block_name) == ("B1.C01.L1", "B1.C01", "B1")
    assert len({cluster.name for cluster in found.clusters}) == 21
    assert [cluster.name for cluster in found.clusters] == sorted(cluster.name for cluster in found.clusters)


def test_the_seed_decides_and_one_seed_gives_one_plan() -> None:
    sites = scattered(300)
    plans = [form(sites, seed=seed, steps=40).rows() for seed in (1, 1, 2, 3, 4)]
    assert plans[0] == plans[1]
    assert any(plan != plans[0] for plan in plans[2:])


def test_the_document_has_the_keys_that_scripts_rely_on() -> None:
    found = form(scattered(150), steps=FEW).document()
    assert {
        "schools", "clusters", "sizes", "outside_band", "strata_infeasible", "unplaced", "km", "lower_bound_km",
        "gap_percent", "circles", "circle_sizes",
    } <= found.keys()  # fmt: skip
    assert (found["schools"], found["clusters"], found["circles"]) == (150, 5, 2)
    assert found["circle_sizes"] == {"min": 2, "max": 3}
    assert [(e["circle"], e["size"]) for e in found["circles_outside_band"]] in ([("B1.C01", 2)], [("B1.C02", 2)])
    assert 0 < found["lower_bound_km"] <= found["km"]["mean"]
    assert found["gap_percent"] == pytest.approx(100 * (found["km"]["mean"] / found["lower_bound_km"] - 1), abs=0.02)
    nothing = form(scattered(40)).document()
    assert nothing["sizes"] == {"min": None, "max": None}
    assert nothing["km"] == {"mean": None, "p95": None, "max": None}
    assert nothing["strata_infeasible"][0]["stratum"] == "all schools"
    assert nothing["strata_infeasible"][0]["size"] == 40
    assert nothing["strata_infeasible"][0]["choices"][0]["choice"] == "sizes"


def test_out_of_time_there_is_still_a_plan_that_keeps_every_rule() -> None:
    sites = scattered(400)
    hurried = form(sites, out_of_time=lambda: True)
    assert violations(sites, hurried) == []
    assert hurried.km is not None
    calm = form(sites)
    assert calm.km is not None
    assert calm.km.mean < hurried.km.mean
    assert (hurried.cut_short, calm.cut_short) == (True, False)


def test_progress_rises_to_the_whole_and_says_what_is_done() -> None:
    told: list[tuple[float, str]] = []
    sites = scattered(60, stratum=("a",)) + scattered(60, first=100, stratum=("b",))
    form(sites, steps=FEW, on_progress=lambda done, doing: told.append((done, doing)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (1.0, "done")
    assert {"a", "b"} <= {doing for _, doing in told}


def real_file(name: str) -> Path:
    path = DATA / "schools" / name
    if not path.exists():
        pytest.skip(f"{path} is not there; COP_SHARED_DATA names the folder of real lists")
    return path


def test_the_schools_of_killa_saifullah_all_find_a_cluster_within_the_band() -> None:
    rows = CalamineWorkbook.from_path(real_file("killa_saifullah_gps.xlsx")).get_sheet_by_index(0).to_python()[1:]
    sites = [Site(str(int(float(str(row[1])))), float(str(row[2])), float(str(row[3]))) for row in rows]
    found = form(sites, seed=1)
    assert (len(sites), len(found.clusters), len(found.circles)) == (621, 21, 6)
    assert found.outside_band == found.circles_outside_band == ()
    assert violations(sites, found) == []
    assert found.km is not None
    # a plain balanced split with medoids has 7.72 km on this list
    assert found.km.mean < 5.6
    places = {site.code: site.spot for site in sites}
    for row in found.rows():
        here, host = places[row.code], places[row.host]
        assert here is not None
        assert host is not None
        assert row.km == round(great_circle_km(here, host), 3)


def test_a_district_of_karnataka_with_schools_on_one_spot_is_planned() -> None:
    with real_file("karnataka_16k_latlong.csv").open(newline="") as file:
        places = {row["school_code"]: (float(row["latitude"]), float(row["longitude"])) for row in csv.DictReader(file)}
    sites = [Site(code, *place) for code, place in places.items() if code.startswith("2902")]
    found = form(sites, steps=FEW)
    assert found.outside_band == ()
    assert violations(sites, found) == []


def together(found: Formation, of: str) -> set[tuple[str, tuple[str, ...]]]:
    """Host and schools of each cluster of one stratum."""
    clusters = [cluster for cluster in found.clusters if cluster.stratum == (of,)]
    return {(cluster.host, tuple(member.code for member in cluster.members)) for cluster in clusters}


@settings(max_examples=4)
@given(extra=st.integers(1, 3), seed=st.integers(0, 3), spot=st.tuples(st.floats(34, 36), st.floats(72, 74)))
def test_a_school_more_far_away_changes_no_cluster_of_another_district(
    extra: int, seed: int, spot: tuple[float, float]
) -> None:
    bannu = scattered(85, seed=5, stratum=("Bannu",))
    swat = [
        Site(f"W{n}", spot[0] + n % 8 / 50, spot[1] + n // 8 / 50, ("Swat",), ("KP", "Swat")) for n in range(57 + extra)
    ]
    before, after = (form([*bannu, *there], seed=seed, steps=20) for there in (swat[:57], swat))
    assert together(before, "Bannu") == together(after, "Bannu")
    assert len(together(before, "Bannu")) == 3
    assert sum(len(members) for _, members in together(after, "Swat")) == 57 + extra
