"""Ticks the table of jobs; the only file that knows APScheduler."""

import logging
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from clusters.kernel.audit import Actor
from clusters.kernel.unit import UnitOfWork
from cop.house import House
from cop.jobs import JOBS, Job, Tools, empty_spool, mark, tools
from cop.memory import guard
from cop.ticks import Run, forget_gone, write_down

log = structlog.get_logger("cop.worker")

WRITTEN_DOWN_EVERY = timedelta(seconds=10)
"""A run that moved nothing is written down no oftener than this."""


ALIVE_EVERY = timedelta(seconds=10)
"""How often the scheduler shows that it still ticks."""


def run(
    house: House, stop: threading.Event, jobs: Sequence[Job] = JOBS, alive: Callable[[], None] = lambda: None
) -> None:
    """Tick the jobs until `stop` is set, then let those under way put down what they hold.

    Ticks carry no meaning: what is due stands in the database, so a missed or a doubled one is harmless, and any
    number of workers may run at once. `alive` is ticked like a job, so that a scheduler that stands still is noticed.
    """
    # Its warnings of skipped ticks are no news: a job that is still running will find what is due.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    hands = tools(house, stopping=stop.is_set)
    with house.worker_unit(Actor("job")) as db:
        forget_gone(db)
        reason = guard(db, house.settings.data_dir)
    if reason is not None:
        log.warning("sending is held", state=reason.value)
    mark(hands)
    empty_spool(hands)
    scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(len(jobs) + 1)}, timezone="UTC")
    for job in jobs:
        scheduler.add_job(
            Ticking(job, hands, house.worker_unit).tick,
            "interval",
            seconds=job.every.total_seconds(),
            id=job.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.add_job(alive, "interval", seconds=ALIVE_EVERY.total_seconds(), id="alive", max_instances=1)
    scheduler.start()
    try:
        stop.wait()
    finally:
        scheduler.shutdown(wait=True)


class Ticking:
    """One job in this worker: runs its sweep, survives its errors, writes down how it went."""

    def __init__(self, job: Job, hands: Tools, unit: UnitOfWork) -> None:
        self._job, self._hands, self._unit = job, hands, unit
        self._worker = f"{socket.gethostname()}:{os.getpid()}"
        self._unwritten, self._written_at = 0, float("-inf")

    def tick(self) -> None:
        """One run."""
        began, counts, failure = time.monotonic(), Counter[str](), None
        try:
            counts.update(self._job.sweep(self._hands))
        except Exception as error:  # the next tick tries again; the health page shows what kind of error it was
            failure = type(error).__name__
            log.error("job failed", job=self._job.name, kind=failure)
        took = timedelta(seconds=time.monotonic() - began)
        self._unwritten += 1
        if +counts:
            log.info("job", job=self._job.name, counts=dict(+counts), seconds=round(took.total_seconds(), 3))
        if +counts or failure or time.monotonic() - self._written_at >= WRITTEN_DOWN_EVERY.total_seconds():
            self._write_down(took, +counts, failure)

    def _write_down(self, took: timedelta, counts: Counter[str], failure: str | None) -> None:
        run = Run(self._job.name, self._worker, took, counts, failure, self._unwritten)
        try:
            with self._unit() as db:
                write_down(db, run)
        except Exception as error:  # a database that is away fails the job too; there is nothing more to say of it
            log.error("run not written down", job=self._job.name, kind=type(error).__name__)
            return
        self._unwritten, self._written_at = 0, time.monotonic()
