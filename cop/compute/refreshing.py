"""Measures clusters and circles again whose ties changed: a process of its own, which loads little else and is soon up.

All places that wait are measured by one of them, on what one reading brought; nothing is published by it.
"""

import json
import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import takewhile

from clusters.kernel.audit import Actor
from clusters.kernel.clock import Clock, now, today
from clusters.kernel.database import connect, sessions
from clusters.kernel.unit import UnitOfWork
from cop.network.arrays import Events
from cop.network.engine import Engine
from cop.network.graph import Span, happened, people
from cop.network.keeping import forget_left, keep_slices
from cop.network.leases import marks, unmark
from cop.network.nightly import small_place, touched

ACTOR = Actor("measuring")
MANY = 16
"""From so many places on it pays to load compiled code."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many clusters and circles were measured again, and how many marks that answered."""

    places: int
    marks: int


def refresh(unit: UnitOfWork, engine: Engine = Engine.AUTO) -> Refreshed:
    """Measure the marked clusters and circles again, exactly; a tie that comes meanwhile marks them anew."""
    with unit(ACTOR, to_read=True) as db:
        at = now(db)
        span = Span(at, today(db))
        answered = marks(db)
        places = touched(answered.values())
        who = people(db, span)
        given = happened(db, span, _around(places))
    by = Engine.DEFAULT if engine is Engine.AUTO and len(places) < MANY else engine
    ties = Events(given.src, given.dst, given.at, given.kind).ties(len(who))
    parts = {path: who.at(path) for path in places}
    measured = [
        (path, small_place(ties.part(part.start, part.stop), who.ids[part].tolist(), by))
        for path, part in parts.items()
    ]
    with unit(ACTOR) as db:
        keep_slices(db, at, measured)
        unmark(db, answered)
        forget_left(db)
    return Refreshed(len(measured), len(answered))


def _around(places: Sequence[str]) -> str:
    """The smallest place that all of these lie in or are, "" for the whole programme or for none."""
    steps = [path.rstrip(".").split(".") for path in places]
    shared = takewhile(lambda names: len(set(names)) == 1, zip(*steps, strict=False))
    return "".join(f"{names[0]}." for names in shared)


def end_with_parent() -> None:
    """Let this process end at once when whoever started it does: then its end of our standard input is closed."""

    stdin = sys.stdin.fileno()

    def watch() -> None:
        while os.read(stdin, 1):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    """Refresh in the surroundings that a worker gives its child, whose database is settled, and say how it went."""
    end_with_parent()
    start = os.environ.get("COP_NOW")
    engine = connect(os.environ["COP_DATABASE_URL"], pool=1)
    try:
        unit = UnitOfWork(
            sessions(engine.execution_options(isolation_level="REPEATABLE READ")),
            {},
            Clock(datetime.fromisoformat(start) if start else None),
            role="cop_measure",
        )
        found = refresh(unit, Engine(os.environ.get("COP_ENGINE") or Engine.AUTO))
    finally:
        engine.dispose()
    sys.stdout.write(json.dumps(asdict(found)) + "\n")


if __name__ == "__main__":
    main()
