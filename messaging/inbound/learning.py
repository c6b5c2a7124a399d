"""What the inbox learns from: unknown first words, words that were taught, examples of right readings."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from clusters.kernel.unit import UnitOfWork
from clusters.scope import Scope
from messaging.inbound.likeness import unknown_first
from messaging.inbound.models import CorpusLine, InboundText, ParseRecord, TaughtWord
from messaging.inbound.teaching import SHORTEST, Example
from messaging.inbound.words import WordBook

MOST_EXAMPLES = 20_000
"""Texts of the field that a new word is tried on, the newest of each wording."""
NOT_UNDERSTOOD = "ask"
NOT_EXAMPLES = (NOT_UNDERSTOOD, "again")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A word that somebody proposed for a command; `by` is the person's id."""

    id: int
    word: str
    command: str
    times: int
    by: int
    at: datetime


def taught(db: Session) -> list[tuple[str, str]]:
    """Words that were taught and approved, each with the name of its command, the oldest first."""
    rows = db.execute(
        select(TaughtWord.word, TaughtWord.command).where(TaughtWord.approved.is_(True)).order_by(TaughtWord.id)
    )
    return [(word, command) for word, command in rows]


def proposals(db: Session) -> list[Proposal]:
    """Words that wait for a second person; the whole programme texts with one book."""
    row = TaughtWord
    statement: Select[*tuple[Any, ...]] = (
        select(row.id, row.word, row.command, row.times, row.proposed_by, row.proposed_at)
        .where(row.approved.is_(None))
        .order_by(row.id)
    )
    return [Proposal(*each) for each in db.execute(statement)]


def unknown_words(db: Session, scope: Scope, book: WordBook, since: datetime, most: int = 12) -> list[tuple[str, int]]:
    """First words that no command has, of texts that were not understood, with how many texts began so."""
    statement = (
        select(ParseRecord.normal, func.count())
        .join(InboundText, InboundText.id == ParseRecord.inbound_text_id)
        .where(
            ParseRecord.at >= since,
            ParseRecord.did["do"].astext == NOT_UNDERSTOOD,
            ParseRecord.normal != "",
            ~InboundText.private,
            scope.within(InboundText.training_path, InboundText.admin_path),
        )
        .group_by(ParseRecord.normal)
    )
    counted: Counter[str] = Counter()
    for normal, times in db.execute(statement):
        first = unknown_first(normal, book.vocabulary)
        if first is not None and len(first) >= SHORTEST:
            counted[first] += times
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:most]


def examples(db: Session) -> list[Example]:
    """Every text that a person settled, and of the field what was understood, each wording once."""
    lines = [Example(row.normal, row.expect) for row in db.scalars(select(CorpusLine).order_by(CorpusLine.id))]
    field = (
        select(ParseRecord.normal, ParseRecord.did)
        .where(ParseRecord.did["do"].astext.not_in(NOT_EXAMPLES), ParseRecord.normal != "")
        .order_by(ParseRecord.at.desc())
        .limit(MOST_EXAMPLES)
    )
    newest: dict[str, Example] = {}
    for normal, did in db.execute(field):
        newest.setdefault(normal, Example(normal, did))
    return [*lines, *newest.values()]


@dataclass
class Lessons:
    """The book of a house with what it was taught, made anew when somebody has decided on a word.

    `book` makes the house's own; `unit` opens the transactions in which it looks.
    """

    unit: UnitOfWork
    book: Callable[[], WordBook]
    _version: tuple[int, datetime | None] = (0, None)
    _taught: WordBook | None = None

    def __call__(self) -> WordBook:
        """The book that holds now."""
        with self.unit(to_read=True) as db:
            decided = select(func.count(), func.max(TaughtWord.decided_at)).where(TaughtWord.approved.is_(True))
            times, at = db.execute(decided).one()
            if self._taught is None or self._version != (times, at):
                self._taught, self._version = self.book().with_taught(taught(db)), (times, at)
            return self._taught
