"""Beside a draft: the LTRCs of before as they are, plans on the way that become drafts, other numbers of LTRCs."""

import pytest
from sqlalchemy import select, update

from clusters.scope import Scope
from clusters.structure.actions import accept_draft, found_programme
from clusters.structure.models import ClusterDraft, School
from clusters.structure.proofs import proof_of
from clusters.structure.queries import draft as draft_of
from cop.compute.clusters import Wish, plan_stored
from cop.web.views import paths
from tests import build

ALL = Scope.everywhere()


def schools(house, official):
    """Ninety schools on a grid; the official list puts them in three LTRCs of long ways, one too large."""
    with house.unit() as db:
        found_programme(db, ALL, "Teachers of Pakhtunkhwa", languages=("en", "ur"))
        for number in range(90):
            made = build.school(
                db,
                name=f"GPS Bannu {number}",
                admin_path="KP.BANNU.",
                at=(32.6 + 0.02 * (number // 10), 70.4 + 0.02 * (number % 10)),
            )
            if official:
                made.official_cluster = ("Domel", "Kakki", "Baran")[number % 10 // 4]
                made.official_host = "yes" if number in (45, 49, 41) else ""


@pytest.fixture
def planned(house):
    schools(house, official=True)
    return plan_stored(house.unit, Wish(engine="default"))


def data(browser, path):
    name, _, query = path.partition("?")
    return browser.get(f"{name}.json?{query}").json()


def choices(draft_id):
    return paths.planner("clusters", draft_id, "choices")


def test_the_official_ltrcs_are_measured_and_led_to_the_shortest_ways(planned, client_as, house):
    browser = client_as("manager", "A/KP.BANNU.")
    shown = data(browser, choices(planned.draft_id))
    before = shown["before"]
    assert (before["official"], before["clusters"], before["schools"]) == (True, 3, 90)
    assert (before["smallest"], before["largest"]) == (18, 36)
    assert before["broken_total"] == 3
    assert "LTRC Baran has 18 schools, not 25 to 35." in before["broken"]
    ways = [step["mean_km"] for step in shown["steps"]]
    assert ways == sorted(ways, reverse=True)
    assert [step["changed"] for step in shown["steps"]] == sorted({step["changed"] for step in shown["steps"]})
    assert shown["steps"][-1]["saved_km"] == pytest.approx(before["mean_km"] - ways[-1], abs=0.002)
    assert ways[-1] >= shown["lower_km"]
    page = browser.get(choices(planned.draft_id)).text
    assert "From the official LTRCs to the shortest ways, step by step." in page
    assert page.count("Make this a draft") == len(ways)


def test_a_plan_on_the_way_becomes_a_draft_of_its_own_that_can_be_accepted(planned, client_as, house):
    browser = client_as("manager", "A/KP.BANNU.")
    step = data(browser, choices(planned.draft_id))["steps"][0]
    answer = browser.submit(choices(planned.draft_id), step="1")
    assert answer.status_code == 303
    assert "It is a draft of its own now." in browser.follow(answer).text
    made = int(answer.headers["location"].rsplit("/", 1)[1])
    assert made != planned.draft_id
    with house.unit() as db:
        new, old = draft_of(db, ALL, made), draft_of(db, ALL, planned.draft_id)
        assert len(new.schools) == len(old.schools) == 90
        assert new.summary["km"]["mean"] == pytest.approx(step["mean_km"], abs=0.002)
        assert new.summary["gap_percent"] >= old.summary["gap_percent"]
        proof = proof_of(db, ALL, made)
        assert proof is not None
        assert proof.prices == proof_of(db, ALL, planned.draft_id).prices
        assert accept_draft(db, ALL, made).clusters == 3
        assert draft_of(db, ALL, made).summary["bound_confirmed"] is True
    assert data(browser, paths.planner("clusters", planned.draft_id))["draft"]["name"] == old.name


def test_numbers_of_ltrcs_stand_side_by_side_and_the_drafts_own_is_marked(planned, client_as):
    shown = data(client_as("manager", "A/KP.BANNU."), choices(planned.draft_id))["sizes"]
    assert [row["clusters"] for row in shown] == [3]
    assert [row["here"] for row in shown] == [True]
    assert all(25 <= row["smallest"] <= row["largest"] <= 35 for row in shown)


def test_once_ltrcs_stand_the_way_begins_at_them(planned, client_as, house):
    with house.unit() as db:
        accept_draft(db, ALL, planned.draft_id)
        db.execute(update(School).where(School.name == "GPS Bannu 0").values(lat=32.61))
    again = plan_stored(house.unit, Wish(engine="default", seed=5))
    browser = client_as("manager", "A/KP.BANNU.")
    shown = data(browser, choices(again.draft_id))
    assert shown["before"]["official"] is False
    assert shown["before"]["broken_total"] == 0
    assert shown["steps"][0]["changed"] == 0
    assert "Today's LTRCs as they are" in browser.get(choices(again.draft_id)).text


def test_without_ltrcs_of_before_the_page_says_where_they_could_come_from(house, client_as):
    schools(house, official=False)
    planned = plan_stored(house.unit, Wish(engine="default"))
    page = client_as("manager", "A/KP.BANNU.").get(choices(planned.draft_id)).text
    assert "No LTRC stands yet, and no list names official ones." in page
    assert paths.IMPORTS in page


def test_a_plan_that_is_not_there_makes_no_draft(planned, client_as, house):
    browser = client_as("manager", "A/KP.BANNU.")
    for number in ("0", "99"):
        assert browser.submit(choices(planned.draft_id), step=number).status_code == 404
    assert client_as("manager", "A/KP.HANGU.").submit(choices(planned.draft_id), step="1").status_code == 404
    with house.unit() as db:
        assert len(db.scalars(select(ClusterDraft)).all()) == 1
