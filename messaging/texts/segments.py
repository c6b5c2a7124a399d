"""How long a text is for a phone network: GSM-7 or UCS-2, units, segments, and what they cost."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
"""The default alphabet of 3GPP TS 23.038; an extension character is written with an escape and counts two."""

_LIMITS: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
"""Units in a text that stands alone, and in each part of a longer one."""

_FOLDED = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″‶❝❞＂", '"'),
        **dict.fromkeys("‘’‚‛‹›′‵´ʹʻʼʽ❛❜＇`", "'"),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        **dict.fromkeys(
            "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t", " "
        ),
        **dict.fromkeys("\u200b\u2060\ufeff\u00ad", None),
        "…": "...",
    }
)


@dataclass(frozen=True, slots=True)
class Measure:
    """The size of one text: septets or 16-bit units, and the segments they travel in."""

    encoding: Encoding
    units: int
    segments: int

    def cost(self, price: Decimal) -> Decimal:
        """What the text costs at this price of one segment."""
        return price * self.segments


def measure(text: str) -> Measure:
    """Size of a text as given; a pair of units (escape or surrogate) is never split between two segments."""
    if all(char in _BASIC or char in _EXTENSION for char in text):
        return _measure("GSM-7", [2 if char in _EXTENSION else 1 for char in text])
    return _measure("UCS-2", [2 if ord(char) > 0xFFFF else 1 for char in text])


def fold(text: str) -> str:
    """The text with typographic quotes, dashes, ellipses and odd spaces as plain characters of GSM-7."""
    return text.translate(_FOLDED)


def costly(text: str) -> tuple[str, ...]:
    """The characters that make the text UCS-2, each once, in the order in which they appear."""
    return tuple(dict.fromkeys(char for char in text if char not in _BASIC and char not in _EXTENSION))


def _measure(encoding: Encoding, widths: list[int]) -> Measure:
    alone, part = _LIMITS[encoding]
    units = sum(widths)
    if units <= alone:
        return Measure(encoding, units, 1)
    segments, used = 1, 0
    for width in widths:
        if used + width > part:
            segments, used = segments + 1, 0
        used += width
    return Measure(encoding, units, segments)
