"""Reads a text as a person would: leaving first, then the command, then an answer; every text ends in one outcome."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from messaging.inbound.answering import answering, is_no
from messaging.inbound.hearing import Heard, hear
from messaging.inbound.leaving import leaving, returning
from messaging.inbound.nearness import SCORES, Match, Spelling, Vocabulary
from messaging.inbound.outcomes import (
    Outcome,
    Shared,
    Single,
    Thanks,
    Tie,
    TwoThings,
    Unclear,
    Verb,
)
from messaging.inbound.report import AGAIN, is_label, is_report
from messaging.inbound.script import Phrases, Token, tokens, word_form

SCORE_WITHOUT_VERB = 0.6
_HELP = Phrases("help, info")
"""Reserved by providers, and so no words of any book; where one of them reaches us alone it means the help text."""
_BOTH = Phrases("dono, donon, both, دونوں")


@dataclass(frozen=True, slots=True)
class Context:
    """What reading may know of the sender."""

    codes: Collection[str] = frozenset()
    """Codes of the sender's own sessions."""
    pending: bool = False
    """Can a send of hers still be stopped?"""
    persons: Mapping[str, str] = field(default_factory=dict)
    """First names by letter, where several persons share the phone; empty where it is one person's."""
    help_name: str = "help"
    """Name of the command that answers a lone HELP."""


def read(raw: str, vocabulary: Vocabulary, context: Context | None = None) -> Outcome:
    """What a text means; it never fails, and takes time in proportion to the text's length."""
    known = context or Context()
    row = tokens(raw)
    if known.persons:
        shared = _shared(row, raw, vocabulary, known)
        if shared is not None:
            return shared
    return _read(hear(row, raw), vocabulary, known)


def _read(heard: Heard, vocabulary: Vocabulary, known: Context) -> Single:
    words = heard.words
    if not words:
        return _without_words(heard, vocabulary)
    first = vocabulary.exact(words)
    if first is not None and first.spelling.free:
        return _verb(first, heard)
    leave = leaving(heard, known.codes, pending=known.pending, in_reason=is_no(heard)) or returning(heard)
    if leave is not None:
        return leave
    if len(words) == 1 and words[0].is_word(_HELP.words):
        return Verb(known.help_name, SCORES["exact"], "exact")
    command = _command(first, heard, vocabulary, known)
    if command is not None:
        return command
    return answering(heard) or _near(heard, vocabulary) or Unclear("words", heard.question)


def _without_words(heard: Heard, vocabulary: Vocabulary) -> Single:
    """Only courtesies, marks or nothing; a lone question mark may be a word of the book."""
    if [token.text for token in heard.row] == ["?"]:
        asked = vocabulary.exact(heard.row)
        return Verb(asked.spelling.name, SCORES["exact"], "exact") if asked else Unclear("words", question=True)
    if heard.thanks:
        return Thanks()
    if any(token.kind == "word" for token in heard.row):
        return Unclear("greeting", heard.question)
    return Unclear("words" if heard.question else "empty", heard.question)


def _command(first: Match | None, heard: Heard, vocabulary: Vocabulary, known: Context) -> Verb | TwoThings | None:
    """A command written as it is printed: at the beginning, or anywhere beside one of the sender's codes."""
    words = heard.words
    if first is not None:
        return _alone(first, heard, vocabulary)
    if any(token.kind == "number" and token.text in known.codes for token in words):
        for place in range(1, len(words)):
            match = vocabulary.exact(words, place)
            if match is not None and match.spelling.anywhere:
                return _alone(match, heard, vocabulary, place)
        anywhere = [spelling for spelling in vocabulary.spellings if spelling.anywhere]
        if len(anywhere) == 1 and is_report(heard.row):
            return Verb(anywhere[0].name, SCORE_WITHOUT_VERB, "missing", heard.row, heard.raw.strip())
    return None


def _alone(match: Match, heard: Heard, vocabulary: Vocabulary, place: int = 0) -> Verb | TwoThings:
    """The command, unless another one stands beside it and either of them would store something."""
    others: dict[str, Spelling] = {}
    again: set[int] = set()
    for other in range(place + match.length, len(heard.words)):
        beside = vocabulary.exact(heard.words, other)
        if beside is None:
            continue
        if beside.spelling.name != match.spelling.name:
            others[beside.spelling.name] = beside.spelling
        elif not is_label(heard.words[other]):
            again.add(heard.words[other].start)
    if others and (match.spelling.stores or any(spelling.stores for spelling in others.values())):
        return TwoThings((match.spelling.name, *sorted(others)))
    return _verb(match, heard, place, again)


def _verb(match: Match, heard: Heard, place: int = 0, again: Collection[int] = ()) -> Verb:
    """The command with what was written around it; where it was written `again`, a mark stands instead."""
    said = heard.words[place : place + match.length]
    begin, end = said[0].start, said[-1].end
    kept = [
        Token("mark", AGAIN, token.start, token.end) if token.start in again else token
        for token in heard.row
        if not begin <= token.start < end or is_label(token)
    ]
    rest = heard.raw[end:] if place == 0 else heard.raw[:begin] + heard.raw[end:]
    return Verb(match.spelling.name, SCORES[match.how], match.how, tuple(kept), rest.strip())


def _near(heard: Heard, vocabulary: Vocabulary) -> Verb | Tie | None:
    """A first word that is nearly a command's; equally near to several is asked."""
    found = vocabulary.near(heard.words[0])
    if len(found) > 1:
        return Tie(tuple(match.spelling.name for match in found))
    return _verb(found[0], heard) if found else None


def _shared(row: Sequence[Token], raw: str, vocabulary: Vocabulary, known: Context) -> Shared | None:
    """ "A1", "a 1 b 2", "AB1", "shaista 1", "dono 1", "A HAZRI ...": a text that says which person wrote it."""
    spoken = [token for token in row if token.kind != "mark"]
    starts: list[tuple[int, tuple[str, ...]]] = []
    for place, token in enumerate(spoken):
        letters = _letters(token, known.persons)
        before_number = place + 1 < len(spoken) and spoken[place + 1].kind == "number"
        several = len(letters) > 1 and not token.is_word(_BOTH.words)
        if letters and (before_number or (place == 0 and not several)) and (place == 0 or starts):
            starts.append((place, letters))
    if not starts or starts[0][0] != 0 or len(spoken) == 1:
        return None
    parts: list[tuple[str, Single]] = []
    ends = [place for place, _ in starts[1:]] + [len(spoken)]
    for (place, letters), end in zip(starts, ends, strict=True):
        if place + 1 >= end:
            return None
        begin, stop = spoken[place].end, spoken[end - 1].end if end < len(spoken) else len(raw)
        part = [token for token in row if begin <= token.start < stop]
        outcome = _read(hear(part, raw[:stop]), vocabulary, known)
        parts.extend((letter, outcome) for letter in letters)
    once = len({letter for letter, _ in parts}) == len(parts)
    return Shared(tuple(parts)) if once else None


def _letters(token: Token, persons: Mapping[str, str]) -> tuple[str, ...]:
    """The persons that a word names: by letter, by several letters together, by first name, or both."""
    if token.kind != "word":
        return ()
    written = token.text.upper()
    if token.is_word(_BOTH.words):
        return tuple(persons)
    if len(written) <= len(persons) and all(letter in persons for letter in written):
        return tuple(dict.fromkeys(written))
    return tuple(letter for letter, name in persons.items() if word_form(name) == token.text)
