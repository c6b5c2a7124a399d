"""`cop demo`: an invented district or province with months behind it, opened in the browser and on simulated phones."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shlex import quote
from types import FrameType
from typing import Any

import rich_click as click
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from clusters.kernel.audit import Actor
from cop.commands.serving import check_address, listen_nearby, pool_for, run
from cop.commands.speaking import Exit, answering, as_json, leave, say, talk
from cop.demo.building import Standing, refuse_what_is_no_demo, stand
from cop.demo.founding import ADMINISTRATOR
from cop.demo.sizes import SIZES, Land, Size
from cop.house import House, open_house
from cop.logbook import open_logbook
from cop.settings import Settings
from cop.web.signing_in import new_link
from cop.web.views import paths

DATA_DIRS = {Land.DISTRICT: Path("demo-data"), Land.PROVINCE: Path("demo-province")}
"""Where the demonstration lives unless COP_DATA_DIR says otherwise."""
INTERRUPTED = 130
"""Exit code of a making that was broken off; it is taken up anew next time."""


@click.command()
@click.option("--seed", default=1, show_default=True, help="Another seed invents another district.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the pages; the next free one if it is taken.")
@click.option(
    "--scale",
    type=click.Choice([land.value for land in Land]),
    default=Land.DISTRICT.value,
    show_default=True,
    help="How much to invent: a district of 600 schools, or a province of 15,000.",
)
@click.option("--only-make", is_flag=True, help="End when it stands, and open nothing.")
@click.option("--schools", type=click.IntRange(min=1), hidden=True, help="How many schools to invent.")
@as_json
def demo(seed: int, port: int | None, scale: str, only_make: bool, schools: int | None, as_json: bool) -> None:
    """Invent a district or a province, if there is none yet, and open it: pages, worker and phones, until Ctrl-C.

    Example: cop demo --scale province
    """
    land = Land(scale)
    with answering(as_json, Exit.CONFIGURATION):
        settings = Settings.from_env(os.environ)
        if "COP_DATA_DIR" not in os.environ:
            settings = replace(settings, data_dir=DATA_DIRS[land])
        if port is not None:
            settings = replace(settings, port=port)
        check_address(settings)
    with answering(as_json), _interruptible() as asked:
        refuse_what_is_no_demo(settings)
        with open_house(settings, pool=pool_for(settings, pages=True, worker=True)) as house:
            standing = _make(house, seed, _size(land, schools), asked)
            if only_make:
                _tell_what_stands(standing, seed, as_json)
                leave(Exit.DONE)
            found, listener = listen_nearby(settings)
            house = replace(house, settings=found)
            open_logbook("warning")
            ended_well = run(house, listener, worker=True, ready=lambda: _tell(house, standing, seed, as_json))
    leave(Exit.DONE if ended_well else Exit.FAILED)


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Until the house serves, SIGTERM breaks the making off as Ctrl-C does, so that the database is left in order.

    What is yielded is set when somebody asked: an interrupt that is raised while a library cleans up is lost.
    """
    asked = threading.Event()

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        asked.set()
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked
    except KeyboardInterrupt:
        talk.print("Broken off. The next `cop demo` begins anew.")
        sys.exit(INTERRUPTED)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _make(house: House, seed: int, size: Size, asked: threading.Event) -> Standing:
    """The district, with a bar while it is made, or a line where nobody would see one move."""
    columns = (TextColumn("{task.description:<32}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=talk, transient=True, disable=not talk.is_terminal) as progress:
        task = progress.add_task("Looking for it", total=1.0)

        def tell(share: float, doing: str) -> None:
            if asked.is_set():
                raise KeyboardInterrupt
            progress.update(task, completed=share, description=doing)

        return stand(house, seed, size, tell)


def _size(land: Land, schools: int | None) -> Size:
    usual = SIZES[land]
    if schools is None:
        return usual
    return replace(usual, schools=schools, teachers=round(schools * usual.teachers / usual.schools))


def _tell_what_stands(standing: Standing, seed: int, as_json: bool) -> None:
    if as_json:
        say(_figures(standing, seed))
    else:
        click.echo(_sentence(standing))


def _tell(house: House, standing: Standing, seed: int, as_json: bool) -> None:
    """Where everything is, as soon as the pages answer; it is what was asked for, so it belongs on stdout."""
    address = house.settings.address
    with house.unit(Actor("command line")) as db:
        link = address + paths.one_time_link(new_link(db, ADMINISTRATOR, house.clock(None)))
    phones = address + paths.PHONES
    if as_json:
        say({"address": address, "link": link, "phones": phones, **_figures(standing, seed)})
    else:
        for line in _lines(house, standing, address, link, phones):
            click.echo(line)
    sys.stdout.flush()


def _figures(standing: Standing, seed: int) -> dict[str, Any]:
    return {
        "made": standing.newly_made,
        "schools": standing.schools,
        "clusters": standing.clusters,
        "teachers": standing.teachers,
        **({"seed": seed} if standing.newly_made else {}),
    }


def _sentence(standing: Standing) -> str:
    return (
        f"{standing.name}: {standing.schools:,} schools, {standing.clusters} LTRCs, {standing.teachers:,} teachers, "
        f"{standing.months} months of training behind them. Nobody in it is real, and no text leaves this machine."
    )


def _lines(house: House, standing: Standing, address: str, link: str, phones: str) -> Iterator[str]:
    yield _sentence(standing)
    yield ""
    yield f"  The pages    {address}"
    yield f"  Sign in      {link}   (once, within 24 hours, as its administrator)"
    yield f"  The phones   {phones}"
    yield ""
    own = not house.settings.database_url
    removal = f"rm -r {quote(str(house.settings.data_dir))}"
    if standing.aged(house.clock(None)):
        yield f"It was made on {standing.made_at:%-d %B %Y}: what was to come then lies behind now."
        yield f"For a fresh one end it and remove it: {removal}" if own else "For a fresh one name an empty database."
        yield ""
    yield f"Ctrl-C ends it. To remove all trace of it: {removal}" if own else "Ctrl-C ends it."
