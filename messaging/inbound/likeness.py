"""What makes two texts alike, and what of a text may be kept as an example: no names, no long numbers."""

from collections.abc import Collection, Mapping
from typing import Any

from messaging.inbound.hearing import hear
from messaging.inbound.nearness import Vocabulary
from messaging.inbound.script import Token, normal, tokens

SAMPLE_CODE = "4814"
"""Stands for every number of three digits or more: codes, telephone numbers, EMIS codes."""
SAMPLE_NAME = "naam"
LONG_NUMBER = 3
KEPT = ("do", "answer", "verb", "worked", "to", "scope")
"""What of a reading is kept beside an example; the rest names sessions, rows, schools or words."""


def form(body: str) -> str:
    """A text in its one form: lower case, folded, single spaces; equal forms are the same text."""
    return " ".join(normal(body)[0].split())


def unknown_first(body: str, vocabulary: Vocabulary) -> str | None:
    """The first word that carries a meaning, if no command has it; None where a text begins otherwise."""
    heard = hear(tokens(body), body)
    if not heard.words or heard.words[0].kind != "word" or vocabulary.exact(heard.words) is not None:
        return None
    return heard.words[0].text


def shape(body: str, vocabulary: Vocabulary) -> str | None:
    """An unknown first word and the kinds of what follows it: "mojood numbers", "mojood words numbers"."""
    first = unknown_first(body, vocabulary)
    if first is None:
        return None
    kinds: list[str] = []
    for token in hear(tokens(body), body).words[1:]:
        kind = f"{token.kind}s"
        if not kinds or kinds[-1] != kind:
            kinds.append(kind)
    return " ".join([first, *kinds])


def example(body: str, names: Collection[str]) -> str:
    """A text in its one form without names and long numbers; `names` are single words in that form."""
    return " ".join(_said(token, names) for token in tokens(body))


def kept(did: Mapping[str, Any]) -> dict[str, Any]:
    """Of what was done the part that an example may hold."""
    return {name: value for name, value in did.items() if name in KEPT}


def _said(token: Token, names: Collection[str]) -> str:
    if token.kind == "number":
        return SAMPLE_CODE if len(token.text) >= LONG_NUMBER else token.text
    return SAMPLE_NAME if token.kind == "word" and token.text in names else token.text
