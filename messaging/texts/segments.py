"""How long a text is for a phone network: GSM-7 or UCS-2, units, segments, and what they cost."""

import re
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

_DEAR = re.compile(f"[^{re.escape(''.join(sorted(_BASIC | _EXTENSION)))}]")
_ESCAPED = re.compile(f"[{re.escape(''.join(sorted(_EXTENSION)))}]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
"""Characters outside the alphabet; those that are written with an escape; those that take a pair of units."""

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
_TYPOGRAPHIC = re.compile(f"[{re.escape(''.join(map(chr, _FOLDED)))}]")


@dataclass(frozen=True, slots=True)
class Measure:
    """The size of one text: septets or 16-bit units, and the segments they travel in."""

    encoding: Encoding
    units: int
    segments: int

    @property
    def room(self) -> int:
        """Units that so many segments of this alphabet hold."""
        alone, part = _LIMITS[self.encoding]
        return alone if self.segments == 1 else part * self.segments

    def cost(self, price: Decimal) -> Decimal:
        """What the text costs at this price of one segment."""
        return price * self.segments


def measure(text: str) -> Measure:
    """Size of a text as given; a pair of units (escape or surrogate) is never split between two segments."""
    cheap = not _DEAR.search(text)
    return _measure("GSM-7" if cheap else "UCS-2", text, (_ESCAPED if cheap else _ASTRAL).search(text) is not None)


def fold(text: str) -> str:
    """The text with typographic quotes, dashes, ellipses and odd spaces as plain characters of GSM-7."""
    return text.translate(_FOLDED) if _TYPOGRAPHIC.search(text) else text


def costly(text: str) -> tuple[str, ...]:
    """The characters that make the text UCS-2, each once, in the order in which they appear."""
    return tuple(dict.fromkeys(_DEAR.findall(text)))


def _measure(encoding: Encoding, text: str, pairs: bool) -> Measure:
    alone, part = _LIMITS[encoding]
    if not pairs:
        units = len(text)
        return Measure(encoding, units, 1 if units <= alone else -(-units // part))
    double = _EXTENSION.__contains__ if encoding == "GSM-7" else lambda char: ord(char) > 0xFFFF
    widths = [2 if double(char) else 1 for char in text]
    units = sum(widths)
    if units <= alone:
        return Measure(encoding, units, 1)
    segments, used = 1, 0
    for width in widths:
        if used + width > part:
            segments, used = segments + 1, 0
        used += width
    return Measure(encoding, units, segments)
