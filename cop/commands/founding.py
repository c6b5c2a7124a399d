"""`cop init` founds the programme of this installation; `cop migrate` brings its database to the newest shape."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import rich_click as click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.database import address, connect
from clusters.kernel.errors import Invalid
from clusters.people.actions import appoint, register
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.structure.actions import found_programme
from cop.backups.taking import take_backup
from cop.commands.installing import install
from cop.commands.opening import opened
from cop.commands.speaking import Exit, answering, as_json, say, talk
from cop.house import House
from cop.settings import Settings
from cop.web.i18n import Language
from cop.web.signing_in import add_login, free_name, new_link
from cop.web.views import paths
from migrations.applying import migrate as apply_migrations
from migrations.applying import shape
from migrations.roles import missing, set_up

DOOR = Actor("command line")
NAME = "Teacher training"
LANGUAGES = "ur,en"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is founded; an empty administrator is made later by `cop users add`."""

    name: str
    languages: tuple[str, ...]
    trial: bool
    administrator: str


@click.command()
@click.option("--programme", metavar="NAME", help=f"What the programme is called; {NAME} unless given.")
@click.option(
    "--lang", metavar="ur,en", help=f"Languages of pages and papers, the first one first; {LANGUAGES} unless given."
)
@click.option("--trial", is_flag=True, help="A trial with invented people; no real phone is ever texted.")
@click.option("--administrator", metavar="NAME", help="Name of the first administrator, who gets a sign-in link.")
@click.option("--yes", "--no-input", "yes", is_flag=True, help="Ask nothing; take what is given and the defaults.")
@click.option("--service", is_flag=True, help="Make cop a service of this machine instead: write its systemd units.")
@click.option("--address", metavar="URL", help="With --service: the https address people will type.")
@click.option(
    "--under", metavar="DIR", default="/", type=Path, hidden=True, help="With --service: write below this folder."
)
@as_json
def init(
    programme: str | None,
    lang: str | None,
    trial: bool,
    administrator: str | None,
    yes: bool,
    service: bool,
    address: str | None,
    under: Path,
    as_json: bool,
) -> None:
    """Found your programme: its name, its languages, its first administrator. Asks only on a terminal.

    Example: cop init --programme Bannu --lang ur,en
    """
    if service:
        _make_service(address, under, as_json)
        return
    if not (yes or as_json) and talk.is_terminal:
        programme = programme or click.prompt("Name of the programme", default=NAME, err=True)
        lang = lang or click.prompt("Languages of pages, the first one first", default=LANGUAGES, err=True)
        trial = trial or click.confirm("Is it a trial with invented people?", default=False, err=True)
        if administrator is None:
            administrator = click.prompt("Your name, as its administrator (empty: later)", default="", err=True)
    with answering(as_json, Exit.USAGE):
        wish = Wish(programme or NAME, _languages(lang or LANGUAGES), trial, (administrator or "").strip())
    with opened(as_json) as house:
        with house.unit(DOOR) as db:
            root = found_programme(db, Scope.everywhere(), wish.name, wish.trial, wish.languages)
            made = _administrator(db, house, wish.administrator, root) if wish.administrator else None
        if as_json:
            say(
                {
                    "programme": " ".join(wish.name.split()),
                    "languages": list(wish.languages),
                    "trial": wish.trial,
                    "administrator": made,
                }
            )
        else:
            _tell(wish, made)


@click.command()
@click.option("--backup/--no-backup", "back_up", default=True, help="Whether an upgrade takes a backup first.")
@click.option("--grants", is_flag=True, help="Also set up the roles of a server, and let cop_owner own the tables.")
@click.option("--print", "only_print", is_flag=True, help="With --grants: only say the SQL that is missing.")
@as_json
def migrate(back_up: bool, grants: bool, only_print: bool, as_json: bool) -> None:
    """Bring the database to the newest shape; safe to run twice, and from several machines at once.

    With --grants --print it prints what a database administrator must run, and changes nothing.

    Example: cop migrate
    """
    with answering(as_json, Exit.CONFIGURATION):
        settings = Settings.from_env(os.environ)
    with answering(as_json):
        url = address(settings.database_url or None, settings.data_dir)
        engine = connect(url, pool=2, name="cop migrate")
        try:
            if only_print:
                _print_missing(engine, as_json)
                return
            before, newest = shape(engine)
            kept = None
            if back_up and before is not None and before != newest:
                kept = take_backup(settings, engine, url)
            ran = _set_up(engine) if grants else []
            engine.dispose()
            apply_migrations(url)
            after, _ = shape(engine)
        finally:
            engine.dispose()
    if as_json:
        changed = {"before": before, "after": after, "newest": newest, "changed": before != after}
        say({**changed, "backup": str(kept.file) if kept else None, **({"ran": ran} if grants else {})})
        return
    if kept is not None:
        talk.print(f"A backup of before is at {kept.file}", markup=False, soft_wrap=True)
    for statement in ran:
        talk.print(f"{statement};", markup=False, soft_wrap=True)
    if grants:
        talk.print("The roles are set up." if ran else "The roles were set up already.")
    if before == after:
        talk.print(f"The database has the newest shape already ({after}).", markup=False)
    else:
        talk.print(f"The database went from {before or 'empty'} to {after}. Next: cop serve", markup=False)


def _set_up(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        return set_up(connection)


def _print_missing(engine: Engine, as_json: bool) -> None:
    """What is missing, for somebody with more rights to run."""
    with engine.connect() as connection:
        needed = missing(connection)
    if as_json:
        say({"missing": needed})
        return
    for statement in needed:
        click.echo(f"{statement};")
    talk.print("A database administrator runs this in the same database." if needed else "Nothing is missing.")


def _make_service(address: str | None, under: Path, as_json: bool) -> None:
    with answering(as_json):
        done = install(address, under)
    if as_json:
        say(asdict(done))
        return
    for path in done.written:
        talk.print(f"Written: {path}", markup=False, soft_wrap=True)
    for path in done.kept:
        talk.print(f"Left as it was: {path}", markup=False, soft_wrap=True)
    talk.print("Next, one by one:")
    for command in done.following:
        talk.print(f"  {command}", markup=False, soft_wrap=True)


def _languages(given: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip().lower() for name in given.split(",") if name.strip()))
    unknown = [name for name in names if name not in list(Language)]
    if unknown or not names:
        raise Invalid("language_unknown", given=unknown[0] if unknown else given, known=", ".join(Language))
    return names


def _administrator(db: Session, house: House, name: str, root: int) -> dict[str, Any]:
    scope = Scope.everywhere()
    person_id = register(db, scope, name)
    appoint(db, scope, person_id, PostRole.ADMINISTRATOR, at_place=root)
    login = free_name(db, name)
    add_login(db, person_id, login, house.clock(None))
    token = new_link(db, login, house.clock(None))
    return {"id": person_id, "login": login, "link": house.settings.address + paths.one_time_link(token)}


def _tell(wish: Wish, made: dict[str, Any] | None) -> None:
    talk.print(f"The programme {' '.join(wish.name.split())} is founded.", markup=False, soft_wrap=True)
    if made is None:
        talk.print('An administrator comes later: cop users add --name "..." --role admin --place T/', markup=False)
    else:
        talk.print(f"Its administrator signs in as {made['login']}. This link works once, within a day:", markup=False)
        click.echo(made["link"])
    talk.print("Next: cop import check SCHOOLS.xlsx --kind schools", markup=False)
