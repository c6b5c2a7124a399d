"""What a text did beside what it should have done: right, right after one question, a person, wrong; pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cop.replay.corpus import ASK, NONE, Expected, Line

INFORMS = frozenset(("next", "where", "help", "example", "who", "roster", "mydata"))
"""Deeds that tell something and store nothing."""
NOTHING_DONE = frozenset((NONE, ASK, "again"))
HANDED_OVER = ("human", "unknown_sender")
"""States of a text that lies before a person."""
LANGUAGES = {
    **dict.fromkeys(("1", "roman", "ur_latn", "roman urdu", "roman_urdu", "ur-latn"), "ur_latn"),
    **dict.fromkeys(("2", "ur", "urdu"), "ur"),
    **dict.fromkeys(("3", "en", "english"), "en"),
}
YES, NO = frozenset(("1", "true", "yes", "haan", "worked")), frozenset(("2", "0", "false", "no", "nahi", "not"))
CODES_OF_SCOPES = {"2": "changes", "only_changes": "changes", "1": "all", "": "all", "none": "all"}


class Verdict(StrEnum):
    """How a line went; they exclude each other and add up to the lines."""

    RIGHT = "right"
    RESOLVED = "resolved_by_question"
    HUMAN = "human"
    SILENT_WRONG = "silent_wrong"
    OTHER_WRONG = "other_wrong"


@dataclass(frozen=True, slots=True)
class Happened:
    """What became of a text, as the database has it."""

    did: Mapping[str, Any]
    state: str
    replies: tuple[str, ...] = ()
    segments: int = 0
    stored: frozenset[str] = frozenset()
    """The tables that it changed, but for those that only keep the talk itself."""
    choices: tuple[str, ...] = ()
    """What may be written to answer the question that the reply puts."""
    unsaid: str = ""
    """Why the reply could not be said at all."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with how it went; `happened` is the first turn."""

    line: Line
    verdict: Verdict
    happened: Happened
    after: Happened | None = None
    """What the answer to our question did, where one was tried."""
    seconds: float = field(default=0.0, compare=False)


def judge(line: Line, first: Happened, answers: Sequence[Happened] = ()) -> Judged:
    """The verdict of a line; `answers` are what each answer to our question did."""
    if any(fits(first, each) for each in line.expect):
        return Judged(line, Verdict.RIGHT, first)
    if first.stored:
        shown = any(_shown(first, each) for each in line.expect)
        return Judged(line, Verdict.OTHER_WRONG if shown else Verdict.SILENT_WRONG, first)
    if not wants_action(line):
        return Judged(line, Verdict.OTHER_WRONG, first)
    for each in answers:
        if any(fits(each, expected) for expected in line.expect if expected["do"] not in (NONE, ASK)):
            return Judged(line, Verdict.RESOLVED, first, each)
    return Judged(line, Verdict.HUMAN if first.state in HANDED_OVER else Verdict.OTHER_WRONG, first)


def wants_action(line: Line) -> bool:
    """Should the line do something?"""
    return any(each["do"] not in (NONE, ASK) for each in line.expect)


def fits(happened: Happened, expected: Expected) -> bool:
    """Did it do what was expected? Only the values that are named are compared."""
    if happened.unsaid or len(happened.replies) > 1:
        return False
    wanted, did = str(expected["do"]), happened.did
    done = str(did.get("do"))
    if wanted == NONE:
        return not happened.stored and not happened.replies
    if wanted == ASK:
        # An undo that stored nothing said that there was nothing to undo.
        asked = done in NOTHING_DONE or done == "undo" or happened.state in HANDED_OVER
        answered = bool(happened.replies) or happened.state in HANDED_OVER
        return not happened.stored and asked and answered
    if done != wanted:
        return False
    if wanted in INFORMS and happened.stored - {"personal_link"}:
        return False
    return all(same(key, did.get(key), value) for key, value in expected.items() if key != "do")


def same(key: str, got: Any, wanted: Any) -> bool:
    """Is a value what was expected? Rows as sets, text trimmed, codes and numbers however they are written."""
    return bool(_plain(key, got) == _plain(key, wanted))


def _plain(key: str, value: Any) -> Any:
    if value is None:
        return CODES_OF_SCOPES["none"] if key == "scope" else None
    match key:
        case "absent" | "present":
            return frozenset(_number(each) for each in (value if isinstance(value, list | tuple) else [value]))
        case "answers":
            if not isinstance(value, Mapping):
                return value
            return {str(letter).upper(): _word(each) for letter, each in value.items() if each is not None}
        case "to":
            return LANGUAGES.get(_word(value), _word(value))
        case "worked":
            return True if _word(value) in YES else False if _word(value) in NO else _word(value)
        case "scope":
            return CODES_OF_SCOPES.get(_word(value), _word(value))
        case "verb" | "answer":
            return _word(value)
        case "count" | "start":
            return _number(value)
        case _:
            return str(value).strip()


def _word(value: Any) -> str:
    return " ".join(str(value).strip().lower().replace("_", " ").split()) if not isinstance(value, bool) else (
        "true" if value else "false"
    )  # fmt: skip


def _number(value: Any) -> Any:
    written = str(value).strip()
    return int(written) if written.isdecimal() else written


def _shown(happened: Happened, expected: Expected) -> bool:
    """Does the reply name every stored value that is not the expected one? Another deed than expected never counts."""
    did = happened.did
    if did.get("do") != expected["do"] or len(happened.replies) != 1 or happened.unsaid:
        return False
    said = happened.replies[0]
    wrong = [key for key, value in expected.items() if key != "do" and not same(key, did.get(key), value)]
    return bool(wrong) and all(_names(said, key, did) for key in wrong)


def _names(said: str, key: str, did: Mapping[str, Any]) -> bool:
    """Does a reply say this value of what was done? Rows are shown by naming the absent ones, or that all came."""
    numbers = set(re.findall(r"[0-9]+", said))
    if key in ("absent", "present"):
        rows = {str(each) for each in did.get("absent") or ()}
        return rows <= numbers
    value = did.get(key)
    if key == "answer":
        return _answers(said, value)
    if key == "answers":
        return isinstance(value, Mapping) and all(_answers(said, each) for each in value.values())
    return value is not None and str(value).strip() in said


_SAID: Mapping[str, Collection[str]] = {
    "yes": ("HAAN", "YES", "ہاں"),
    "no": ("NAHI", "NO", "نہیں"),
    "unsure": ("PATA NAHI", "NOT SURE", "پتہ نہیں"),
}


def _answers(said: str, value: Any) -> bool:
    return any(word in said for word in _SAID.get(str(value), ()))
