"""The manual's table of words, and the printed card of a role, both out of the book itself."""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from cop.sms.example import NOBODYS_CODE, text_of
from cop.sms.help import COMMANDS
from messaging.inbound.words import Digit, Word, WordBook
from messaging.texts.catalogue import entry, keys, say

HOUSE = (
    ("`1` haan, ji; yes, ok; ہاں", "0", "answers YES to the open question", "`0`"),
    ("`2` nahi; no; نہیں", "0", "answers NO; words after it are kept as the reason", "`0`"),
    ("`3` pata nahi, shayad; maybe; شاید", "0", "answers NOT SURE; asked again on the eve", "`0`"),
    ("`0` ghalat, wapas; undo; غلط، واپس", "0", "takes back the latest action of the last 24 hours", "`0`"),
    ("`9` insan, baat; call me; انسان", "0", "opens a conversation with a person", "-"),
    ("`BAND` band karo, na bhejo; بند", "0", "no more texts, unless the person writes first", "`SHURU`"),
    ("`SHURU`; شروع", "0", "texts again; `SHURU 2` only changes of date or venue", "`BAND`"),
)
"""What the house itself understands, beside the words of the book; STOP and its kin are heard as BAND."""
CARD_FOOT = {
    "ur_latn": "1=Haan 2=Nahi 3=Pata nahi 0=Ghalti wapas 9=Insan BAND=SMS band",
    "en": "1=Yes 2=No 3=Not sure 0=Undo 9=A person BAND=no more texts",
    "ur": "1 ہاں 2 نہیں 3 پتہ نہیں 0 غلطی واپس 9 انسان، بند",
}
HEAD = """# Words

What people can text, in roman Urdu, English and Urdu. `cop sms words --markdown` prints this page; a test compares it
with the book of words. Tier 0 asks for the number alone, 1 for a code of the sender's own (a session's, a school's, a
question's), 2 for a one-time code as well. STOP, START, YES, HELP and their kin belong to the providers: they are
heard, and never printed as a command.

| words | tier | what it does | undo | example |
|---|---|---|---|---|
"""


def markdown(book: WordBook) -> str:
    """The table of all words, as `docs/reference/words.md` has it."""
    rows = [f"| {words} | {tier} | {effect} | {undo} | |" for words, tier, effect, undo in HOUSE]
    return HEAD + "\n".join([*rows, *(_row(word) for word in book.words.values())]) + "\n"


def card(book: WordBook, role: str, language: str) -> str:
    """At most eight commands of a role with their examples, for a card that is printed."""
    lines = [_example(name, language) for name in COMMANDS[role] if name in book.words]
    return "\n".join([*lines, CARD_FOOT[language]])


def effect_of(word: Word) -> str:
    """What a command does: the sentence at the head of the file where it is done, behind its words."""
    act: Callable[..., Any] = word.act.func if isinstance(word.act, partial) else word.act
    told = " ".join((sys.modules[act.__module__].__doc__ or "").split("\n\n")[0].split())
    return (told.partition(": ")[2] or told).rstrip(".")


def undo_of(done: Word | Digit) -> str:
    """How it is taken back."""
    return "`0`" if done.take_back is not None else "-"


def _row(word: Word) -> str:
    by_language = "; ".join(", ".join(words) for words in word.also.values() if words)
    first, _, rest = by_language.partition(word.words[0])
    words = f"{first}`{word.printed('ur_latn')}`{rest}".replace("|", "\\|")
    return f"| {words} | {word.tier} | {effect_of(word)} | {undo_of(word)} | {_example(word.name, 'ur_latn')} |"


def _example(name: str, language: str) -> str:
    key = text_of(name)
    if key not in keys():
        return ""
    wanted = entry(key, language).placeholders
    return say(key, language, **dict.fromkeys(wanted, NOBODYS_CODE))
