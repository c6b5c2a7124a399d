"""What one person passes to another through us: her own words, whole where they fit, else cut so that it shows."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from messaging.texts.catalogue import TooLong, compose
from messaging.texts.shortening import shorten, tidy

CUT = "..."
_ARABIC = re.compile("[\u0600-\u06ff]")


def language_of(words: str, language: str) -> str:
    """In which language a text carries somebody's words: Urdu letters go in an Urdu text, else the reader's own."""
    return "ur" if _ARABIC.search(words) else language


def fits(key: str, language: str, values: Mapping[str, Any]) -> bool:
    """Does the text keep its segments with these words as they are?"""
    try:
        compose(key, language, values)
    except TooLong:
        return False
    return True


def fitted(key: str, language: str, values: Mapping[str, Any]) -> str:
    """The value `words`, in one line, as much of it as fits the text; where something is cut off, dots say so."""
    whole = tidy(str(values["words"]))
    if fits(key, language, {**values, "words": whole}):
        return whole
    letters = bisect_right(
        range(1, len(whole)),
        False,
        key=lambda size: not fits(key, language, {**values, "words": shorten(whole, size) + CUT}),
    )
    return shorten(whole, max(letters, 1)).rstrip(".") + CUT
