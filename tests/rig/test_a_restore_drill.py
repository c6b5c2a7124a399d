"""The drill: a backup while texts go and attendance is written, restored elsewhere, sends nothing until released."""

import threading
from collections import Counter

import pytest
from sqlalchemy import func, select

from clusters.kernel.audit import Actor
from clusters.kernel.clock import now
from clusters.kernel.database import connect
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.training.actions import take_attendance
from clusters.training.models import Attendance, AttendanceReport
from clusters.training.rules import Mark
from cop.backups.container import whole
from cop.backups.restoring import restore
from cop.backups.taking import keys_of, take_backup
from cop.house import open_house
from cop.jobs import dispatch, reap, reconcile, tools
from cop.settings import Settings
from messaging.channels.models import PhoneText
from messaging.outbox.actions import enqueue
from messaging.outbox.models import Message
from messaging.outbox.rules import Pace, State, StopReason
from messaging.outbox.switch import resume_sending, stops
from tests import build
from tests.houses import empty_database, pages_of
from tests.messaging.voice import draft, subject
from tests.servers import binaries, private_server

EVERYWHERE = Scope.everywhere()
TEXTS = 150
PACE = Pace().scaled(0.02)
PATIENCE = 60


def copies(db):
    """How many copies of each message the phones got."""
    rows = db.execute(select(PhoneText.message_id, func.count()).group_by(PhoneText.message_id))
    return {message_id: count for message_id, count in rows if message_id is not None}


def states(db):
    return Counter(db.scalars(select(Message.state)))


@pytest.fixture
def busy(new_database, tmp_path):
    """A house in which a worker sends and attendance is written, until it is told to stop."""
    settings = Settings(database_url=new_database(), data_dir=tmp_path / "old", window="00:00-24:00")
    with open_house(settings) as house:
        with house.unit(Actor("test")) as db:
            cluster = build.cluster(db, schools=6)
            teachers = [build.teacher(db, school) for school in build.schools_of(db, cluster)]
            build.manager(db, build.programme(db), role=PostRole.ADMINISTRATOR)
            meeting = build.training_session(db, cluster, day=now(db).date(), invited=teachers).id
            subject(db)
            enqueue(db, [draft(db, n) for n in range(TEXTS)])
        stop, failures = threading.Event(), []

        def keep_on(step):
            try:
                while not stop.is_set():
                    step()
            except Exception as error:
                failures.append(error)

        hands = tools(house, pace=PACE)
        turn = iter(range(10**9))

        def attend():
            with house.web_unit(Actor("web")) as db:
                take_attendance(db, EVERYWHERE, meeting, {next(turn) % 6 + 1: Mark.AWAY}, "page", others=Mark.HERE)

        threads = [threading.Thread(target=keep_on, args=(step,)) for step in (lambda: hands.dispatcher.tick(), attend)]
        for thread in threads:
            thread.start()
        try:
            yield house
        finally:
            stop.set()
            for thread in threads:
                thread.join(PATIENCE)
        assert failures == []


def test_a_backup_under_load_comes_back_as_its_snapshot_and_sends_the_rest_once_after_it_is_released(busy, tmp_path):
    while True:
        with busy.unit() as db:
            if len(copies(db)) > 20 and db.scalar(select(func.count()).select_from(AttendanceReport)) > 3:
                break
    made = take_backup(busy.settings, busy.engine, busy.url)
    with private_server(binaries(15)) as server, empty_database(server) as url:
        backup = whole(made.file, keys_of(busy.settings))
        engine = connect(url)
        restored = restore(engine, url, backup)
        engine.dispose()
        assert restored.differing == {}
        assert restored.manifest.rows == made.last.rows

        settings = Settings(database_url=url, data_dir=tmp_path / "new", window="00:00-24:00")
        with open_house(settings) as house:
            with house.unit() as db:
                heard, stood = copies(db), states(db)
                assert [stop.reason for stop in stops(db)] == [StopReason.RESTORED]
                assert 20 < len(heard) < TEXTS, "the backup was not made while texts went"
                assert set(heard.values()) == {1}
                reports = db.scalar(select(func.count()).select_from(AttendanceReport))
                assert db.scalar(select(func.count()).select_from(Attendance)) == 6 * reports
            hands = tools(house, pace=PACE)
            for sweep in (dispatch, reap, reconcile, dispatch):
                sweep(hands)
            with house.unit() as db:
                assert copies(db) == heard
                assert states(db)[State.QUEUED] >= stood[State.QUEUED]
            assert set(pages_of(house).values()) == {200}

            with house.unit(Actor("test")) as db:
                resume_sending(db, EVERYWHERE)
            for _ in range(PATIENCE * 10):
                for sweep in (dispatch, reap, reconcile):
                    sweep(hands)
                with house.unit() as db:
                    if states(db)[State.ACCEPTED] == TEXTS:
                        break
            with house.unit() as db:
                assert states(db) == {State.ACCEPTED: TEXTS}
                assert len(copies(db)) == TEXTS
                assert set(copies(db).values()) == {1}
