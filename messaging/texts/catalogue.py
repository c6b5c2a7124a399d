"""Everything we ever text: a key, a language and values become one text that keeps the segments its entry declares."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any

from messaging.texts.segments import Measure, costly, fold, measure
from messaging.texts.speech import LOOSE, RIGID, TIGHTNESS, Speech, Tightness, say_value
from messaging.texts.values import PLACEHOLDERS, Kind

LANGUAGES = ("ur_latn", "ur", "en")
DEFAULT_LANGUAGE = "ur_latn"
"""Roman Urdu, unless a person chose another."""

_SLOT = re.compile(r"\{([a-z_]+)(?:\.([a-z]+))?\}")


class UnknownText(LookupError):
    """No such key, or no such language."""


class WrongValues(ValueError):
    """The values given are not those that the text names."""


class TooLong(ValueError):
    """Even with every name shortened the text needs more segments than it may have."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of one language: its full wording, shorter wordings for when that does not fit, and its limit."""

    key: str
    text: str
    tight: tuple[str, ...]
    segments: int

    @property
    def wordings(self) -> tuple[str, ...]:
        """All wordings, the fullest first."""
        return (self.text, *self.tight)

    @property
    def placeholders(self) -> frozenset[str]:
        """The values the text wants."""
        return slots(self.text)


@dataclass(frozen=True, slots=True)
class Said:
    """A text as it goes to a phone, with its size."""

    text: str
    measure: Measure


@dataclass(frozen=True, slots=True)
class Language:
    """The entries of one language and its words for days, months, subjects and answers."""

    speech: Speech
    entries: Mapping[str, Entry]


def say(key: str, language: str, /, **values: Any) -> str:
    """The text of a key in a language, within the segments it declares; values are shortened by rule."""
    return compose(key, language, values).text


def compose(key: str, language: str, values: Mapping[str, Any], segments: int | None = None) -> Said:
    """The text with its size; `segments` allows more parts than the entry declares, where a person approved the cost.

    The fullest wording that fits is taken: first with whole names, then with short ones, then a shorter wording. A
    value of None or "" leaves out the wordings that name it.
    """
    wanted = entry(key, language)
    given = {name: value for name, value in values.items() if value is not None and value != ""}
    if set(values) != wanted.placeholders:
        missing, extra = sorted(wanted.placeholders - set(values)), sorted(set(values) - wanted.placeholders)
        raise WrongValues(f"{key}: missing {missing}, not named by the text {extra}")
    speech = load(language).speech
    limit = segments or wanted.segments
    speakable = [wording for wording in wanted.wordings if slots(wording) <= set(given)]
    if not speakable:
        raise WrongValues(f"{key}: no wording goes without {sorted(wanted.placeholders - set(given))}")
    modest = [wording for wording in speakable if not _would_cost(wording, given, speech)]
    rigid: dict[tuple[Kind, str, str], str] = {}
    for how in (_with_names, _with_a_count):
        for wording in modest or speakable[-1:]:
            said = how(wording, partial(_fill, wording, given, speech, rigid), limit)
            if said:
                return said
    raise TooLong(f"{key} in {language} needs more than {limit} segment(s)")


def entry(key: str, language: str) -> Entry:
    """The entry of a key, or UnknownText."""
    try:
        return load(language).entries[key]
    except KeyError:
        raise UnknownText(f"no text {key!r} in {language!r}") from None


@cache
def slots(wording: str) -> frozenset[str]:
    """The placeholders that a wording names."""
    return frozenset(match[1] for match in _SLOT.finditer(wording))


@cache
def load(language: str) -> Language:
    """A language read from its file beside this module, once; a wrong entry fails when it is read."""
    if language not in LANGUAGES:
        raise UnknownText(f"no language {language!r}")
    raw = tomllib.loads(files("messaging.texts").joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    entries = {key: _entry(key, told) for key, told in raw.pop("texts").items()}
    return Language(Speech.read(raw), entries)


def _entry(key: str, told: Mapping[str, Any]) -> Entry:
    unknown = set(told) - {"text", "tight", "segments"}
    made = Entry(key, told["text"], tuple(told.get("tight", ())), told.get("segments", 1))
    strange = [name for wording in made.wordings for name in slots(wording) if name not in PLACEHOLDERS]
    braces = [wording for wording in made.wordings if "{" in _SLOT.sub("", wording) or "}" in _SLOT.sub("", wording)]
    more = [wording for wording in made.tight if not slots(wording) <= made.placeholders]
    if unknown or strange or braces or more:
        raise WrongValues(f"{key}: unknown fields {unknown}, placeholders {strange}; misspelt {braces}; widened {more}")
    return made


def _would_cost(wording: str, given: Mapping[str, Any], speech: Speech) -> bool:
    """Would a quotation in another script turn this whole text of plain letters into the dear alphabet?"""
    if not speech.latin:
        return False
    return any(PLACEHOLDERS[name] is Kind.QUOTED and costly(fold(str(given[name]))) for name in slots(wording))


def _with_names(wording: str, said: Callable[[Tightness], Said], limit: int) -> Said | None:
    """The loosest form that fits with whole lists, and with as many rows of a list named as fit."""
    for tightness in (LOOSE, *TIGHTNESS):
        whole = said(tightness)
        if whole.measure.segments <= limit:
            if not _lists(wording):
                return whole
            named = bisect_right(
                range(1, 40), limit, key=lambda rows: said(tightness._replace(named_rows=rows)).measure.segments
            )
            return said(tightness._replace(named_rows=named))
    return None


def _with_a_count(wording: str, said: Callable[[Tightness], Said], limit: int) -> Said | None:
    """The tightest form, with as many numbers of a list as fit and the rest counted."""
    tightest = TIGHTNESS[-1]
    if not _lists(wording):
        return None
    shown = bisect_right(
        range(1, tightest.listed), limit, key=lambda listed: said(tightest._replace(listed=listed)).measure.segments
    )
    return said(tightest._replace(listed=shown)) if shown else None


@cache
def _lists(wording: str) -> bool:
    """Does the wording say lists, whose length depends on what fits?"""
    return any(PLACEHOLDERS[name] in (Kind.ROWS, Kind.NUMBERS) for name in slots(wording))


@cache
def _pieces(wording: str) -> tuple[str, tuple[tuple[Kind, str, str], ...]]:
    """The wording with a gap for each value, and of what kind, in which form and of which name each value is."""
    named = tuple((PLACEHOLDERS[match[1]], match[2] or "", match[1]) for match in _SLOT.finditer(wording))
    return _SLOT.sub("%s", wording.replace("%", "%%")), named


def _fill(
    wording: str,
    given: Mapping[str, Any],
    speech: Speech,
    rigid: dict[tuple[Kind, str, str], str],
    tightness: Tightness,
) -> Said:
    """The wording with its values; `rigid` remembers those that no tightness changes."""
    gaps, named = _pieces(wording)
    values = []
    for each in named:
        value = rigid.get(each)
        if value is None:
            kind, form, name = each
            value = say_value(kind, form, given[name], speech, tightness)
            if kind in RIGID:
                rigid[each] = value
        values.append(value)
    text = fold(gaps % tuple(values))
    return Said(text, measure(text))


def keys() -> tuple[str, ...]:
    """Every key there is, in the order of the default language's file."""
    return tuple(load(DEFAULT_LANGUAGE).entries)
