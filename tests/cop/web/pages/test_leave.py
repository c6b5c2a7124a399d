"""A trainer's leave on her page: written down, kept free, taken back, and whom it concerns."""

import pytest

from clusters.cascade.leave import leave_days
from clusters.people.models import Person
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.training.models import Booking
from cop.house import House
from cop.web.views import paths
from tests import build
from tests.browsing import Browser, ClientAs, place_at
from tests.conftest import NOON_IN_MARCH


@pytest.fixture
def trainer(house: House) -> Person:
    with house.unit() as db:
        circle = place_at(db, "T/B1.C01.")
        return build.manager(db, circle, "Gul Zaman", role=PostRole.CIRCLE_TRAINER)


@pytest.fixture
def clerk(client_as: ClientAs, trainer: Person) -> Browser:
    return client_as("clerk", "T/B1.")


def away(house: House) -> list[str]:
    with house.unit() as db:
        return [each.day.isoformat() for each in leave_days(db, Scope.everywhere(), NOON_IN_MARCH.date())]


def test_a_leave_is_written_down_shown_and_taken_back(clerk: Browser, trainer: Person, house: House) -> None:
    act = paths.person_act(trainer.id, "leave")
    done = clerk.submit(act, first="2026-04-06", last="2026-04-08")
    page = clerk.follow(done).text
    assert "Written down: plans leave these days free." in page
    assert away(house) == ["2026-04-06", "2026-04-07", "2026-04-08"]
    (undo,) = {each for each in page.split('"') if each.startswith(f"/people/{trainer.id}/leave/")}
    assert "Plans may use those days again." in clerk.follow(clerk.submit(undo)).text
    assert away(house) == []
    assert clerk.submit(undo).status_code == 404


def test_a_leave_of_one_day_needs_no_last_day(clerk: Browser, trainer: Person, house: House) -> None:
    assert clerk.submit(paths.person_act(trainer.id, "leave"), first="2026-04-06").status_code == 303
    assert away(house) == ["2026-04-06"]


@pytest.mark.parametrize(
    ("first", "last"), [("2026-04-08", "2026-04-06"), ("", ""), ("2025-01-01", "2025-01-02"), ("8 April", "")]
)
def test_days_that_cannot_be_are_refused_and_what_was_typed_is_kept(
    clerk: Browser, trainer: Person, house: House, first: str, last: str
) -> None:
    answer = clerk.submit(paths.person_act(trainer.id, "leave"), first=first, last=last)
    assert answer.status_code == 422
    assert f'value="{first}"' in answer.text
    assert away(house) == []


def test_what_she_leads_on_those_days_is_named(clerk: Browser, trainer: Person, house: House) -> None:
    with house.unit() as db:
        cluster = build.cluster(db, 2, in_circle=place_at(db, "T/B1.C01."), admin_path="KP.BANNU.")
        session = build.training_session(db, cluster, led_by=[trainer])
        db.add(Booking(session_id=session.id, person_id=trainer.id, day=session.starts_at.date()))
        day, code = session.starts_at.date().isoformat(), session.code
    page = clerk.follow(clerk.submit(paths.person_act(trainer.id, "leave"), first=day)).text
    assert f"She leads on those days already, and that stays: {code}." in page


def test_only_the_office_of_her_own_places_writes_it_down(client_as: ClientAs, trainer: Person, house: House) -> None:
    act = paths.person_act(trainer.id, "leave")
    assert client_as("clerk", "T/B2.").submit(act, first="2026-04-06").status_code == 404
    assert client_as("monitor", "T/B1.").submit(act, first="2026-04-06").status_code in (403, 404)
    assert client_as("trainer", "T/B1.C01.").submit(act, first="2026-04-06").status_code == 403
    assert away(house) == []


def test_a_leave_of_somebody_else_is_not_taken_back_under_her_name(
    clerk: Browser, trainer: Person, house: House
) -> None:
    with house.unit() as db:
        other = build.manager(db, place_at(db, "T/B1.C02."), "Shaista", role=PostRole.CIRCLE_TRAINER)
    page = clerk.follow(clerk.submit(paths.person_act(other.id, "leave"), first="2026-04-06")).text
    (undo,) = {each for each in page.split('"') if each.startswith(f"/people/{other.id}/leave/")}
    assert clerk.submit(undo.replace(str(other.id), str(trainer.id), 1)).status_code == 404
    assert away(house) == ["2026-04-06"]


def test_a_teachers_page_has_no_leave(client_as: ClientAs, house: House) -> None:
    with house.unit() as db:
        cluster = build.cluster(db, 2, in_circle=place_at(db, "T/B1.C01."), admin_path="KP.BANNU.")
        teacher = build.teacher(db, build.schools_of(db, cluster)[0]).id
    assert "Write down a leave" not in client_as("manager", "T/B1.").get(paths.person(teacher)).text
