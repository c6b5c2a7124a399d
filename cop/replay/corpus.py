"""A file of texts with what each should do: blocks of lines, each block with the world it is about; pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clusters.kernel.errors import Invalid

ACTIONS = (
    *("attend", "rsvp", "undo", "optout", "optin", "next", "where", "help", "human", "example", "language", "note"),
    *("tried", "question", "answer", "feedback", "visit", "join", "school", "mydata", "peers", "who", "roster"),
    *("finished", "challenge"),
)
NONE, ASK = "none", "ask"
"""Kept without a reply; asked back, refused or handed to a person, and nothing stored."""
DOS = (*ACTIONS, NONE, ASK)

Expected = Mapping[str, Any]
"""What a text should do: `do`, and those of its values that matter."""


@dataclass(frozen=True, slots=True)
class Line:
    """A text from a phone, with what it should do; any of `expect` is right, the first one is counted by."""

    number: int
    sender: str
    text: str
    expect: tuple[Expected, ...]

    @property
    def do(self) -> str:
        """What it should do, in one word."""
        return str(self.expect[0]["do"])


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that share a world; `number` is the line of the file that says it, 0 where no line does."""

    number: int
    context: Mapping[str, Any]
    lines: list[Line] = field(default_factory=list)


def read_corpus(lines: Sequence[str], file: str) -> list[Block]:
    """The blocks of a file; Invalid names the first line that cannot be taken."""
    blocks: list[Block] = []
    for number, written in enumerate(lines, start=1):
        if not written.strip():
            continue
        try:
            document = json.loads(written.lstrip("\ufeff"))
        except ValueError as error:
            raise unreadable(file, number, "it is no JSON") from error
        if not isinstance(document, dict):
            raise unreadable(file, number, "it is no JSON object")
        if "context" in document:
            if not isinstance(document["context"], dict):
                raise unreadable(file, number, "its context is no JSON object")
            blocks.append(Block(number, document["context"]))
        if "text" in document or "context" not in document:
            if not blocks:
                blocks.append(Block(0, {}))
            blocks[-1].lines.append(_line(document, number, file))
    return blocks


def unreadable(file: str, line: int, why: str) -> Invalid:
    """The error that names a line and says what is wrong with it."""
    return Invalid("replay_unreadable", file=file, line=line, why=why)


def _line(document: Mapping[str, Any], number: int, file: str) -> Line:
    text, sender = document.get("text"), document.get("from", "")
    if not isinstance(text, str):
        raise unreadable(file, number, "its text is missing")
    also = document.get("alt") or []
    expect = [document.get("expect"), *(also if isinstance(also, list) else [also])]
    for each in expect:
        if not isinstance(each, dict):
            raise unreadable(file, number, "what it should do is missing")
        if each.get("do") not in DOS:
            raise Invalid("replay_unknown_do", file=file, line=number, do=str(each.get("do")), known=", ".join(DOS))
    return Line(number, str(sender if sender is not None else ""), text, tuple(expect))
