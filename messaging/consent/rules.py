"""Under which key consent is locked."""

LOCK = 0x636F7001
"""First half of the advisory lock of a number's consent; the second half is the hash of the number."""
