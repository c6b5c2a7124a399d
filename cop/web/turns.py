"""At most two pages at once for one person: a third waits a little, and is then asked to come back.

Counted in this process alone: several processes behind one address allow so many each.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from litestar.exceptions import HTTPException

AT_ONCE = 2
WAITS_SECONDS = 5.0
REMEMBERED = 4096
"""So many web sessions are known by their login; the others are told apart by the browser alone."""


class TooManyPages(HTTPException):
    """Other pages of the same person are still being made."""

    status_code = 429


@dataclass
class _Line:
    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    inside: int = 0


@dataclass
class Turns:
    """Who is being answered; the event loop alone touches the lines."""

    waits_seconds: float = WAITS_SECONDS
    _lines: dict[str, _Line] = field(default_factory=dict)
    _logins: dict[str, int] = field(default_factory=dict)

    def know(self, browser: str, login_id: int) -> None:
        """Remember whose browser it is, so that all her browsers share her turns."""
        if len(self._logins) >= REMEMBERED:
            self._logins.clear()
        self._logins[browser] = login_id

    @asynccontextmanager
    async def turn(self, browser: str) -> AsyncIterator[None]:
        """Hold a turn of whoever uses this browser; "" is nobody we know and waits for nobody."""
        if not browser:
            yield
            return
        who = str(self._logins.get(browser, browser))
        line = self._lines.setdefault(who, _Line())
        line.inside += 1
        try:
            try:
                async with asyncio.timeout(self.waits_seconds):
                    await line.free.acquire()
            except TimeoutError as error:
                raise TooManyPages(headers={"Retry-After": str(int(WAITS_SECONDS))}) from error
            try:
                yield
            finally:
                line.free.release()
        finally:
            line.inside -= 1
            if not line.inside:
                self._lines.pop(who, None)
