"""How one-time codes are kept: argon2id, so that who reads the table does not find a code while it is of use."""

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def kept(number: str, code: str) -> str:
    """The hash that is stored; it is bound to the number."""
    return _HASHER.hash(f"{number}:{code}")


def fits(stored: str, number: str, code: str) -> bool:
    """Is it the code that this number was told?"""
    try:
        return _HASHER.verify(stored, f"{number}:{code}")
    except VerificationError:
        return False
