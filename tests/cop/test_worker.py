"""The worker ticks its table: each job does its work, survives its errors and leaves word of how it went."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from clusters.kernel.clock import now
from cop.house import open_house
from cop.jobs import JOBS, Job, tools
from cop.settings import Settings
from cop.ticks import Tick, forget_gone, latest
from cop.worker import Ticking, run
from messaging.channels.models import PhoneText
from messaging.channels.rehearsal import written
from messaging.inbound.actions import keep
from messaging.outbox.actions import enqueue
from tests.messaging.voice import draft, subject

PATIENCE = 60
QUICK = tuple(replace(job, every=timedelta(seconds=0.05)) for job in JOBS)


@pytest.fixture
def own_house(new_database, tmp_path):
    """A house on a database of its own, with texting hours round the clock."""
    with open_house(Settings(database_url=new_database(), data_dir=tmp_path, window="00:00-24:00")) as house:
        yield house


class Working:
    """A worker in a thread, until the block ends."""

    def __init__(self, house, jobs=QUICK):
        self.house, self.jobs, self.stop = house, jobs, threading.Event()
        self.thread = threading.Thread(target=run, args=(house, self.stop, jobs))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()

    def until(self, condition):
        """Wait for the database to be as it shall."""
        for _ in range(PATIENCE * 20):
            with self.house.unit() as db:
                if condition(db):
                    return
            self.stop.wait(0.05)
        raise AssertionError("it never came to that")


def test_a_worker_sends_what_is_due_and_reads_what_came_in(own_house):
    with own_house.unit() as db:
        subject(db)
        enqueue(db, [draft(db, n) for n in range(20)])
        text_id = written(db, "+923005550001", "MADAD")
        keep(db, "rehearsal", text_id, "+923005550001", "MADAD")

    def all_said(db):
        return db.scalar(select(func.count()).select_from(PhoneText).where(PhoneText.incoming)) == 21

    with Working(own_house) as worker:
        worker.until(all_said)
    with own_house.unit() as db:
        rows = {row.job: row for row in latest(db)}
    assert rows["dispatch"].busy_at is not None
    assert rows["dispatch"].failed_at is None
    assert rows["read"].runs >= 1


@pytest.mark.long
def test_two_workers_in_one_house_send_everything_once(own_house):
    with own_house.unit() as db:
        subject(db)
        enqueue(db, [draft(db, n) for n in range(200)])
    with Working(own_house) as one, Working(own_house):
        one.until(lambda db: db.scalar(select(func.count()).select_from(PhoneText)) >= 200)
    with own_house.unit() as db:
        assert db.scalar(select(func.count()).select_from(PhoneText)) == 200
        assert db.scalar(select(func.count(PhoneText.message_id.distinct()))) == 200


def test_a_job_that_fails_is_tried_again_and_the_others_go_on(own_house):
    tries = []

    def fail(_):
        tries.append(1)
        raise RuntimeError("a person's number must not be repeated here: +923001234567")

    jobs = (Job("broken", timedelta(seconds=0.05), fail), *QUICK)
    with own_house.unit() as db:
        subject(db)
        enqueue(db, draft(db))
    with Working(own_house, jobs) as worker:
        worker.until(lambda db: len(tries) >= 3 and db.scalar(select(func.count()).select_from(PhoneText)) == 1)
    with own_house.unit() as db:
        broken = next(row for row in latest(db) if row.job == "broken")
    assert (broken.failure, broken.counts) == ("RuntimeError", {})
    assert broken.failed_at is not None


def test_runs_that_move_nothing_are_counted_and_seldom_written_down(own_house):
    ticking = Ticking(Job("idle", timedelta(seconds=1), lambda _: {}), tools(own_house), own_house.worker_unit)
    for _ in range(50):
        ticking.tick()
    with own_house.unit() as db:
        (row,) = latest(db)
        assert row.runs == 1
    busy = Ticking(Job("busy", timedelta(seconds=1), lambda _: {"moved": 2}), tools(own_house), own_house.worker_unit)
    for _ in range(3):
        busy.tick()
    with own_house.unit() as db:
        row = next(row for row in latest(db) if row.job == "busy")
        assert (row.runs, row.counts, row.busy_at) == (3, {"moved": 2}, row.at)


def test_workers_that_ended_long_ago_are_forgotten(own_house):
    with own_house.unit() as db:
        for worker, age in (("old", timedelta(days=2)), ("new", timedelta(hours=2))):
            db.add(Tick(job="dispatch", worker=worker, at=now(db) - age, milliseconds=1, counts={}))
    with own_house.unit() as db:
        forget_gone(db)
    with own_house.unit() as db:
        assert [row.worker for row in latest(db)] == ["new"]


def test_a_stopping_worker_begins_nothing_new(own_house):
    with own_house.unit() as db:
        subject(db)
        enqueue(db, [draft(db, n) for n in range(5)])
    stopped = tools(own_house, stopping=lambda: True)
    assert [dict(job.sweep(stopped)) for job in JOBS if job.name in ("dispatch", "read")] == [{}, {}]


def test_every_job_has_a_name_of_its_own_and_a_sweep_that_can_run_again_at_once(own_house):
    assert len({job.name for job in JOBS}) == len(JOBS)
    hands = tools(own_house)
    for job in JOBS:
        assert not any(job.sweep(hands).values())
        assert not any(job.sweep(hands).values())
