"""One form for the digits, letters and separators of three scripts: a text becomes words, numbers and marks."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Generic, Literal, NamedTuple, TypeVar

S = TypeVar("S")

_DROPPED = frozenset(
    "\u0000\u00ad\u0640"  # NUL, soft hyphen, tatweel
    "\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
    "\ufe0e\ufe0f\u20e3\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"  # looks and skin tones of emoji, keycaps
    "'’‘ʼ`´"  # don't = dont; quotes around a text
)
_HARAKAT = frozenset(chr(code) for code in (*range(0x064B, 0x0660), 0x0670, *range(0x06D6, 0x06ED)))
_SAME = {
    **{chr(base + digit): str(digit) for base in (0x0660, 0x06F0, 0x0966) for digit in range(10)},
    **dict.fromkeys("يى", "ی"),
    "ك": "ک",
    **dict.fromkeys("ةۃه", "ہ"),
    **dict.fromkeys("آأإٱ", "ا"),
    "،": ",",
    "؛": ";",
    "۔": ".",
    "؟": "?",
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("“”„«»", '"'),
}
_LETTER_EMOJI = frozenset("👍👎")
_DIGIT_FOR = {"o": "0", "°": "0", "l": "1", "i": "1", "|": "1"}
"""Letters typed for digits, anywhere in a token with a digit."""
_DIGIT_FOR_INSIDE = {**_DIGIT_FOR, "s": "5", "b": "8", "z": "2"}
"""And those that at the start of a token are a label instead."""

_LIGATURE_MAX = 4
"""A character that stands for more letters than this is a sign, not a spelling, and stays as it is."""

_LONG_RUN = re.compile(r"(.)\1{2,}")
_PARTS = re.compile(r"[0-9]+|[^0-9]+")


class Token(NamedTuple):
    """A word, a number or a mark in one form, with its place in the raw text."""

    kind: Literal["word", "number", "mark"]
    text: str
    """Lower case, folded; a number's digits 0-9."""
    start: int
    end: int
    repaired: bool = False
    """Was a letter in it read as a digit?"""
    single: str = ""
    """The word with letters that were repeated three times or more written once; `text` has them twice."""

    @property
    def value(self) -> int:
        """A number's value; digits beyond nine places are as good as infinite and are cut."""
        return int(self.text[:9])

    def is_word(self, words: Collection[str]) -> bool:
        """Is it one of these words, however long its letters were drawn out?"""
        return self.text in words or self.single in words


def normal(raw: str) -> tuple[str, list[int]]:
    """The text in one form, and for each of its characters the place in the raw text that it came from."""
    if raw.isascii():
        kept = [place for place, char in enumerate(raw) if char not in _DROPPED]
        return "".join(raw[place] for place in kept).lower(), kept
    out: list[str] = []
    places: list[int] = []
    for place, char in enumerate(raw):
        folded = _folded(char)
        out.append(folded)
        places.extend([place] * len(folded))
    return "".join(out), places


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    """One character in its one form; nothing for what is dropped."""
    if char in _DROPPED or char in _HARAKAT:
        return ""
    spelt = unicodedata.normalize("NFKC", char).lower()
    if len(spelt) > _LIGATURE_MAX:
        return char
    return "".join(_SAME.get(each, each) for each in spelt if each not in _DROPPED and each not in _HARAKAT)


def tokens(raw: str) -> tuple[Token, ...]:
    """The words, numbers and marks of a text; words glued to digits are split, letters among digits are repaired."""
    text, places = normal(raw)
    places.append(len(raw))
    found: list[Token] = []
    for start, end, kind in _chunks(text):
        chunk = text[start:end]
        if kind != "inner":
            word = chunk if kind == "emoji" else ""
            found.append(Token("word" if word else "mark", chunk, places[start], places[end - 1] + 1, False, word))
            continue
        if chunk.isalpha() or chunk.isdecimal():
            found.append(_token(chunk, places[start], places[end - 1] + 1, repaired=False))
            continue
        offset = start
        for part, repaired, length in _split(chunk):
            begin, stop = places[offset], places[offset + length - 1] + 1
            found.append(_token(part, begin, stop, repaired=repaired))
            offset += length
    return tuple(found)


def word_form(word: str) -> str:
    """A single word in the form in which tokens are compared."""
    return normal(word)[0].strip()


def _token(part: str, start: int, end: int, *, repaired: bool) -> Token:
    if part == "|":
        return Token("mark", part, start, end)
    if part[0].isdigit():
        return Token("number", part, start, end, repaired)
    if not _LONG_RUN.search(part):
        return Token("word", part, start, end, repaired, part)
    return Token("word", _LONG_RUN.sub(r"\1\1", part), start, end, repaired, _LONG_RUN.sub(r"\1", part))


