"""The map of LTRCs and the page of one: the same numbers in the picture and the table, inside the scope."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from clusters.modules.rules import Subject
from clusters.people.rules import PostRole
from clusters.structure.rules import SchoolGender
from clusters.training.rules import SessionState
from cop.web.views import paths
from messaging.consent.actions import opt_out
from tests import build
from tests.browsing import place_at, same_but_path

NONEXISTENT = 999_999


@pytest.fixture
def world(house):
    """Kakki in block 1 and Bannu, Hangu Khas in block 2 and Hangu; one school without coordinates, one unplaced."""
    with house.unit() as db:
        circle = place_at(db, "T/B1.C01.")
        kakki = build.cluster(db, 26, in_circle=circle, name="Kakki", admin_path="KP.BANNU.", near=(32.9, 70.5))
        hangu = build.cluster(db, 3, in_circle=place_at(db, "T/B2.C01."), name="Hangu Khas", admin_path="KP.HANGU.")
        lost = build.school(db, in_cluster=kakki, name="GPS Nowhere", at=None)
        build.school(db, name="GPS Alone", admin_path="KP.BANNU.")
        host = build.schools_of(db, kakki)[0]
        teachers = [
            build.teacher(db, host, "Gul Zaman"),
            build.teacher(db, host, "Noor Bibi", number=None),
            build.teacher(db, lost, "Shy Khan", number="+923451112223"),
        ]
        opt_out(db, "+923451112223", "text")
        lead = build.trainer(db, circle, "Zakir Ullah", subject=Subject.SCIENCE)
        build.post(db, lead, PostRole.CIRCLE_TRAINER, at_place=circle, subject=Subject.MATHS)
        return SimpleNamespace(
            kakki=kakki.id,
            hangu=hangu.id,
            coming=build.training_session(db, kakki, invited=teachers, led_by=[lead]).id,
            past=build.training_session(
                db, kakki, day=date(2026, 2, 10), subject=Subject.SCIENCE, state=SessionState.HELD
            ).id,
            hidden=build.training_session(db, hangu).id,
        )


@pytest.mark.parametrize("place", ["T/B1.", "A/KP.BANNU."])
def test_the_map_shows_what_the_scope_holds_and_nothing_else(client_as, world, place):
    browser = client_as("manager", place)
    page = browser.get("/clusters")
    assert page.status_code == 200
    assert "Kakki" in page.text
    assert "Hangu" not in page.text
    twin = browser.get("/clusters.json").json()
    assert [row["cluster_id"] for row in twin["rows"]] == [world.kakki]
    assert [cluster["cluster_id"] for cluster in twin["map_clusters"]] == [world.kakki]


@pytest.mark.parametrize("place", ["T/B1.", "A/KP.BANNU."])
def test_the_other_districts_ltrc_is_not_found_like_one_that_never_was(client_as, world, place):
    browser = client_as("manager", place)
    assert same_but_path(browser.get(paths.cluster(world.hangu)), browser.get(paths.cluster(NONEXISTENT)))
    assert browser.get(paths.cluster(world.hangu)).status_code == 404
    page = browser.get(paths.cluster(world.kakki)).text
    assert "Hangu" not in page
    assert paths.session(world.hidden) not in page


def test_the_table_and_the_picture_hold_the_same_schools(client_as, world):
    page = client_as("manager", "A/KP.BANNU.").get("/clusters.json").json()
    (row,), (drawn,) = page["rows"], page["map_clusters"]
    assert (row["schools"], row["in_band"], row["teachers"]) == (27, True, 3)
    assert len(drawn["schools"]) == 26
    assert 5 < row["longest_km"] < 8
    assert (row["last_session"], row["next_session"]) == ("2026-02-10", "2026-03-12")
    assert (page["schools"], page["boys"], page["girls"], page["unplaced"]) == (28, 28, 0, 1)
    assert [school["name"] for school in page["without_coordinates"]] == ["GPS Nowhere"]
    assert page["without_coordinates"][0]["cluster"] == "Kakki"
    assert page["area"] == "Bannu"


def test_an_ltrc_outside_the_band_is_named(client_as, world):
    assert "1 of 1 LTRCs is outside 25 to 35 schools" in client_as("manager", "A/KP.HANGU.").get("/clusters").text
    assert "All LTRCs have 25 to 35 schools." in client_as("manager", "A/KP.BANNU.").get("/clusters").text


def test_who_plans_is_led_to_the_planner_and_others_are_not(client_as, world):
    link = f'href="{paths.planner()}"'
    assert link in client_as("manager", "A/KP.BANNU.").get("/clusters").text
    assert link not in client_as("monitor", "A/KP.BANNU.").get("/clusters").text


def test_without_any_ltrc_the_page_says_what_comes_next(client_as):
    page = client_as("manager", "T/").get("/clusters").text
    assert "There is no LTRC yet." in page
    assert f'href="{paths.planner()}"' in page


def test_one_ltrc_lists_its_schools_by_their_way_the_host_first(client_as, world):
    page = client_as("manager", "T/").get(f"{paths.cluster(world.kakki)}.json").json()
    ways = [school["km"] for school in page["schools"]]
    assert page["schools"][0]["host"] is True
    assert ways[0] == 0
    assert ways[-1] is None
    assert ways[:-1] == sorted(ways[:-1])
    assert page["longest_km"] == ways[-2]
    assert page["mean_km"] == pytest.approx(sum(ways[:-1]) / 26)
    assert [dot["label"] for dot in page["map_cluster"]["schools"]] == [str(row) for row in range(1, 27)]
    assert page["schools"][0]["teachers"] == 2


def test_teachers_without_a_phone_or_who_want_no_texts_are_told_by_hand_without_a_reason(client_as, world):
    page = client_as("manager", "T/").get(f"{paths.cluster(world.kakki)}.json").json()
    reachable = {teacher["name"]: teacher["reachable"] for teacher in page["teachers"]}
    assert reachable == {"Gul Zaman": True, "Noor Bibi": False, "Shy Khan": False}
    assert "+92" not in str(page)


def test_a_trainer_stands_once_with_all_her_subjects(client_as, world):
    page = client_as("manager", "T/").get(f"{paths.cluster(world.kakki)}.json").json()
    assert page["trainers"] == [{"name": "Zakir Ullah", "since": "2025-09-01", "subjects": ["maths", "science"]}]


def test_coming_and_past_sessions_are_linked(client_as, world):
    page = client_as("manager", "T/").get(f"{paths.cluster(world.kakki)}.json").json()
    assert [row["session_id"] for row in page["coming"]] == [world.coming]
    assert [(row["session_id"], row["state"]) for row in page["past"]] == [(world.past, "held")]
    html = client_as("manager", "T/").get(paths.cluster(world.kakki)).text
    assert paths.session(world.coming) in html


def test_a_school_of_unknown_gender_is_shown_as_such(client_as, house):
    with house.unit() as db:
        cluster = build.cluster(db, 2, gender=SchoolGender.GIRLS)
        build.schools_of(db, cluster)[1].gender = None
    page = client_as("manager", "T/").get(paths.cluster(cluster.id))
    assert page.status_code == 200
    counted = client_as("manager", "T/").get("/clusters.json").json()
    assert (counted["girls"], counted["boys"], counted["mixed"]) == (1, 0, 0)


def test_a_closed_ltrc_is_gone(client_as, house, world):
    with house.unit() as db:
        place_at(db, "T/B1.C01.L1.").closed_on = house.clock(None).date() - timedelta(days=1)
    browser = client_as("manager", "T/")
    assert browser.get(paths.cluster(world.kakki)).status_code == 404
    assert "Kakki" not in browser.get("/clusters").text


def test_a_scope_too_wide_for_one_page_is_shown_block_by_block(client_as, house, monkeypatch):
    monkeypatch.setattr("cop.web.pages.clusters.AT_ONCE", 2)
    with house.unit() as db:
        for block, names in (("B1.", ("Kakki", "Domel")), ("B2.", ("Hangu Khas",))):
            for name in names:
                build.cluster(db, 2, in_circle=place_at(db, f"T/{block}C01."), name=name)
    browser = client_as("manager", "T/")
    first, second = browser.get("/clusters").text, browser.get("/clusters?block=B2").text
    assert "Kakki" in first
    assert "Domel" in first
    assert "Hangu Khas" not in first
    assert 'href="/clusters?block=B2"' in first
    assert "Hangu Khas" in second
    assert "Kakki" not in second
    assert browser.get("/clusters?block=B9").status_code == 404
    assert client_as("manager", "T/B1.").get("/clusters.json").json()["parts"] == []
