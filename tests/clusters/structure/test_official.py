"""The clusters of the department's own list: members by name, the host by code, name, mark, or the middle."""

from clusters.structure.official import Entry, official_rows
from clusters.structure.rules import Site, great_circle_km

SITES = [Site(str(n), 34.0 + n / 100, 71.0) for n in range(6)]


def hosts(entries: dict[str, Entry], sites: list[Site] = SITES) -> dict[str, str]:
    return {row.cluster: row.host for row in official_rows(sites, entries)}


def entries(*said: str) -> dict[str, Entry]:
    return {str(n): Entry(f"GPS School {n}", "Kakki " if n < 3 else "Domel", host) for n, host in enumerate(said)}


def test_every_school_stands_in_the_cluster_its_row_names_and_blanks_do_not_part_it() -> None:
    rows = official_rows(SITES, entries("", "", "", "", "", ""))
    assert [(row.code, row.cluster) for row in rows] == [
        ("3", "Domel"), ("4", "Domel"), ("5", "Domel"), ("0", "Kakki"), ("1", "Kakki"), ("2", "Kakki"),
    ]  # fmt: skip


def test_the_host_is_said_by_code_by_name_or_by_a_mark_on_its_own_row() -> None:
    assert hosts(entries("2", "2", "2", "gps school 5", "GPS SCHOOL 5", "")) == {"Kakki": "2", "Domel": "5"}
    assert hosts(entries("yes", "", "no", "", "", "x")) == {"Kakki": "0", "Domel": "5"}


def test_the_middle_school_that_can_host_hosts_where_the_list_says_nothing_plain() -> None:
    assert hosts(entries("0", "2", "", "", "", "")) == {"Kakki": "1", "Domel": "4"}
    cannot = [Site(site.code, site.lat, site.lon, can_host=site.code != "1") for site in SITES]
    assert hosts(entries("", "", "", "", "", ""), cannot)["Kakki"] in {"0", "2"}
    nowhere = [Site(str(n), None, None) for n in range(6)]
    assert hosts(entries("", "", "", "", "", ""), nowhere)["Kakki"] == "0"


def test_ways_are_counted_to_that_host_and_unknown_schools_are_left_out() -> None:
    said = {**entries("0", "0", "0", "", "", ""), "99": Entry("GPS Gone", "Kakki")}
    rows = {row.code: row for row in official_rows(SITES, said)}
    assert "99" not in rows
    assert rows["0"].km == 0
    assert SITES[2].spot is not None
    assert SITES[0].spot is not None
    assert rows["2"].km == round(great_circle_km(SITES[2].spot, SITES[0].spot), 3)
