"""`cop users`: let people sign in, on the machine itself; each gets a one-time link instead of a first password."""

import rich_click as click
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.errors import Conflict, Invalid
from clusters.people.actions import appoint, register
from clusters.people.queries import person
from clusters.scope import Scope
from clusters.structure.queries import place as find_place
from cop.commands.opening import opened
from cop.commands.speaking import as_json, say, talk
from cop.house import House
from cop.web.signing_in import add_login, disable, forget_second_factor, free_name, new_link
from cop.web.viewers import POST_OF
from cop.web.views import paths
from cop.web.views.frame import Role

DOOR = Actor("command line")
EVERYWHERE = Scope.everywhere()


@click.group()
def users() -> None:
    """Let people sign in.

    Example: cop users add --name "Sajida Begum" --role manager --place A/KP.BANNU.
    """


@users.command()
@click.option("--name", help="Name of somebody new.")
@click.option("--person", "person_id", type=int, help="Number of somebody who is known already.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--place", required=True, help="What she sees: T/ for all, T/B2.C07., A/KP.BANNU.")
@click.option("--login", help="Name she signs in with; made from her name unless given.")
@as_json
def add(*, name: str | None, person_id: int | None, role: str, place: str, login: str | None, as_json: bool) -> None:
    """Register somebody, give her a role at a place, and print a link that signs her in once within a day.

    Example: cop users add --name "Sajida Begum" --role manager --place A/KP.BANNU.
    """
    with opened(as_json) as house:
        with house.unit(DOOR) as db:
            known = _somebody(db, name, person_id)
            _appoint(db, known, Role(role), place)
            signs_in_as = login or free_name(db, person(db, EVERYWHERE, known).name)
            add_login(db, known, signs_in_as, house.clock(None))
            signs_in_as, link = _link(db, house, signs_in_as)
        _tell({"id": known, "login": signs_in_as, "link": link}, as_json=as_json)


@users.command(name="link")
@click.argument("login")
@as_json
def link_(*, login: str, as_json: bool) -> None:
    """Make a fresh link for somebody who signs in as LOGIN; the one before stops working.

    Example: cop users link sajida.begum
    """
    with opened(as_json) as house:
        with house.unit(DOOR) as db:
            signs_in_as, link = _link(db, house, login)
        _tell({"login": signs_in_as, "link": link}, as_json=as_json)


@users.command(name="disable")
@click.argument("login")
@as_json
def disable_(*, login: str, as_json: bool) -> None:
    """Let somebody sign in no more; she is signed out everywhere at once.

    Example: cop users disable sajida.begum
    """
    with opened(as_json) as house:
        with house.unit(DOOR) as db:
            disable(db, login, house.clock(None))
        if as_json:
            say({"login": login, "disabled": True})
        else:
            talk.print(f"{login} is signed out everywhere and cannot sign in.", markup=False)


@users.command(name="no-second-factor")
@click.argument("login")
@as_json
def no_second_factor(*, login: str, as_json: bool) -> None:
    """Ask for a second proof no more, when phone and printed codes are lost; she sets up a new one herself.

    Example: cop users no-second-factor sajida.begum
    """
    with opened(as_json) as house:
        with house.unit(DOOR) as db:
            forget_second_factor(db, login, house.clock(None))
        if as_json:
            say({"login": login, "second_factor": False})
        else:
            talk.print(f"{login} signs in by the password alone, until a new app is set up.", markup=False)


def _somebody(db: Session, name: str | None, person_id: int | None) -> int:
    if (name is None) == (person_id is None):
        raise Invalid("users_name_or_person")
    if person_id is not None:
        return person(db, EVERYWHERE, person_id).id
    return register(db, EVERYWHERE, name or "")


def _appoint(db: Session, person_id: int, role: Role, place: str) -> None:
    """Give her the post, unless she holds it already."""
    there = find_place(db, EVERYWHERE, place)
    try:
        appoint(db, EVERYWHERE, person_id, POST_OF[role], at_place=there.id)
    except Conflict as conflict:
        if conflict.key != "post_held_already":
            raise


def _link(db: Session, house: House, login: str) -> tuple[str, str]:
    """The name as it is kept, and a one-time link."""
    token = new_link(db, login, house.clock(None))
    return login.strip().casefold(), house.settings.address + paths.one_time_link(token)


def _tell(made: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        say(made)
        return
    talk.print(f"Signs in as {made['login']}. This link works once, within a day:", markup=False)
    click.echo(made["link"])
