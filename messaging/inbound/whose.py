"""Who of several persons on one phone wrote what: "A1 B2", "shaista haan noor nahi", "dono 1", "A HAZRI ..."."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from messaging.inbound.hearing import hear
from messaging.inbound.script import Phrases, Token, word_form
from messaging.inbound.senses import SENSES, Sense

_BOTH = Phrases("dono, donon, dono ka, both, دونوں")
_SAYS: frozenset[Sense] = frozenset(("yes", "no", "ok", "ji", "come", "they_come", "unsure", "surely"))
_AROUND_NAME = Phrases(
    "bibi, sahiba, sahib, sb, ka, ki, ke, ka jawab, ki taraf se, ke taraf se, ne kaha, کا, کی, کے, کا جواب, کی طرف "
    "سے, بی بی"
)
NAMED_WITHIN = 40
"""So many words from the beginning may name somebody; what stands behind belongs to the last one named."""
_TIGHT = re.compile(r"\s*(?:[A-Za-z]{1,4}\W{0,3}\d\W{0,3}){1,6}\s*")
_TURNED = re.compile(r"\s*(?:\d\W{0,3}[A-Za-z]{1,4}\W{0,3}){1,6}\s*")
_DIGIT_THEN_LETTER = re.compile(r"(\d)([A-Za-z])")
_DIGIT_AND_LETTERS = re.compile(r"(\d)\W{0,3}([A-Za-z]{1,4})")


class Part(NamedTuple):
    """What was said for some persons."""

    letters: tuple[str, ...]
    row: tuple[Token, ...]
    stop: int
    """Where the part ends in the raw text."""


def spread(raw: str, persons: Mapping[str, str]) -> str:
    """ "A1B2" and "1a 2b" as "A1 B2": nothing in such a text is a look-alike of a digit; any other text as it is."""
    if _TIGHT.fullmatch(raw):
        return _DIGIT_THEN_LETTER.sub(r"\1 \2", raw)
    if _TURNED.fullmatch(raw):
        pairs = _DIGIT_AND_LETTERS.findall(raw)
        if all(letter in persons for _, letters in pairs for letter in letters.upper()):
            return " ".join(f"{letters} {digit}" for digit, letters in pairs)
    return raw


def whose(row: Sequence[Token], raw: str, persons: Mapping[str, str]) -> list[Part]:
    """The parts of a text that begins with a letter or a first name; none where nobody is named, or somebody twice."""
    spoken = hear(row, raw).words
    starts = _starts(spoken, {letter: word_form(name) for letter, name in persons.items()}, raw)
    if not starts or len(starts) > len(persons):
        return []
    parts: list[Part] = []
    ends = [place for place, _ in starts[1:]] + [len(spoken)]
    for (place, letters), end in zip(starts, ends, strict=True):
        if place + 1 >= end:
            return []
        first = place + 1 + _AROUND_NAME.at(spoken, place + 1)
        if first >= end:
            return []
        begin, stop = spoken[first - 1].end, spoken[end - 1].end if end < len(spoken) else len(raw)
        parts.append(Part(letters, tuple(token for token in row if begin <= token.start < stop), stop))
    named = [letter for part in parts for letter in part.letters]
    return parts if len(set(named)) == len(named) else []


def _starts(spoken: Sequence[Token], names: Mapping[str, str], raw: str) -> list[tuple[int, tuple[str, ...]]]:
    """Where a person is named who says something: at the beginning, and before a digit or an answer."""
    starts: list[tuple[int, tuple[str, ...]]] = []
    for place, token in enumerate(spoken[:NAMED_WITHIN]):
        letters = _letters(token, names)
        if not letters or (place and not starts):
            if not place:
                return []
            continue
        capital = raw[token.start : token.end].isupper() and _says(spoken, place + 1)  # "AB haan", but not "ab haan"
        several = len(letters) > 1 and not token.is_word(_BOTH.words) and not capital
        number = place + 1 < len(spoken) and spoken[place + 1].kind == "number"
        if number or (not several and (not place or _says(spoken, place + 1))):
            starts.append((place, letters))
        elif not place:
            return []
    return starts


def _says(spoken: Sequence[Token], place: int) -> bool:
    """Does an answer begin here, after a form of address?"""
    place += _AROUND_NAME.at(spoken, place) if place < len(spoken) else 0
    found = SENSES.at(spoken, place) if place < len(spoken) else None
    return found is not None and found[0] in _SAYS


def _letters(token: Token, names: Mapping[str, str]) -> tuple[str, ...]:
    """The persons that a word names: by letter, by several letters together, by first name, or both."""
    if token.kind != "word":
        return ()
    if token.is_word(_BOTH.words):
        return tuple(names)
    written = token.text.upper()
    if len(written) <= len(names) and all(letter in names for letter in written):
        return tuple(dict.fromkeys(written))
    return tuple(letter for letter, name in names.items() if name == token.text)
