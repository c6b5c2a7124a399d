"""Under which key consent is locked, and how long a personal link opens and what is kept of it."""

from datetime import timedelta
from hashlib import sha256

LOCK = 0x636F7001
"""First half of the advisory lock of a number's consent; the second half is the hash of the number."""

LINK_LASTS = timedelta(days=180)
LINK_BYTES = 16
"""128 random bits; as text 22 letters."""


def link_hash(link: str) -> str:
    """What is kept of a personal link."""
    return sha256(link.encode()).hexdigest()
