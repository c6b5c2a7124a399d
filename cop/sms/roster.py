"""FEHRIST 4814 10: rows and names of the sheet from a row on, as many as one text holds."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from clusters.scope import Scope
from clusters.training.queries import RosterRow, roster
from cop.sms.own_sessions import Pointed, pointed
from messaging.inbound.words import Reply, Text, Word
from messaging.texts.catalogue import TooLong, compose, load
from messaging.texts.shortening import shorten
from messaging.texts.speech import LOOSE, say_value
from messaging.texts.values import Kind

NAME = "roster"
NAME_LETTERS = 12
"""Of a name so many are said; the number beside it is what counts."""


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Say the rows of one of her own sessions, and which text brings the next ones."""
    found = pointed(db, scope, text, NAME)
    if isinstance(found, Reply):
        return found
    rows = roster(db, scope, found.row.id)
    start = _start(found)
    wanted = [row for row in rows if row.row >= start]
    if not wanted:
        if not rows:
            return Reply("roster_empty", code=found.row.code)
        return Reply("roster_over", code=found.row.code, last=max(row.row for row in rows))
    return _page(found.row.code, wanted, start, text.language)


def _start(found: Pointed) -> int:
    return next((token.value for token in found.written.tokens if token.kind == "number"), 1)


def _page(code: str, rows: Sequence[RosterRow], start: int, language: str) -> Reply:
    """As many rows as fit with their names whole, and from where the next text goes on."""
    did = {"do": "roster", "session": code, "start": start}
    for shown in range(len(rows), 0, -1):
        listed = " ".join(f"{row.row} {shorten(row.name, NAME_LETTERS)}" for row in rows[:shown])
        values: dict[str, Any] = {"code": code, "listed": listed}
        if shown < len(rows):
            values["following"] = rows[shown].row
        key = "roster_on" if shown < len(rows) else "roster_end"
        if shown == 1 or _fits(key, language, values, listed):
            return Reply(key, did=did, **values)
    return Reply("roster_empty", code=code)


def _fits(key: str, language: str, values: dict[str, Any], listed: str) -> bool:
    try:
        said = compose(key, language, values)
    except TooLong:
        return False
    return say_value(Kind.QUOTED, "", listed, load(language).speech, LOOSE) in said.text


WORD = Word(
    NAME,
    {
        "ur_latn": ("fehrist", "fahrist", "fehrest", "fahrest", "fihrist", "farist"),
        "en": ("list", "roster"),
        "ur": ("فہرست",),
    },
    tier=1,
    act=act,
    expects="session",
)
