"""Bytes of a text file to letters: recognised where that is certain, else a guess that a person confirms."""

import codecs
import re
from collections import Counter

from charset_normalizer import from_bytes

from clusters.imports.refusals import refused
from clusters.imports.sheet import Encoding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks; UTF-32's begins like UTF-16's and comes first."""
_TEXT_ENCODING = re.compile(r"ascii|utf-(?:8|16|16-[lb]e|32)|utf_8_sig|cp\d+|iso8859-\d+|mac-[a-z]+|koi8-[a-z]|tis-620")
_LIKELY = ["cp1256", "cp1252", "cp1250", "cp1251", "cp1254", "iso8859_6", "mac_roman", "cp850", "cp437", "cp720"]
_ENOUGH = 100_000
"""Bytes that are shown to the guesser."""


def decoded(data: bytes, chosen: str | None = None) -> tuple[str, Encoding]:
    """The file's text and how it was written; a chosen encoding is obeyed or refused, never bent."""
    if chosen:
        return _as_chosen(data, chosen)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data, name), Encoding(name, sure=True)
    if b"\0" in data:
        name = _utf16_without_mark(data)
        return _strictly(data, name), Encoding(name, sure=True)
    try:
        return data.decode("utf-8"), Encoding("utf-8", sure=True)
    except UnicodeDecodeError as stumble:
        _refuse_damaged_utf8(data, stumble)
    return _one_byte_a_letter(data)


def _as_chosen(data: bytes, chosen: str) -> tuple[str, Encoding]:
    try:
        name = codecs.lookup(chosen.strip()).name
    except (LookupError, ValueError):
        name = ""
    if not _TEXT_ENCODING.fullmatch(name):
        raise refused("encoding_unknown", given=chosen)
    return _strictly(data, name), Encoding(name, sure=True)


def _strictly(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-8-sig" if name == "utf-8" else name)
    except UnicodeDecodeError as stumble:
        row = data.count(b"\n", 0, stumble.start) + 1
        raise refused("encoding_wrong", encoding=name, row=row) from None
    return _without_nul(text.removeprefix("\ufeff"))


def _without_nul(text: str) -> str:
    at = text.find("\0")
    if at >= 0:
        row = text.count("\n", 0, at) + 1
        raise refused("file_has_nul", row=row)
    return text


def _utf16_without_mark(data: bytes) -> str:
    """Every second byte of Latin text, figures and commas in UTF-16 is zero; anything else is damage."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if len(data) % 2 == 0 and max(even, odd) * 10 >= len(data) // 2 and min(even, odd) * 100 <= len(data) // 2:
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8"


def _refuse_damaged_utf8(data: bytes, stumble: UnicodeDecodeError) -> None:
    """A file that is UTF-8 but for a few bytes would turn to rubbish in any other encoding."""
    mended = data.decode("utf-8", errors="replace")
    broken = mended.count("\ufffd")
    whole = sum(1 for sign in mended if sign > "\x7f") - broken
    if whole > 2 * broken:
        row = data.count(b"\n", 0, stumble.start) + 1
        raise refused("encoding_mixed", row=row)


def _one_byte_a_letter(data: bytes) -> tuple[str, Encoding]:
    try:
        western = data.decode("cp1252")
    except UnicodeDecodeError:
        western = ""
    if western and _is_plainly_western(western):
        return western, Encoding("cp1252", sure=True)
    lines = b"\n".join(line for line in data.splitlines() if not line.isascii())[:_ENOUGH]
    for match in from_bytes(lines, cp_isolation=_LIKELY):
        try:
            return data.decode(match.encoding), Encoding(codecs.lookup(match.encoding).name, sure=False)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), Encoding("iso8859-1", sure=False)


_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_MARKS_ANYWHERE = frozenset("\u00a0…‘’“”•–—«»©®€™")
_AFTER_FIGURES = frozenset("°²³½¼¾ªº·±")


def _is_plainly_western(text: str) -> bool:
    """Do all letters beyond ASCII stand where Western European writing has them?

    Urdu in Windows-1256 comes in long runs of them; Macintosh and DOS files show capitals or low quotes inside words.
    """
    runs = Counter(
        (text[max(0, run.start() - 1) : run.start()], run[0], text[run.end() : run.end() + 1])
        for run in _FOREIGN.finditer(text)
    )
    return all(_is_western(before, run, after) for before, run, after in runs)


def _is_western(before: str, run: str, after: str) -> bool:
    if len(run) > 2:
        return False
    letters = [sign for sign in run if sign.isalpha() and ("À" <= sign <= "ÿ" or sign in "ŠšŽžŒœŸ")]
    if not letters:
        return all(sign in _MARKS_ANYWHERE or (sign in _AFTER_FIGURES and before.isdigit()) for sign in run)
    if len(letters) != len(run) or not (before.isalpha() or after.isalpha()):
        return False
    inside_capitals = before.isupper() and after.isupper()
    if any(sign.isupper() for sign in letters):
        return not before.islower()
    return not inside_capitals
