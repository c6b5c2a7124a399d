"""Clocks that stand wrong, and days on which clocks change: nothing goes early, late or twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from clusters.calendar.windows import WindowRules, hours
from clusters.kernel.clock import Clock, now
from clusters.kernel.database import connect, sessions
from clusters.kernel.unit import UnitOfWork
from cop.hours import window
from cop.reactions import REACTIONS
from messaging.channels.rehearsal import RehearsalChannel
from messaging.outbox.actions import enqueue
from messaging.outbox.models import Attempt, Message
from tests.messaging.voice import Stubborn, Voice, draft, subject

pytestmark = pytest.mark.rig

WRONG = {"a day ahead": timedelta(days=1), "an hour behind": timedelta(hours=-1)}
EDGES = {
    "Asia/Karachi": ("2008-05-31T19:00+00:00", "2008-10-31T18:00+00:00"),
    "Europe/Berlin": ("2026-03-29T01:00+00:00", "2026-10-25T01:00+00:00"),
    "America/St_Johns": ("2026-03-08T05:30+00:00", "2026-11-01T04:30+00:00"),
}
"""Instants at which the clocks of a zone are put on or back."""
AROUND = range(-12 * 60, 13 * 60, 42)
"""Minutes before and after such an instant."""
DAYTIME = WindowRules(weekdays=hours("09:00-19:00"), weekends=hours("09:00-19:00"), friday_pause=None, ramadan=None)


class Meanwhile(Stubborn):
    """A channel that lets something happen while it has a request in its hands."""

    def __init__(self, happens):
        super().__init__()
        self._happens = happens

    def send(self, outgoing):
        self._happens()
        return super().send(outgoing)


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_lease_lasts_as_long_by_every_clock(new_database, wrong):
    engine = connect(new_database())
    right, other = (
        UnitOfWork(sessions(engine), REACTIONS, Clock(datetime.now(UTC) + shift)) for shift in (timedelta(), wrong)
    )
    with right() as db:
        subject(db)
        at = now(db) - timedelta(hours=2)
        enqueue(db, [draft(db, send_after=at, send_by=at + timedelta(days=7))])
    moved = []

    def work():
        second = Voice(other, RehearsalChannel(other))
        moved.extend([second.tick(), second.reap(), second.reconcile()])

    channel = Meanwhile(work)
    assert Voice(right, channel).tick()["accepted"] == 1
    assert [+counts for counts in moved] == [{}, {}, {}]
    assert len(channel.sent) == 1
    with right() as db:
        assert db.scalars(select(Message.state)).all() == ["accepted"]
        assert len(db.scalars(select(Attempt.n)).all()) == 1
    engine.dispose()


def test_a_clock_that_jumps_back_sends_nothing_a_second_time(voice_at):
    voice, clock = voice_at(datetime(2026, 3, 2, 7, tzinfo=UTC))
    assert voice.tick()["accepted"] == 1
    for jump in (timedelta(hours=-1), timedelta(days=1), timedelta(days=-2)):
        clock.at += jump
        assert +voice.tick() == +voice.reap() == {}
    assert len(voice.heard()) == 1


@pytest.mark.parametrize(
    "zone", [zone if zone == "Asia/Karachi" else pytest.param(zone, marks=pytest.mark.long) for zone in EDGES]
)
def test_around_the_change_of_clocks_texts_go_in_the_hours_of_the_wall_and_in_no_other(voice_at, zone):
    rules = WindowRules(
        weekdays=DAYTIME.weekdays, weekends=DAYTIME.weekends, friday_pause=None, ramadan=None, zone=ZoneInfo(zone)
    )
    tried = 0
    for edge in EDGES[zone]:
        for minutes in AROUND:
            at = datetime.fromisoformat(edge).astimezone(UTC) + timedelta(minutes=minutes)
            voice, clock = voice_at(at, window(rules), n=tried)
            wall = at.astimezone(rules.zone)
            in_hours = 9 <= wall.hour < 19
            assert voice.tick()["accepted"] == in_hours, f"{wall}"
            if not in_hours:
                clock.at = voice.window.next_open(at)
                assert clock.at > at
                assert clock.at.astimezone(rules.zone).strftime("%H:%M") == "09:00"
                assert voice.tick()["accepted"] == 1
            tried += 1
    assert tried >= 70  # of three zones together more than 200
    assert len(voice.heard()) == tried


@pytest.fixture
def voice_at(unit, clock):
    """A worker at an instant, with one more text that is due then."""

    def made(at, hours=None, n=1):
        clock.at = at
        with unit() as db:
            subject(db)
            enqueue(db, [draft(db, n)])
        voice = Voice(unit, RehearsalChannel(unit))
        if hours is not None:
            voice.window = hours
        return voice, clock

    return made
