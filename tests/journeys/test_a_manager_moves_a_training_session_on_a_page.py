"""A manager moves a training session on its page: every invited phone gets one notice with the old and the new time."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select

from clusters.kernel.facts import note
from clusters.training.facts import SessionsScheduled
from cop.house import open_house
from cop.jobs import JOBS, tools
from cop.settings import Settings
from cop.web.views import paths
from messaging.channels.models import PhoneText
from messaging.outbox import queries as outbox
from tests import build
from tests.browsing import place_at
from tests.conftest import NOON_IN_MARCH


@pytest.fixture
def house(new_database, tmp_path):
    """A house whose worker and pages really commit: texts are handed over in threads of their own."""
    with open_house(Settings(database_url=new_database(), data_dir=tmp_path, now=NOON_IN_MARCH)) as house:
        yield house


def work(house):
    """Let the worker do all that is due."""
    hands = tools(house)
    for _ in range(3):
        for job in JOBS:
            job.sweep(hands)


def received(house):
    with house.unit() as db:
        return [(row.phone, row.body) for row in db.scalars(select(PhoneText).order_by(PhoneText.id))]


def test_every_invited_phone_gets_one_notice(client_as, house):
    with house.unit() as db:
        cluster = build.cluster(db, 4, in_circle=place_at(db, "T/B1.C01."), name="Kakki", admin_path="KP.BANNU.")
        schools = build.schools_of(db, cluster)
        teachers = [build.teacher(db, school, f"Gul {n}") for n, school in enumerate(schools[:3])]
        mute = build.teacher(db, schools[3], "Noor", number=None)
        trainer = build.trainer(db, place_at(db, "T/B1.C01."), "Zakir")
        session = build.training_session(
            db, cluster, day=date(2026, 3, 14), led_by=[trainer], invited=[*teachers, mute], code="4814"
        )
        note(db, SessionsScheduled((session.id,)))
    work(house)
    before = received(house)
    assert len(before) == 4

    manager = client_as("manager", "A/KP.BANNU.")
    told = manager.submit(paths.session_act(session.id, "move"), day="2026-04-18", start="10:00", end="13:00")
    assert told.status_code == 303
    work(house)

    notices = received(house)[len(before) :]
    assert set(Counter(phone for phone, _ in notices).values()) == {1}
    assert len(notices) == 4
    for _, body in notices:
        assert body.startswith("TABDEELI")
        assert "18 April" in body
        assert "14 March" in body

    with house.unit() as db:
        rows = outbox.messages_about(db, build.scope_at(place_at(db, "T/")), "training_session", session.id)
    waiting = [row for row in rows if row.state.value == "queued"]
    assert waiting
    assert all(row.send_after.date() >= date(2026, 4, 1) for row in waiting), "a reminder of the old day is left"
    assert all(row.why == "moved" for row in rows if row.state.value == "cancelled")

    again = manager.submit(paths.session_act(session.id, "move"), day="2026-04-18", start="10:00", end="13:00")
    assert again.status_code == 303
    work(house)
    assert len(received(house)) == len(before) + 4, "moving it to where it stands tells nobody"
