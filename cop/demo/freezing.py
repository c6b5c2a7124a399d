"""Freezes the months of the invented district that are over, as the house does: run as a program of its own.

So the libraries that measure are loaded there alone, and gone when it ends.
"""

import os
import sys
from datetime import datetime, timedelta

from clusters.kernel.audit import Actor
from clusters.kernel.clock import day_of
from clusters.kernel.database import connect
from cop.compute.network import measure_month
from cop.demo.beside import DATABASE
from cop.demo.garden import Months
from cop.demo.past import Past
from cop.network.actions import MONTH
from cop.network.leases import ask, end, lease
from cop.network.rules import K
from cop.reactions import REACTIONS

JOB = Actor("job")
NIGHT = timedelta(hours=2, minutes=10)
"""After midnight of the first, when a month is measured."""
PATIENCE = timedelta(minutes=30)


def freeze(past: Past, now: datetime) -> None:
    """Publish the last month of the term before, then the month just over; no worker needs to do it again."""
    months = Months.of(now)
    for until in sorted({months.before, months.last}):
        month = f"{day_of(until) - timedelta(days=1):%Y-%m}"
        unit = past.at(min(until + NIGHT, now))
        with unit(JOB) as db:
            ask(db, MONTH, month)
            held = lease(db, MONTH, month, PATIENCE)
        if held is not None:
            measure_month(unit, K, month)
            with unit(JOB) as db:
                end(db, held, timedelta())


if __name__ == "__main__":
    engine = connect(os.environ[DATABASE], pool=1)
    try:
        freeze(Past(engine, REACTIONS), datetime.fromisoformat(sys.argv[1]))
    finally:
        engine.dispose()
