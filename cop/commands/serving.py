"""Commands that stay: the pages, the worker, or both in one process; they end within seconds when asked to."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import FrameType
from urllib.parse import urlsplit

import rich_click as click
import structlog
import uvicorn

from clusters.kernel.database import embedded, revive
from clusters.kernel.errors import Conflict, Invalid
from cop.app import build
from cop.commands.speaking import Exit, answering, leave, talk
from cop.house import House, open_house
from cop.jobs import JOBS
from cop.logbook import open_logbook
from cop.notifying import Notifier
from cop.receiving import spool_of
from cop.settings import Settings
from cop.web.security import LOOPBACK
from cop.worker import run as work

log = structlog.get_logger("cop.serving")
GRACE_SECONDS = 5
"""How long a page under way may take to finish when the house closes."""
WORKER_SECONDS = 33
"""How long the worker may take to put down what it holds: a request that is on the wire has 20 s to be answered."""
WORKER_CONNECTIONS = len(JOBS) + 2
"""What a worker beside the pages needs of the database: each job's thread holds at most one, and some are spare."""
PORTS_TRIED = 20
LOOKED_AFTER_EVERY_SECONDS = 2.0
"""How often a process looks whether its embedded PostgreSQL still runs."""
ALIVE_EVERY_TICKS = 100
"""uvicorn ticks ten times a second: the web tells systemd every ten seconds that its loop turns."""


@click.command()
def web() -> None:
    """Serve the pages.

    Example: COP_PORT=8765 cop web
    """
    _serve(pages=True, worker=False)


@click.command()
def worker() -> None:
    """Send what is due, read what came in, tick the jobs.

    Example: cop worker
    """
    _serve(pages=False, worker=True)


@click.command()
def serve() -> None:
    """Serve the pages and work, both in one process: enough for a district.

    Example: cop serve
    """
    _serve(pages=True, worker=True)


@click.command()
def database() -> None:
    """Run the embedded PostgreSQL for other processes, and start it again if it dies; with a server, nothing to do.

    Example: cop database
    """
    with answering(as_json=False, code=Exit.CONFIGURATION):
        settings = Settings.from_env(os.environ)
    stop, systemd = threading.Event(), Notifier.of(os.environ)
    if settings.database_url:
        talk.print("COP_DATABASE_URL names a server; there is no embedded PostgreSQL to run.")
        systemd.ready()
        return
    with answering(as_json=False), _asked_to_end(stop):
        embedded(settings.data_dir)
        open_logbook()
        systemd.ready()
        _look_after(settings, stop)
        systemd.stopping()


def _look_after(settings: Settings, stop: threading.Event) -> None:
    """Until asked to end, bring the embedded server back whenever it is gone."""
    while not stop.wait(LOOKED_AFTER_EVERY_SECONDS):
        try:
            if revive(settings.data_dir):
                log.warning("the embedded server was gone and was started again")
        except Exception as error:  # a full disk, say: the next look tries again
            log.error("the embedded server does not start", kind=type(error).__name__)


def _serve(*, pages: bool, worker: bool) -> None:
    with answering(as_json=False, code=Exit.CONFIGURATION):
        settings = Settings.from_env(os.environ)
        if pages:
            check_address(settings)
    with answering(as_json=False):
        if pages:
            check_spool(settings)
        listener = listen(settings) if pages else None
        with open_house(settings, pool=pool_for(settings, pages=pages, worker=worker)) as house:
            open_logbook()
            if pages:
                talk.print(f"The pages are at {settings.address}", markup=False)
            talk.print("Ctrl-C ends it.")
            ended_well = run(house, listener, worker=worker)
    leave(Exit.DONE if ended_well else Exit.FAILED)


def pool_for(settings: Settings, *, pages: bool, worker: bool) -> int:
    """Connections of one process: one for each thread that answers pages, and the worker's own."""
    return settings.pool + (WORKER_CONNECTIONS if pages and worker else 0)


