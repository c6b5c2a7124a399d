"""`cop people`: invents trainers and teachers for a trial."""

from dataclasses import asdict

import rich_click as click

from clusters.kernel.audit import Actor
from clusters.people.actions import fill
from clusters.scope import Scope
from cop.commands.opening import opened
from cop.commands.speaking import as_json, say, talk


@click.group()
def people() -> None:
    """Trainers and teachers.

    Example: cop people fill --seed 1
    """


@people.command(name="fill")
@click.option("--seed", required=True, type=int, help="The same seed invents the same people.")
@click.option("--teachers-per-school", default=1.4, show_default=True, help="On average; a school gets one to three.")
@as_json
def fill_(seed: int, teachers_per_school: float, as_json: bool) -> None:
    """Invent people with phones where nobody stands yet; all are marked as invented, and no real route texts them.

    Example: cop people fill --seed 1 --teachers-per-school 1.4
    """
    with opened(as_json) as house, house.unit(Actor("command line")) as db:
        filled = fill(db, Scope.everywhere(), seed, teachers_per_school)
    if as_json:
        say({"seed": seed, **asdict(filled)})
        return
    if filled.people == 0:
        talk.print("Every school and every team has its people already; nobody was invented.")
    else:
        talk.print(
            f"Invented: {filled.teachers} teachers, {filled.circle_trainers} circle trainers, "
            f"{filled.master_trainers} master trainers, {filled.core_team} core team members. "
            f"{filled.without_phone} teachers have no phone, {filled.sharing_a_phone} share one.",
            soft_wrap=True,
        )
    talk.print("Next: cop cascade plan --subjects maths")
