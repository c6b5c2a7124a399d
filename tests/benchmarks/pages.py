"""The home page of the invented district for 16 people at once, against the page that asks no database."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.database import address
from clusters.people.rules import PostRole
from clusters.structure.models import Place
from clusters.structure.rules import PlaceKind
from cop.app import build
from cop.commands.serving import listen
from cop.demo.building import stand
from cop.demo.sizes import Size
from cop.house import House, open_house
from cop.settings import Settings
from cop.web import web_sessions
from cop.web.security import cookie_name
from cop.web.signing_in import add_login
from tests.build import person as build_person
from tests.build import post

SAYS = "wall time of 400 requests by 16 people, Home over /ping; told: p50 and p95 in milliseconds"
CLOCK = "wall_s"
PEOPLE, REQUESTS = 16, 400


@contextmanager
def prepare(folder: Path) -> Iterator[dict[str, Any]]:
    """A real server in a thread of this process, on the invented district; sixteen sign-ins of one administrator."""
    settings = Settings(data_dir=folder, port=0, database_url=address(None, folder))
    with open_house(settings) as house:
        stand(house, 1, Size(), lambda *_: None)
        with house.unit() as db:
            ids = [_signed_in(db, house, number) for number in range(PEOPLE)]
        listener = listen(settings)
        server = uvicorn.Server(uvicorn.Config(build(house), log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield {
                "address": "http://{}:{}".format(*listener.getsockname()),
                "cookie": cookie_name(settings),
                "ids": ids,
            }
        finally:
            server.should_exit = True
            thread.join()


def _signed_in(db: Session, house: House, number: int) -> str:
    """A simulated user of her own: an administrator of the programme."""
    person = build_person(db, f"Reader {number}", number=None)
    root = db.scalars(select(Place).where(Place.kind == PlaceKind.PROGRAMME)).one()
    post(db, person, PostRole.ADMINISTRATOR, at_place=root)
    login = add_login(db, person.id, f"reader{number}", house.clock(None))
    return web_sessions.begin(db, login, house.clock(None))


def _ask(prepared: dict[str, Any], path: str) -> dict[str, Any]:
    def one(number: int) -> float:
        cookies = {prepared["cookie"]: prepared["ids"][number % PEOPLE]}
        began = time.perf_counter()
        httpx.get(prepared["address"] + path, cookies=cookies, timeout=60).raise_for_status()
        return 1000 * (time.perf_counter() - began)

    with ThreadPoolExecutor(PEOPLE) as people:
        times = sorted(people.map(one, range(REQUESTS)))
    return {"p50_ms": round(times[len(times) // 2]), "p95_ms": round(times[int(0.95 * len(times))])}


def ours(prepared: dict[str, Any]) -> dict[str, Any]:
    """Home."""
    return _ask(prepared, "/")


def baseline(prepared: dict[str, Any]) -> dict[str, Any]:
    """No database, no session."""
    return _ask(prepared, "/ping")
