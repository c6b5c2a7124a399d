"""What the page of a training session shows when an act on it was refused: what stands, not what was wished."""

from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from clusters.people.models import Person, PersonNumber
from clusters.training.actions.accepting import book
from cop.web.views import paths
from messaging.consent.actions import opt_out
from tests import build
from tests.browsing import place_at

APRIL_8, APRIL_15 = date(2026, 4, 8), date(2026, 4, 15)


@pytest.fixture
def clash(house):
    """A training session, and another a week later with the same trainer."""
    with house.unit() as db:
        ours = build.cluster(db, 4, in_circle=place_at(db, "T/B1.C01."), name="Kakki", admin_path="KP.BANNU.")
        trainer = build.trainer(db, place_at(db, "T/B1.C01."), "Zakir")
        session = build.training_session(db, ours, day=APRIL_8, led_by=[trainer])
        other = build.training_session(db, ours, day=APRIL_15, led_by=[trainer])
        book(db, {other.id: other.venue_school_id}, {other.id: [trainer.id]})
        return SimpleNamespace(session=session, school=build.schools_of(db, ours)[2])


def test_a_refused_move_leaves_the_page_at_the_day_and_the_venue_that_stand(client_as, clash):
    manager = client_as("manager", "A/KP.BANNU.")
    before = manager.get(f"{paths.session(clash.session.id)}.json").json()
    refused = manager.submit(
        paths.session_act(clash.session.id, "move"),
        day="2026-04-15", start="10:00", end="13:00", venue=str(clash.school.id),
    )  # fmt: skip
    assert refused.status_code == 422
    assert "already leads" in refused.text
    assert "8 Apr" in refused.text
    assert "15 Apr" not in refused.text
    after = manager.get(f"{paths.session(clash.session.id)}.json").json()
    assert after["meetings"] == before["meetings"]


def test_times_in_a_refusal_are_those_of_karachi(client_as, clash):
    clerk = client_as("clerk", "A/KP.BANNU.")
    refused = clerk.submit(paths.session_act(clash.session.id, "attendance"), all="here")
    assert refused.status_code == 422
    assert "+00:00" not in refused.text


def test_who_leads_a_session_outside_her_places_may_type_its_attendance(client_as, house, clash, clock):
    clock.at = clash.session.ends_at
    guest = client_as("trainer", "T/B1.C02.")
    with house.unit() as db:
        ours = build.cluster(db, 4, in_circle=place_at(db, "T/B1.C01."), name="Mandan")
        teacher = build.teacher(db, build.schools_of(db, ours)[0])
        leader = db.get_one(Person, guest.person_id)
        session = build.training_session(db, ours, day=APRIL_8, led_by=[leader], invited=[teacher])
    assert 'name="r-1"' in guest.get(paths.session(session.id)).text


def test_who_asked_for_no_texts_is_told_by_hand_like_who_has_no_phone(client_as, house, clash):
    with house.unit() as db:
        ours = build.cluster(db, 4, in_circle=place_at(db, "T/B1.C01."), name="Mandan", admin_path="KP.BANNU.")
        quiet = build.teacher(db, build.schools_of(db, ours)[0], "Bakht Quiet")
        session = build.training_session(db, ours, day=APRIL_8, invited=[quiet])
        opt_out(db, db.scalars(select(PersonNumber.number).where(PersonNumber.person_id == quiet.id)).one(), "text")
    page = client_as("manager", "A/KP.BANNU.").get(paths.session(session.id)).text
    assert "Tell 1 person by hand" in page
