"""Builds the demonstration in an empty database, and tells one from a database that is somebody's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from alembic import command
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.clock import now, today
from clusters.kernel.database import address, connect
from clusters.kernel.errors import Conflict
from clusters.people.models import Person, Post
from clusters.people.queries import held_on
from clusters.people.rules import LEARNERS
from clusters.scope import Scope
from clusters.structure.models import Place, School
from clusters.structure.queries import programme
from clusters.structure.rules import PlaceKind
from clusters.training.models import TrainingSession
from cop.demo.beside import alone
from cop.demo.founding import ADMINISTRATOR, open_the_door
from cop.demo.history import Tell, write_history
from cop.demo.past import Past
from cop.demo.sizes import Land, Size
from cop.hours import reminder_rules
from cop.house import House
from cop.memory import remember, standing
from cop.reactions import reactions
from cop.settings import Settings
from cop.web.models import Login
from migrations.applying import configuration, migrate, shape

ACTOR = Actor("command line")
LOCK = 4814000099
"""Held while a demonstration is made, so that no second process makes another one in the same place."""
FREEZING = "cop.demo.freezing"
MONTH = timedelta(days=30)
AGED = timedelta(days=7)
"""After so long the coming sessions of a demonstration lie behind."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A demonstration that stands: when it was made, and how large it is."""

    made_at: datetime
    name: str
    months: int
    """Of training that lies behind it."""
    schools: int
    clusters: int
    teachers: int
    newly_made: bool = False

    def aged(self, at: datetime) -> bool:
        """Has so much time gone by that it shows more past than future?"""
        return abs(at - self.made_at) > AGED


def refuse_what_is_no_demo(settings: Settings) -> None:
    """Conflict for a database that is named and holds anything but a demonstration; nothing is written to it."""
    if not settings.database_url:
        return
    engine = connect(address(settings.database_url, settings.data_dir), pool=1)
    try:
        have, newest = shape(engine)
        if have is None and inspect(engine).get_table_names():
            raise Conflict("not_a_demo", why="it holds tables of something else")
        if have is not None and have != newest:
            raise Conflict("not_a_demo", why="it was made by another version of cop")
    finally:
        engine.dispose()


def stand(house: House, seed: int, size: Size, tell: Tell) -> Standing:
    """The demonstration of this house, made first if its database is empty or an earlier making was interrupted."""
    with _alone(house.url):
        _refuse_real_people(house)
        made_at, newly = _made_at(house), False
        if made_at is None:
            _begin_anew(house)
            made_at, newly = _make(house, seed, size, tell), True
        _remember(house)
        return _standing(house, made_at, newly_made=newly)


def _remember(house: House) -> None:
    """No text of a demonstration reaches a real phone, so wherever it is opened it needs nobody to release it."""
    with house.unit(ACTOR) as db:
        found = standing(db)
    remember(house.settings.data_dir, found)


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """Over a connection of its own, because those of the house are closed when a making begins anew."""
    engine = connect(url, pool=1)
    try:
        with engine.connect() as connection:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}):
                raise Conflict("demo_being_made")
            yield
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
    finally:
        engine.dispose()


def _refuse_real_people(house: House) -> None:
    with house.unit(ACTOR) as db:
        founded = programme(db, Scope.everywhere())
        if founded is not None and not founded.invented:
            raise Conflict("not_a_demo", why=f"it holds the programme {founded.name}")
        if db.scalar(select(func.count()).where(Person.invented.is_(False))):
            raise Conflict("not_a_demo", why="it holds people who are not invented")
        if founded is None and db.scalar(select(func.count()).select_from(School)):
            raise Conflict("not_a_demo", why="it holds schools of no programme")


def _made_at(house: House) -> datetime | None:
    """When the demonstration was finished; the name by which one signs in is the last thing that is made."""
    with house.unit(ACTOR) as db:
        return db.scalar(select(Login.made_at).where(Login.login == ADMINISTRATOR))


def _begin_anew(house: House) -> None:
    """Take away what an interrupted making left behind."""
    with house.unit(ACTOR) as db:
        empty = programme(db, Scope.everywhere()) is None
    if not empty:
        house.engine.dispose()
        command.downgrade(configuration(house.url), "base")
        migrate(house.url)


def _make(house: House, seed: int, size: Size, tell: Tell) -> datetime:
    with house.unit(ACTOR) as db:
        at = now(db)
    past = Past(house.engine, reactions(reminder_rules(house.settings)))
    write_history(past, at, seed, size, house.settings.calendar, tell)
    with house.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))  # so many rows at once are not known to the planner of queries yet
    if size.land is Land.DISTRICT:  # of a province the worker does it, as it would what fails here
        tell(0.97, "The community, frozen")
        alone(FREEZING, house.url, at.isoformat())
    with past.at(at)(ACTOR) as db:
        open_the_door(db)
    return at


def _standing(house: House, made_at: datetime, *, newly_made: bool = False) -> Standing:
    with house.unit(ACTOR) as db:
        founded = programme(db, Scope.everywhere())
        first = db.scalar(select(func.min(TrainingSession.starts_at))) or made_at
        months = round((made_at - first) / MONTH)
        return Standing(made_at, founded.name if founded else "", months, *_counts(db), newly_made=newly_made)


def _counts(db: Session) -> tuple[int, int, int]:
    open_clusters = select(func.count()).where(Place.kind == PlaceKind.CLUSTER, Place.closed_on.is_(None))
    teaching = select(func.count(Post.person_id.distinct())).where(Post.role.in_(LEARNERS), held_on(today(db)))
    return (
        db.scalar(select(func.count()).select_from(School)) or 0,
        db.scalar(open_clusters) or 0,
        db.scalar(teaching) or 0,
    )
