"""The planner's drafts of LTRCs: compared with today, accepted from a day, taken back, discarded."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from clusters.kernel.clock import day_of
from clusters.scope import Scope
from clusters.structure.actions import accept_draft, apply_due_drafts, found_programme, save_draft
from clusters.structure.formation import form
from clusters.structure.models import ClusterDraft, Place, School
from clusters.structure.queries import clusters, schools_to_plan, standing
from clusters.structure.queries import draft as draft_of
from clusters.structure.queries import drafts as drafts_of
from clusters.structure.succession import moved_by, succeed
from cop.web.views import paths
from messaging.reminders.touching import touched_by
from tests import build
from tests.browsing import hidden_fields, same_but_path
from tests.cop.web.test_statements import statements_of, text_all

ALL = Scope.everywhere()
RULES = {"min": 25, "max": 35, "circle_min": 3, "circle_max": 4, "strata": [], "seed": 1, "waive": None}
NONEXISTENT = 999_999


def schools_in(db, district, south, count=60):
    for number in range(count):
        build.school(
            db,
            name=f"GPS {district} {number}",
            admin_path=f"KP.{district}.",
            at=(south + 0.02 * (number // 10), 70.4 + 0.02 * (number % 10)),
        )


def drafted(db, district, name, seed=1, codes=None):
    chosen = [school for school in schools_to_plan(db, ALL, codes=codes) if school.admin_path == f"KP.{district}."]
    formation = form([school.site() for school in chosen], seed=seed, steps=0)
    return save_draft(db, ALL, name, formation, RULES | {"seed": seed})


@pytest.fixture
def drafts(house):
    """Two districts of sixty schools, a draft for each."""
    with house.unit() as db:
        found_programme(db, ALL, "Teachers of Pakhtunkhwa", languages=("en", "ur"))
        schools_in(db, "BANNU", 32.6)
        schools_in(db, "HANGU", 33.6)
        return drafted(db, "BANNU", "Bannu in April"), drafted(db, "HANGU", "Hangu in April")


def page_of(draft_id):
    return paths.planner("clusters", draft_id)


def states(house):
    with house.unit() as db:
        return dict(db.execute(select(ClusterDraft.id, ClusterDraft.state)).all())


def test_a_manager_sees_the_drafts_of_her_district_and_nothing_of_another(client_as, drafts):
    bannu, hangu = drafts
    browser = client_as("manager", "A/KP.BANNU.")
    for path in (paths.PLANNER, paths.planner()):
        page = browser.get(path)
        assert page.status_code == 200
        assert "Bannu in April" in page.text
        assert "Hangu" not in page.text
    assert "Hangu" not in browser.get(page_of(bannu)).text
    assert same_but_path(browser.get(page_of(hangu)), browser.get(page_of(NONEXISTENT)))
    for act in ("accept", "discard", "take-back"):
        answer = browser.submit(
            paths.planner("clusters", hangu, act), **({"from_date": "2026-03-02"} if act == "accept" else {})
        )
        assert answer.status_code == 404


@pytest.mark.parametrize("role", ["monitor", "trainer", "clerk"])
def test_who_does_not_plan_finds_no_planner(client_as, drafts, role):
    browser = client_as(role, "A/KP.BANNU.")
    assert browser.get(paths.PLANNER).status_code == 404
    assert browser.get(page_of(drafts[0])).status_code == 404
    assert browser.submit(paths.planner("clusters", drafts[0], "accept"), from_date="2026-03-02").status_code == 404


def test_a_first_draft_shows_its_figures_and_map_without_a_comparison(client_as, drafts):
    browser = client_as("manager", "A/KP.BANNU.")
    shown = browser.get(f"{page_of(drafts[0])}.json").json()["draft"]
    assert (shown["schools"], shown["clusters"], shown["circles"], shown["first_plan"]) == (60, 2, 1, True)
    assert shown["comparison"]["clusters"] == {"today": None, "draft": 2}
    assert sum(len(cluster["schools"]) for cluster in shown["map_clusters"]) == 60
    assert len(shown["long_ways"]) == 2
    assert shown["long_ways"][0]["draft_km"] == shown["comparison"]["longest_km"]["draft"]
    assert shown["moves"] == []
    page = browser.get(page_of(drafts[0])).text
    assert "Every school gets its LTRC from that day." in page


def test_accepting_today_puts_the_ltrcs_in_place(client_as, drafts, house):
    browser = client_as("manager", "A/KP.BANNU.")
    form_ = hidden_fields(browser.get(page_of(drafts[0])).text, paths.planner("clusters", drafts[0], "accept"))
    assert set(form_) == {"_csrf_token", "once"}
    answer = browser.submit(paths.planner("clusters", drafts[0], "accept"), from_date="2026-03-02")
    assert answer.status_code == 303
    assert "2 LTRCs are in place." in browser.follow(answer).text
    with house.unit() as db:
        assert len(clusters(db, ALL)) == 2
        assert db.scalar(select(func.count()).where(School.training_path.is_not(None))) == 60
    assert browser.get(page_of(drafts[0])).headers["location"] == paths.CLUSTERS


def test_accepting_for_a_later_day_can_be_taken_back_until_then(client_as, drafts, house):
    browser = client_as("manager", "A/KP.BANNU.")
    answer = browser.submit(paths.planner("clusters", drafts[0], "accept"), from_date="2026-04-01")
    page = browser.follow(answer).text
    assert "Until then nothing changes." in page
    assert states(house)[drafts[0]] == "waiting"
    assert paths.planner("clusters", drafts[0], "accept") not in page
    assert "accepted from" in browser.get(paths.PLANNER).text
    browser.submit(paths.planner("clusters", drafts[0], "take-back"))
    assert states(house)[drafts[0]] == "draft"


@pytest.mark.parametrize("day", ["2026-03-01", "2020-01-01"])
def test_a_day_that_is_over_is_refused_beside_the_field(client_as, drafts, house, day):
    browser = client_as("manager", "A/KP.BANNU.")
    answer = browser.submit(paths.planner("clusters", drafts[0], "accept"), from_date=day)
    assert answer.status_code == 422
    assert "a day that is over" in answer.text
    assert states(house)[drafts[0]] == "draft"


def test_what_changed_meanwhile_is_refused_in_words(client_as, drafts, house):
    with house.unit() as db:
        db.execute(update(School).where(School.name == "GPS BANNU 7").values(lat=36.0))
    answer = client_as("manager", "A/KP.BANNU.").submit(
        paths.planner("clusters", drafts[0], "accept"), from_date="2026-03-02"
    )
    assert answer.status_code == 409
    assert "km from its host" in answer.text
    assert states(house)[drafts[0]] == "draft"


def test_a_discarded_draft_is_gone(client_as, drafts):
    browser = client_as("manager", "A/KP.BANNU.")
    answer = browser.submit(paths.planner("clusters", drafts[0], "discard"))
    assert "Bannu in April" not in browser.follow(answer).text
    assert browser.get(page_of(drafts[0])).status_code == 404


def test_a_second_draft_is_compared_with_today_school_by_school(client_as, drafts, house):
    with house.unit() as db:
        accept_draft(db, ALL, drafts[0])
        rows = clusters(db, ALL)
        schools_in(db, "BANNU", 32.9, 30)
        second = drafted(db, "BANNU", "Bannu in May", seed=4)
    shown = client_as("manager", "A/KP.BANNU.").get(f"{page_of(second)}.json").json()["draft"]
    compared = shown["comparison"]
    assert shown["first_plan"] is False
    assert compared["clusters"] == {"today": 2, "draft": 3}
    assert compared["schools_moved"] == len(shown["moves"]) > 0
    names = {row.name for row in rows}
    assert {move["old"] for move in shown["moves"]} <= names
    moved = [dot for cluster in shown["map_clusters"] for dot in cluster["schools"] if dot["moved"]]
    assert len(moved) == compared["schools_moved"]
    assert all(dot["from_lat"] is not None for dot in moved)
    page = client_as("manager", "A/KP.BANNU.").get(page_of(second)).text
    assert "Compared with today" in page
    rows = client_as("manager", "A/KP.BANNU.").get(f"{paths.PLANNER}.json").json()["drafts"]
    newest = next(row for row in rows if row["draft_id"] == second)
    assert (newest["clusters"], newest["moved"]) == (3, compared["schools_moved"])
    assert newest["mean_km"] == pytest.approx(compared["mean_km"]["draft"], abs=0.01)
    assert newest["made_by"] == "the command line"
    with house.unit() as db:
        assert accept_draft(db, ALL, second).moved == compared["schools_moved"]


def test_a_draft_that_was_stopped_on_its_day_says_why(client_as, drafts, house, clock):
    with house.unit() as db:
        accept_draft(db, ALL, drafts[0], date(2026, 3, 4))
        db.execute(update(School).where(School.name == "GPS BANNU 7").values(lat=36.0))
    clock.advance(days=3)
    with house.unit() as db:
        assert apply_due_drafts(db, ALL)["blocked"] == 1
    page = client_as("manager", "A/KP.BANNU.").get(page_of(drafts[0])).text
    assert "When its day came it no longer fitted." in page
    assert "km from its host" in page


def test_exceptions_are_shown_with_their_reason(client_as, house):
    with house.unit() as db:
        schools_in(db, "BANNU", 32.6, 40)
        formation = form([school.site() for school in schools_to_plan(db, ALL)], waive="two valleys", steps=0)
        draft_id = save_draft(db, ALL, "Valleys", formation, RULES | {"waive": "two valleys"})
    page = client_as("manager", "A/KP.BANNU.").get(page_of(draft_id)).text
    assert "Rules that the draft breaks" in page
    assert "two valleys" in page


def test_without_a_draft_the_page_says_how_one_is_made(client_as):
    assert "A plan that you ask for becomes a draft" in client_as("manager", "T/").get(paths.PLANNER).text


def test_a_draft_waits_from_the_day_after_at_the_latest_tomorrow(client_as, drafts, house, clock):
    day = house.clock(None).date() + timedelta(days=1)
    browser = client_as("manager", "A/KP.BANNU.")
    browser.submit(paths.planner("clusters", drafts[0], "accept"), from_date=day.isoformat())
    assert states(house)[drafts[0]] == "waiting"


@pytest.fixture
def second(house, drafts):
    """The first draft of Bannu is in place; thirty schools came, and a draft of all ninety lies beside it."""
    with house.unit() as db:
        accept_draft(db, ALL, drafts[0])
        schools_in(db, "BANNU", 32.9, 30)
        return drafted(db, "BANNU", "Bannu in May", seed=4)


def test_a_draft_is_compared_with_today_school_by_school_with_a_map_of_each_side(client_as, second, house):
    browser = client_as("manager", "A/KP.BANNU.")
    shown = browser.get(paths.compare(second).replace("?", ".json?")).json()
    with house.unit() as db:
        moved = next(row for row in drafts_of(db, ALL) if row.id == second).summary["schools_moved"]
    new = [row for row in shown["rows"] if row["before"] is None]
    assert len(new) == 30
    assert shown["differ"] == len(shown["rows"]) == 30 + moved
    assert shown["comparison"]["clusters"] == {"today": 2, "draft": 3}
    assert all(row["before"] != row["after"] for row in shown["rows"])
    assert [row["code"] for row in shown["rows"]] == sorted(row["code"] for row in shown["rows"])
    for side, expected in (("before", 60), ("after", 90)):
        answer = browser.get(paths.compare(second, side=side).replace("?", ".json?")).json()
        assert sum(len(cluster["schools"]) for cluster in answer["picture"]["clusters"]) == expected
        assert answer["rows"] == []
        assert "<svg" in browser.get(paths.compare(second, side=side)).text
    page = browser.get(paths.compare(second)).text
    assert "Every school that differs" in page
    assert "Nobody else sees this." in page


def test_a_draft_is_compared_with_another_draft_a_page_at_a_time(client_as, second, house, monkeypatch):
    with house.unit() as db:
        other = drafted(db, "BANNU", "Bannu in June", seed=4, codes=codes_at(db, below=32.8))
    browser = client_as("manager", "A/KP.BANNU.")
    whole = browser.get(paths.compare(second, other).replace("?", ".json?")).json()
    assert whole["other"] == "Bannu in June"
    assert whole["comparison"]["clusters"]["today"] == 2
    assert whole["differ"] == len(whole["rows"]) > 2
    monkeypatch.setattr("cop.web.pages.side_by_side.ROWS", 2)
    first = browser.get(paths.compare(second, other).replace("?", ".json?")).json()
    assert first["rows"] == whole["rows"][:2]
    following = browser.get(first["more"].replace("?", ".json?")).json()
    assert following["rows"] == whole["rows"][2:4]
    with statements_of(house.engine) as of_a_page:
        browser.get(paths.compare(second, other).replace("?", ".json?"))
    with statements_of(house.engine) as of_a_file:
        file = browser.get(paths.compare(second, other).replace("?", ".csv?"))
    assert len(file.text.splitlines()) == 1 + whole["differ"]
    assert len(of_a_file) == len(of_a_page), "both drafts are read once for a whole file"
    same = browser.get(paths.compare(second, second).replace("?", ".json?")).json()
    assert (same["differ"], same["rows"]) == (0, [])


def codes_at(db, below):
    return list(db.scalars(select(School.code).where(School.admin_path == "KP.BANNU.", School.lat < below)))


def test_a_draft_of_others_is_compared_with_nothing(client_as, drafts):
    bannu, hangu = drafts
    browser = client_as("manager", "A/KP.BANNU.")
    page = browser.get(paths.compare(bannu)).text
    assert "Hangu" not in page
    for other in (hangu, NONEXISTENT, "x", "²"):
        assert browser.get(paths.compare(bannu, other)).status_code == 404
    assert same_but_path(browser.get(paths.compare(hangu)), browser.get(paths.compare(NONEXISTENT)))


def test_a_comparison_sends_few_statements(client_as, second, house):
    with house.unit() as db:
        other = drafted(db, "BANNU", "Bannu in June", seed=5)
    browser = client_as("manager", "A/KP.BANNU.")
    for path in (paths.compare(second), paths.compare(second, other), paths.compare(second, other, side="after")):
        with statements_of(house.engine) as sent:
            assert browser.get(path).status_code == 200
        assert len(sent) <= 5, sent


def test_before_accepting_the_page_says_what_it_touches(client_as, second, house):
    with house.unit() as db:
        moving = touched_by(db, draft_of(db, ALL, second))
        assert moving.schools > 0
        assert (moving.teachers, moving.sessions, moving.texts, moving.torn) == (0, 0, 0, ())
        leaving = moved_schools(db, second)
        home = min(leaving)
        build.teacher(db, school := db.get_one(School, home))
        trained = build.teacher(db, school)
        stays = db.scalars(
            select(School.id).where(School.training_path.is_not(None), School.id.not_in(leaving))
        ).first()
        here = db.scalars(select(Place).where(Place.path == school.training_path, Place.tree == "T")).one()
        coming = build.training_session(db, here, invited=[trained])
        text_all(db, coming.id, here, [trained, build.teacher(db, db.get_one(School, stays))])
        build.training_session(db, here)
    shown = client_as("manager", "A/KP.BANNU.").get(f"{page_of(second)}.json").json()["draft"]["touches"]
    assert shown["schools"] == moving.schools
    assert (shown["teachers"], shown["sessions"], shown["texts"]) == (2, 1, 1)
    page = client_as("manager", "A/KP.BANNU.").get(page_of(second)).text
    assert page.index("What accepting touches") < page.index('id="accept"')
    with house.unit() as db:
        assert accept_draft(db, ALL, second).moved == shown["schools"]


def moved_schools(db, draft_id):
    """Ids of the schools that accepting moves."""
    planned, stand = draft_of(db, ALL, draft_id).planned(), standing(db, ALL)
    return moved_by(planned, stand, succeed(planned, stand, []))


def test_a_draft_that_tears_an_ltrc_apart_says_what_hangs_on_it(client_as, drafts, house):
    with house.unit() as db:
        accept_draft(db, ALL, drafts[0])
        first, other = clusters(db, ALL)
        part = [*codes_of(db, first.path)[2:], *codes_of(db, other.path)]
        torn = drafted(db, "BANNU", "Part of Bannu", codes=part)
        place = db.get_one(Place, first.id)
        coming = build.training_session(db, place)
        build.trainer(db, place)
        ends = coming.ends_at
    browser = client_as("manager", "A/KP.BANNU.")
    shown = browser.get(f"{page_of(torn)}.json").json()["draft"]["touches"]
    (apart,) = shown["torn"]
    assert (apart["name"], apart["left"], apart["schools"]) == (first.name, 2, first.schools)
    assert sum(many for _, many in apart["into"]) == first.schools - 2
    assert (apart["sessions"], apart["last"], apart["posts"]) == (1, day_of(ends).isoformat(), 1)
    assert (shown["added"], len(shown["added_names"])) == (2, 2)
    page = browser.get(page_of(torn)).text
    assert "It would tear an LTRC apart" in page
    assert "day after the last planned session" in page
    assert paths.planner("clusters", torn, "accept") not in page
    answer = browser.submit(paths.planner("clusters", torn, "accept"), from_date="2026-03-02")
    assert answer.status_code == 409
    assert "It was not accepted" in answer.text
    assert "cop clusters plan" in answer.text
    assert states(house)[torn] == "draft"


def codes_of(db, path):
    return list(db.scalars(select(School.code).where(School.training_path == path).order_by(School.code)))


def test_a_draft_whose_schools_are_gone_says_so(client_as, drafts, house):
    with house.unit() as db:
        db.execute(delete(School).where(School.name == "GPS BANNU 7"))
    page = client_as("manager", "A/KP.BANNU.").get(page_of(drafts[0])).text
    assert "Changed since the draft was made" in page
    assert "1 of its schools is no longer there." in page


def test_a_draft_says_so_on_the_pages_it_would_change_and_to_planners_only(client_as, second, house):
    with house.unit() as db:
        row = clusters(db, ALL)[0]
    manager, trainer = client_as("manager", "A/KP.BANNU."), client_as("trainer", f"T/{row.path}")
    for path in (paths.CLUSTERS, paths.cluster(row.id)):
        page = manager.get(path).text
        assert "It would change what stands here" in page
        assert page_of(second) in page
        assert "Bannu in May" not in trainer.get(path).text
    manager.submit(paths.planner("clusters", second, "discard"))
    assert "It would change" not in manager.get(paths.cluster(row.id)).text
