"""Measures the network in a process of its own: read at one instant, measured on arrays, written as the same role.

Nothing of it is seen before its one writing unit commits; a process that is killed leaves nothing.
"""

import os
import sys
import threading
from dataclasses import dataclass
from datetime import timedelta

from clusters.kernel.audit import Actor
from clusters.kernel.clock import now, today
from clusters.kernel.unit import UnitOfWork
from cop.network.engine import Engine
from cop.network.graph import Span, digraph, happened, people
from cop.network.keeping import forget_left, forget_months, keep_persons, keep_slices
from cop.network.leases import marks, unmark
from cop.network.nightly import small_place, touched, whole_network

ACTOR = Actor("measuring")
KEPT_MONTHS = 26
"""What was measured of persons is kept for so long: trajectories are told of two years."""


@dataclass(frozen=True, slots=True)
class Night:
    """How many persons the night measured, of how much that was given."""

    persons: int
    events: int


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many clusters and circles were measured again, and how many marks that answered."""

    places: int
    marks: int


def measure_night(unit: UnitOfWork, engine: Engine = Engine.AUTO) -> Night:
    """Measure the whole network and keep each person's figures, of this month, for the measuring role alone."""
    with unit(ACTOR, to_read=True) as db:
        at, day = now(db), today(db)
        span = Span(at, day)
        who = people(db, span)
        given = happened(db, span)
    measured = list(whole_network(who, given, day.toordinal(), engine))
    with unit(ACTOR) as db:
        forget_left(db)
        forget_months(db, f"{day - timedelta(days=31 * KEPT_MONTHS):%Y-%m}")
        keep_persons(db, f"{day:%Y-%m}", at, measured)
        forget_left(db)
    return Night(len(who), len(given))


def refresh(unit: UnitOfWork) -> Refreshed:
    """Measure the marked clusters and circles again, exactly; a tie that comes meanwhile marks them anew."""
    with unit(ACTOR, to_read=True) as db:
        at = now(db)
        span = Span(at, today(db))
        answered = marks(db)
        places = touched(answered.values())
        who = people(db, span)
        given = happened(db, span, places[0] if len(places) == 1 else "")
    parts = {path: who.at(path) for path in places}
    measured = [(path, small_place(digraph(given, part), who.ids[part].tolist())) for path, part in parts.items()]
    with unit(ACTOR) as db:
        keep_slices(db, at, measured)
        unmark(db, answered)
        forget_left(db)
    return Refreshed(len(measured), len(answered))


def end_with_parent() -> None:
    """Let this process end at once when whoever started it does: then its end of our standard input is closed."""

    stdin = sys.stdin.fileno()

    def watch() -> None:
        while os.read(stdin, 1):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
