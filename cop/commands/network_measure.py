"""`cop network measure`: what the worker starts as a child, and what an administrator may start by hand."""

import resource
import time
from dataclasses import asdict

import rich_click as click

from clusters.kernel.errors import Conflict, Invalid
from cop.commands.opening import opened
from cop.commands.speaking import Exit, answering, as_json, say, talk
from cop.compute.network import end_with_parent, measure_night, refresh
from cop.network.engine import Engine, fast_installed


@click.command(name="measure")
@click.option("--night", is_flag=True, help="Measure the whole network, for introductions; publish nothing.")
@click.option("--refresh", "marked", is_flag=True, help="Measure again where ties changed; publish nothing.")
@click.option("--leased", is_flag=True, hidden=True)
@as_json
def measure_(night: bool, marked: bool, leased: bool, as_json: bool) -> None:
    """Measure the network of those who let their ties be kept. The worker does it by itself, each night.

    Example: cop network measure --night --json
    """
    if leased:
        end_with_parent()
    with answering(as_json, Exit.USAGE):
        if night == marked:
            raise Invalid("measure_one")
    began = time.perf_counter()
    with opened(as_json) as house, answering(as_json):
        engine = engine_named(house.settings.engine)
        measured = measure_night(house.measure_unit, engine) if night else refresh(house.measure_unit)
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
