"""A teacher is invited, says yes, is reminded a week before, on the eve and in the morning; then the trainer is asked.

Nobody does anything but the clock: `cop rehearsal clock` moves it, the worker's jobs do what is due.
"""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from clusters.kernel.audit import Actor
from clusters.kernel.facts import note
from clusters.training.facts import SessionsScheduled
from cop.cli import cop
from cop.house import open_house
from cop.jobs import JOBS, tools
from cop.settings import Settings
from tests import build

THURSDAY = date(2026, 4, 16)


@pytest.fixture
def settings(new_database, tmp_path):
    return Settings(database_url=new_database(), data_dir=tmp_path)


@pytest.fixture
def house(settings):
    with open_house(settings) as house:
        yield house


@pytest.fixture
def command(settings):
    """Runs `cop` on the same database."""

    def run(*arguments):
        environment = {"COP_DATABASE_URL": settings.database_url, "COP_DATA_DIR": str(settings.data_dir)}
        done = CliRunner().invoke(cop, [*arguments, "--json"], env=environment, catch_exceptions=False)
        assert done.exit_code == 0
        return json.loads(done.stdout)

    return run


def at(command, house, written):
    """Let it be this moment in Karachi, and the worker do all that is due; what each phone has got by then."""
    command("rehearsal", "clock", "--set", written)
    hands = tools(house)
    for _ in range(2):
        for job in JOBS:
            job.sweep(hands)
    heard = {}
    for copy in command("rehearsal", "received"):
        heard.setdefault(copy["phone"], []).append(copy["text"])
    return heard


def test_the_clock_brings_the_reminders(house, command):
    command("rehearsal", "clock", "--set", "2026-04-01T12:00")
    with house.unit(Actor("test")) as db:
        cluster = build.cluster(db, 6)
        first, second, *_ = build.schools_of(db, cluster)
        usman = build.teacher(db, first, "Usman", number="+923001111111")
        noor = build.teacher(db, second, "Noor", number="+923002222222")
        zakir = build.trainer(db, cluster, "Zakir", number="+923003333333")
        session = build.training_session(db, cluster, day=THURSDAY, led_by=[zakir], invited=[usman, noor], code="4814")
        note(db, SessionsScheduled((session.id,)))

    heard = at(command, house, "2026-04-01T12:01")
    assert {phone: len(texts) for phone, texts in heard.items()} == dict.fromkeys(
        ("+923001111111", "+923002222222", "+923003333333"), 1
    )
    assert heard["+923001111111"][0].startswith("Maths training: Jumerat 16 April, 10 bajay")
    assert "Code 4814" in heard["+923003333333"][0]

    command("rehearsal", "text", "+923001111111", "1")
    command("rehearsal", "text", "+923002222222", "2")
    heard = at(command, house, "2026-04-01T12:02")
    assert "HAAN" in heard["+923001111111"][1]
    assert "NAHI" in heard["+923002222222"][1]

    assert len(at(command, house, "2026-04-09T09:09")["+923001111111"]) == 2
    heard = at(command, house, "2026-04-09T09:10")
    assert heard["+923001111111"][2].startswith("Yaad dehani: Maths training Jumerat 16 April")
    assert len(heard["+923002222222"]) == 2

    heard = at(command, house, "2026-04-15T16:00")
    assert heard["+923001111111"][3].startswith("Kal Maths training")
    assert "2 bulaye, 1 haan" in heard["+923003333333"][1]

    assert len(at(command, house, "2026-04-16T08:59")["+923001111111"]) == 4
    heard = at(command, house, "2026-04-16T09:00")
    assert heard["+923001111111"][4].startswith("Aaj Maths training")

    heard = at(command, house, "2026-04-16T13:30")
    assert heard["+923003333333"][2].startswith("Session 4814 khatam?")
    command("rehearsal", "text", "+923003333333", "HAZRI 4814 G 2")
    heard = at(command, house, "2026-04-16T13:31")
    assert "1 hazir, 1 ghair hazir" in heard["+923003333333"][3]

    heard = at(command, house, "2026-04-20T12:00")
    assert [len(heard[phone]) for phone in ("+923001111111", "+923002222222", "+923003333333")] == [6, 2, 4]
    assert heard["+923001111111"][5].startswith("Sathi naqsha: kis ustad ne kis se madad li.")
    assert {state for state, count in command("messages", "status").items() if count} == {"accepted", "cancelled"}
