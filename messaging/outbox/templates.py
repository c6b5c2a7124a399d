"""Texts that WhatsApp approved: which template says which text of ours in which language, read from one file."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from messaging.channels.base import Template
from messaging.texts.catalogue import LANGUAGES, Said, UnknownText, entry, load
from messaging.texts.choices import choices
from messaging.texts.segments import Measure, measure
from messaging.texts.speech import LOOSE, say_value
from messaging.texts.values import PLACEHOLDERS

ANNOUNCEMENT = "announcement"
"""Names the template of texts that people write to many; our own texts are named by their keys."""
INVITATION = "invitation"
LONGEST = 1024
"""Letters that the body of a template may have."""
_SLOT = re.compile(r"\{([a-z_]+)(?:\.([a-z]+))?\}")
_GAP = re.compile(r"\{\{([0-9]+)\}\}")
_SPACE = re.compile(r"\s+")
_SID = re.compile(r"HX[0-9a-f]{32}")
_TAKES = {"sid", "text", "places", "name", "status", "reason"}


class WrongTemplates(ValueError):
    """The file of templates is not what it should be; says where and why."""


class Standing(StrEnum):
    """What WhatsApp said to a template."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Approved:
    """A template as WhatsApp was asked to approve it: `{{1}}` in its text stands for the first of its places."""

    sid: str
    text: str
    places: tuple[str, ...]
    """Placeholders of our text with their form, such as start.day."""
    standing: Standing = Standing.APPROVED
    reason: str = ""
    """Why it was rejected, in WhatsApp's words."""
    name: str = ""
    """As it is handed in, such as session_invite_v1."""
    quick: tuple[tuple[str, str], ...] = ()
    """Quick replies: what each carries, a digit, and what is written on it."""


@dataclass(frozen=True, slots=True)
class Templated(Said):
    """A text as it will be read, and the template with the values that make it."""

    template: Template


Templates = Mapping[tuple[str, str], Approved]
"""By the key of a text and its language."""


def read_templates(written: str) -> Templates:
    """The templates of a file: a table for each text with one for each language, `[invitation.ur_latn]`."""
    try:
        tables = tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        raise WrongTemplates(str(error)) from error
    found = {}
    for key, languages in tables.items():
        if not isinstance(languages, dict):
            raise WrongTemplates(f"{key}: a table for each language is wanted, such as [{key}.ur_latn]")
        for language, told in languages.items():
            found[key if key != ANNOUNCEMENT else "", language] = _approved(key, language, told)
    return found


def template_for(key: str, language: str) -> Approved:
    """What to hand in for approval, so that WhatsApp says what an SMS would: the full wording with numbered gaps."""
    wanted = entry(key, language).text
    slots = list(dict.fromkeys(match[0] for match in _SLOT.finditer(wanted)))
    numbered = _SLOT.sub(lambda match: f"{{{{{slots.index(match[0]) + 1}}}}}", wanted)
    name = "session_invite_v1" if key == INVITATION else f"{key}_v1"
    places = tuple(slot.strip("{}") for slot in slots)
    return Approved("", numbered, places, Standing.WAITING, name=name, quick=choices(wanted))


def rejected(templates: Templates, languages: Iterable[str]) -> Approved | None:
    """The template of what people write to many, in one of these languages, that WhatsApp rejected."""
    found = (templates.get(("", language)) for language in languages)
    return next((each for each in found if each is not None and each.standing is Standing.REJECTED), None)


def say_template(approved: Approved, language: str, values: Mapping[str, Any]) -> Templated | None:
    """The text that a template makes of these values; None when a place has nothing to say, which is never sent."""
    if approved.standing is not Standing.APPROVED:
        return None
    if values.get("to"):  # on a shared phone the name must stand first, and no template has it
        return None
    speech = load(language).speech
    said = {}
    for number, place in enumerate(approved.places, 1):
        name, _, form = place.partition(".")
        value = values.get(name)
        if value is None or value == "":
            return None
        words = str(value) if name == "text" else say_value(PLACEHOLDERS[name], form, value, speech, LOOSE)
        said[str(number)] = _SPACE.sub(" ", words).strip()
    text = _GAP.sub(lambda match: said[match[1]], approved.text)
    if not all(said.values()) or len(text) > LONGEST:
        return None
    return Templated(text, as_one(measure(text)), Template(approved.sid, said))


def as_one(size: Measure) -> Measure:
    """The size of a WhatsApp text, which is paid for once however long it is."""
    return Measure(size.encoding, size.units, 1)


def _approved(key: str, language: str, told: Any) -> Approved:
    where = f"{key}.{language}"
    if language not in LANGUAGES:
        raise WrongTemplates(f"{where}: no language {language}; there are {', '.join(LANGUAGES)}")
    try:
        known = {"text"} if key == ANNOUNCEMENT else _places(key, language)
    except UnknownText as error:
        raise WrongTemplates(f"{where}: there is no text {key}") from error
    if not isinstance(told, dict) or not {"sid", "text", "places"} <= set(told) <= _TAKES:
        raise WrongTemplates(f"{where}: it takes sid, text and places, and may say name, status and reason")
    sid, text, places = told["sid"], told["text"], told["places"]
    try:
        standing, reason = Standing(told.get("status", Standing.APPROVED)), str(told.get("reason", ""))
    except ValueError as error:
        raise WrongTemplates(f"{where}: status is {', '.join(Standing)}") from error
    if standing is Standing.REJECTED and not reason:
        raise WrongTemplates(f"{where}: a rejected template needs its reason")
    if not isinstance(sid, str) or not (_SID.fullmatch(sid) or (not sid and standing is not Standing.APPROVED)):
        raise WrongTemplates(f"{where}: sid is HX and 32 figures from 0 to f")
    if not isinstance(text, str) or not isinstance(places, list) or not all(isinstance(each, str) for each in places):
        raise WrongTemplates(f"{where}: text is words, places is a list of names")
    if strange := [place for place in places if place not in known]:
        raise WrongTemplates(f"{where}: the text has no place {strange[0]}; it has {', '.join(sorted(known))}")
    gaps = [int(match[1]) for match in _GAP.finditer(text)]
    if sorted(set(gaps)) != list(range(1, len(places) + 1)):
        raise WrongTemplates(f"{where}: the text needs a gap {{{{1}}}} to {{{{{len(places)}}}}}, each a place")
    if text.strip() != text or text.startswith("{{") or text.endswith("}}"):
        raise WrongTemplates(f"{where}: WhatsApp approves no text that begins or ends with a gap")
    return Approved(sid, text, tuple(places), standing, reason, str(told.get("name", "")), choices(text))


def _places(key: str, language: str) -> set[str]:
    """Placeholders with their form that a text of ours has in any of its wordings."""
    return {match[0].strip("{}") for wording in entry(key, language).wordings for match in _SLOT.finditer(wording)}
