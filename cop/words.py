"""What people can text: the table of words and digits; leaving, 0 and 9 are the house's own."""

import secrets
from collections.abc import Callable

from cop.settings import Settings
from cop.sms import (
    answer,
    ask,
    attend,
    community,
    digits,
    example,
    feedback,
    finished,
    help,  # noqa: A004 - files are named for what people text
    introduce,
    join,
    language,
    mydata,
    next,  # noqa: A004 - files are named for what people text
    note,
    peers,
    roster,
    school,
    tried,
    visit,
    where,
    who,
)
from cop.sms.proven import proven
from messaging.inbound.words import Word, WordBook

WORDS: tuple[Word, ...] = (
    attend.WORD,
    next.WORD,
    where.WORD,
    help.WORD,
    note.WORD,
    tried.WORD,
    language.WORD,
    join.WORD,
    school.WORD,
    who.WORD,
    roster.WORD,
    finished.WORD,
    ask.WORD,
    answer.WORD,
    peers.WORD,
    visit.WORD,
    feedback.WORD,
    community.WORD,
    introduce.WORD,
)
"""The same in every house."""


def book_of(settings: Settings, below: Callable[[int], int] = secrets.randbelow) -> WordBook:
    """The book of one house: some words answer with what its settings say, such as the address of its pages.

    `below` draws one-time codes; rehearsals that shall be repeated hand in another source.
    """
    words = (*WORDS, *proven(settings, below), mydata.word(settings.address))
    return WordBook((*words, example.word(words)), digits.DIGITS)


BOOK = book_of(Settings())
"""For whoever reads or shows words and sends nothing."""
