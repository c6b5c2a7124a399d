"""A draft of LTRCs changed by hand: each effect shown before, done by a button, undone until one builds on it."""

import pytest
from sqlalchemy import select

from clusters.scope import Scope
from clusters.structure.actions import accept_draft, found_programme, save_draft
from clusters.structure.checker import SENTENCES
from clusters.structure.formation import form
from clusters.structure.models import ClusterDraft
from clusters.structure.queries import draft as draft_of
from clusters.structure.queries import schools_to_plan
from cop.web import plan_words
from cop.web.views import paths
from tests import build
from tests.browsing import hidden_fields

ALL = Scope.everywhere()
RULES = {"min": 25, "max": 35, "circle_min": 3, "circle_max": 4, "strata": [], "seed": 1, "waive": None}


@pytest.fixture
def draft_id(house):
    """Ninety schools on a grid, planned as three LTRCs with their proof."""
    with house.unit() as db:
        found_programme(db, ALL, "Teachers of Pakhtunkhwa", languages=("en", "ur"))
        for number in range(90):
            build.school(
                db,
                name=f"GPS Bannu {number}",
                admin_path="KP.BANNU.",
                at=(32.6 + 0.02 * (number // 10), 70.4 + 0.02 * (number % 10)),
            )
        formation = form([school.site() for school in schools_to_plan(db, ALL)], steps=30)
        return save_draft(db, ALL, "April", formation, RULES)


@pytest.fixture
def browser(client_as):
    return client_as("manager", "A/KP.BANNU.")


def stored(house, draft_id):
    with house.unit() as db:
        return draft_of(db, ALL, draft_id)


def data(browser, path):
    name, _, query = path.partition("?")
    return browser.get(f"{name}.json?{query}").json()


def a_member(house, draft_id):
    """A school that hosts nothing."""
    return next(school for school in stored(house, draft_id).schools if not school.host)


def offers_for(browser, draft_id, school):
    return data(browser, paths.move_school(draft_id, school.id))["offers"]


def move(browser, draft_id, school, offer):
    return browser.submit(paths.move_school(draft_id), school=str(school.id), to=offer["at"], was=school.cluster_name)


def test_the_effect_that_is_shown_is_the_effect_that_comes(browser, draft_id, house):
    school = a_member(house, draft_id)
    first = offers_for(browser, draft_id, school)[0]
    before = stored(house, draft_id)
    assert first["here"]["before"] - first["here"]["after"] == first["there"]["after"] - first["there"]["before"] == 1
    answer = move(browser, draft_id, school, first)
    assert answer.status_code == 303
    page = browser.follow(answer).text
    assert "Moved in the draft." in page
    assert "Undo" in page
    after = stored(house, draft_id)
    there = next(each for each in after.schools if each.id == school.id)
    assert there.cluster_name == first["at"]
    assert there.km == pytest.approx(first["km"]["after"])
    assert after.summary["km"]["mean"] == pytest.approx(first["mean"]["after"], abs=0.001)
    assert before.summary["gap_percent"] is not None
    assert after.summary["gap_percent"] == pytest.approx(first["gap"]["after"], abs=0.02)
    assert sum(school.host for school in after.schools) == 3


def test_a_move_is_undone_right_away_or_from_the_list_and_everything_is_as_before(browser, draft_id, house):
    school = a_member(house, draft_id)
    before = stored(house, draft_id)
    shown = data(browser, paths.planner("clusters", draft_id))["draft"]["comparison"]
    page = browser.follow(move(browser, draft_id, school, offers_for(browser, draft_id, school)[0])).text
    change = data(browser, paths.planner("clusters", draft_id))["draft"]["changes"][0]
    assert change["school"] == school.name
    undo = paths.draft_change(draft_id, change["change_id"])
    assert hidden_fields(page, undo)
    assert browser.submit(undo).status_code == 303
    after = stored(house, draft_id)
    assert after.schools == before.schools
    for name in ("km", "sizes", "gap_percent", "schools_moved"):
        assert after.summary[name] == before.summary[name], name
    again = data(browser, paths.planner("clusters", draft_id))["draft"]
    assert (again["comparison"], again["changes"], again["violations"]) == (shown, [], [])
    assert browser.submit(undo).status_code == 404


def test_rules_that_a_move_breaks_are_said_before_and_stop_the_acceptance(browser, draft_id, house):
    moved = 0
    while not (offers := offers_for(browser, draft_id, school := a_member(house, draft_id)))[0]["broken"]:
        assert move(browser, draft_id, school, offers[0]).status_code == 303
        moved += 1
        assert moved < 12, "an LTRC has left its sizes without a word"
    assert "not 25 to 35" in offers[0]["broken"][0]
    assert offers[0]["gap"]["after"] is None
    page = browser.get(paths.move_school(draft_id, school.id)).text
    assert "It would break a rule:" in page
    move(browser, draft_id, school, offers[0])
    said = data(browser, paths.planner("clusters", draft_id))["draft"]
    assert said["violations"] == offers[0]["broken"]
    assert said["longer_at_most"] is None
    last = next(school for school in reversed(stored(house, draft_id).schools) if not school.host)
    unmended = [offer for offer in offers_for(browser, draft_id, last) if not offer["mended"]]
    assert [offer["gap"]["after"] for offer in unmended] == [None] * len(unmended), (
        "a broken plan is compared with none"
    )
    answer = browser.submit(paths.planner("clusters", draft_id, "accept"), from_date="2026-03-02")
    assert answer.status_code == 409
    assert "not 25 to 35" in answer.text


def test_a_host_stays_until_another_one_is_chosen(browser, draft_id, house):
    host = next(school for school in stored(house, draft_id).schools if school.host)
    page = browser.get(paths.move_school(draft_id, host.id)).text
    assert "A host stays in its LTRC." in page
    elsewhere = next(s for s in stored(house, draft_id).schools if s.key != host.key).cluster_name
    answer = browser.submit(paths.move_school(draft_id), school=str(host.id), to=elsewhere)
    assert answer.status_code == 409
    offer = data(browser, paths.ltrcs(draft_id, at=host.cluster_name))["hosts"][0]
    answer = browser.submit(
        paths.planner("clusters", draft_id, "host"),
        school=str(offer["school_id"]),
        at=host.cluster_name,
        was=str(host.id),
    )
    assert answer.status_code == 303
    now = {school.id: school for school in stored(house, draft_id).schools}
    assert now[offer["school_id"]].host
    assert not now[host.id].host
    members = [school.km for school in now.values() if school.key == host.key]
    assert sum(members) / len(members) == pytest.approx(offer["km"]["after"])
    assert "A host stays" not in browser.get(paths.move_school(draft_id, host.id)).text


def test_a_change_that_a_later_one_builds_on_is_not_undone_before_it(browser, draft_id, house):
    school = a_member(house, draft_id)
    browser.follow(move(browser, draft_id, school, offers_for(browser, draft_id, school)[0]))
    first = data(browser, paths.planner("clusters", draft_id))["draft"]["changes"][0]["change_id"]
    now = next(each for each in stored(house, draft_id).schools if each.id == school.id)
    browser.submit(paths.planner("clusters", draft_id, "host"), school=str(now.id), at=now.cluster_name)
    answer = browser.submit(paths.planner("clusters", draft_id, "undo"), change=str(first))
    assert answer.status_code == 409
    assert "a later one builds on it" in answer.text
    latest = data(browser, paths.planner("clusters", draft_id))["draft"]["changes"][0]
    assert latest["hosts"]
    for change in (latest["change_id"], first):
        assert browser.submit(paths.planner("clusters", draft_id, "undo"), change=str(change)).status_code == 303
    assert next(each for each in stored(house, draft_id).schools if each.id == school.id) == school


def test_who_looked_before_somebody_else_moved_it_moves_nothing(browser, draft_id, house):
    school = a_member(house, draft_id)
    offers = offers_for(browser, draft_id, school)
    move(browser, draft_id, school, offers[0])
    answer = move(browser, draft_id, school, offers[1])
    assert answer.status_code == 409
    assert "Somebody changed the draft meanwhile" in answer.text
    now = next(each for each in stored(house, draft_id).schools if each.id == school.id)
    assert now.cluster_name == offers[0]["at"]


def test_a_school_is_found_by_a_part_of_its_name_and_by_its_code(browser, draft_id, house):
    school = a_member(house, draft_id)
    for asked in (school.name.upper().removeprefix("GPS "), school.code):
        found = data(browser, paths.ltrcs(draft_id, q=asked))["found"]
        assert school.id in {each["school_id"] for each in found}
    page = browser.get(paths.ltrcs(draft_id)).text
    assert page.count("B1.C01") >= 3
    assert "No school of this draft is called so." in browser.get(paths.ltrcs(draft_id, q="Peshawar")).text


def test_nobody_changes_a_draft_that_waits_or_of_another_district(browser, draft_id, house, client_as):
    school = a_member(house, draft_id)
    offer = offers_for(browser, draft_id, school)[0]
    other = client_as("manager", "A/KP.HANGU.")
    for path in (paths.ltrcs(draft_id), paths.move_school(draft_id, school.id)):
        assert other.get(path).status_code == 404
    assert move(other, draft_id, school, offer).status_code == 404
    with house.unit() as db:
        accept_draft(db, ALL, draft_id, db.scalar(select(ClusterDraft.made_at)).date().replace(month=12))
    assert move(browser, draft_id, school, offer).status_code == 409
    assert "Take it back to change it." in browser.get(paths.move_school(draft_id, school.id)).text
    assert next(each for each in stored(house, draft_id).schools if each.id == school.id) == school


def test_pages_can_say_every_rule_that_the_checker_finds():
    assert plan_words.SENTENCES.keys() == SENTENCES.keys()
