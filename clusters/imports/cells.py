"""One cell at a time: its text without what cannot be seen, and the code that it holds or has lost."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from clusters.imports.sheet import Cell

_UNKNOWN = frozenset(
    (
        *(
            "-",
            "--",
            "---",
            "_",
            ".",
            "..",
            "?",
            "??",
            "n/a",
            "na",
            "n.a",
            "n.a.",
            "#n/a",
            "n / a",
            "nil",
            "null",
            "none",
        ),
        *("nan", "not available", "not known", "not applicable", "unknown", "نامعلوم", "دستیاب نہیں"),
    )
)
"""Ways to write that nothing is known, in small letters."""
_HARMLESS = ("'=", "'+", "'-", "'@", "'＝", "'＋", "'－", "'＠", "'\t", "'\r", "'\0")
"""How our own exports keep a text from being taken for a formula."""
_FIGURES = str.maketrans(
    {chr(zero + value): str(value) for zero in (0x0660, 0x06F0, 0x0966, 0xFF10) for value in range(10)}
)


def visible(text: str) -> str:
    """The text without control signs and direction marks, its spaces single and plain."""
    if not text.isprintable():
        text = "".join(_sign(sign) for sign in unicodedata.normalize("NFC", text))
    elif not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def _sign(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Cs", "Co", "Cn") and sign not in "\u200c\u200d" else sign


def latin_figures(text: str) -> str:
    """Urdu, Arabic, Hindi and full-width figures as 0 to 9."""
    return text if text.isascii() else text.translate(_FIGURES)


def text_of(cell: Cell) -> str | None:
    """What the cell says; None where it is empty or only says that nothing is known."""
    if cell is None:
        return None
    if not isinstance(cell, str):
        return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return _text_of_written(cell)


@lru_cache(maxsize=1 << 14)
def _text_of_written(cell: str) -> str | None:
    """Remembered for a while: districts, levels and posts come again in every row."""
    text = visible(cell)
    if text.startswith("'") and cell.lstrip().startswith(_HARMLESS):
        text = text[1:].lstrip()
    return None if is_unknown(text) else text


def is_unknown(text: str) -> bool:
    """Is it empty, or a way to say that nothing is known?"""
    return not text or (len(text) < 16 and text.casefold() in _UNKNOWN)


@dataclass(frozen=True, slots=True)
class DamagedCode:
    """A code that cannot be told from what the cell holds; `why` is a clause for people."""

    why: str


_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]\d+|[+-]?\d+[.,]\d+[eE]\d+")
_FIGURES_ONLY = re.compile(r"[0-9]*[1-9][0-9]*")
_WHOLE = re.compile(r"(\d+)\.0+")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d+[.,]\d+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T].*)?|\d{1,2}-[A-Za-z]{3}(?:-\d{2,4})?|[A-Za-z]{3}-\d{2,4}")
_AS_FORMULA = re.compile(r'=?"(.*)"|[\'=](.*)', re.DOTALL)
EXACT = 10**15
"""Whole numbers from here on have lost their last figures: spreadsheets keep fifteen."""
_LOST = "a spreadsheet shortened it to powers of ten and its last figures are lost"


def code_of(cell: Cell) -> str | DamagedCode | None:
    """A school's code or a personal number as text: 12345.0 is 12345, leading zeros stay; None where it is missing."""
    if isinstance(cell, int | float):
        return _code_of_number(cell)
    if cell is not None and _FIGURES_ONLY.fullmatch(cell):
        return cell
    text = text_of(cell)
    if text is None:
        return None
    text = latin_figures(text)
    if wrapped := _AS_FORMULA.fullmatch(text):
        text = (wrapped[1] if wrapped[1] is not None else wrapped[2]).strip()
    if whole := _WHOLE.fullmatch(text):
        text = whole[1]
    if is_unknown(text) or not text.strip("0"):
        return None
    return _damage(text) or text


def _code_of_number(number: float) -> str | DamagedCode | None:
    if number != number or abs(number) >= EXACT:
        return DamagedCode("it is a number of more than fifteen figures and its last ones are lost")
    if number != int(number):
        return DamagedCode("it is a number with a fraction")
    if number < 0:
        return DamagedCode("it is a negative number")
    return str(int(number)) if number else None


def _damage(text: str) -> DamagedCode | None:
    if text.startswith("#"):
        return DamagedCode(f"the cell holds the spreadsheet's error {text}")
    if _SCIENTIFIC.fullmatch(text):
        return DamagedCode(_LOST)
    if _GROUPED.fullmatch(text):
        return DamagedCode("it is written with a comma or a point, so it may be a number or two codes")
    if _DATE.fullmatch(text):
        return DamagedCode("a spreadsheet turned it into a date")
    if "\ufffd" in text:
        return DamagedCode("some of its letters could not be read")
    if not any(sign.isalnum() for sign in text):
        return DamagedCode("it has neither a letter nor a figure")
    return None
