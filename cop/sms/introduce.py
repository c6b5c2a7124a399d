"""1, 2 or 3: whether somebody one may not know is told who one is; no answer to it tells of the other one."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from clusters.scope import Scope
from cop.introductions.actions import WORD as NAME
from cop.introductions.actions import introduced, say, words_of
from cop.introductions.rules import CHOICES
from messaging.inbound.actions import keep_private
from messaging.inbound.outcomes import Answer
from messaging.inbound.words import Reply, Text, Word


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Keep the answer; every one is answered alike, unless it was the second yes. The word itself says what it is."""
    heard = text.heard
    keep_private(db, text.id)
    if not isinstance(heard, Answer):
        return Reply("introduce_what")
    key = text.question["key"]
    told = say(db, scope, key, CHOICES[heard.choice], text.id)
    if told is not None:
        reply, values = words_of(told)
        return Reply(reply, undo={"key": key}, **values)
    return Reply("introduce_noted", undo={"key": key}, number=heard.choice)


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """Let her have said nothing; what was told was told."""
    keep_private(db, text.id)
    if introduced(db, undo["key"]):
        return Reply("introduce_told")
    say(db, scope, undo["key"], None, text.id)
    return Reply("introduce_undone")


WORD = Word(
    NAME,
    {"ur_latn": ("taaruf", "taarruf"), "en": ("introduce",), "ur": ("تعارف",)},
    tier=0,
    act=act,
    take_back=take_back,
    alone=True,
)
