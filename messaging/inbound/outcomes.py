"""What a text turned out to be: every text ends in exactly one of these."""

from dataclasses import dataclass
from typing import Literal

from messaging.inbound.script import Token


@dataclass(frozen=True, slots=True)
class Leave:
    """The number wants no more texts; `rest` are further words, for a person to read."""

    rest: str = ""


@dataclass(frozen=True, slots=True)
class LeaveInDoubt:
    """A leave word in a question or a statement: ask "Training ke SMS band karun?", 1 yes, 2 no."""


@dataclass(frozen=True, slots=True)
class ReservedWithCode:
    """A leave word with a session's code, or with "training": neither opt-out nor calling off; say how each is done."""

    code: str | None


@dataclass(frozen=True, slots=True)
class Hold:
    """ROKO by somebody with a pending send: stop it; with a code only if it is the pending one."""

    code: str | None


@dataclass(frozen=True, slots=True)
class Return:
    """Texts are wanted again; `only_changes` when it was SHURU 2."""

    only_changes: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """1 yes, 2 no, 3 not sure, or another digit of a numbered question."""

    choice: int
    spelled: bool = False
    """Said in words: it answers a yes-or-no question only."""
    polite: bool = False
    """"1", "ok" or "theek" alone: right after an echo it may be mere thanks."""
    rest: str = ""
    """Words that were not needed: the reason, or a comment for a person."""
    question: bool = False
    """Is there a question among them?"""


@dataclass(frozen=True, slots=True)
class AnswerInDoubt:
    """Yes and no together, people counted, a condition: ask which of 1, 2, 3 is meant and store nothing."""

    why: Literal["yes_and_no", "several_digits", "counted", "condition"]


@dataclass(frozen=True, slots=True)
class Undo:
    """0, ghalat, wapas: take the latest action back."""

    rest: str = ""


@dataclass(frozen=True, slots=True)
class Human:
    """9, insan, baat: a person shall talk to the sender."""

    rest: str = ""


@dataclass(frozen=True, slots=True)
class Thanks:
    """Thanks or a greeting and nothing else: kept, no action, no reply."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A command: its name in the word book, how surely it was read, and the tokens and words that are its values."""

    name: str
    score: float
    """1.0 exact, 0.9 one letter off, 0.8 two letters off or by sound, 0.6 not there at all but its values are."""
    how: Literal["exact", "one_letter", "two_letters", "sound", "missing"]
    tokens: tuple[Token, ...] = ()
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What answers an open question of a command and is no digit: "N2", "4 12 30", free words."""

    tokens: tuple[Token, ...] = ()
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """A first word equally near to several commands: ask which."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TwoThings:
    """Two commands in one text, of which one would store: nothing is stored."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToPerson:
    """Nothing in it may be applied; a person reads it."""

    why: Literal["leave_word_inside", "service_text"]


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nothing that we know: ask once with an example, then a person."""

    why: Literal["empty", "greeting", "words"]
    question: bool = False


Single = (
    Leave
    | LeaveInDoubt
    | ReservedWithCode
    | Hold
    | Return
    | Answer
    | AnswerInDoubt
    | Undo
    | Human
    | Thanks
    | Verb
    | Words
    | Tie
    | TwoThings
    | ToPerson
    | Unclear
)


@dataclass(frozen=True, slots=True)
class Shared:
    """A text from a phone of several persons that says whose it is: letters from A, each with what she said."""

    parts: tuple[tuple[str, Single], ...]


Outcome = Single | Shared
