"""ZABAN 1|2|3: in which language and script a person is texted; it is hers alone to choose."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.errors import NotFound
from clusters.people.actions import choose_language
from clusters.people.queries import person
from clusters.people.rules import Language
from clusters.scope import Scope
from messaging.inbound.outcomes import Answer, Verb
from messaging.inbound.outcomes import Words as Said
from messaging.inbound.script import Token, word_form
from messaging.inbound.words import Asked, Reply, Text, Word
from messaging.outbox.actions import reword

NAME = "language"
BY_DIGIT = {1: Language.ROMAN_URDU, 2: Language.URDU, 3: Language.ENGLISH}
_NAMED = {
    Language.ROMAN_URDU: ("roman", "romen", "roman urdu", "رومن"),
    Language.URDU: ("urdu", "اردو", "اُردو"),
    Language.ENGLISH: ("english", "inglish", "angrezi", "angrezee", "eng", "انگریزی", "انگلش"),
}
_BY_WORD = {word_form(word): language for language, words in _NAMED.items() for word in words}


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Choose what was named; ask when nothing was, or more than one."""
    heard = text.heard
    if isinstance(heard, Answer):
        return _chosen(db, scope, text, BY_DIGIT[heard.choice])
    if not isinstance(heard, Verb | Said):
        raise NotFound("language")
    wanted = _wanted(heard.tokens)
    if len(wanted) != 1:
        return Reply("language_which", asks=Asked(NAME, _whose(text), {}, len(BY_DIGIT)))
    return _chosen(db, scope, text, wanted.pop())


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """Let the language of before hold again."""
    before = undo["before"] and Language(undo["before"])
    if person(db, scope, _whose(text)).language is not Language(undo["to"]):
        raise NotFound("language")
    _choose(db, scope, text, before)
    return Reply("language_back", language=before or Language.ROMAN_URDU)


def stands(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> bool:
    """Is it still the language that a text chose?"""
    return person(db, scope, _whose(text)).language is Language(undo["to"])


def listens(tokens: Sequence[Token]) -> bool:
    """A language's name answers as its digit does."""
    return len(_wanted(tokens)) == 1


def _chosen(db: Session, scope: Scope, text: Text, wanted: Language) -> Reply:
    before = person(db, scope, _whose(text)).language
    _choose(db, scope, text, wanted)
    undo = {"to": wanted.value, "before": before and before.value}
    did = {"do": NAME, "to": wanted.value}
    return Reply("language_chosen", undo=undo if before is not wanted else None, did=did, language=wanted)


def _choose(db: Session, scope: Scope, text: Text, wanted: Language | None) -> None:
    """From now on, and for what waits already."""
    choose_language(db, scope, _whose(text), wanted)
    reword(db, number=text.number, person_id=_whose(text), language=wanted or Language.ROMAN_URDU)


def _wanted(tokens: Iterable[Token]) -> set[Language]:
    """The languages that are named, by digit or by word; "roman urdu" is one."""
    found = set()
    for token in tokens:
        if token.kind == "number":
            found |= {BY_DIGIT[token.value]} if token.value in BY_DIGIT else set()
        elif token.text in _BY_WORD:
            found.add(_BY_WORD[token.text])
    return found - {Language.URDU} if Language.ROMAN_URDU in found else found


def _whose(text: Text) -> int:
    if text.person_id is None:
        raise NotFound("person")
    return text.person_id


WORD = Word(
    NAME,
    {"ur_latn": ("zaban", "zuban", "zabaan"), "en": ("language", "lang"), "ur": ("زبان",)},
    tier=0,
    act=act,
    take_back=take_back,
    stands=stands,
    listens=listens,
)
