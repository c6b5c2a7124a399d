"""Is the house well: for whoever watches it from outside; no version, no person."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from litestar import Request, Response, get
from litestar.concurrency import sync_to_thread
from litestar.datastructures import State
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from clusters.kernel.clock import real_now
from cop.ticks import latest
from cop.web.edge import Door

log = structlog.get_logger("cop.web")
TICK_LATE = timedelta(minutes=2)
"""A worker writes down that it ticks every ten seconds."""


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


handlers = [live, ping, ready]
