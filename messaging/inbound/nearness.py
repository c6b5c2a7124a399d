"""Which command a word is meant to be: exact, one or two letters off, or alike in sound; a tie is never guessed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from messaging.inbound.script import Phrases, Senses, Token, word_form

ONE_LETTER_FROM = 4
TWO_LETTERS_FROM = 7
CONSONANTS_FROM = 3
"""Both words need this many letters for one or two letters off, and this many consonants to be compared by sound."""

_SOUNDS = str.maketrans({"q": "k", "c": "s", "j": "z", "x": "z", "v": "w"})
_SILENT = frozenset("aeiouyh")
_PASHTO = str.maketrans("ټځڅډړږښګڼې", "تزسدرگخگنی")

How = Literal["exact", "one_letter", "two_letters", "sound"]
SCORES: Mapping[How, float] = {"exact": 1.0, "one_letter": 0.9, "two_letters": 0.8, "sound": 0.8}


Expects = Literal["", "session", "school", "number"]


@dataclass(frozen=True, slots=True)
class Spelling:
    """What reading must know of a command: its words, and how freely they may be recognised."""

    name: str
    words: tuple[str, ...]
    fuzzy: bool = True
    """May it be recognised by a near miss? Never for what stops, confirms or calls off."""
    free: bool = False
    """Does it take free words, in which leave words and other commands mean nothing?"""
    stores: bool = False
    anywhere: bool = False
    """May it stand anywhere when one of the sender's session codes, or a school's where it expects one, is there?"""
    expects: Expects = ""
    """What number belongs behind it; without one, a sentence that merely begins with its word is no command."""
    alone: bool = False
    """Is it a command only with nothing but words of asking around it?"""
    sayings: tuple[str, ...] = ()
    """Everyday phrases that begin with one of its words and are no command: khayal rakhen."""


@dataclass(frozen=True, slots=True)
class Match:
    """A command found at the beginning of some tokens."""

    spelling: Spelling
    how: How
    length: int


class Vocabulary:
    """The commands that reading may find."""

    def __init__(self, spellings: Iterable[Spelling]) -> None:
        self.spellings = tuple(spellings)
        self._words = Senses(
            (spelling, Phrases(", ".join(spelling.words))) for spelling in self.spellings if spelling.words
        )
        self._sayings = Phrases(", ".join(saying for spelling in self.spellings for saying in spelling.sayings))
        self._fuzzy = [
            (form, spelling)
            for spelling in self.spellings
            for form in map(word_form, spelling.words)
            if spelling.fuzzy and form.isalpha()
        ]

    def exact(self, row: Sequence[Token], place: int = 0) -> Match | None:
        """The command whose longest word or phrase begins at `place`."""
        if self._sayings.at(row, place):
            return None
        found = self._words.at(row, place)
        return Match(found[0], "exact", found[1]) if found is not None else None

    def is_saying(self, row: Sequence[Token]) -> bool:
        """Does the row begin with an everyday phrase that is no command?"""
        return bool(self._sayings.at(row, 0))

    def near(self, token: Token) -> tuple[Match, ...]:
        """The command a word is nearest to; several when they are equally near, none when nothing is near enough.

        A word with a letter of another script in it is near nothing: look-alike letters are not guessed.
        """
        if token.kind != "word":
            return ()
        word = token.text.translate(_PASHTO)
        for how, alike in _TRIED:
            found = {
                spelling.name: spelling
                for known, spelling in self._fuzzy
                if known.isascii() == word.isascii() and alike(word, known)
            }
            if found:
                return tuple(Match(spelling, how, 1) for _, spelling in sorted(found.items()))
        return ()


def distance(left: str, right: str, most: int) -> int:
    """Letters to insert, drop, change or swap with a neighbour; `most` + 1 stands for anything more."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(right) + 1))
    for i, char in enumerate(left, start=1):
        row = [i]
        for j, other in enumerate(right, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (char != other))
            if i > 1 and j > 1 and char == right[j - 2] and left[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


def sound(word: str) -> str:
    """The first letter and then the consonants of a roman word, alike-sounding ones as one; "" for other scripts."""
    if not (word.isascii() and word.isalpha()):
        return ""
    heard = [char for place, char in enumerate(word.translate(_SOUNDS)) if place == 0 or char not in _SILENT]
    return "".join(char for place, char in enumerate(heard) if place == 0 or char != heard[place - 1])


def _one_off(word: str, known: str) -> bool:
    return min(len(word), len(known)) >= ONE_LETTER_FROM and distance(word, known, 1) == 1


def _two_off(word: str, known: str) -> bool:
    return min(len(word), len(known)) >= TWO_LETTERS_FROM and distance(word, known, 2) <= 2


def _alike_in_sound(word: str, known: str) -> bool:
    key = sound(word)
    return len(key) >= CONSONANTS_FROM and key == sound(known)


_TRIED: tuple[tuple[How, Callable[[str, str], bool]], ...] = (
    ("one_letter", _one_off),
    ("two_letters", _two_off),
    ("sound", _alike_in_sound),
)
"""The first way that finds anything wins."""
