"""MISAL HAZRI: how a command is written, with the code of the asker's own training session; MISAL alone lists them."""

from collections.abc import Iterable
from functools import partial

from sqlalchemy.orm import Session

from clusters.scope import Scope
from cop.sms.help import COMMANDS, role_of
from cop.sms.own_sessions import OwnSessions, reportable
from messaging.inbound.nearness import Vocabulary
from messaging.inbound.outcomes import Verb
from messaging.inbound.words import Reply, Text, Word
from messaging.texts.catalogue import entry, keys

NAME = "example"
DID = {"do": NAME}
NOBODYS_CODE = "4814"
"""For whoever leads no training session; it is the one of the manual."""


def text_of(name: str) -> str:
    """The key of a command's example."""
    return f"example_{name}"


def act(db: Session, scope: Scope, text: Text, words: Iterable[Word]) -> Reply:
    """The example of the command that was named; without one, what her role can ask examples of."""
    listed = {word.name: word for word in words}
    vocabulary = Vocabulary(word.spelling for word in listed.values())
    heard = text.heard.tokens if isinstance(text.heard, Verb) else ()
    for place, token in enumerate(heard):
        exact = vocabulary.exact(heard, place)
        found = (exact,) if exact else vocabulary.near(token)
        if len(found) == 1 and text_of(found[0].spelling.name) in keys():
            return _example(db, scope, text, found[0].spelling.name)
    named = [name for name in COMMANDS[role_of(scope)] if name in listed]
    return Reply("example_which", did=DID, commands=[listed[name].printed(text.language) for name in named])


def _example(db: Session, scope: Scope, text: Text, name: str) -> Reply:
    key = text_of(name)
    if "code" not in entry(key, text.language).placeholders:
        return Reply(key, did=DID)
    own = OwnSessions(db, scope, text.person_id)
    open_now = [row.code for row in own.likely(reportable)]
    ahead = [code for code, row in own.items() if row.starts_at > own.at]
    return Reply(key, did=DID, code=next(iter((*open_now, *ahead, *own)), NOBODYS_CODE))


def word(words: Iterable[Word]) -> Word:
    """The word that gives examples of these."""
    return Word(
        NAME,
        {"ur_latn": ("misal", "misaal", "missal"), "en": ("example",), "ur": ("مثال",)},
        tier=0,
        act=partial(act, words=tuple(words)),
        free=True,
    )
