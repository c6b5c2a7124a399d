"""Phone numbers as people and spreadsheets write them: a Pakistani mobile number, nothing, or a question."""

import math
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

E164 = re.compile(r"\+923[0-9]{9}")
"""The one form that is stored."""


class PhoneFault(StrEnum):
    """Why a number cannot be taken."""

    DAMAGED = "phone_damaged"
    NOT_PK_MOBILE = "phone_not_pk_mobile"


@dataclass(frozen=True, slots=True)
class Phone:
    """A Pakistani mobile number, +923 and nine figures."""

    e164: str


@dataclass(frozen=True, slots=True)
class PhoneProblem:
    """A number that a person has to correct: the cause, what is wrong as a clause, and what may have been meant."""

    cause: PhoneFault
    why: str
    proposal: str | None = None
    """A number in the form 0345-1234567; never taken without a person."""


_UNKNOWN = frozenset(
    (
        "",
        "-",
        "--",
        "---",
        "_",
        ".",
        "?",
        "0",
        "n/a",
        "na",
        "n.a",
        "n.a.",
        "#n/a",
        "nil",
        "null",
        "none",
        "nan",
        "unknown",
    )
)
_ERROR = re.compile(r"#[A-Z/0!?]+", re.IGNORECASE)
_WRAPPED = re.compile(r'=?\s*"(.*)"|[\'=]+(.*)', re.DOTALL)
_SCHEME = re.compile(r"(?:whatsapp|tel):", re.IGNORECASE)
_POINT_ZERO = re.compile(r"(\+?\d+)[.,]0+")
_POWER = re.compile(r"\+?(\d(?:[.,]\d+)?)e\+?(\d{1,2})", re.IGNORECASE)
_BETWEEN_NUMBERS = re.compile(r"[,;/|&\n]|(?<=\d)\s+-\s+(?=[+\d])")
_WRITTEN = re.compile(r"[\s(]*\+?[\d\s().-]+")
_USUAL = re.compile(r"0?3[0-9]{2}-?[0-9]{7}")
_MOBILE = re.compile(r"(?:(?:00)?92)?0?3\d{9}|0?3\d{9}")
_UNIVERSAL = re.compile(r"(?:0\d{2})?111\d{6}")
_LIKE_FIGURES = str.maketrans("OoIlSsBZz", "001155822")
_LONGEST = 200
_MIN_PART = 7
"""Figures from which a part of a cell counts as a number of its own."""


def read(cell: str | float | int | None) -> Phone | PhoneProblem | None:
    """The mobile number that a cell holds; None where it says that none is known; a problem where one has to ask."""
    if cell is None:
        return None
    if isinstance(cell, int | float):
        if not math.isfinite(cell) or cell != int(cell) or cell < 0:
            return _damaged("it is a number with a fraction or a sign")
        cell = f"{int(cell)}.0"
    if _USUAL.fullmatch(cell):
        return _mobile("+92" + cell.replace("-", "")[-10:])
    if len(cell) > _LONGEST:
        return _damaged("there is more in the cell than a number")
    text = _cleaned(cell)
    if text.casefold() in _UNKNOWN:
        return None
    if _ERROR.fullmatch(text):
        return _damaged("the cell holds a spreadsheet's error, not a number")
    if whole := _POINT_ZERO.fullmatch(text):
        text = whole[1]
        if text.endswith("0000") and _MOBILE.fullmatch(text):
            return _damaged("it was a number in a spreadsheet and ends in zeros, as after its last figures were lost")
        if not text.strip("0"):
            return None
    if power := _POWER.fullmatch(text):
        return _from_power(power[1], int(power[2]))
    return _two_numbers(text) or _strange_signs(text) or _judged(text)


def show(e164: str) -> str:
    """As people in Pakistan write it: 0345-1234567."""
    return f"0{e164[3:6]}-{e164[6:]}"


def tail(e164: str) -> str:
    """The last two figures, enough to recognise one's own number and too few to call it."""
    return e164[-2:]