def run(
    house: House,
    listener: socket.socket | None,
    *,
    worker: bool,
    ready: Callable[[], None] = lambda: None,
) -> bool:
    """Serve pages on a listening socket, or work, or both, until SIGTERM or Ctrl-C; False if something broke.

    Call it in the main thread. `ready` is called when the pages answer.
    """
    stop = threading.Event()
    broken = threading.Event()
    systemd = Notifier.of(os.environ)
    server = _server(house, ready, systemd) if listener is not None else None
    with _asked_to_end(stop):
        worked = _working(house, stop, broken, server, systemd if server is None else Notifier()) if worker else None
        if not house.settings.database_url:
            threading.Thread(target=_look_after, args=(house.settings, stop), name="database", daemon=True).start()
        if server is not None and listener is not None:
            server.run(sockets=[listener])
            listener.close()
        else:
            systemd.ready()
            stop.wait()
        systemd.stopping()
        stop.set()
        if worked is not None:
            worked.join(WORKER_SECONDS)
    return not broken.is_set()


def check_address(settings: Settings) -> None:
    """Passwords do not travel in the clear: beyond this machine pages need an https address."""
    if settings.address.startswith("https://"):
        return
    if settings.host not in LOOPBACK or urlsplit(settings.address).hostname not in LOOPBACK:
        raise Invalid("https_needed", host=settings.host)


def check_spool(settings: Settings) -> None:
    """Where texts wait while the database is away must be there before it is needed."""
    spool = spool_of(settings.data_dir)
    try:
        spool.ready()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Conflict("spool_unwritable", folder=str(spool.folder), why=why) from error


def listen(settings: Settings) -> socket.socket:
    """A socket on the host and port of the settings; a port that is taken is a Conflict."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle's delay on and every answer waits 40 ms for the browser.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise Conflict("port_taken", host=settings.host, port=settings.port) from error
    return listener


def listen_nearby(settings: Settings) -> tuple[Settings, socket.socket]:
    """The same, or on one of the next free ports; the settings say which."""
    for port in range(settings.port, settings.port + PORTS_TRIED):
        tried = replace(settings, port=port)
        try:
            return tried, listen(tried)
        except Conflict:
            continue
    raise Conflict("ports_taken", first=settings.port, last=settings.port + PORTS_TRIED - 1)


class _Server(uvicorn.Server):
    """Says when it answers, and that its loop still turns."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], systemd: Notifier) -> None:
        super().__init__(config)
        self._ready = ready
        self._systemd = systemd

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._systemd.ready()
            self._ready()

    async def on_tick(self, counter: int) -> bool:
        if counter % ALIVE_EVERY_TICKS == 0:
            self._systemd.alive()
        return await super().on_tick(counter)


def _server(house: House, ready: Callable[[], None], systemd: Notifier) -> _Server:
    behind_proxy = not house.settings.on_loopback
    config = uvicorn.Config(
        build(house),
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=behind_proxy,
        forwarded_allow_ips="127.0.0.1",
        timeout_graceful_shutdown=GRACE_SECONDS,
        ws="none",
    )
    return _Server(config, ready, systemd)


def _working(
    house: House,
    stop: threading.Event,
    broken: threading.Event,
    server: uvicorn.Server | None,
    systemd: Notifier,
) -> threading.Thread:
    """The worker in a thread of its own; when it breaks, the house closes."""

    def until_asked() -> None:
        try:
            work(house, stop, alive=systemd.alive)
        except Exception as error:
            broken.set()
            log.error("the worker broke", kind=type(error).__name__)
        finally:
            stop.set()
            if server is not None:
                server.should_exit = True

    thread = threading.Thread(target=until_asked, name="worker", daemon=True)
    thread.start()
    return thread


@contextmanager
def _asked_to_end(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and Ctrl-C set `stop`; the server has handlers of its own and passes the signal on when it is done."""

    def ask(stop: threading.Event, _signal: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {each: signal.signal(each, partial(ask, stop)) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
