"""The shapes of what people can text: Text, Word, Digit, Reply, WordBook; it knows no word itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import combinations
from typing import Any, Literal

from sqlalchemy.orm import Session

from clusters.scope import Scope
from messaging.inbound.nearness import ONE_LETTER_FROM, Expects, Spelling, Vocabulary, distance
from messaging.inbound.outcomes import Single
from messaging.inbound.script import Token, word_form

RESERVED = frozenset(
    {
        *("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"),
        *("start", "yes", "unstop", "help", "info"),
    }
)
"""Words that providers take for themselves when they stand alone; none is ever a command or a printed instruction."""


TAUGHT = "taught"
"""Stands for a language in the words of a command that were taught in the inbox."""

Guessed = Literal["", "question", "words"]


@dataclass(frozen=True)
class Text:
    """One text as a handler gets it: what was written, by whom, and how it was read."""

    id: int
    """Of the stored inbound text."""
    number: str
    """E.164."""
    body: str
    received_at: datetime
    person_id: int | None
    """Whose text it is; None for an unknown number, or a shared one before anybody said A or B."""
    language: str
    heard: Single
    question: Mapping[str, Any] = field(default_factory=dict)
    """The values kept with the open question that a digit answers; empty for a word."""


@dataclass(frozen=True)
class Asked:
    """A numbered question that goes back with a reply; the next bare digit of the number answers it.

    `values` must be plain JSON: they come back as `Text.question`, together with the digit in `Text.heard`.
    """

    kind: str
    subject_id: int
    values: Mapping[str, Any]
    options: int = 2
    """Digits from 1 to this number answer it."""


@dataclass(frozen=True, init=False)
class Reply:
    """The one text that answers a text: a key of the catalogue and its values, as in `Reply("key", name=value)`."""

    key: str
    values: Mapping[str, Any]
    asks: Asked | None
    """A numbered question that the reply puts."""
    undo: Mapping[str, Any] | None
    """What `0` needs to take the effect back, as plain JSON; None when nothing was changed."""
    did: Mapping[str, Any] | None
    """What was done, as plain JSON: {"do": "attend", "session": "4814", "absent": [3, 7]}; None when only asked."""
    language: str | None
    """In which language it goes, where that is not the one the person had chosen before she wrote."""

    def __init__(
        self,
        key: str,
        /,
        asks: Asked | None = None,
        undo: Mapping[str, Any] | None = None,
        did: Mapping[str, Any] | None = None,
        language: str | None = None,
        **values: Any,
    ) -> None:
        for name, value in (("key", key), ("values", values), ("asks", asks), ("undo", undo), ("did", did)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "language", language)


Act = Callable[[Session, Scope, Text], Reply | None]
"""Does what a text asks for inside the unit of work; None means that nothing is answered."""
TakeBack = Callable[[Session, Scope, Text, Mapping[str, Any]], Reply | None]
"""Takes an effect back, from what its reply kept as `undo`."""

Stands = Callable[[Session, Scope, Text, Mapping[str, Any]], bool]
"""Does an effect still hold, from what its reply kept as `undo`? Then the same text once more changes nothing."""


@dataclass(frozen=True)
class Word:
    """A command: its name, the words for it by language, what proof it needs, and what it does."""

    name: str
    also: Mapping[str, tuple[str, ...]]
    tier: int
    """0 the number alone, 1 with a session code, 2 with a one-time code."""
    act: Act
    take_back: TakeBack | None = None
    fuzzy: bool = True
    """May a near miss be taken for it? Never for what stops, confirms or calls off."""
    free: bool = False
    """Does it take free words, which are not searched for leave words or other commands?"""
    anywhere: bool = False
    """May it stand anywhere, or be left out, when one of the sender's session codes, or a school's where it expects
    one, stands in the text?"""
    expects: Expects = ""
    """What number belongs behind it: "session", "school" (an EMIS code), any other "number"; without one, a question or
    a sentence that merely begins with its word is not taken for it."""
    alone: bool = False
    """Is it a command only by itself ("mera"), and not at the beginning of a sentence ("mera bhai bemar hai")?"""
    sayings: tuple[str, ...] = ()
    """Everyday phrases that begin with one of its words and are no command: "khayal rakhen", "next time"."""
    stands: Stands | None = None
    listens: Callable[[Sequence[Token]], bool] | None = None
    """Does a text that is no digit answer its open question, as N2 does? Such a text comes as `Words`."""
    strangers: bool = False
    """May a number that we do not know write it? Such a text comes without a person, and with no rights."""
    stops: bool = False
    """Does it stop what the sender confirmed? What is read as a `Hold` comes to it."""
    guessed: Guessed = ""
    """What words without any command may have been meant as, when a person must read them: this word's "question", or
    the "words" it keeps."""

    @property
    def words(self) -> tuple[str, ...]:
        """All its words, in the order given."""
        return tuple(word for words in self.also.values() for word in words)

    def printed(self, language: str) -> str:
        """The word that texts of a language print: the first one listed for it, in capitals where there are any."""
        return (self.also.get(language) or self.words)[0].upper()

    @property
    def spelling(self) -> Spelling:
        """What reading must know of it."""
        return Spelling(
            self.name,
            self.words,
            fuzzy=self.fuzzy,
            free=self.free,
            stores=self.tier > 0 or self.take_back is not None,
            anywhere=self.anywhere,
            expects=self.expects,
            alone=self.alone,
            sayings=self.sayings,
        )


@dataclass(frozen=True)
class Digit:
    """What a bare digit does: 1, 2, 3 answer the open question, 0 undoes, 9 calls a person."""

    digit: int
    act: Act
    take_back: TakeBack | None = None
    stands: Stands | None = None


class WordBook:
    """The table of words and digits of one installation; a table that could be misread is refused."""

    def __init__(self, words: Iterable[Word], digits: Iterable[Digit] = ()) -> None:
        listed, keyed = tuple(words), tuple(digits)
        self.words: Mapping[str, Word] = {word.name: word for word in listed}
        self.digits: Mapping[int, Digit] = {digit.digit: digit for digit in keyed}
        if len(self.words) < len(listed) or len(self.digits) < len(keyed):
            raise ValueError("a name or a digit stands twice in the table of words")
        wrong = [*reserved(listed), *collisions(listed)]
        if wrong:
            raise ValueError("; ".join(wrong))
        self.vocabulary = Vocabulary(word.spelling for word in listed)

    def find(self, name: str) -> Word | Digit | None:
        """The word of a name, or the digit of "1", "2" and so on."""
        return self.digits.get(int(name)) if name.isdigit() else self.words.get(name)

    def with_taught(self, taught: Iterable[tuple[str, str]]) -> "WordBook":
        """The same book with further words for its commands, each with the command's name; what another command has
        by now, or the book does not know, is left out."""
        owned = {word_form(spelt) for word in self.words.values() for spelt in word.words} | RESERVED
        also: dict[str, list[str]] = {}
        for spelt, name in taught:
            if name in self.words and word_form(spelt) not in owned:
                owned.add(word_form(spelt))
                also.setdefault(name, []).append(spelt)
        if not also:
            return self
        words = [
            replace(word, also={**word.also, TAUGHT: tuple(also[word.name])}) if word.name in also else word
            for word in self.words.values()
        ]
        return WordBook(words, self.digits.values())


def reserved(words: Iterable[Word]) -> list[str]:
    """A sentence for each word that providers take for themselves."""
    return [
        f"{spelt!r} of {word.name} is reserved by providers"
        for word in words
        for spelt in word.words
        if word_form(spelt) in RESERVED
    ]


def collisions(words: Iterable[Word]) -> list[str]:
    """A sentence for each word that stands for two commands, or twice for one."""
    owners: dict[str, str] = {}
    wrong = []
    for word in words:
        for spelt in word.words:
            form = " ".join(word_form(part) for part in spelt.split())
            if form in owners:
                wrong.append(f"{spelt!r} stands for {owners[form]} and for {word.name}")
            owners[form] = word.name
    return wrong


def close_pairs(words: Iterable[Word], most: int = 1) -> list[tuple[str, str, int]]:
    """Pairs of words of different commands at most this far apart, with the distance; short words are exact only."""
    spelt = [(word_form(each), word.name) for word in words for each in word.words if len(each) >= ONE_LETTER_FROM]
    return sorted(
        (left, right, apart)
        for (left, one), (right, other) in combinations(spelt, 2)
        if one != other and (apart := distance(left, right, most)) <= most
    )
