"""A session code: three digits and a Damm check digit; the two commonest slips never make another valid code."""

from collections.abc import Iterable

_TABLE = tuple(
    tuple(int(digit) for digit in row)
    for row in (
        "0317598642",
        "7092154863",
        "4206871359",
        "1750983426",
        "6123045978",
        "3674209581",
        "5869720134",
        "8945362017",
        "9438617205",
        "2581436790",
    )
)
"""A totally anti-symmetric quasigroup of order ten with zeros on the diagonal."""

PREFIX_MIN, PREFIX_MAX = 100, 999
"""Three digits without a leading zero: 900 codes, unique among one circle's and one trainer's open sessions."""


def check_digit(prefix: str) -> int:
    """The digit that makes `prefix` a valid number when written behind it."""
    remainder = 0
    for digit in prefix:
        remainder = _TABLE[remainder]["0123456789".index(digit)]
    return remainder


def is_valid(code: str) -> bool:
    """Is this the text of a session code: four digits 0-9, no leading zero, right check digit?"""
    return len(code) == 4 and code.isascii() and code.isdigit() and code[0] != "0" and check_digit(code) == 0


def complete(prefix: int) -> str:
    """The whole code of a prefix from 100 to 999."""
    if not PREFIX_MIN <= prefix <= PREFIX_MAX:
        raise ValueError(f"a session code begins with {PREFIX_MIN} to {PREFIX_MAX}, not {prefix}")
    return f"{prefix}{check_digit(str(prefix))}"


def is_near(written: str, code: str) -> bool:
    """Does `written` differ from `code` by one digit, or by two swapped neighbours?"""
    if len(written) != len(code):
        return False
    wrong = [place for place, (left, right) in enumerate(zip(written, code, strict=True)) if left != right]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
        return (written[wrong[0]], written[wrong[1]]) == (code[wrong[1]], code[wrong[0]])
    return len(wrong) == 1


def nearest(written: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The candidates one slip away from what was written, in order; a candidate itself is no slip."""
    return tuple(sorted({code for code in candidates if is_near(written, code)}))
