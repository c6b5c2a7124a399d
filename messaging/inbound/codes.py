"""The code that follows a command, and the words after it as they were written: `leading`, `one_time`, `numbers`.

What a caller has is a `Verb` and the body of the text: `leading(verb.tokens, body, own_codes)` gives the session code
of "jagah S4814: GHS Kakki" as "4814" and "GHS Kakki" as its rest; the same serves a school's EMIS code, a note's and a
question's number. A code that is nobody's is returned as it stands, so that the nearest one can be offered.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from messaging.inbound.script import Phrases, Token

ONE_TIME_DIGITS = 6
SCHOOL_DIGITS = range(5, 9)
"""So many digits may an EMIS code have."""
_AROUND = " \t\r\n\u00a0\u200c\u200d\u200e\u200f\ufeff.,:;=-–—_/|#*،؛۔<>\"“”„«»'’‘`"
"""What stands between a code and the words after it and belongs to neither."""
_BEFORE = Phrases(
    "s, code, cod, kod, session, sesion, seshan, training, no, num, number, nmbr, nr, emis, school, note, sawal, nr, "
    "the, ki, ka, ke, ko, wali, wala, wale, is, yeh, ye, mera, meri, "
    "کوڈ, سیشن, نمبر, ٹریننگ, تربیت, سکول, نوٹ, سوال, کی, کا, کو, کے"
)
"""Words that people put before a code."""


class Led(NamedTuple):
    """The number that follows a command, and what follows the number."""

    digits: str
    """As read, 0-9; "" when there is none."""
    rest: str
    """What was written after it, in its own case and script, without marks around it."""
    tokens: tuple[Token, ...]
    """The tokens after it."""
    repaired: bool = False
    """Was a letter in it read as a digit?"""


def leading(row: Sequence[Token], raw: str, known: Collection[str] = (), *, shortest: int = 1) -> Led:
    """The first number of a command: before any other word, or else wherever one of the `known` codes stands.

    `row` are the command's tokens, with their places in `raw`; a number of fewer than `shortest` digits is none.
    Without a number everything is the rest.
    """
    spoken = [token for token in row if token.kind != "mark"]
    if not spoken:
        return Led("", "", ())
    place = 0
    while place < len(spoken) - 1 and spoken[place].is_word(_BEFORE.words):
        place += 1
    found = spoken[place]
    if found.kind != "number" or len(found.text) < shortest:
        within = next((token for token in spoken if token.kind == "number" and token.text in known), None)
        if within is None:
            return Led("", trimmed(raw[spoken[0].start :]), tuple(row))
        return _within(row, raw, within, spoken[0].start)
    after = tuple(token for token in row if token.start >= found.end)
    return Led(found.text, trimmed(raw[found.end :]), after, found.repaired)


def numbers(row: Sequence[Token]) -> tuple[Token, ...]:
    """The numbers of a command, in their order."""
    return tuple(token for token in row if token.kind == "number")


def schools(row: Sequence[Token]) -> tuple[Token, ...]:
    """The numbers that may be EMIS codes, each once."""
    found: dict[str, Token] = {}
    for token in row:
        if token.kind == "number" and len(token.text) in SCHOOL_DIGITS:
            found.setdefault(token.text, token)
    return tuple(found.values())


def one_time(row: Sequence[Token]) -> str:
    """The digits of a one-time code, written as they may be: "638214", "638 214", "6-3-8-2-1-4"; "" without any."""
    written = [token.text for token in row if token.kind == "number"]
    whole = [digits for digits in written if len(digits) == ONE_TIME_DIGITS]
    return whole[0] if len(whole) == 1 else "".join(written)


def trimmed(words: str) -> str:
    """Words without the marks and spaces around them; a closing mark of the sentence stays."""
    return words.lstrip(_AROUND).rstrip(' \t\r\n\u00a0\u200c\u200d\u200e\u200f\ufeff<>"“”„«»`')


def _within(row: Sequence[Token], raw: str, code: Token, start: int) -> Led:
    """A code among or behind other words: the words are what is left without it."""
    before, after = raw[start : code.start].rstrip(_AROUND), raw[code.end :].lstrip(_AROUND)
    left = tuple(token for token in row if token is not code)
    return Led(code.text, trimmed(f"{before} {after}"), left, code.repaired)
