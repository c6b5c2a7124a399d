"""`cop clusters`: planned from a list or the database, accepted from a day, scored; the real command."""

import csv
import math

import pytest
from sqlalchemy import func, select

from clusters.structure.models import ClusterDraft, Place, School
from clusters.structure.rules import PlaceKind
from tests import build

KEYS = {
    "schools", "clusters", "sizes", "outside_band", "strata_infeasible", "unplaced", "km", "lower_bound_km",
    "gap_percent", "circles", "circle_sizes", "seconds", "peak_mb",
}  # fmt: skip
"""What the contract promises; more may stand beside it."""


def school_list(file, count=120, *, gender=lambda number: "Boys", extra=()):
    """A list as an office writes it: one school every two kilometres, in rows of ten."""
    lines = ["EMIS Code,School Name,Gender,Latitude,Longitude"]
    lines += [
        f"{31000 + number},GPS Village {number},{gender(number)},{32.9 + number // 10 * 0.02:.4f},"
        f"{70.5 + number % 10 * 0.02:.4f}"
        for number in range(count)
    ]
    file.write_text("\n".join([*lines, *extra]) + "\n", encoding="utf-8")
    return file


def table(file):
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def km(one, other):
    a, b = (math.radians(float(row["Latitude"])) for row in (one, other))
    wide = math.radians(float(one["Longitude"]) - float(other["Longitude"])) / 2
    return (
        2 * 6371.0 * math.asin(math.sqrt(math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(wide) ** 2))
    )


