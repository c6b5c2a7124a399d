"""Where providers bring texts and reports: no web session, no form token; what is not proved to be theirs is refused.

Nothing of a request is written to the log but its channel and why it was refused.
"""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from litestar import Request, Response, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from cop.web.edge import Door
from cop.web.security import BODY_LIMIT
from messaging.channels.base import Channel, Hook, HookRefused, Report, Texted
from messaging.inbound.spool import Brought, SpoolFull

log = structlog.get_logger("cop.web")
PARAMETERS_MOST = 64
NOTHING_TO_SAY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""To a text: it was taken and is not answered here. Who expects no such words takes any 200."""
FORM = "application/x-www-form-urlencoded"

Ask = Request[Any, Any, State]
Reading = Callable[[Channel, Hook], Texted | Report]


class _Refused(Exception):
    """An answer other than yes; `key` is counted."""

    def __init__(self, status: int, key: str) -> None:
        self.status, self.key = status, key
        super().__init__(key)


@post(
    "/hooks/{channel:str}/text", include_in_schema=False, request_max_body_size=BODY_LIMIT, opt={"open": True}
)  # fmt: skip
async def text(request: Ask, channel: FromPath[str]) -> Response[bytes]:
    """A text that somebody sent us."""
    yes = Response(NOTHING_TO_SAY, status_code=200, media_type="text/xml")
    return await _answered(request, channel, lambda by, hook: by.read_text(hook), yes)


@post(
    "/hooks/{channel:str}/status", include_in_schema=False, request_max_body_size=BODY_LIMIT, opt={"open": True}
)  # fmt: skip
async def status(request: Ask, channel: FromPath[str]) -> Response[bytes]:
    """What became of a text of ours, from a provider that says itself which one it was."""
    return await _answered(request, channel, lambda by, hook: by.read_report(hook, None), _silence())


@post(
    "/hooks/{channel:str}/status/{message_id:str}",
    include_in_schema=False,
    request_max_body_size=BODY_LIMIT,
    opt={"open": True},
)
async def status_of(request: Ask, channel: FromPath[str], message_id: FromPath[str]) -> Response[bytes]:
    """The same, where our id stands in the address that we gave the provider."""
    return await _answered(request, channel, lambda by, hook: by.read_report(hook, _id(message_id)), _silence())


async def _answered(request: Ask, channel: str, read: Reading, yes: Response[bytes]) -> Response[bytes]:
    """The body is taken in here, the rest is done in a thread; the answer tells no reason."""
    began = time.perf_counter()
    door: Door = request.app.state.door
    known = channel in door.channels
    try:
        try:
            body = await request.body()
        except HTTPException as error:
            key = "body_too_large" if error.status_code == 413 else "body_broken"
            raise _Refused(error.status_code, key) from error
        await sync_to_thread(_take, door, request, channel, body, read)
        code = yes.status_code or 200
    except _Refused as refused:
        code = refused.status
        log.warning("hook refused", channel=channel if known else "unknown", key=refused.key, status=code)
        if known:
            await sync_to_thread(door.letterbox.count, channel, refused.key)
        yes = Response(b"", status_code=code, media_type="text/plain")
    door.meters.answered(request.method, request.scope.get("path_template", ""), code, time.perf_counter() - began)
    return yes


def _take(door: Door, request: Ask, channel: str, body: bytes, read: Reading) -> None:
    by = door.channels.get(channel)
    if by is None:
        raise _Refused(404, "no_such_channel")
    query = request.scope["query_string"].decode("latin-1")
    if _parameters(request.headers.get("content-type", ""), query, body) > PARAMETERS_MOST:
        raise _Refused(400, "too_many_parameters")
    path = request.scope["path"]
    at = door.instant()
    hook = Hook(
        url=door.settings.address.rstrip("/") + (f"{path}?{query}" if query else path),
        body=body,
        headers={name.lower(): value for name, value in request.headers.items()},
        now=at,
    )
    try:
        told = read(by, hook)
    except HookRefused as refused:
        raise _Refused(403, f"refused_{refused.key}") from refused
    try:
        door.letterbox.drop(Brought(channel, at, told))
    except (SpoolFull, OSError) as error:
        raise _Refused(503, "no_room") from error


def _parameters(kind: str, query: str, body: bytes) -> int:
    in_body = body.count(b"&") + 1 if body and kind.lower().startswith(FORM) else 0
    return in_body + (query.count("&") + 1 if query else 0)


def _silence() -> Response[bytes]:
    return Response(b"", status_code=204, media_type="text/plain")


def _id(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as error:
        raise HookRefused("address") from error


handlers = [text, status, status_of]
