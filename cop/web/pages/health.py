"""Is the house well: for whoever watches it from outside, no version, no person; for the office, what to mend."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from importlib.metadata import version
from typing import Any

import structlog
from litestar import Request, Response, get
from litestar.concurrency import sync_to_thread
from litestar.datastructures import State
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from clusters.calendar.windows import window_open
from clusters.kernel.clock import day_of, now, real_now
from cop.backups.records import last_backup, last_check
from cop.hours import texting_hours
from cop.receiving import spool_of
from cop.settings import Settings
from cop.ticks import latest, newest
from cop.vitals import LATE, Seen, judge, pulse
from cop.web.answers import Shown
from cop.web.edge import Door, page
from cop.web.meters import exposition
from cop.web.security import LOOPBACK
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area
from cop.web.views.health import HealthPage, JobRun
from messaging.inbound.counting import hook_counts

log = structlog.get_logger("cop.web")
TICK_LATE = timedelta(minutes=2)
"""A worker writes down that it ticks every ten seconds."""
REFRESH_SECONDS = 30
VERSION = version("cop")


@get("/health/live", include_in_schema=False, opt={"open": True})
async def live() -> dict[str, bool]:
    """The process answers."""
    return {"live": True}


@get("/ping", include_in_schema=False, opt={"open": True})
async def ping() -> Response[bytes]:
    """A page that asks nothing of the database, to measure the others against."""
    return Response(b"pong", media_type="text/plain")


@get("/health/ready", include_in_schema=False, opt={"open": True})
async def ready(request: Request[Any, Any, State]) -> Response[dict[str, bool]]:
    """The database answers, in the shape this program was made for; whether a worker ticks is told beside it."""
    return await sync_to_thread(_ready, request.app.state.door)


@get("/metrics", include_in_schema=False, opt={"open": True})
async def metrics(request: Request[Any, Any, State]) -> Response[bytes]:
    """Numbers of the house for a monitoring system on this machine; to anybody else there is no such page."""
    if request.client is None or request.client.host not in LOOPBACK:
        return Response(b"", status_code=404, media_type="text/plain")
    body = await sync_to_thread(_counted, request.app.state.door)
    return Response(body, headers={"Content-Type": CONTENT_TYPE_LATEST})


@page(paths.HEALTH, here=Area.HEALTH)
def health(db: Session, viewer: Viewer, settings: Settings) -> Shown:
    """What ails first, with the command that mends it."""
    at, ticks, hours = now(db), latest(db), texting_hours(settings)
    seen = Seen(
        at=at,
        machine_clock=real_now(),
        pulse=pulse(db, at),
        ticks=ticks,
        stopped_since=viewer.stopped.at if viewer.stopped else None,
        may_send=window_open(at, hours) and window_open(at - LATE, hours),
        free=shutil.disk_usage(settings.data_dir).free,
        backup=last_backup(settings.data_dir),
        check=last_check(settings.data_dir),
        spool=spool_of(settings.data_dir).lying(),
        hooks=hook_counts(db, day_of(at) - timedelta(days=1)),
        stopped_by=viewer.stopped.reason if viewer.stopped else None,
    )
    jobs = tuple(
        JobRun(tick.job, tick.at, tick.milliseconds, sum(tick.counts.values()), tick.runs, tick.failed_at, tick.failure)
        for tick in sorted(newest(ticks).values(), key=lambda tick: tick.job)
    )
    routes, rehearsing = tuple(sorted(settings.routes.used)), settings.routes.rehearsing
    return Shown(HealthPage(at, VERSION, routes, tuple(judge(seen)), jobs, rehearsing), refresh_seconds=REFRESH_SECONDS)


def _counted(door: Door) -> bytes:
    return exposition(door.meters, door.unit, door.settings.data_dir)


def _ready(door: Door) -> Response[dict[str, bool]]:
    """A worker that stands still is no reason to send people away from the pages."""
    checks: dict[str, Callable[[], bool]] = {
        "database": lambda: _answers(door),
        "migrations": door.up_to_date,
        "tick": lambda: _ticks(door),
    }
    found = {name: _holds(check) for name, check in checks.items()}
    well = found["database"] and found["migrations"]
    return Response(found, media_type="application/json", status_code=200 if well else 503)


def _answers(door: Door) -> bool:
    with door.unit() as db:
        return db.scalar(text("SELECT true")) is True


def _ticks(door: Door) -> bool:
    with door.unit() as db:
        return any(real_now() - tick.at < TICK_LATE for tick in latest(db))


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except SQLAlchemyError as error:
        log.error("not ready", kind=type(error).__name__)
        return False


handlers = [live, ping, ready, metrics, health]
