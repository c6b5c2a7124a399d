"""Passwords: which are taken, how they are kept (argon2id), and a check that costs the same for everybody."""

import unicodedata
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

SHORTEST, LONGEST = 8, 128
"""Letters; the longest is there so that nobody keeps a thread busy."""
_DIGITS_ALONE = 16
"""Shorter ones of digits alone are dates and phone numbers."""
_DISTINCT = 5
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_LEET = str.maketrans("@4831!05$7", "aabeiiosst")
_COMMON = Path(__file__).parent / "common_passwords.txt"


def kept(password: str) -> str:
    """The hash that is stored."""
    return _HASHER.hash(_one_form(password))


def fits(stored: str | None, password: str) -> bool:
    """Is it the password? Who has none costs as much time as who has one."""
    try:
        right = _HASHER.verify(stored or _nobody(), _one_form(password))
    except VerificationError:
        return False
    return right and stored is not None


def weakness(password: str, login: str, name: str) -> str | None:
    """Why a new password is not taken, as the key of a sentence."""
    plain = _one_form(password)
    if len(plain) < SHORTEST:
        return "password_too_short"
    if len(plain) > LONGEST:
        return "password_too_long"
    low = plain.casefold()
    core = _core(low)
    own = {part for part in (login.casefold(), *name.casefold().split(), *login.casefold().split(".")) if part}
    easy = (
        len(set(low)) < _DISTINCT
        or (low.isdigit() and len(low) < _DIGITS_ALONE)
        or _is_run(low)
        or core in _common()
        or core in own
        or low in own
    )
    return "password_too_easy" if easy else None


def _one_form(password: str) -> str:
    """The same letters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFKC", password)


def _core(low: str) -> str:
    """The word in a decorated word: `P@ssw0rd123!` is `password`."""
    return low.rstrip("0123456789!?.@#$%&*-_ ").lstrip("0123456789!?.#%&*-_ ").translate(_LEET)


def _is_run(low: str) -> bool:
    """Neighbours on the keyboard or in the alphabet, there or back."""
    rows = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn")
    return any(low in row * 2 or low[::-1] in row * 2 for row in rows)


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split())


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")
