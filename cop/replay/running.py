"""Runs the lines of a corpus: a world for each block, a unit of its own for each line, taken back afterwards."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.orm import sessionmaker

from clusters.kernel.audit import Actor
from clusters.kernel.unit import UnitOfWork
from cop.reactions import REACTIONS
from cop.replay.before import ASKED, ECHOED, ask_open_questions, echo, give_codes, keep_notes, say_sent
from cop.replay.context import Context, mobile, read_context
from cop.replay.corpus import Block, Line
from cop.replay.judging import Judged, Verdict, judge, wants_action
from cop.replay.texting import Phones
from cop.replay.world import World, build
from messaging.inbound.words import WordBook

ANSWERED = timedelta(minutes=1)
"""So soon our question is answered."""


@dataclass
class Standing:
    """A clock that stands still until it is moved."""

    at: datetime

    def __call__(self, shift: timedelta | None = None) -> datetime:
        """The instant; the shift of a rehearsal is none of its business."""
        return self.at


def run(connection: Connection, blocks: Sequence[Block], file: str, book: WordBook) -> Iterator[Judged]:
    """Every line in turn; the database is as before when it ends."""
    contexts = check(blocks, file)
    for block, context in zip(blocks, contexts, strict=True):
        clock = Standing(context.now)
        outer = connection.begin()
        try:
            maker = sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
            unit = UnitOfWork(maker, REACTIONS, clock)
            phones = Phones(unit, book)
            world = _found(unit, clock, context, phones)
            phones.look()
            for line in block.lines:
                yield _judged(connection, clock, world, phones, line)
        finally:
            outer.rollback()


def check(blocks: Sequence[Block], file: str) -> list[Context]:
    """The contexts of the blocks; Invalid names the line of the first one that does not hold together."""
    return [read_context(block.context, file, block.number) for block in blocks]


def _found(unit: UnitOfWork, clock: Standing, context: Context, phones: Phones) -> World:
    with unit(Actor("command line")) as db:
        world = build(db, context)
    clock.at = context.now - ASKED
    with unit(Actor("command line")) as db:
        ask_open_questions(db, world)
    clock.at = context.now
    with unit(Actor("command line")) as db:
        give_codes(db, world)
        keep_notes(db, world)
        say_sent(db, world)
    clock.at = context.now - ECHOED
    for phone, do in context.echoes:
        echo(unit, world, phones, phone, do)
    clock.at = context.now
    return world


def _judged(connection: Connection, clock: Standing, world: World, phones: Phones, line: Line) -> Judged:
    phone = mobile(line.sender)
    letters = {person.id: chr(ord("A") + place) for place, person in enumerate(world.at_phone.get(phone, []))}
    with _taken_back(connection):
        first = phones.text(phone, line.text, letters)
        judged = judge(line, first)
        if judged.verdict is Verdict.RIGHT or first.stored or not wants_action(line):
            return judged
        clock.at += ANSWERED
        try:
            answers = []
            for choice in first.choices:
                with _taken_back(connection):
                    answers.append(phones.text(phone, choice, letters))
        finally:
            clock.at -= ANSWERED
        return judge(line, first, answers)


@contextmanager
def _taken_back(connection: Connection) -> Iterator[None]:
    """Whatever is done inside is undone at the end."""
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
