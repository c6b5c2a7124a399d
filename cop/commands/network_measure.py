"""`cop network measure`: what the worker starts as a child, and what an administrator may start by hand."""

import re
import resource
import time
from dataclasses import asdict

import rich_click as click

from clusters.kernel.errors import Conflict, Invalid
from cop.commands.opening import opened
from cop.commands.speaking import Exit, answering, as_json, say, talk
from cop.compute.network import Month, Night, measure_month, measure_night
from cop.compute.refreshing import Refreshed, end_with_parent, refresh
from cop.network.engine import Engine, fast_installed

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


@click.command(name="measure")
@click.option("--month", metavar="YYYY-MM", help="Which month to measure and publish; the last that is over.")
@click.option("--night", is_flag=True, help="Measure the whole network, for introductions; publish nothing.")
@click.option("--refresh", "marked", is_flag=True, help="Measure again where ties changed; publish nothing.")
@click.option("--leased", is_flag=True, hidden=True)
@as_json
def measure_(month: str | None, night: bool, marked: bool, leased: bool, as_json: bool) -> None:
    """Measure the network of those who let their ties be kept. The worker does it by itself, each night and month.

    Example: cop network measure --month 2026-02 --json
    """
    if leased:
        end_with_parent()
    with answering(as_json, Exit.USAGE):
        if (month is not None) + night + marked > 1:
            raise Invalid("measure_one")
        if month is not None and not MONTH.fullmatch(month):
            raise Invalid("month_unreadable", month=month)
    began = time.perf_counter()
    with opened(as_json) as house, answering(as_json):
        measured: Month | Night | Refreshed
        if night:
            measured = measure_night(house.measure_unit, engine_named(house.settings.engine))
        elif marked:
            measured = refresh(house.measure_unit, engine_named(house.settings.engine))
        else:
            measured = measure_month(house.measure_unit, house.decided.now.smallest_group, month)
    found = asdict(measured)
    if as_json:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        say({**found, "seconds": round(time.perf_counter() - began, 2), "peak_mb": round(peak, 1)})
    else:
        talk.print(", ".join(f"{name}: {many}" for name, many in found.items()), markup=False)


def engine_named(wanted: str) -> Engine:
    try:
        engine = Engine(wanted)
    except ValueError:
        raise Invalid(
            "setting_unreadable", name="COP_ENGINE", value=wanted, wanted=", ".join(each.value for each in Engine)
        ) from None
    if engine is Engine.FAST and not fast_installed():
        raise Conflict("fast_missing")
    return engine
