"""Names and addresses of places: one form for comparing, path segments, the locality a school is named for."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

from clusters.structure.rules import Tree

_VARIANTS = str.maketrans("يىكةۃهھەۀۂ", "ییکہہہہہہہ", "ـ")
"""Arabic letters as Urdu writes them; the stretching stroke says nothing."""

_LATIN = {
    "ا": "A", "ب": "B", "پ": "P", "ت": "T", "ٹ": "T", "ټ": "T", "ث": "S", "ج": "J", "چ": "CH", "ح": "H", "خ": "KH",
    "څ": "TS", "ځ": "DZ", "د": "D", "ڈ": "D", "ډ": "D", "ذ": "Z", "ر": "R", "ڑ": "R", "ړ": "R", "ز": "Z", "ژ": "ZH",
    "ږ": "ZH", "س": "S", "ش": "SH", "ښ": "KH", "ص": "S", "ض": "Z", "ط": "T", "ظ": "Z", "ع": "A", "غ": "GH", "ف": "F",
    "ق": "Q", "ک": "K", "گ": "G", "ګ": "G", "ل": "L", "م": "M", "ن": "N", "ں": "N", "ڼ": "N", "و": "W", "ہ": "H",
    "ی": "I", "ې": "E", "ۍ": "I", "ے": "E", "ء": "", "ß": "SS", "æ": "AE", "ø": "O", "đ": "D", "ł": "L", "ı": "I",
}  # fmt: skip
"""Urdu, Pashto and the few Latin letters that do not come apart; any other letter goes by its Unicode name."""

_ABBREVIATED = {
    "khyber pakhtunkhwa": "kp",
    "khyber pukhtunkhwa": "kp",
    "kpk": "kp",
    "nwfp": "kp",
    "north west frontier province": "kp",
    "خیبر پختونخوا": "kp",
    "gilgit baltistan": "gb",
    "azad jammu and kashmir": "ajk",
    "azad jammu kashmir": "ajk",
    "azad kashmir": "ajk",
    "islamabad capital territory": "ict",
}


def folded(name: str) -> str:
    """A name in one form for comparing: no case, accents, marks, punctuation; Urdu letters; western digits."""
    letters = []
    for letter in unicodedata.normalize("NFKD", name).translate(_VARIANTS).casefold():
        kind = unicodedata.category(letter)
        if kind in ("Mn", "Cf"):
            continue
        digit = unicodedata.digit(letter, None)
        letters.append(str(digit) if digit is not None else letter if kind[0] in "LMN" else " ")
    return " ".join("".join(letters).translate(_VARIANTS).split())


_KIND_WORDS = frozenset(
    folded(
        "govt govtt government gov primary middle high higher secondary elementary school schools sch sec girls girl "
        "boys boy community model mosque maktab masjid centennial mps nps no number "
        "گورنمنٹ گورنمینٹ پرائمری مڈل ہائی ہائیر سیکنڈری سکول اسکول گرلز گرل بوائز زنانہ مردانہ کمیونٹی مکتب نمبر"
    ).split()
)
_KIND_LETTERS = re.compile(r"g[gbcm]{0,3}(?:p|m|mp|mid|h|hs|e|eh)s{1,2}")
"""GPS, GGPS, GBHSS, GCMHS and their kin: government, girls or boys, primary to higher secondary school."""
_NUMBER = re.compile(r"\b(?:no|number|num)[\W_]*\d+|نمبر\s*\d+", re.IGNORECASE)


def area_key(name: str) -> str:
    """Equal for spellings of one area: KPK and Khyber Pakhtunkhwa are both kp."""
    known = folded(name)
    return _ABBREVIATED.get(known, known)


def slug(name: str) -> str:
    """A name as a path segment: A-Z, 0-9 and underscores, from any script, never empty; the same at every call."""
    written = "".join(_in_latin(letter) for letter in area_key(name))
    return re.sub(r"[^A-Z0-9]+", "_", written).strip("_") or "UNNAMED"


def _in_latin(letter: str) -> str:
    if letter.isascii():
        return letter.upper()
    if letter in _LATIN:
        return _LATIN[letter]
    return unicodedata.name(letter, f"U{ord(letter):04X}").split()[-1]


def unlike(wanted: str, taken: Collection[str], pattern: str = "{}_{}") -> str:
    """The wanted name, or the first of its numbered followers that nobody has: DOMEL, DOMEL_2, DOMEL_3."""
    if wanted not in taken:
        return wanted
    number = 2
    while (numbered := pattern.format(wanted, number)) in taken:
        number += 1
    return numbered


def locality(school: str) -> str:
    """The place a school is named for: "GGPS Kakki No.1" says Kakki; a name that says no place stays as it is."""
    bare = re.sub(r"\([^)]*\)|[,:;/#]", " ", school)
    words = [word.strip(".-'") for word in _NUMBER.sub(" ", bare).replace("-", " - ").split()]
    words = [word for word in words if any(map(str.isalnum, word))]
    while words and (_says_kind(words[0]) or words[0].isdigit()):
        words.pop(0)
    while words and _says_kind(words[-1]):
        words.pop()
    if not any(map(str.isalpha, "".join(words))):
        return school.strip()
    shouted = all(word.isupper() for word in words)
    return " ".join(word.capitalize() if shouted and "." not in word else word for word in words)


def _says_kind(word: str) -> bool:
    known = folded(word).replace(" ", "")
    return known in _KIND_WORDS or _KIND_LETTERS.fullmatch(known) is not None


def common_path(paths: Iterable[str]) -> str:
    """The longest path that contains all of these; "" when they share nothing or there are none."""
    shared: Sequence[str] | None = None
    for path in paths:
        steps = path.split(".")[:-1]
        if shared is None:
            shared = steps
            continue
        same = 0
        while same < min(len(shared), len(steps)) and shared[same] == steps[same]:
            same += 1
        shared = shared[:same]
    return "".join(f"{step}." for step in shared or ())


def address(written: str) -> tuple[Tree, str] | None:
    """Tree and path of a place as people write it, T/B2.C07. or a/kp.bannu; None if it is no address."""
    found = re.fullmatch(r"\s*([TA])/([A-Z0-9_.]*?)\.?\s*", written.upper())
    if found is None:
        return None
    tree, path = found.groups()
    if not all(path.split(".")) and path:
        return None
    return Tree(tree), f"{path}." if path else ""


def in_order(path: str) -> tuple[tuple[str, int], ...]:
    """A sort key that puts L10 behind L9."""
    return tuple(
        (step.rstrip("0123456789"), int("0" + step[len(step.rstrip("0123456789")) :])) for step in path.split(".")[:-1]
    )
