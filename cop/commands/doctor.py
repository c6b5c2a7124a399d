"""`cop doctor`: what is well and what is not; `cop settings`: every value and where it comes from."""

import os
from dataclasses import asdict

import rich_click as click
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from clusters.kernel.audit import Actor
from clusters.kernel.errors import CopError
from clusters.scope import Scope
from cop.commands.checkup import examine
from cop.commands.finding import Finding
from cop.commands.opening import opened
from cop.commands.speaking import Exit, answering, as_json, leave, say, talk
from cop.commands.told import example_file, page, told
from cop.decided import set_value, written_as
from cop.house import open_house
from cop.settings import Settings

WIDTH = 200
"""Letters in a line that goes to a file or another program; a terminal has its own."""


@click.command()
@click.option("--ask", is_flag=True, help="Ask the providers of texts too, over the network.")
@as_json
def doctor(as_json: bool, ask: bool) -> None:
    """Look at this installation: what is well, what is not and why, and the command that mends it.

    Example: cop doctor
    """
    with answering(as_json, Exit.CONFIGURATION):
        settings = Settings.from_env(os.environ)
    paper, found = _paper(), []
    for finding in examine(settings, ask=ask):
        found.append(finding)
        if not as_json:
            _tell(paper, finding)
    ailing = sum(not finding.well for finding in found)
    if as_json:
        say({"well": not ailing, "checks": [asdict(finding) for finding in found]})
    else:
        things = "1 thing is" if ailing == 1 else f"{ailing} things are"
        paper.print(f"{things} not well." if ailing else "All is well.", markup=False)
    leave(Exit.FAILED if ailing else Exit.DONE)


def _paper() -> Console:
    """Where findings are written: they are what the command was asked for, so they belong on stdout."""
    paper = Console(highlight=False)
    return paper if paper.is_terminal else Console(highlight=False, width=WIDTH)


def _tell(paper: Console, finding: Finding) -> None:
    mark, style = ("well", "green") if finding.well else ("NOT WELL", "bold red")
    paper.print(f"{mark:>8} ", style=style, end="")
    paper.print(f"{finding.name:<10} {finding.what}", markup=False, soft_wrap=True)
    if finding.mend:
        paper.print(f"{'':>20}Mend it: {finding.mend}", markup=False, soft_wrap=True)


@click.group(invoke_without_command=True)
@as_json
@click.option("--markdown", is_flag=True, hidden=True, help="Print the page of reference.")
@click.option("--env", is_flag=True, hidden=True, help="Print the example file for a service.")
@click.pass_context
def settings(ctx: click.Context, as_json: bool, markdown: bool, env: bool) -> None:
    """Show every setting: its value, where it comes from, and what it does; `set` decides one for the programme.

    Example: COP_PORT=9000 cop settings
    """
    if ctx.invoked_subcommand is not None:
        return
    if markdown or env:
        click.echo(page() if markdown else example_file(), nl=False)
        return
    with answering(as_json, Exit.CONFIGURATION):
        given = Settings.from_env(os.environ)
        values = told(given, os.environ, _now(given))
    if as_json:
        say({"settings": [asdict(each) for each in values]})
        return
    table = Table("setting", "value", "source", "what it does", box=None, header_style="bold", pad_edge=False)
    for each in values:
        style = None if each.source == "default" else "bold"
        table.add_row(each.name, each.value or "-", each.source, each.sentence, style=style)
    _paper().print(table)


def _now(given: Settings) -> Settings:
    """What holds with what the programme decided, if there is a database to ask."""
    if not given.database_url and not (given.data_dir / "postgres").is_dir():
        return given
    try:
        with open_house(given) as house, house.unit(Actor("command line"), to_read=True):
            return house.decided.now
    except (CopError, SQLAlchemyError):
        talk.print("The database does not answer, so what was decided there is not shown.")
        return given


@settings.command("set")
@click.argument("name")
@click.argument("value")
@as_json
def set_(name: str, value: str, as_json: bool) -> None:
    """Decide a setting for the whole programme; an empty VALUE returns to the default.

    It holds at once in every process, unless the environment sets it there. Example: cop settings set reminders 5d,1d
    """
    field = name.strip().lower().removeprefix("cop_")
    with answering(as_json), opened(as_json) as house:
        with house.unit(Actor("command line")) as db:
            changed = set_value(db, Scope.everywhere(), house.settings, field, value)
        with house.unit(Actor("command line"), to_read=True):
            holds = written_as(getattr(house.decided.now, field))
    if as_json:
        say({"name": f"COP_{field.upper()}", "value": holds, "changed": changed})
        return
    talk.print(f"COP_{field.upper()} is {holds or 'empty'}." if changed else "It was so already. Nothing was changed.")
