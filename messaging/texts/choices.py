"""The numbered options that a text of ours puts, as quick replies show them: "1=Haan 2=Nahi 3=Pata nahi"."""

import re

MOST_QUICK = 3
"""Quick replies that WhatsApp shows under a text of a session."""
_MARKED = re.compile(r"(?<![0-9A-Za-z])([1-9])=([^0-9=.,،۔?؟]{1,24}?)(?=\s*(?:[0-9]=|[,،.۔?؟;:(]|$))")
_SPACED = re.compile(r"(?<![0-9:/-])([1-9]) ([\u0600-\u06ff][\u0600-\u06ff ]{0,22}?)(?=\s*(?:[0-9] |[،۔؟]|$))")


def choices(text: str) -> tuple[tuple[str, str], ...]:
    """Digits with what they mean, in order from 1; nothing where a text puts no such options."""
    found = [match.groups() for match in _MARKED.finditer(text)] or [match.groups() for match in _SPACED.finditer(text)]
    kept: list[tuple[str, str]] = []
    for digit, words in found:
        if int(digit) == len(kept) + 1:
            kept.append((digit, words.strip()))
    return tuple(kept[:MOST_QUICK]) if len(kept) > 1 else ()
