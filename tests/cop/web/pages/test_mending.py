"""After bad news, on pages: what happened is told, a worker looks, the change is seen, done, and taken back."""

import pytest
from sqlalchemy import select

from clusters.cascade.models import Mending
from clusters.cascade.rules import Level, MendingState
from clusters.modules.rules import Subject
from clusters.training.models import SessionTrainer, TrainingSession
from cop.compute.cascade import Wish, accept, plan_round, save
from cop.compute.planning import make
from cop.planning.leases import take
from cop.planning.models import PlanJob
from cop.web.views import paths
from tests import build
from tests.cop.commands.test_cascade import people_stand

FORM = paths.plan_form("mending")


@pytest.fixture
def her(house, client_as):
    """The manager of everything, with a round of maths that is accepted."""
    with house.unit() as db:
        people_stand(db, circles=1)
    calendar = house.settings.calendar
    draft = save(house.unit, plan_round(house.unit, Wish((Subject.MATHS,)), calendar))
    accept(house.unit, draft, calendar)
    return client_as("admin", "T/")


def trainer(house):
    with house.unit() as db:
        leads = select(SessionTrainer.person_id).join(TrainingSession).where(TrainingSession.level == Level.TEACHER)
        return db.scalar(leads.order_by(SessionTrainer.session_id).limit(1))


def leads(house, person):
    with house.unit() as db:
        return set(db.scalars(select(SessionTrainer.session_id).where(SessionTrainer.person_id == person)))


def test_bad_news_is_told_looked_into_seen_done_and_taken_back(house, her, monkeypatch):
    lost = trainer(house)
    before = leads(house, lost)
    assert f'value="{lost}"' in her.get(FORM).text
    assert her.submit(FORM).status_code == 422
    asked = her.submit(FORM, trainer=str(lost), first="", last="", room="", place="T/", why="")
    with house.worker_unit() as db:
        held = take(db)
        assert db.get(PlanJob, held.id).wish["lost"] == [lost]
    job = paths.plan_job(held.id)
    assert asked.headers["location"].startswith(job)
    make(house, held.id, held.token)
    page = her.get(job).headers["location"]
    shown = her.get(page).text
    assert "Nobody else sees this" in shown
    assert "No other session changes." in shown
    assert "are told" in shown or "is told" in shown
    assert leads(house, lost) == before
    monkeypatch.setattr("cop.web.pages.mending.SHOWN", 0)
    with house.unit() as db:
        changes = len(db.scalar(select(Mending.changes)))
    assert changes
    assert len(her.get(f"{page}.json").json()["changes"]) == changes, "no file is cut"
    assert len(her.get(f"{page}.csv").text.splitlines()) == 1 + changes
    assert her.submit(f"{page}/do").status_code == 303
    assert not leads(house, lost) & before
    assert "Take it back" in her.get(page).text
    assert her.submit(f"{page}/undo").status_code == 303
    assert leads(house, lost) == before
    with house.unit() as db:
        assert db.scalar(select(Mending.state)) is MendingState.UNDONE
    assert "All is as it was before." in her.get(page).text


def test_days_that_are_none_are_said_beside_the_form(her):
    assert her.submit(FORM, trainer="9" * 5000).status_code == 422
    for first, last in (("2026-03-20", "2026-03-10"), ("2020-01-01", ""), ("soon", "")):
        answer = her.submit(FORM, first=first, last=last)
        assert answer.status_code == 422
        assert "days" in answer.text


def test_news_is_only_of_trainers_and_rooms_with_sessions_ahead_that_she_may_plan(house, her):
    with house.unit() as db:
        stranger = build.person(db, "Nadia Stranger").id
    for form in ({"trainer": str(stranger)}, {"trainer": "9" * 30}, {"trainer": "x"}, {"room": "no such room"}):
        answer = her.submit(FORM, **form)
        assert answer.status_code == 422
        assert "of the list" in answer.text
        assert "Nadia" not in answer.text
    with house.worker_unit() as db:
        assert take(db) is None
