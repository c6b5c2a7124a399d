"""Settings on their page: shown with their source, changed by an administrator, in force at once, taken back."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from clusters.kernel.audit import AuditEntry
from clusters.kernel.decisions import decisions
from cop.decided import Decided
from cop.settings import Settings
from tests.cop.web.pages.test_people import undo_of


@pytest.fixture
def admin(client_as):
    return client_as("admin", "T/")


def decided(house):
    with house.unit() as db:
        return decisions(db)


def test_what_is_saved_holds_on_the_next_page_and_its_undo_brings_the_value_back(admin, house):
    assert "Sun 1 Mar" not in admin.get("/settings").text
    page = admin.follow(admin.submit("/settings/reminders", value="3d"))
    assert "Saved. It holds from now on." in page.text
    assert "decided here" in page.text
    assert decided(house) == {"reminders": "3d"}
    with house.unit() as db:
        (entry,) = db.scalars(select(AuditEntry).where(AuditEntry.verb == "decided")).all()
    assert (entry.person_id, entry.old, entry.new) == (admin.person_id, {"value": None}, {"value": "3d"})
    admin.submit(undo_of(page.text))
    assert decided(house) == {}


def test_a_price_that_was_decided_is_the_price_of_other_pages(admin, house):
    assert "Rs 2,000" in admin.get("/settings").text
    admin.submit("/settings/segment_price", value="3")
    assert "Rs 3,000" in admin.get("/settings").text


def test_what_cannot_be_read_is_said_and_kept_in_the_form(admin, house):
    answer = admin.submit("/settings/window", value="9 to 5")
    assert answer.status_code == 422
    assert "9 to 5" in answer.text
    assert "Error:" in answer.text
    assert decided(house) == {}


def test_nobody_but_an_administrator_of_everything_changes_anything(client_as, house):
    for role, place in (("manager", "T/"), ("admin", "T/B1."), ("manager", "A/KP.BANNU.")):
        her = client_as(role, place)
        assert "An administrator of the whole programme changes them" in her.get("/settings").text
        assert her.submit("/settings/reminders", value="3d").status_code == 403
    assert client_as("clerk", "T/").get("/settings").status_code == 404
    assert decided(house) == {}


def test_what_the_environment_sets_is_read_only(client_as, house, monkeypatch):
    fixed = Settings.from_env({"COP_REMINDERS": "2d"})
    fixed = replace(fixed, data_dir=house.settings.data_dir)
    browser = client_as("admin", "T/")
    door = browser.client.app.state.door
    browser.client.app.state.door = replace(door, settings=fixed, decided=Decided(fixed))
    assert "set on the machine, read only here" in browser.get("/settings").text
    assert browser.submit("/settings/reminders", value="3d").status_code == 409


def test_a_feast_is_confirmed_by_a_person(admin, house, clock):
    page = admin.get("/settings").text
    assert "estimated" in page
    answer = admin.submit("/settings/feasts/2027-03-10", day="2027-03-11")
    assert "fixed by a person" in admin.follow(answer).text
    assert decided(house) == {"fixed_holidays": "2027-03-10=2027-03-11"}
    assert admin.submit("/settings/feasts/2027-03-10", day="2027-05-11").status_code == 422
    assert admin.submit("/settings/feasts/2027-03-09", day="2027-03-11").status_code == 404
