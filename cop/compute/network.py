"""Measures the network in a process of its own: read at one instant, measured on arrays, written as the same role.

Nothing of it is seen before its one writing unit commits; a process that is killed leaves nothing.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version

from clusters.kernel.clock import midnight, now, today
from clusters.kernel.errors import Conflict
from clusters.kernel.unit import UnitOfWork
from cop.compute.refreshing import ACTOR
from cop.introductions.actions import want
from cop.network.actions import after, month_over
from cop.network.bounding import Bounding
from cop.network.engine import Engine
from cop.network.evidence import evidence
from cop.network.graph import Span, happened, people
from cop.network.keeping import forget_left, forget_months, keep_persons, keep_stages
from cop.network.matching import community, pairs
from cop.network.models import SnapshotState
from cop.network.nightly import whole_network
from cop.network.publishing import publish

KEPT_MONTHS = 26
"""What was measured of persons is kept for so long: trajectories are told of two years."""


@dataclass(frozen=True, slots=True)
class Month:
    """What became of a month: figures measured, and of the cells those shown anew, kept from before, and hidden."""

    month: str
    figures: int
    published: bool
    """False when it would have given somebody away: then the snapshot before stays."""
    shown: int
    kept: int
    hidden: int
    withheld: int
    introductions: int
    """Pairs whom the worker may ask whether they want to be introduced."""


@dataclass(frozen=True, slots=True)
class Night:
    """How many persons the night measured, of how much that was given."""

    persons: int
    events: int


def measure_month(unit: UnitOfWork, least: int, month: str | None = None) -> Month:
    """Measure a month that is over, the last unless told otherwise, and publish what may be shown; then it stays.

    Who could be introduced to whom is written down with it, for the worker who asks them.

    `least` is the number of persons below whom nothing is shown. Conflict when the month is not over, or published.
    """
    with unit(ACTOR, to_read=True) as db:
        latest = month_over(today(db))
        month = month or latest
        until = midnight(after(month))
        if until > now(db):
            raise Conflict("month_not_over", month=month)
        span = Span(until, after(month) - timedelta(days=1))
        found = evidence(db, span)
        among = community(db, span, found.people, found.given)
    seed = after(month).toordinal()
    # Nobody is asked now for the sake of how things stood long ago.
    wanted = pairs(among, found.people, seed) if month == latest else []
    bounding = Bounding(found)
    figures = bounding.figures()
    who = found.people
    stages = [(int(who.ids[n]), who.paths[who.place[n]], stage) for n, stage in bounding.stages().items()]
    with unit(ACTOR) as db:
        outcome = publish(db, figures, date.fromisoformat(f"{month}-01"), least, seed=seed, versions=_versions())
        keep_stages(db, month, now(db), stages)
        introductions = want(db, wanted)
    return Month(
        month,
        len(figures),
        outcome.state is SnapshotState.PUBLISHED,
        outcome.shown,
        outcome.kept,
        outcome.hidden,
        outcome.withheld,
        introductions,
    )


def _versions() -> dict[str, str]:
    return {name: version(name) for name in ("cop", "networkx", "numpy", "scipy", "graspologic-native")}


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
