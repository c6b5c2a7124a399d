"""School and person names in one form: the EMIS code decides, an equal form proposes, a person confirms."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from clusters.structure.rules import SchoolGender

_ONE_LETTER = str.maketrans(
    {
        "ي": "ی",  # Arabic yeh, alef maksura and Pashto forms: keyboards differ, the word does not
        "ى": "ی",
        "ې": "ی",
        "ۍ": "ی",
        "ك": "ک",
        "ڪ": "ک",
        "ة": "ہ",
        "ۃ": "ہ",
        "ه": "ہ",
        "ە": "ہ",
        "ٱ": "ا",
        "ـ": None,  # tatweel only stretches
        "\u200c": None,
        "\u200d": None,
        **dict.fromkeys("'’‘ʼ`´", None),
        **{chr(zero + value): str(value) for zero in (0x0660, 0x06F0, 0x0966) for value in range(10)},
    }
)
_NOT_A_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """One form for comparing: small letters, one letter for each Urdu sound, ASCII digits, single spaces."""
    if not text.isascii():
        text = _bare(_bare(text).casefold())
    return _NOT_A_WORD.sub(" ", text.translate(_ONE_LETTER).casefold()).strip()


def _bare(text: str) -> str:
    """Compatible forms taken apart, accents and vowel marks dropped."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if unicodedata.category(sign) != "Mn")


def words(listed: str) -> list[str]:
    """A comma-separated list of words and phrases, each in the folded form."""
    return [fold(word) for word in listed.split(",")]


@dataclass(frozen=True, slots=True)
class SchoolName:
    """What a school's name says: its level and gender where it says them, its number, and the name proper."""

    level: str | None
    gender: SchoolGender | None
    number: int | None
    name: str

    @property
    def form(self) -> tuple[str | None, SchoolGender | None, int | None, str]:
        """Equal for two spellings of one school; spaces in the name proper do not count."""
        return self.level, self.gender, self.number, self.name.replace(" ", "")


_LEVEL_LETTERS = {"p": "primary", "m": "middle", "e": "elementary", "h": "high", "hs": "higher_secondary"}
_GENDER_LETTERS = {"": None, "g": SchoolGender.GIRLS, "b": SchoolGender.BOYS}
_SHORT = {
    f"g{gender}{level}s": (_LEVEL_LETTERS[level], _GENDER_LETTERS[gender])
    for gender in _GENDER_LETTERS
    for level in _LEVEL_LETTERS
}
"""GPS, GGPS, GBPS ... GGHSS: government, gender if said, level, school."""
_PLAIN = frozenset(
    words("govt, government, gov, gvt, govenment, govermnent, گورنمنٹ, سرکاری, school, schools, sch, اسکول, سکول")
)
"""Words of the kind of school that tell neither level nor gender."""
_GENDERS = {
    **dict.fromkeys(words("girls, girl, female, zanana, گرلز, زنانہ"), SchoolGender.GIRLS),
    **dict.fromkeys(words("boys, boy, male, mardana, بوائز, بوایز, مردانہ"), SchoolGender.BOYS),
}
_LEVELS = {
    **dict.fromkeys(words("primary, پرائمری, پرایمری"), "primary"),
    **dict.fromkeys(words("middle, مڈل"), "middle"),
    **dict.fromkeys(words("elementary, ایلیمنٹری"), "elementary"),
    **dict.fromkeys(words("high, ہائی, ہای"), "high"),
    **dict.fromkeys(words("secondary, sec, سیکنڈری, ثانوی"), "secondary"),
}
_HIGHER = frozenset(words("higher, ہائیر, ہائر"))
_NUMBER_WORDS = frozenset(words("no, number, num, nr, نمبر"))
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_GLUED_NUMBER = re.compile(r"(?:no|نمبر)(\d{1,3})")
_HASH = re.compile(r"#\s*(?=\d)")


@lru_cache(maxsize=4096)
def school_name(text: str) -> SchoolName:
    """Reads 'GGPS Kakki No.1' and 'Govt Girls Primary School Kakki No 1' as the same four things."""
    parts, number = _without_number(_spelled(fold(_HASH.sub(" no ", text)).split()))
    told: dict[str, str | SchoolGender] = {}
    start = 0
    while start < len(parts) and _tells(parts[start], told):
        start += 1
    end = len(parts)
    while end > start and _tells(parts[end - 1], told):
        end -= 1
    level, gender = told.get("level"), told.get("gender")
    if "higher" in told:
        level = "higher_secondary"
    return SchoolName(
        str(level) if level else None,
        gender if isinstance(gender, SchoolGender) else None,
        number,
        " ".join(parts[start:end]) or " ".join(parts),
    )


def _spelled(parts: list[str]) -> list[str]:
    """The letters of G.P.S. joined again."""
    run = 0
    while run < len(parts) and len(parts[run]) == 1 and parts[run].isalpha():
        run += 1
    joined = "".join(parts[:run])
    return [joined, *parts[run:]] if joined in _SHORT else parts


def _without_number(parts: list[str]) -> tuple[list[str], int | None]:
    """Takes out the number of the school: No.1, No-II, #3, or a figure at the end."""
    for place, word in enumerate(parts):
        following = parts[place + 1] if place + 1 < len(parts) else ""
        if word in _NUMBER_WORDS and (number := _figure(following)):
            return parts[:place] + parts[place + 2 :], number
        if glued := _GLUED_NUMBER.fullmatch(word):
            return parts[:place] + parts[place + 1 :], int(glued[1])
    if len(parts) > 1 and (parts[-1].isdecimal() or len(parts[-1]) > 1) and (number := _figure(parts[-1])):
        return parts[:-1], number
    return parts, None


def _figure(word: str) -> int | None:
    if word.isdecimal() and len(word) <= 3:
        return int(word)
    return _ROMAN.get(word)


def _tells(word: str, told: dict[str, str | SchoolGender]) -> bool:
    """Does the word belong to the kind of school rather than to its name? What it says is noted."""
    if word in _SHORT:
        level, gender = _SHORT[word]
        told.setdefault("level", level)
        if gender:
            told.setdefault("gender", gender)
    elif word in _LEVELS:
        told.setdefault("level", _LEVELS[word])
    elif word in _GENDERS:
        told.setdefault("gender", _GENDERS[word])
    elif word in _HIGHER:
        told["higher"] = "yes"
    else:
        return word in _PLAIN
    return True


def same_school(one: str, other: str) -> bool:
    """Do both names say the same level, gender, number and name? A girls' school is never the boys' next door."""
    return school_name(one).form == school_name(other).form


def candidates(name: str, known: Mapping[str, str]) -> list[str]:
    """Codes of the known schools (code -> name) that bear this name in any spelling; a person chooses among several."""
    form = school_name(name).form
    return sorted(code for code, other in known.items() if school_name(other).form == form)
