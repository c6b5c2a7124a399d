"""Facts: what has just happened, noted by actions and answered by reactions in the same transaction."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Fact:
    """Something that happened; subclasses are named in the past tense."""


Reaction = Callable[[Session, Any], None]
Reactions = Mapping[type[Fact], Sequence[Reaction]]


def note(db: Session, fact: Fact) -> None:
    """Note what has happened; its reactions run before this unit of work commits."""
    _noted(db).append(fact)


def pending(db: Session) -> tuple[Fact, ...]:
    """The facts that were noted and not yet answered: what a change would bring, for who looks before doing it."""
    return tuple(_noted(db))


@contextmanager
def tried(db: Session) -> Iterator[None]:
    """What is done inside is undone at the end, with the facts it noted: for looking before doing."""
    before, trial = list(_noted(db)), db.begin_nested()
    try:
        yield
    finally:
        trial.rollback()
        noted = _noted(db)
        noted.clear()
        noted.extend(before)


def react(db: Session, reactions: Reactions) -> None:
    """Answer every noted fact, also those that reactions note in turn; a failing reaction fails the unit."""
    noted = _noted(db)
    while noted:
        fact = noted.popleft()
        for reaction in reactions.get(type(fact), ()):
            db.flush()
            reaction(db, fact)


def _noted(db: Session) -> deque[Fact]:
    return cast("deque[Fact]", db.info.setdefault("facts", deque()))