def _cleaned(text: str) -> str:
    """Figures of all scripts as 0 to 9, no marks that cannot be seen, nothing wrapped around."""
    shown = "".join(_plain(sign) for sign in unicodedata.normalize("NFKC", text)).strip()
    if wrapped := _WRAPPED.fullmatch(shown):
        shown = (wrapped[1] if wrapped[1] is not None else wrapped[2]).strip()
    return _SCHEME.sub("", shown, count=1).strip(" \t\r\n,;")


def _plain(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    if category == "Pd" or sign == "−":
        return "-"
    if category == "Zs":
        return " "
    return "" if category in ("Cf", "Cc") and sign not in "\t\r\n" else sign


def _from_power(mantissa: str, power: int) -> Phone | PhoneProblem:
    """A number shortened to powers of ten is read only if every figure is still there."""
    figures = re.sub(r"\D", "", mantissa)
    whole = (len(figures) == 10 and figures[0] == "3") or (len(figures) == 12 and figures.startswith("923"))
    if whole and power == len(figures) - 1:
        return _judged(figures)
    return _damaged("a spreadsheet shortened it to powers of ten and its last figures are lost")


def _two_numbers(text: str) -> PhoneProblem | None:
    parts = [part for part in _BETWEEN_NUMBERS.split(text) if sum(map(str.isdecimal, part)) >= _MIN_PART]
    if len(parts) < 2:
        return None
    first = read(parts[0])
    return _damaged("there are two numbers in one cell", show(first.e164) if isinstance(first, Phone) else None)


def _strange_signs(text: str) -> PhoneProblem | None:
    if _WRITTEN.fullmatch(text):
        return None
    if any(sign.isalpha() for sign in text):
        return _damaged("there are letters in it", _without_letters(text))
    return _damaged("there are signs in it that belong to no number", _proposal(re.sub(r"\D", "", text)))


def _without_letters(text: str) -> str | None:
    """What may have been meant: O for zero, or words around the number."""
    return _proposal(re.sub(r"\D", "", text.translate(_LIKE_FIGURES))) or _proposal(re.sub(r"\D", "", text))


def _proposal(figures: str) -> str | None:
    judged = _judged(figures) if figures else None
    return show(judged.e164) if isinstance(judged, Phone) else None


def _judged(text: str) -> Phone | PhoneProblem:
    """Asks the library about a text of figures, spaces, hyphens, points and brackets."""
    figures = re.sub(r"\D", "", text)
    international = text.lstrip(" (").startswith("+")
    if not figures.strip("0"):
        return _damaged("it is nothing but zeros")
    if _MOBILE.fullmatch(figures) and not (international and not figures.startswith("92")):
        return _mobile(f"+92{figures[-10:]}")
    if international and not figures.startswith(("92", "0")):
        return _not_mobile("it is a number of another country")
    if figures.startswith("00") and not figures.startswith("0092"):
        return _not_mobile("it is a number of another country")
    if _UNIVERSAL.fullmatch(figures) or _reaches_something_else(f"+{figures}" if international else figures):
        return _not_mobile("it is a landline or a service number, which texts do not reach")
    return _damaged("it has too many or too few figures for a Pakistani mobile number")


def _mobile(e164: str) -> Phone | PhoneProblem:
    number = phonenumbers.PhoneNumber(country_code=92, national_number=int(e164[3:]))
    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    if not mobile or not E164.fullmatch(e164):
        return _not_mobile("no Pakistani mobile network has numbers that begin like this")
    if e164.endswith("0000000"):
        return _not_mobile("it is a placeholder and not somebody's number")
    return Phone(e164)


def _reaches_something_else(figures: str) -> bool:
    """Is it a valid number that is no Pakistani mobile?"""
    try:
        number = phonenumbers.parse(figures, "PK")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number)


def _damaged(why: str, proposal: str | None = None) -> PhoneProblem:
    return PhoneProblem(PhoneFault.DAMAGED, why, proposal)


def _not_mobile(why: str) -> PhoneProblem:
    return PhoneProblem(PhoneFault.NOT_PK_MOBILE, why)
