"""The list of a session on its page: places and who waits, apologies, walk-ins and whom they turn out to be."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from clusters.scope import Scope
from clusters.training import queries
from clusters.training.rules import Mark, Seat
from cop.web.views import paths
from tests import build
from tests.browsing import place_at

EVERYWHERE = Scope.everywhere()


@pytest.fixture
def world(house):
    with house.unit() as db:
        ours = build.cluster(db, 6, in_circle=place_at(db, "T/B1.C01."), name="Kakki", admin_path="KP.BANNU.")
        theirs = build.cluster(db, 2, in_circle=place_at(db, "T/B2.C01."), name="Hangu Khas", admin_path="KP.HANGU.")
        trainer = build.trainer(db, place_at(db, "T/B1.C01."), "Zakir")
        teachers = [build.teacher(db, school, f"Gul {n}") for n, school in enumerate(build.schools_of(db, ours), 1)]
        hidden = build.teacher(db, build.schools_of(db, theirs)[0], "Gul Hidden")
        session = build.training_session(db, ours, led_by=[trainer], invited=teachers[:3])
        session.capacity = 3
        return SimpleNamespace(session=session, teachers=teachers, hidden=hidden, ours=ours)


def submit(browser, world, deed, **fields):
    return browser.submit(paths.session_act(world.session.id, deed), **fields)


def rows(house, world):
    with house.unit() as db:
        return {row.name: row for row in queries.roster(db, EVERYWHERE, world.session.id)}


def test_a_search_finds_the_circle_and_adding_to_a_full_session_makes_her_wait(client_as, house, world):
    clerk = client_as("clerk", "A/KP.BANNU.")
    found = clerk.get(f"{paths.session_list(world.session.id)}?q=gul").text
    assert "Gul 4" in found
    assert "Gul Hidden" not in found
    page = clerk.follow(submit(clerk, world, "add", person=world.teachers[3].id)).text
    assert "It is full: she waits, 0 before her." in page
    assert "Gul 4" not in rows(house, world)
    assert submit(clerk, world, "add", person=world.hidden.id).status_code == 404


def test_an_apology_by_phone_is_written_down_and_frees_the_place(client_as, house, world):
    clerk = client_as("clerk", "A/KP.BANNU.")
    submit(clerk, world, "add", person=world.teachers[3].id)
    said = submit(clerk, world, "answer", person=world.teachers[0].id, answer="no", reason="shaadi hai")
    page = clerk.follow(said).text
    assert "shaadi hai" in page
    assert (rows(house, world)["Gul 4"].row, rows(house, world)["Gul 4"].seat) == (4, Seat.WAITED)
    assert "apology" in clerk.get(paths.session(world.session.id)).text
    back = clerk.follow(submit(clerk, world, "answer", person=world.teachers[0].id, answer="yes")).text
    assert "No place is left, so she waits for one." in back


def test_a_larger_room_seats_who_waits_and_a_smaller_than_seated_is_refused(client_as, house, world):
    clerk = client_as("clerk", "A/KP.BANNU.")
    submit(clerk, world, "add", person=world.teachers[3].id)
    assert submit(clerk, world, "capacity", capacity=4).status_code == 303
    assert "Gul 4" in rows(house, world)
    refused = submit(clerk, world, "capacity", capacity=2)
    assert refused.status_code == 422
    assert "The room must hold 4 or more" in refused.text


def test_who_leaves_the_wait_list_is_gone_from_it(client_as, house, world):
    clerk = client_as("clerk", "A/KP.BANNU.")
    submit(clerk, world, "add", person=world.teachers[3].id)
    page = clerk.follow(submit(clerk, world, "leave", person=world.teachers[3].id)).text
    assert "Nobody waits." in page


def test_walk_ins_of_the_attendance_form_wait_for_a_match_and_are_matched_and_undone(client_as, house, world, clock):
    clock.at = world.session.ends_at
    clerk = client_as("clerk", "A/KP.BANNU.")
    submit(clerk, world, "attendance", all="here", guests="gul 5\r\nSomebody New, GPS Far, 0345-7654321")
    page = clerk.get(paths.session_list(world.session.id)).text
    assert "Who is that? 2 are open" in page
    assert f'name="person" value="{world.teachers[4].id}"' in page
    with house.unit() as db:
        first, second = (each.id for each in queries.walk_ins(db, EVERYWHERE, world.session.id))
    submit(clerk, world, "match", walk_in=first, person=world.teachers[4].id)
    row = rows(house, world)["Gul 5"]
    assert (row.row, row.seat, row.mark) == (4, Seat.WALK_IN, Mark.HERE)
    assert "walk-in" in clerk.get(paths.session(world.session.id)).text
    submit(clerk, world, "unmatch", walk_in=first)
    assert "Gul 5" not in rows(house, world)
    with house.unit() as db:
        home = build.schools_of(db, world.ours)[5].id
    submit(clerk, world, "match", walk_in=second, school=home)
    assert rows(house, world)["Somebody New"].row == 5
    assert rows(house, world)["Somebody New"].has_phone
    submit(clerk, world, "strike-off", walk_in=first)
    assert "gul 5" not in clerk.get(paths.session_list(world.session.id)).text


def test_a_walk_in_found_after_the_window_still_counts(client_as, house, world, clock):
    clock.at = world.session.ends_at
    submit(client_as("clerk", "A/KP.BANNU."), world, "attendance", all="here", guests="Gul 5")
    clock.at = world.session.ends_at + timedelta(days=9)
    with house.unit() as db:
        [each] = queries.walk_ins(db, EVERYWHERE, world.session.id)
    submit(client_as("clerk", "A/KP.BANNU."), world, "match", walk_in=each.id, person=world.teachers[4].id)
    with house.unit() as db:
        assert queries.training_session(db, EVERYWHERE, world.session.id).came == 4


def test_a_walk_in_of_another_session_is_not_matched_here(client_as, house, world, clock):
    clock.at = world.session.ends_at
    clerk = client_as("clerk", "A/KP.BANNU.")
    submit(clerk, world, "walk-ins", names="Gul 5")
    with house.unit() as db:
        [each] = queries.walk_ins(db, EVERYWHERE, world.session.id)
        other = build.training_session(db, world.ours, invited=world.teachers[:1])
    refused = clerk.submit(paths.session_act(other.id, "match"), walk_in=each.id, person=world.teachers[4].id)
    assert refused.status_code == 404


def test_a_monitor_sees_the_list_without_its_forms_and_a_stranger_nothing(client_as, world):
    page = client_as("monitor", "A/KP.BANNU.").get(paths.session_list(world.session.id))
    assert page.status_code == 200
    assert 'method="post" action="/sessions' not in page.text
    assert client_as("clerk", "A/KP.HANGU.").get(paths.session_list(world.session.id)).status_code == 404
