"""Does the time a page takes tell of one teacher? Two equal houses, in one of which all turn to her, opened in turns.

Usage: python -m tests.benchmarks.telling [--pairs 300] [--seed 1]
For each page: the median time in the house where nobody turns to her, the median of the differences of the pairs with
its 95 % interval (order statistics of the sign test), both in milliseconds, and whether that interval holds zero. Of
many pages one in twenty is expected not to hold it by chance; `told` counts those, `expected` how many would do so by
chance, `largest_share` is the largest difference as a share of its page.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from math import sqrt
from pathlib import Path
from typing import Any

from litestar.testing import TestClient
from sqlalchemy import create_engine, make_url, select, text

from clusters.kernel.clock import now
from clusters.kernel.database import address
from clusters.people.models import Post
from clusters.people.rules import PostRole
from clusters.structure.models import Place
from clusters.structure.rules import PlaceKind
from cop.app import build
from cop.consent.models import Decision
from cop.consent.rules import Purpose
from cop.demo.building import stand
from cop.demo.sizes import Size
from cop.house import House, open_house
from cop.settings import Settings
from cop.ties.inventing import write_ties
from cop.ties.models import Tie
from cop.ties.rules import TieKind, term_of
from cop.web import web_sessions
from cop.web.models import Login
from cop.web.security import cookie_name
from cop.web.signing_in import add_login

SMALL = Size(schools=84, teachers=170)
EVENT = 10**9
"""Above every event there is."""
FORMATS = ("", ".json", ".csv")


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description="Whether the time of a page tells of one teacher.")
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    # The embedded server's own user must be able to enter it.
    with tempfile.TemporaryDirectory(prefix="cop-telling-", ignore_cleanup_errors=True) as folder, ExitStack() as open_:
        Path(folder).chmod(0o755)
        server = address(None, Path(folder))
        quiet = open_.enter_context(open_house(settings(server, "quiet", Path(folder))))
        stand(quiet, asked.seed, SMALL, lambda share, doing: None)
        teacher, cluster, viewer = people_of(quiet)
        session_id = signed_in(quiet, viewer)
        quiet.engine.dispose()
        owner = create_engine(server, isolation_level="AUTOCOMMIT")
        with owner.connect() as db:
            db.execute(text("CREATE DATABASE loud TEMPLATE quiet"))
        owner.dispose()
        loud = open_.enter_context(open_house(settings(server, "loud", Path(folder))))
        many = all_turn_to(loud, teacher)
        for house in (quiet, loud):
            with house.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
                db.execute(text("VACUUM ANALYZE"))
        clients = [
            open_.enter_context(TestClient(build(house), base_url=house.settings.address)) for house in (quiet, loud)
        ]
        headers = {"Cookie": f"{cookie_name(quiet.settings)}={session_id}"}
        shown = ("/", "/community", "/people", f"/people/{teacher}", "/clusters", f"/clusters/{cluster}", "/knowledge")
        paths = [f"{page}{form}" for page in shown for form in FORMATS]
        dice, pages = random.Random(asked.seed), {}
        for path in paths:
            answers = {client.get(path, headers=headers).status_code for client in clients}
            if answers == {200}:
                pages[path] = compared(clients, path, headers, asked.pairs, dice)
    told = sum(not page["holds_zero"] for page in pages.values())
    print(
        json.dumps(
            {
                "turned_to_by": many,
                "pairs": asked.pairs,
                "pages": pages,
                "told": told,
                "expected": round(len(pages) / 20, 1),
                "largest_share": max(abs(page["more_ms"]) / page["ms"] for page in pages.values()),
            },
            indent=1,
        )
    )


def settings(server: str, name: str, folder: Path) -> Settings:
    """A house on a database of this name, made where it is not there yet."""
    owner = create_engine(server, isolation_level="AUTOCOMMIT")
    with owner.connect() as db:
        if not db.scalar(text("SELECT EXISTS (SELECT FROM pg_database WHERE datname = :name)"), {"name": name}):
            db.execute(text(f'CREATE DATABASE "{name}"'))
    owner.dispose()
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    return Settings(database_url=url, data_dir=folder / "data")


def people_of(house: House) -> tuple[int, int, int]:
    """A teacher nobody turned to, her cluster, and somebody with an administrator's post."""
    with house.unit() as db:
        teacher, path = db.execute(
            select(Post.person_id, Post.training_path)
            .where(Post.role == PostRole.TEACHER, Post.person_id.not_in(select(Tie.to_id)))
            .order_by(Post.person_id)
            .limit(1)
        ).one()
        cluster = db.scalars(select(Place.id).where(Place.kind == PlaceKind.CLUSTER, Place.path == path)).one()
        viewer = db.scalars(select(Post.person_id).where(Post.role == PostRole.ADMINISTRATOR).limit(1)).one()
        return teacher, cluster, viewer


def signed_in(house: House, person: int) -> str:
    """A browser session of hers."""
    with house.unit() as db:
        known = db.scalar(select(Login.id).where(Login.person_id == person))
        login = known or add_login(db, person, "watcher", house.clock(None))
        return web_sessions.begin(db, login, house.clock(None))


def all_turn_to(house: House, teacher: int) -> int:
    """Everybody who takes part turns to her, in two ways; how many do."""
    with house.unit() as db:
        asked = select(Decision.person_id, Decision.id).where(
            Decision.purpose == Purpose.TIES, Decision.granted, Decision.ended_at.is_(None)
        )
        others = [(person, said) for person, said in db.execute(asked) if person != teacher]
        at = now(db)
        write_ties(
            db,
            [
                {"from_id": person, "to_id": teacher, "kind": kind, "subject": None, "term": term_of(at.date()),
                 "event_id": EVENT + person, "source": "benchmark", "consent_id": said, "at": at}
                for person, said in others
                for kind in (TieKind.EXCHANGED, TieKind.PLANNED)
            ],
        )  # fmt: skip
        return len(others)


def compared(
    clients: Sequence[TestClient[Any]], path: str, headers: dict[str, str], pairs: int, dice: random.Random
) -> dict[str, Any]:
    """The page in both houses by turns, the first of a pair drawn by lot."""
    for client in clients:
        client.get(path, headers=headers)
    times: list[list[float]] = [[], []]
    for _ in range(pairs):
        for house in dice.sample(range(2), 2):
            began = time.perf_counter()
            clients[house].get(path, headers=headers)
            times[house].append(1000 * (time.perf_counter() - began))
    more = sorted(loud - quiet for quiet, loud in zip(*times, strict=True))
    aside = int(pairs / 2 - 1.96 * sqrt(pairs) / 2)
    low, high = more[aside], more[pairs - 1 - aside]
    return {
        "ms": round(statistics.median(times[0]), 3),
        "more_ms": round(statistics.median(more), 3),
        "from": round(low, 3),
        "to": round(high, 3),
        "holds_zero": low <= 0 <= high,
    }


if __name__ == "__main__":
    main()
