"""Cascade progress: the figures of a scope by tier, subject and area, and nothing that points at anybody."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from clusters.cascade.rules import Level
from clusters.kernel.clock import today
from clusters.modules.rules import Subject
from clusters.people.rules import PostRole
from clusters.progress.actions import recount
from clusters.scope import Scope
from clusters.structure.rules import SchoolGender
from clusters.training.actions import take_attendance
from clusters.training.rules import Mark, SessionState
from cop.web.views import paths
from tests import build
from tests.browsing import place_at


@pytest.fixture
def world(house):
    """Kakki with 12 teachers and Baran with 4 in circle B1.C01., Hangu Khas in block 2; maths was given in Kakki."""
    with house.unit() as db:
        circle = place_at(db, "T/B1.C01.")
        kakki = build.cluster(db, 6, in_circle=circle, name="Kakki", admin_path="KP.BANNU.")
        baran = build.cluster(db, 2, in_circle=circle, name="Baran", admin_path="KP.LAKKI.", gender=SchoolGender.GIRLS)
        hangu = build.cluster(db, 3, in_circle=place_at(db, "T/B2.C01."), name="Hangu Khas", admin_path="KP.HANGU.")
        teachers = {
            place.name: [build.teacher(db, school) for school in build.schools_of(db, place) for _ in range(2)]
            for place in (kakki, baran, hangu)
        }
        lead = build.trainer(db, circle, "Zakir Ullah")
        master = build.trainer(db, place_at(db, "T/B1."), "Master", role=PostRole.MASTER_TRAINER)
        learnt = build.training_session(
            db,
            place_at(db, "T/B1."),
            day=today(db) - timedelta(days=2),
            level=Level.CIRCLE,
            led_by=[master],
            invited=[lead],
            code="1013",
        )
        given = build.training_session(db, kakki, day=today(db), led_by=[lead], invited=teachers["Kakki"], code="1024")
        house_scope = Scope.everywhere()
        learnt.starts_at -= timedelta(hours=1)
        take_attendance(db, house_scope, learnt.id, {}, "page", others=Mark.HERE)
        take_attendance(db, house_scope, given.id, {1: Mark.AWAY, 2: Mark.AWAY}, "page", others=Mark.HERE)
        build.training_session(db, baran, subject=Subject.MATHS, invited=teachers["Baran"])
        assert given.state is SessionState.HELD
        recount(db)
        return SimpleNamespace(kakki=kakki.id, baran=baran.id, hangu=hangu.id)


def maths(row):
    return row["cells"][0]


def test_the_page_holds_the_figures_of_the_area_and_of_what_lies_below(client_as, world):
    browser = client_as("manager", "T/B1.C01.")
    page = browser.get("/cascade.json?area=T/B1.C01.").json()
    assert page["year"] == "2025-26"
    assert {row["name"]: (maths(row)["trained"], maths(row)["people"]) for row in page["rows"]} == {
        "Kakki": (10, 12),
        "Baran": (0, 4),
    }
    assert [row["name"] for row in page["rows"]] == ["Baran", "Kakki"], "who needs help first stands first"
    assert (maths(page["whole"])["trained"], maths(page["whole"])["people"], maths(page["whole"])["absent"]) == (
        10,
        16,
        2,
    )
    tiers = {tier["level"]: tier for tier in page["tiers"]}
    assert maths(tiers["circle"])["trained"] == 1
    assert tiers["teacher"]["waits"][0] == 2, "from the day the trainer had learnt it"
    assert page["slowest"] == {
        "subject": "maths", "ready": 1, "trainers": 1, "trained": 10, "people": 16, "days": 2
    }  # fmt: skip
    assert (page["weakest"]["area"], page["weakest"]["href"]) == ("Baran", paths.cluster(world.baran))
    shown = browser.get("/cascade").text
    assert "Maths waits longest: 10 of 16 teachers are reached." in shown
    assert "Look first at Maths in <bdi>Baran</bdi>" in shown


@pytest.mark.parametrize("place", ["T/B1.", "A/KP.BANNU."])
def test_nothing_of_another_block_or_district_is_in_it(client_as, world, place):
    browser = client_as("manager", place)
    page = browser.get("/cascade").text
    assert "Hangu" not in page
    for strange in ("T/B2.", "A/KP.HANGU.", "T/B9.", "nonsense"):
        assert browser.get(f"/cascade?area={strange}").status_code == 404
    whole = browser.get("/cascade.json?area=T/").json()
    assert sum(row["people"] or 0 for row in whole["figures"] if row["subject"] == "maths") == (
        16 if "B1" in place else 12
    )


def test_the_second_axis_is_another_link_one_at_a_time(client_as, world):
    browser = client_as("manager", "T/B1.C01.")
    tier = browser.get("/cascade.json?area=T/B1.C01.&by=tier&subject=maths").json()
    assert tier["columns"] == ["master", "circle", "teacher"]
    schools = browser.get("/cascade.json?area=T/B1.C01.&by=schools&subject=maths").json()
    rows = {row["name"]: [cell["people"] for cell in row["cells"]] for row in schools["rows"]}
    assert (schools["columns"], rows) == (["boys", "girls"], {"Kakki": [12, 0], "Baran": [0, 4]})
    assert browser.get("/cascade?by=nonsense").status_code == 400
    district = browser.get("/cascade.json?area=A/").json()
    assert {row["name"] for row in district["rows"]} == set(), "her places lie in no one district"


def test_a_monitor_sees_no_figure_of_so_few_and_cannot_subtract_it(client_as, world):
    page = client_as("monitor", "T/B1.").get("/cascade.json?area=T/B1.C01.").json()
    cells = {row["name"]: maths(row) for row in page["rows"]}
    assert cells["Baran"]["people"] is None, "4 persons of 2 schools"
    assert cells["Kakki"]["people"] is None, "the sum less Kakki would tell Baran"
    assert maths(page["whole"])["people"] == 16
    assert page["weakest"] is None
    listed = {(row["area"], row["subject"]): row["trained"] for row in page["figures"]}
    assert listed["Baran", "maths"] is None
    table = client_as("monitor", "T/B1.").get("/cascade.csv?area=T/B1.C01.").text
    assert "Baran,teacher,maths,,,,,,," in table
    assert "too few" in client_as("monitor", "T/B1.").get("/cascade?area=T/B1.C01.").text


def test_a_place_without_any_plan_says_what_to_do(client_as, house, world):
    browser = client_as("manager", "T/B2.")
    page = browser.get("/cascade").text
    assert "No cascade plan yet." in page
    assert paths.planner("cascade") in page
    assert "No cascade plan yet." in client_as("monitor", "T/B2.").get("/cascade").text
    with house.unit() as db:
        assert today(db) < date(2026, 4, 1)
    assert "No cascade plan yet." in browser.get("/cascade?year=2030").text, "nothing was counted for that year"


@pytest.mark.parametrize("year", ["9999", "-1", "99999999999999999999"])
def test_a_year_that_no_calendar_holds_is_no_page(client_as, world, year):
    assert client_as("manager", "T/B1.").get(f"/cascade?year={year}").status_code in (400, 404)


def test_what_one_kind_of_school_hides_no_other_axis_tells_by_subtraction(client_as, world):
    monitor = client_as("monitor", "T/B1.")
    page = monitor.get("/cascade.json?area=T/B1.C01.&by=schools&subject=maths").json()
    assert page["columns"] == ["boys", "girls"]
    assert [cell["people"] for cell in page["whole"]["cells"]] == [None, None], "16 of the subject less 12 boys is 4"
