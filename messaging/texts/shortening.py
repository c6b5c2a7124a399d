"""Names made short enough, and spelt in plain letters, so that a text stays one segment."""

import re
import unicodedata

from messaging.texts.segments import costly, fold

_SCHOOL_KINDS = (
    (re.compile(r"\b(?:government|govt|gov)\b\.?", re.IGNORECASE), "G"),
    (re.compile(r"\bgirls?\b", re.IGNORECASE), "G"),
    (re.compile(r"\bboys?\b", re.IGNORECASE), ""),
    (re.compile(r"\bcommunity\b", re.IGNORECASE), "C"),
    (re.compile(r"\bmodel\b", re.IGNORECASE), "M"),
    (re.compile(r"\bprimary\b", re.IGNORECASE), "P"),
    (re.compile(r"\bmiddle\b", re.IGNORECASE), "M"),
    (re.compile(r"\bhigher\b", re.IGNORECASE), "H"),
    (re.compile(r"\bsecondary\b", re.IGNORECASE), "S"),
    (re.compile(r"\bhigh\b", re.IGNORECASE), "H"),
    (re.compile(r"\bschool\b", re.IGNORECASE), "S"),
)
_SPELT_KIND = re.compile(
    r"^(?:government|govt|gov)\b\.?(?:\s+(?:girls?|boys?|community|model|primary|middle|high|higher|secondary))*\s+school\b",
    re.IGNORECASE,
)
_SHORT_KIND = re.compile(r"^G[BGMPHCS]{1,4}S?\s+", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_SPACE = re.compile(r"\s+")

_CONSONANTS = {
    "ب": "b", "پ": "p", "ت": "t", "ٹ": "t", "ث": "s", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ڈ": "d",
    "ذ": "z", "ر": "r", "ڑ": "r", "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ص": "s", "ض": "z", "ط": "t", "ظ": "z",
    "غ": "gh", "ف": "f", "ق": "q", "ک": "k", "ك": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ہ": "h", "ۀ": "h",
    "ه": "h", "ھ": "h", "ۃ": "t", "ة": "h", "ټ": "t", "ځ": "dz", "څ": "ts", "ډ": "d", "ړ": "r", "ږ": "g", "ښ": "kh",
    "ګ": "g", "ڼ": "n",
}  # fmt: skip
_VOWELS = {
    "ا": "a", "آ": "aa", "أ": "a", "إ": "i", "ٱ": "a", "ع": "a", "ی": "i", "ي": "i", "ى": "i", "ئ": "i", "ې": "e",
    "ۍ": "ai", "ے": "e", "و": "o", "ؤ": "o", "ں": "n", "ء": "", "َ": "a", "ِ": "i", "ُ": "u", "ّ": "",
}  # fmt: skip
_DIGITS = {ord(char): str(index % 10) for index, char in enumerate("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")}


def tidy(value: str) -> str:
    """One line without control characters or doubled spaces."""
    if value.isprintable() and "  " not in value:
        return value.strip()
    printable = "".join(char if char.isprintable() or char == "\u200c" else " " for char in value)
    return _SPACE.sub(" ", printable).strip()


def shorten(value: str, limit: int | None) -> str:
    """The value in at most `limit` characters, cut after a word where it can be; None leaves it whole."""
    if limit is None or len(value) <= limit:
        return value
    for cut in range(limit, limit // 2, -1):
        if value[cut] == " " or value[cut - 1] == " ":
            return value[:cut].rstrip(" ,.-")
    return value[: limit - 1].rstrip(" ,.-") + "."


def short_venue(value: str, limit: int | None) -> str:
    """A venue's name as people shorten it: GPS for the kind of school, no brackets, then its proper name alone."""
    if limit is None or len(value) <= limit:
        return value
    spelt = _SPELT_KIND.match(value)
    if spelt:
        kind = spelt[0]
        for pattern, letter in _SCHOOL_KINDS:
            kind = pattern.sub(letter, kind)
        value = kind.replace(" ", "") + value[spelt.end() :]
    if len(value) > limit:
        value = tidy(_BRACKETS.sub("", value)) or value
    if len(value) > limit:
        value = _SHORT_KIND.sub("", value) or value
    return shorten(value, limit)


def plain(value: str) -> str:
    """The value in the phone alphabet: folded, without accents, Urdu and Pashto letters spelt as they sound.

    One foreign letter would halve what a whole text may hold. The spelling is only a help to recognise a name that
    the reader knows; characters that have no sound are dropped.
    """
    folded = fold(value)
    if not costly(folded):
        return folded
    words = [_spelt(word) for word in folded.translate(_DIGITS).split(" ")]
    return " ".join(word for word in words if word)


def _spelt(word: str) -> str:
    out: list[str] = []
    bare = False
    for char in word:
        if char in _CONSONANTS:
            if bare:
                out.append("a")
            out.append(_CONSONANTS[char])
            bare = True
            continue
        bare = False
        out.append(_VOWELS[char] if char in _VOWELS else _latin(char))
    spelt = "".join(out)
    return spelt if spelt[:1].isupper() or not _is_arabic(word) else spelt[:1].upper() + spelt[1:]


def _latin(char: str) -> str:
    if not costly(char):
        return char
    letters = (part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return "".join(part for part in letters if not costly(part))


def _is_arabic(word: str) -> bool:
    return any(char in _CONSONANTS or char in _VOWELS for char in word)
