"""The composition root of the pages: an open house in, a web application out."""

from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.concurrency import set_asyncio_executor
from litestar.datastructures import State

from cop.channels import channels_of
from cop.house import House
from cop.receiving import letterbox_of
from cop.routes import ROUTES, Routes
from cop.web.doorway import Doorway
from cop.web.edge import Door, failed
from cop.web.security import BODY_LIMIT, dressing
from cop.words import book_of
from messaging.channels.base import Channel
from migrations.applying import shape


def build(house: House, routes: Routes = ROUTES, channels: Mapping[str, Channel] | None = None) -> Litestar:
    """The pages of a house; as many threads answer them as it has connections, so that none waits for one.

    Call it before the event loop runs: the threads belong to the whole process. `channels` are those of the settings
    where none are given.
    """
    threads = ThreadPoolExecutor(house.settings.pool, thread_name_prefix="page")
    set_asyncio_executor(threads)

    @asynccontextmanager
    async def open_doors(app: Litestar) -> AsyncIterator[None]:
        try:
            yield
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            app.state["door"].letterbox.settle()

    return Litestar(
        route_handlers=[handler for page in routes for handler in page],
        state=State({"door": door_of(house, channels)}),
        lifespan=[open_doors],
        middleware=[Doorway(house.settings)],
        before_send=[dressing(house.settings)],
        exception_handlers={Exception: failed},
        request_max_body_size=BODY_LIMIT,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


def door_of(house: House, channels: Mapping[str, Channel] | None = None) -> Door:
    """What the pages are handed of the house."""

    def up_to_date() -> bool:
        have, newest = shape(house.engine)
        return have == newest

    return Door(
        unit=house.web_unit,
        clock=house.clock,
        settings=house.settings,
        decided=house.decided,
        secret=house.secret,
        up_to_date=up_to_date,
        channels=channels_of(house.settings, house.web_unit) if channels is None else channels,
        letterbox=letterbox_of(house.settings, house.web_unit),
        book=book_of(house.settings),
    )
