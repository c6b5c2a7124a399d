"""A trainer whose number is known for long, with codes that can be foretold, for tests of what affects others."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from sqlalchemy import select, update

from clusters.people.models import PersonNumber
from clusters.people.rules import Language
from clusters.structure.models import School
from clusters.training.models import TrainingSession
from cop.house import House
from cop.jobs import carry_out, tools
from cop.words import book_of
from messaging.outbox.models import Message
from messaging.outbox.rules import State
from messaging.proof.models import PendingCommand
from tests import build
from tests.conftest import HandClock
from tests.messaging.voice import ONE_BY_ONE
from tests.texting import World

CODE = "638214"
NAMES = ("Usman", "Shaista", "Gul Zaman", "Imran", "Nasir", "Bakht", "Noor", "Rahim", "Saima", "Saeed", "Hamid")


class Codes:
    """The printed code first, then others, none of them twice."""

    def __init__(self, first: int = int(CODE)) -> None:
        self.drawn = first

    def __call__(self, below: int) -> int:
        given, self.drawn = self.drawn, (self.drawn + 100_003) % below
        return given


def long_known(world: World, below: Callable[[int], int] | None = None) -> World:
    """Everybody has had their number for a month, and codes come in a known order."""
    with world.house.unit() as db:
        db.execute(update(PersonNumber).values(since=world.clock.at - timedelta(days=30)))
    drawn = below or Codes()
    world.hands = replace(world.hands, book=partial(book_of, world.house.settings, drawn))
    return world


def kakki(house: House, clock: HandClock, language: Language | None = Language.ROMAN_URDU) -> World:
    """The session of the printed dialogues: Maths on 14 March at GPS Kakki, 31 on the sheet, code 4814."""
    with house.unit() as db:
        circle = build.circle(db, build.block(db))
        cluster = build.cluster(db, 31, in_circle=circle)
        host = db.get_one(School, cluster.host_school_id)
        host.name = "GPS Kakki"
        trainer = build.trainer(db, circle, "Zakir Khan")
        trainer.language = language
        teachers = [
            build.teacher(db, school, NAMES[place % len(NAMES)])
            for place, school in enumerate(build.schools_of(db, cluster))
        ]
        for each in teachers:
            each.language = language
        day = date(2026, 3, 14)
        session = build.training_session(db, cluster, day=day, led_by=[trainer], invited=teachers, code="4814")
    return long_known(World(house, clock, tools(house, pace=ONE_BY_ONE), trainer, teachers, session))


def code_in(text: str) -> str:
    """The one-time code that a reply tells."""
    found = re.search(r"(?<!\d)\d{6}(?!\d)", text)
    assert found is not None, text
    return found[0]


def wait(world: World, **by: float) -> None:
    """Let time pass and the worker do what came due."""
    world.clock.advance(**by)
    carry_out(world.hands)
    world.work()


def standing(world: World) -> tuple[object, ...]:
    """All that others could notice of the session: its days, venue and state, and what was queued or sent about it."""
    with world.house.unit() as db:
        row = db.get_one(TrainingSession, world.session.id, populate_existing=True)
        told = db.execute(
            select(Message.subject_kind, Message.person_id, Message.kind, Message.text_key, Message.state)
            .where(Message.subject_kind.in_(("training_session", "announcement")))
            .order_by(Message.id)
        ).all()
        return (row.starts_at, row.ends_at, row.venue, row.venue_school_id, row.state, row.revision, tuple(told))


def commands(world: World) -> list[PendingCommand]:
    """Every command there was."""
    with world.house.unit() as db:
        return list(db.scalars(select(PendingCommand).order_by(PendingCommand.id)))


def notices(world: World, kind: str) -> Iterator[str]:
    """Bodies of the texts of a kind that went to phones."""
    with world.house.unit() as db:
        gone = select(Message.body).where(Message.kind == kind, Message.state.in_((State.ACCEPTED, State.DELIVERED)))
        yield from db.scalars(gone)
