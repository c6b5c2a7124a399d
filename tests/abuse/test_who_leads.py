"""Who leads a training session outside her own places moves and calls it off; the page offers what the act allows."""

import pytest

from clusters.people.models import Person
from clusters.training.models import SessionTrainer, TrainingSession
from clusters.training.rules import SessionState
from cop.web.views import paths
from tests import build
from tests.abuse.test_routes import MOVE
from tests.browsing import place_at


@pytest.fixture
def session_id(house):
    """A training session of block 2 that nobody leads yet."""
    with house.unit() as db:
        there = build.cluster(db, 3, in_circle=place_at(db, "T/B2.C01."), name="Hangu Khas", admin_path="KP.HANGU.")
        invited = [build.teacher(db, school) for school in build.schools_of(db, there)]
        return build.training_session(db, there, invited=invited).id


def led_by(house, person_id, session_id):
    with house.unit() as db:
        db.add(SessionTrainer(session_id=session_id, person_id=db.get_one(Person, person_id).id))


def standing(house, session_id):
    with house.unit() as db:
        row = db.get_one(TrainingSession, session_id)
        return row.state, row.revision


@pytest.mark.parametrize(("act", "form"), [("move", MOVE), ("call-off", {"reason": "snow"})])
def test_what_the_page_offers_to_who_leads_is_what_she_may_do(client_as, house, session_id, act, form):
    her = client_as("trainer", "T/B1.C01.")
    led_by(house, her.person_id, session_id)
    page = her.get(paths.session(session_id))
    assert paths.session_act(session_id, act) in page.text
    answer = her.submit(paths.session_act(session_id, act), **form)
    assert answer.status_code == 303
    assert standing(house, session_id)[1] == 2


@pytest.mark.parametrize(("act", "form"), [("move", MOVE), ("call-off", {"reason": "snow"})])
@pytest.mark.parametrize("role", ["trainer", "manager", "monitor", "clerk"])
def test_who_does_not_lead_it_finds_neither_page_nor_act(client_as, house, session_id, role, act, form):
    her = client_as(role, "T/B1.C01.")
    assert her.get(paths.session(session_id)).status_code == 404
    assert her.submit(paths.session_act(session_id, act), **form).status_code == 404
    assert standing(house, session_id) == (SessionState.PLANNED, 1)


@pytest.mark.parametrize(("act", "form"), [("move", MOVE), ("call-off", {"reason": "snow"})])
@pytest.mark.parametrize("role", ["monitor", "clerk"])
def test_who_sees_it_without_leading_is_offered_nothing_and_may_do_nothing(
    client_as, house, session_id, role, act, form
):
    her = client_as(role, "T/B2.")
    page = her.get(paths.session(session_id))
    assert page.status_code == 200
    assert paths.session_act(session_id, act) not in page.text
    assert her.submit(paths.session_act(session_id, act), **form).status_code == 403
    assert standing(house, session_id) == (SessionState.PLANNED, 1)