@lru_cache(maxsize=4096)
def _kind(char: str) -> str:
    """What a character is within a text: part of a word or number, an emoji that is a word, space, or a mark."""
    if char in _LETTER_EMOJI:
        return "emoji"
    if char.isalpha() or char in "0123456789|°" or unicodedata.category(char)[0] == "M":
        return "inner"
    return "space" if char.isspace() else "mark"


def _chunks(text: str) -> Iterator[tuple[int, int, str]]:
    """Maximal runs of letters and digits, and each other character that is no space by itself; with its kind."""
    start: int | None = None
    for place, char in enumerate(text):
        kind = _kind(char)
        if kind == "inner":
            start = place if start is None else start
            continue
        if start is not None:
            yield start, place, "inner"
            start = None
        if kind != "space":
            yield place, place + 1, kind
    if start is not None:
        yield start, len(text), "inner"


def _split(chunk: str) -> list[tuple[str, bool, int]]:
    """A chunk's parts, each with whether it was repaired and how many characters it covers."""
    parts = [part for part in _PARTS.findall(chunk) if part]
    if len(parts) == 1:
        return [(chunk, False, len(chunk))]
    merged: list[tuple[str, bool, int]] = []
    for index, part in enumerate(parts):
        digits = part if part[0].isdigit() else _as_digits(part, first=index == 0, bars=chunk.count("|"))
        if digits is None:
            for word in part.replace("°", "|").split("|"):
                merged.append((word, False, len(word)))
                merged.append(("", False, 1))
            merged.pop()
        elif merged and merged[-1][0][:1].isdigit():
            before, repaired, length = merged.pop()
            merged.append((before + digits, repaired or digits != part, length + len(part)))
        else:
            merged.append((digits, digits != part, len(part)))
    return [part if part[0] else ("|", False, part[2]) for part in merged if part[2]]


def _as_digits(part: str, *, first: bool, bars: int) -> str | None:
    """The digits that a run of one or two look-alike letters beside digits stands for, or None when it is a word."""
    if len(part) > 2 or (bars > 1 and "|" in part):
        return None
    table = _DIGIT_FOR if first else _DIGIT_FOR_INSIDE
    if any(char not in table for char in part):
        return None
    return "".join(table[char] for char in part)


class _Tree(Generic[S]):
    """Phrases word by word, so that those which begin alike are looked for together."""

    def __init__(self) -> None:
        self._next: dict[str, _Tree[S]] = {}
        self._meanings: list[S] = []

    def add(self, phrase: Sequence[str], meaning: S) -> None:
        """A phrase that is there already keeps its first meaning."""
        tree = self
        for word in phrase:
            tree = tree._next.setdefault(word, _Tree())
        tree._meanings.append(meaning)

    def at(self, row: Sequence[Token], place: int) -> tuple[S, int] | None:
        """The meaning of the longest phrase that begins at `place`, and how many tokens it takes."""
        token = row[place]
        if token.text not in self._next and (token.single == token.text or token.single not in self._next):
            return None
        found: tuple[S, int] | None = None
        here, length = [self], 0
        while here and place + length < len(row):
            text, single = row[place + length].text, row[place + length].single
            after = [tree._next[text] for tree in here if text in tree._next]
            if single != text:
                after += [tree._next[single] for tree in here if single in tree._next]
            here, length = after, length + 1
            ends = next((tree for tree in here if tree._meanings), None)
            if ends is not None:
                found = ends._meanings[0], length
        return found


class Phrases:
    """Words and phrases, listed with commas, to be found in a row of tokens."""

    def __init__(self, listed: str) -> None:
        self.known = frozenset(
            tuple(word_form(word) for word in phrase.split()) for phrase in listed.split(",") if phrase
        )
        self.words = frozenset(phrase[0] for phrase in self.known if len(phrase) == 1)
        """The phrases of one word."""
        self._tree: _Tree[None] = _Tree()
        for phrase in self.known:
            self._tree.add(phrase, None)

    def at(self, row: Sequence[Token], place: int) -> int:
        """How many tokens from `place` on are the longest phrase that begins there; 0 when none does."""
        found = self._tree.at(row, place)
        return found[1] if found is not None else 0


class Senses(Generic[S]):
    """Lists of phrases with what each means; of two that begin at one token the longer wins, then the first listed."""

    def __init__(self, listed: Iterable[tuple[S, Phrases]]) -> None:
        self._tree: _Tree[S] = _Tree()
        for meaning, phrases in listed:
            for phrase in phrases.known:
                self._tree.add(phrase, meaning)

    def at(self, row: Sequence[Token], place: int) -> tuple[S, int] | None:
        """The meaning of the longest phrase that begins at `place`, and how many tokens it takes."""
        return self._tree.at(row, place)
