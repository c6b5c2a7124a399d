"""A note's number with its check digit, what it is, whom it may be shown to, and where it stands."""

import re
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum

from clusters.training.code import check_digit
from messaging.texts.shortening import shorten, tidy

FIRST_PREFIX = 100
DIGITS_LEAST = 4
DIGITS_MOST = 9
TITLE_LETTERS = 40
ALONE_MAX = 200
"""To more phones than this only the office passes a note on."""
USEFUL = timedelta(days=7)
"""A note that could not go for so long goes no more."""
TAUGHT_WITHIN = timedelta(days=400)
"""Who was invited to a subject within this time is one of its teachers."""


SOME = 10
"""Fewer people than this are "some"."""
OFFERED_FOR = timedelta(days=7)
"""So long after a training session its trainer's alternatives to a problem count as gathered there."""


GATHERED_WITHIN = timedelta(days=60)
"""So long after a day of training what was gathered there is written down."""
WAYS_MOST = 12
"""Ways out of a problem that one gathering writes down at a time."""
WORDS_MOST = 600
"""Letters of one of them, or of a reason."""


class NoteKind(StrEnum):
    """What a note is."""

    PROBLEM = "problem"
    """Something that is hard in class; its children are ways to deal with it."""
    SOLUTION = "solution"
    """Something that worked in class; its children are other ways to do it."""


class Audience(StrEnum):
    """Whom the author wants to show it to."""

    CLUSTER = "ltrc"
    SUBJECT = "subject"
    NOBODY = "nobody"


class Standing(StrEnum):
    """Where a note stands."""

    WRITTEN = "written"
    """Its author has not said yet whom it is for."""
    KEPT = "kept"
    """For nobody else."""
    WAITS = "waits"
    """For a trainer who reads it first."""
    PASSED_ON = "passed_on"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


class Proposal(StrEnum):
    """Where the proposal stands that a note should change the material or the plan."""

    PROPOSED = "proposed"
    TAKEN_IN = "taken_in"
    DECLINED = "declined"


AUDIENCES = {1: Audience.CLUSTER, 2: Audience.SUBJECT, 3: Audience.NOBODY}
"""By the digit that chooses it."""


def number_of(prefix: int) -> str:
    """The number of a note: a running number from 100, as long as needed, and a Damm check digit."""
    if prefix < FIRST_PREFIX:
        raise ValueError(f"a note's number begins with {FIRST_PREFIX} or more, not {prefix}")
    return f"{prefix}{check_digit(str(prefix))}"


def is_number(written: str) -> bool:
    """Is this a possible number of a note: four digits or more, no leading zero, right check digit?"""
    decimal = written.isascii() and written.isdigit()
    return decimal and len(written) >= DIGITS_LEAST and written[0] != "0" and check_digit(written) == 0


def slips(written: str) -> Iterator[str]:
    """Every number of a note that is one wrong digit, or one swap of neighbours, away from what was written."""
    if not (written.isascii() and written.isdigit() and DIGITS_LEAST <= len(written) <= DIGITS_MOST):
        return
    tried = {
        f"{written[:place]}{digit}{written[place + 1 :]}" for place in range(len(written)) for digit in "0123456789"
    }
    tried |= {
        f"{written[:place]}{written[place + 1]}{written[place]}{written[place + 2 :]}"
        for place in range(len(written) - 1)
    }
    yield from sorted(number for number in tried - {written} if is_number(number))


def title_of(words: str) -> str:
    """What a note is called where there is no room for it."""
    return shorten(tidy(words), TITLE_LETTERS)


_PROBLEM = re.compile(
    r"\s*(?:masla|maslaa|masala|mushkil|problem|difficulty|مسئلہ|مسلہ|مشکل)\s*(?:[:،,.\-]|ye|yeh|hai|is|یہ|ہے)",
    re.IGNORECASE,
)
_CLASS = re.compile(
    r"(?:\bclass(?:es)?|\bgrades?|\bjama?at|جماعت|کلاس)\s*([1-9۱-۹]|10)(?:\s*(?:-|to|se|سے)\s*([1-9۱-۹]|10))?\b",
    re.IGNORECASE,
)


def kind_of(words: str) -> NoteKind:
    """A problem where the words begin by saying so ("masla: ...", "problem is ..."), else a solution."""
    return NoteKind.PROBLEM if _PROBLEM.match(words) else NoteKind.SOLUTION


def class_of(words: str) -> str:
    """The class that somebody's words name first, or the first and the last of several: "3", "1-5", "" for none."""
    found = _CLASS.search(words)
    return "-".join(str(int(each)) for each in found.groups() if each) if found else ""


def told(count: int) -> int | None:
    """A number of people as it may be told; None stands for "some"."""
    return count if count >= SOME else None
