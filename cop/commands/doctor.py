"""`cop doctor`: what is well and what is not; `cop settings`: every value and where it comes from."""

import os
from dataclasses import asdict

import rich_click as click
from rich.console import Console
from rich.table import Table

from cop.commands.checkup import Finding, examine
from cop.commands.speaking import Exit, answering, as_json, leave, say
from cop.commands.told import example_file, page, told
from cop.settings import Settings

WIDTH = 200
"""Letters in a line that goes to a file or another program; a terminal has its own."""


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Look at this installation: what is well, what is not and why, and the command that mends it.

    Example: cop doctor
    """
    with answering(as_json, Exit.CONFIGURATION):
        settings = Settings.from_env(os.environ)
    paper, found = _paper(), []
    for finding in examine(settings):
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


@click.command()
@as_json
@click.option("--markdown", is_flag=True, hidden=True, help="Print the page of reference.")
@click.option("--env", is_flag=True, hidden=True, help="Print the example file for a service.")
def settings(as_json: bool, markdown: bool, env: bool) -> None:
    """Show every setting: its value, whether it was set or is the default, and what it does.

    Example: COP_PORT=9000 cop settings
    """
    if markdown or env:
        click.echo(page() if markdown else example_file(), nl=False)
        return
    with answering(as_json, Exit.CONFIGURATION):
        values = told(Settings.from_env(os.environ), os.environ)
    if as_json:
        say({"settings": [asdict(each) for each in values]})
        return
    table = Table("setting", "value", "source", "what it does", box=None, header_style="bold", pad_edge=False)
    for each in values:
        style = None if each.source == "default" else "bold"
        table.add_row(each.name, each.value or "-", each.source, each.sentence, style=style)
    _paper().print(table)
