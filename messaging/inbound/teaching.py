"""May a word be taught: it must be free, far enough from other commands, and change no reading that was right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clusters.kernel.errors import Conflict, Invalid
from messaging.inbound.leaving import LEAVE_WORDS
from messaging.inbound.likeness import SAMPLE_CODE
from messaging.inbound.nearness import ONE_LETTER_FROM, distance
from messaging.inbound.outcomes import Answer, Human, Leave, Outcome, Return, Shared, Thanks, Tie, Unclear, Undo, Verb
from messaging.inbound.reading import Context, read
from messaging.inbound.script import tokens, word_form
from messaging.inbound.words import RESERVED, WordBook

SHORTEST, LONGEST = 3, 20
"""Letters of a word that may be taught."""
FAR = 2
SAID = {"yes": 1, "no": 2, "unsure": 3}


@dataclass(frozen=True, slots=True)
class Example:
    """A text in its one form, and how it is to be read, in the words of `cop sms replay`."""

    normal: str
    expect: Mapping[str, Any]


def check(book: WordBook, written: str, command: str, examples: Iterable[Example]) -> str:
    """The word in its one form, if it may stand for the command; Invalid or Conflict says why not."""
    word = word_form(written)
    target = book.words.get(command)
    row = tokens(word)
    if target is None or len(row) != 1 or row[0].kind != "word" or not SHORTEST <= len(word) <= LONGEST:
        raise Invalid("word_unfit", word=written[:LONGEST], least=SHORTEST, most=LONGEST)
    if word in RESERVED:
        raise Conflict("word_reserved", word=word)
    if not target.fuzzy:
        raise Conflict("word_never_taught", command=_printed(book, command))
    meant = read(word, book.vocabulary)
    if not _means_nothing(meant):
        raise Conflict("word_taken", word=word)
    near = _too_near(book, word, command)
    if near:
        raise Conflict("word_too_near", word=word, other=near)
    lost = changed(book, book.with_taught([(word, command)]), examples)
    if lost:
        raise Conflict("word_changes_readings", word=word, number=len(lost), text=lost[0])
    return word


def changed(before: WordBook, after: WordBook, examples: Iterable[Example]) -> list[str]:
    """Texts that were read rightly with one book and are not with another."""
    lost = []
    for example in examples:
        code = str(example.expect.get("session") or SAMPLE_CODE)
        context = Context(codes=frozenset({code, SAMPLE_CODE}))
        right = agrees(before, read(example.normal, before.vocabulary, context), example.expect)
        if right and not agrees(after, read(example.normal, after.vocabulary, context), example.expect):
            lost.append(example.normal)
    return lost


def agrees(book: WordBook, outcome: Outcome, expect: Mapping[str, Any]) -> bool:
    """Is a text that reads so one of which that was to be done?"""
    do = expect.get("do")
    match outcome:
        case Verb():
            word = book.words[outcome.name]
            return do == "challenge" if word.tier > 1 else do == outcome.name
        case Answer():
            return outcome.choice == SAID.get(str(expect.get("answer")), outcome.choice)
        case Shared():
            return do == "rsvp"
        case Leave():
            return do == "optout"
        case Return():
            return do == "optin"
        case Undo():
            return do == "undo"
        case Human():
            return do == "human"
        case Thanks():
            return do == "none"
        case _:
            return do == "ask"


def _means_nothing(meant: Outcome) -> bool:
    """Is it unknown, or a command's by a slip only? Such a slip may become a word of a command."""
    if isinstance(meant, Unclear):
        return meant.why == "words"
    return isinstance(meant, Tie) or (isinstance(meant, Verb) and meant.how != "exact")


def _too_near(book: WordBook, word: str, command: str) -> str | None:
    """A word of another command, or one for leaving, that a slip of this one would hit."""
    for other in book.words.values():
        if other.name == command:
            continue
        stores = other.tier > 0 or book.words[command].tier > 0
        for spelt in map(word_form, other.words):
            if len(spelt) >= ONE_LETTER_FROM and distance(word, spelt, FAR) <= (FAR if stores else 1):
                return spelt
    return next((left for left in sorted(LEAVE_WORDS) if _slip(word, left)), None)


def _slip(word: str, other: str) -> bool:
    return min(len(word), len(other)) >= ONE_LETTER_FROM and distance(word, other, 1) <= 1


def _printed(book: WordBook, command: str) -> str:
    return book.words[command].printed("ur_latn")
