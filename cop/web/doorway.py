"""Before any page: the request names a host of ours, and its body arrives in time."""

import asyncio

from litestar.datastructures import Headers
from litestar.exceptions import ClientException, HTTPException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, Scope, Send

from cop.settings import Settings
from cop.web.security import host_is_ours

BODY_SECONDS = 10
WATCHED = "/health/"
"""Whoever watches the house asks it by its bare address."""


class TooSlow(HTTPException):
    """The body of a form did not arrive in time."""

    status_code = 408


class Doorway(ASGIMiddleware):
    """Stands around every route."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        host = Headers.from_scope(scope).get("host", "")
        if not host_is_ours(self._settings, host) and not scope["path"].startswith(WATCHED):
            raise ClientException("another host was asked for")
        await next_app(scope, in_time(receive), send)


def in_time(receive: Receive) -> Receive:
    """The same, but a body that takes longer than BODY_SECONDS is given up."""
    deadline = asyncio.get_running_loop().time() + BODY_SECONDS
    arrived = False

    async def receivein_time() -> HTTPReceiveMessage:
        nonlocal arrived
        if arrived:
            return await receive()  # type: ignore[return-value]  # the house speaks http only
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError as error:
            raise TooSlow from error
        arrived = not message.get("more_body", False)
        return message  # type: ignore[return-value]  # the house speaks http only

    return receivein_time