@pytest.fixture
def district(own_unit):
    """Sixty stored schools that stand in no cluster."""
    with own_unit() as db:
        for number in range(60):
            build.school(db, at=(32.9 + number // 10 * 0.02, 70.5 + number % 10 * 0.02))


def test_a_list_is_planned_without_storing_anything(run, own_unit, tmp_path):
    source = school_list(tmp_path / "schools.csv")
    code, document, told = run("clusters", "plan", "--from", source, "--out", tmp_path / "PLAN.csv", "--json")
    assert (code, told) == (0, "")
    assert set(document) >= KEYS
    assert "draft" not in document
    assert (document["schools"], document["unplaced"], document["outside_band"]) == (120, [], [])
    assert 25 <= document["sizes"]["min"] <= document["sizes"]["max"] <= 35
    with own_unit() as db:
        assert db.scalar(select(func.count()).select_from(ClusterDraft)) == 0


def test_plan_csv_holds_every_school_with_its_host_and_the_way_there(run, tmp_path):
    source = school_list(tmp_path / "schools.csv")
    _, document, _ = run("clusters", "plan", "--from", source, "--out", tmp_path / "PLAN.csv", "--json")
    rows, listed = table(tmp_path / "PLAN.csv"), {row["EMIS Code"]: row for row in table(source)}
    assert list(rows[0]) == ["code", "cluster", "host", "circle", "block", "km"]
    assert {row["code"] for row in rows} == set(listed)
    for row in rows:
        assert row["km"] == f"{km(listed[row['code']], listed[row['host']]):.3f}"
    hosts = {row["cluster"]: row["host"] for row in rows}
    assert all(hosts[row["cluster"]] == row["host"] for row in rows)
    assert {row["km"] for row in rows if row["code"] == row["host"]} == {"0.000"}
    assert len(hosts) == document["clusters"]
    assert document["km"]["mean"] == pytest.approx(sum(float(row["km"]) for row in rows) / len(rows), abs=0.001)


def test_a_seed_below_nought_is_a_wrong_use_and_no_crash(run, tmp_path):
    source = school_list(tmp_path / "schools.csv", 30)
    assert run("clusters", "plan", "--from", source, "--seed", "-1").code == 2


def test_the_same_list_and_seed_make_the_same_plan(run, tmp_path):
    source = school_list(tmp_path / "schools.csv")
    for name in ("one.csv", "other.csv"):
        run("clusters", "plan", "--from", source, "--out", tmp_path / name, "--seed", "3", "--json")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "other.csv").read_bytes()


def test_strata_are_kept_apart(run, tmp_path):
    source = school_list(tmp_path / "schools.csv", gender=lambda number: "Girls" if number % 2 else "Boys")
    code, _, _ = run(
        "clusters", "plan", "--from", source, "--strata", "gender", "--out", tmp_path / "PLAN.csv", "--json"
    )
    assert code == 0
    girls = {row["EMIS Code"] for row in table(source) if row["Gender"] == "Girls"}
    sides = {}
    for row in table(tmp_path / "PLAN.csv"):
        sides.setdefault(row["cluster"], set()).add(row["code"] in girls)
    assert all(len(side) == 1 for side in sides.values())


@pytest.mark.parametrize("count", [10, 40, 72])
def test_a_list_that_cannot_be_cut_is_refused_with_its_choices(run, tmp_path, count):
    source = school_list(tmp_path / "schools.csv", count)
    code, document, _ = run("clusters", "plan", "--from", source, "--out", tmp_path / "PLAN.csv", "--json")
    assert code == 3
    (stratum,) = document["strata_infeasible"]
    assert stratum["size"] == count
    assert stratum["choices"]
    assert document["error"]["key"] == "strata_infeasible"
    assert not (tmp_path / "PLAN.csv").exists()


def test_a_reason_lets_it_be_planned_with_its_exceptions(run, tmp_path):
    source = school_list(tmp_path / "schools.csv", 40)
    code, document, _ = run("clusters", "plan", "--from", source, "--waive", "two valleys", "--json")
    assert code == 0
    assert document["outside_band"]
    assert all("two valleys" in each["reason"] for each in document["outside_band"])
    assert run("clusters", "plan", "--from", source, "--waive", " ", "--json").code == 2


def test_rows_that_cannot_be_read_are_left_out_and_named(run, tmp_path):
    extra = ("31000,GPS Other,Boys,32.5,70.9", ",GPS Nameless,Boys,32.9,70.9")
    source = school_list(tmp_path / "schools.csv", 91, extra=extra)
    code, document, _ = run("clusters", "plan", "--from", source, "--json")
    assert code == 0
    assert document["unplaced"] == ["31000", "row 94"]
    assert document["schools"] == 92
    assert {problem["cause"] for problem in document["problems"]} == {"conflicting_code", "code_missing"}


def test_columns_may_be_named_and_another_country_is_told(run, tmp_path):
    source = school_list(tmp_path / "schools.csv", 60)
    text = source.read_text().replace("EMIS Code", "Thing").replace(",32.", ",-12.").replace(",33.", ",-13.")
    source.write_text(text)
    assert run("clusters", "plan", "--from", source, "--json").code == 3
    code, document, _ = run("clusters", "plan", "--from", source, "--column", "Thing=code", "--json")
    assert (code, document["clusters"]) == (0, 2)
    assert "another country" in document["notes"][0]
    bounded = run("clusters", "plan", "--from", source, "--column", "Thing=code", "--bounds", "any", "--json").document
    assert bounded["notes"] == []


@pytest.mark.parametrize(
    "options", [("--min", "30", "--max", "20"), ("--strata", "colour"), ("--column", "nothing"), ("--from", "none.csv")]
)
def test_wrong_use_is_exit_code_two(run, options):
    assert run("clusters", "plan", *options).code == 2


def test_stored_schools_become_a_draft_and_then_clusters(run, district, own_unit):
    code, document, told = run("clusters", "plan", "--name", "April", "--json")
    assert (code, told) == (0, "")
    assert next(iter(document)) == "draft"
    with own_unit() as db:
        assert db.scalar(select(func.count()).where(Place.kind == PlaceKind.CLUSTER)) == 0
    code, accepted, _ = run("clusters", "accept", document["draft"], "--from-date", "2026-03-01", "--json")
    assert code == 0
    assert accepted == {
        "draft": document["draft"],
        "state": "accepted",
        "from_date": "2026-03-01",
        "schools": 60,
        "clusters": 2,
        "circles": 1,
        "blocks": 1,
        "kept": 0,
        "closed": 0,
        "moved": 0,
    }
    with own_unit() as db:
        assert db.scalar(select(func.count()).where(School.training_path.is_(None))) == 0
    code, again, _ = run("clusters", "accept", document["draft"], "--json")
    assert (code, again["error"]["key"]) == (5, "draft_not_open")


def test_a_draft_accepted_for_a_later_day_waits(run, district):
    draft = run("clusters", "plan", "--json").document["draft"]
    code, accepted, _ = run("clusters", "accept", draft, "--from-date", "2026-04-01", "--json")
    assert (code, accepted["state"]) == (0, "waiting")
    assert "cop worker" in run("clusters", "accept", run("clusters", "plan", "--json").document["draft"],
                               "--from-date", "2026-04-02").told  # fmt: skip


def test_a_dry_run_says_what_accepting_touches_and_changes_nothing(run, district):
    draft = run("clusters", "plan", "--json").document["draft"]
    code, touched, _ = run("clusters", "accept", draft, "--dry-run", "--json")
    assert (code, touched["draft"], touched["schools"], touched["posts"], touched["torn"]) == (0, draft, 0, 0, [])
    assert "Nothing was changed." in run("clusters", "accept", draft, "--dry-run").told
    assert run("clusters", "accept", draft, "--json").document["state"] == "accepted"


def test_there_is_nothing_to_plan_or_accept_at_first(run):
    code, document, _ = run("clusters", "plan", "--json")
    assert (code, document["error"]["key"]) == (3, "no_schools_to_plan")
    assert run("clusters", "accept", "7", "--json").code == 4


def test_people_are_told_what_happened_and_what_comes_next(run, district):
    planned = run("clusters", "plan")
    assert planned.stdout == ""
    assert "60 schools in 2 LTRCs" in planned.told
    assert planned.told.endswith("Next: cop clusters accept 1")
    accepted = run("clusters", "accept", "1")
    assert accepted.stdout == ""
    assert "cop people fill" in accepted.told


def test_a_plan_is_scored_against_a_list_or_the_stored_schools(run, district, own_unit, tmp_path):
    source = school_list(tmp_path / "schools.csv", 90)
    planned = run("clusters", "plan", "--from", source, "--out", tmp_path / "PLAN.csv", "--json").document
    code, scored, _ = run("clusters", "score", tmp_path / "PLAN.csv", "--from", source, "--json")
    assert (code, scored["violations"], scored["unknown"]) == (0, [], [])
    assert scored["km"] == planned["km"]
    assert scored["sizes"] == planned["sizes"]
    strangers = run("clusters", "score", tmp_path / "PLAN.csv", "--json").document
    assert len(strangers["unknown"]) == 90


def test_official_ltrcs_of_a_list_are_scored_and_lead_to_the_best(run, tmp_path):
    source = school_list(tmp_path / "schools.csv", 90)
    head, *rows = source.read_text().splitlines()
    named = [f"{row},Official {number % 3},{'yes' if number < 3 else ''}" for number, row in enumerate(rows)]
    source.write_text("\n".join([f"{head},LTRC,LTRC Host", *named]))
    scored = run("clusters", "score", "--from", source, "--json").document
    assert (scored["schools"], scored["clusters"], scored["violations"]) == (90, 3, [])
    assert scored["optimum_km"] < scored["km"]["mean"]
    assert scored["between"][0]["changed"] < scored["between"][-1]["changed"]
    planned = run("clusters", "plan", "--from", source, "--json").document
    assert (planned["before"]["from"], planned["before"]["clusters"]) == ("official", 3)
    assert [step["changed"] for step in planned["steps"]] == [step["changed"] for step in scored["between"]]


def test_without_official_ltrcs_there_is_nothing_to_score(run, tmp_path):
    source = school_list(tmp_path / "schools.csv", 60)
    code, document, _ = run("clusters", "score", "--from", source, "--json")
    assert (code, document["error"]["key"]) == (5, "no_official_clusters")


def test_a_plan_that_lies_is_found_out(run, tmp_path):
    source = school_list(tmp_path / "schools.csv", 60)
    run("clusters", "plan", "--from", source, "--out", tmp_path / "PLAN.csv", "--json")
    lines = (tmp_path / "PLAN.csv").read_text().splitlines()
    cells = lines[1].split(",")
    cells[1] = "B1.C01.L2" if cells[1] == "B1.C01.L1" else "B1.C01.L1"
    (tmp_path / "lie.csv").write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]))
    scored = run("clusters", "score", tmp_path / "lie.csv", "--from", source, "--json").document
    assert "host_not_one" in {broken["rule"] for broken in scored["violations"]}


def test_what_is_no_plan_is_refused_in_words(run, tmp_path):
    (tmp_path / "no.csv").write_text("code,cluster\n1,A\n")
    code, document, _ = run("clusters", "score", tmp_path / "no.csv", "--json")
    assert (code, document["error"]["key"]) == (3, "plan_unreadable")
    assert "no column host" in document["error"]["sentence"]


def test_a_real_district_is_planned_whole(run, shared_data, tmp_path):
    source = shared_data / "schools" / "killa_saifullah_gps.xlsx"
    code, document, _ = run("clusters", "plan", "--from", source, "--out", tmp_path / "PLAN.csv", "--json")
    assert code == 0
    assert (document["schools"], document["outside_band"], document["unplaced"]) == (621, [], [])
    assert len(table(tmp_path / "PLAN.csv")) == 621
