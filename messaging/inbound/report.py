"""An attendance report, read against the sender's own sessions: its code, its repetitions, and who came beside it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from clusters.training.code import nearest
from messaging.inbound.hearing import hear
from messaging.inbound.labels import Item, items_of
from messaging.inbound.reported import NoCode, Reading, ReportInDoubt, Sheet, WrongCode
from messaging.inbound.rows import Rows
from messaging.inbound.script import Token

SURE = 0.85
"""From this score a report is stored; below, the reading is proposed and stored only after a yes."""
NEARLY = 0.8
"""A command read so surely stores a report without any repaired digit."""
PER_REPAIR = 0.97
"""What each token with a letter read as a digit costs."""
AGAIN = "again"
"""The mark that stands where the command was written once more in the same text."""

PLUS, SHORTEST_CODE = "+", 4
"""What stands before somebody who came uninvited; a number of so many digits is no row."""
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")


def read_report(
    row: Sequence[Token], sheets: Mapping[str, Sheet], *, score: float = 1.0, code: str | None = None
) -> Reading:
    """Read the tokens of a report against the sender's sessions, by code; `score` is how surely the command was read.

    `code` is the session chosen after a wrong or missing code: it takes the place of what was written.
    """
    readings = [_read(part, sheets, score, code) for part in _reports(row) or [[]]]
    if all(reading == readings[0] for reading in readings):
        return readings[0]
    known = next((each.code for each in readings if not isinstance(each, WrongCode | NoCode)), "")
    return ReportInDoubt("two_reports", known)


def beside(row: Sequence[Token], raw: str) -> tuple[tuple[Token, ...], tuple[int, ...], str]:
    """What stands before the first plus, the rows named after one ("+5": that row came), and the words after one.

    "HAZRI 4814 3 7 +Gul Zaman 23451 +5": 3 and 7 were absent, row 5 came after all, Gul Zaman came uninvited.
    """
    first = next((place for place, token in enumerate(row) if token.kind == "mark" and token.text == PLUS), None)
    if first is None:
        return tuple(row), (), ""
    rows: list[int] = []
    words: list[str] = []
    for part in raw[row[first].end :].split(PLUS):
        said = part.strip(" \t\r\n.,;،۔")
        number = said.translate(_DIGITS)
        if number.isascii() and number.isdigit() and len(number) < SHORTEST_CODE:
            rows.append(int(number))
        elif said:
            words.append(said)
    return tuple(row[:first]), tuple(rows), PLUS.join(words)


def _reports(row: Sequence[Token]) -> list[list[Token]]:
    """The text cut where the command was repeated."""
    parts: list[list[Token]] = [[]]
    for token in row:
        if token.kind == "mark" and token.text == AGAIN:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if hear(part, "").words]


def _read(row: Sequence[Token], sheets: Mapping[str, Sheet], score: float, forced: str | None) -> Reading:
    if forced is not None and forced not in sheets:
        return WrongCode(forced, nearest(forced, sheets))
    items = list(items_of(row))
    numbers = [item for item in items if item.role == "number"]
    repaired = sum(item.token.repaired for item in numbers)
    written = _written_code(items, sheets)
    glued = _glued_code(items, sheets) if forced is None and (written is None or written.text not in sheets) else None
    if glued is not None:
        code, items = glued
        return Rows(sheets[code], items, set(), score, sure=False).reading()
    if forced is None and written is not None and written.text not in sheets:
        return WrongCode(written.text, nearest(written.text, sheets))
    if forced is None and written is None:
        return NoCode()
    code = forced if forced is not None else written.text if written is not None else ""
    others = {item.token.text for item in numbers if item.token.text in sheets and item.token.text != code}
    if forced is None and others:
        return ReportInDoubt("two_reports", code)
    spelt = written.text if written is not None else code
    left = [item for item in items if not (item.role == "number" and item.token.text == spelt)]
    had_code_first = {item.token.start for item in numbers if item.token.text == spelt}
    total = score * PER_REPAIR**repaired
    firm = total >= SURE or (score >= NEARLY and not repaired)
    sure = firm and not any(item.soft for item in left)
    if [item.token.text for item in left if item.role != "filler"] in (["o"], ["oo"]):
        return Rows(sheets[code], [], had_code_first, total * PER_REPAIR, sure).everybody()
    if not left and not _said_sab(row):
        return ReportInDoubt("empty", code)
    if _said_sab(row) and all(item.role in ("filler", "here") for item in left):
        return Rows(sheets[code], [], had_code_first, total, sure=False).everybody()
    return Rows(sheets[code], left, had_code_first, total, sure).reading()


def _said_sab(row: Sequence[Token]) -> bool:
    """Was "sb" written, which is sahib elsewhere and "sab", all, in a report without numbers?"""
    return any(token.kind == "word" and token.text == "sb" for token in row)


def _glued_code(items: Sequence[Item], sheets: Mapping[str, Sheet]) -> tuple[str, list[Item]] | None:
    """A code that ran into its first row, "48143 7", or came apart, "48 14 3 7"; and the items with it mended."""
    places = [place for place, item in enumerate(items) if item.role == "number"]
    if not places:
        return None
    first = items[places[0]]
    for code, sheet in sheets.items():
        row = first.token.text.removeprefix(code)
        if row != first.token.text and row.isdigit() and len(row) <= 2 and int(row) in sheet.rows:
            mended = first._replace(token=first.token._replace(text=row))
            return code, [mended if item is first else item for item in items]
        for count in range(2, len(code) + 1):
            apart = "".join(items[place].token.text for place in places[:count])
            if apart == code and len(places) >= count:
                used = {places[each] for each in range(count)}
                return code, [item for place, item in enumerate(items) if place not in used]
    return None


def _written_code(items: Sequence[Item], sheets: Mapping[str, Sheet]) -> Token | None:
    """The token that is, or was meant to be, the session code."""
    numbers = [item.token for item in items if item.role == "number"]
    own = next((token for token in numbers if token.text in sheets), None)
    if own is not None:
        return own
    labelled = next(
        (
            after.token
            for before, after in pairwise(items)
            if before.role == "code" and after.role == "number" and len(after.token.text) > 2
        ),
        None,
    )
    if labelled is not None:
        return labelled
    four = next((token for token in numbers if len(token.text) == 4), None)
    return four or (numbers[0] if numbers and len(numbers[0].text) >= 3 else None)
