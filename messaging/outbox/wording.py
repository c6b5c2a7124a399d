"""Makes the text of a message from its key and values, and refuses what no channel should be given."""

import re
from collections.abc import Mapping
from typing import Any

from messaging.outbox.rules import SEGMENTS_MAX
from messaging.texts.catalogue import Said, compose, entry
from messaging.texts.segments import measure
from messaging.texts.shortening import plain, shorten, tidy

NAME_LIMITS = (24, 14, 8)
"""Letters of a name before a text, the longest that fits."""

_MOBILE = re.compile(r"\+923[0-9]{9}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")


class Unspeakable(ValueError):
    """The text cannot be handed over as it is; says why and quotes nothing of it."""


def worded(number: str, text_key: str, values: Mapping[str, Any], language: str) -> Said:
    """The text as it goes to the phone, with its size."""
    if not _MOBILE.fullmatch(number):
        raise Unspeakable("not the number of a mobile phone in Pakistan")
    given = dict(values)
    to = given.pop("to", None)
    said = _written(given) if not text_key else compose(text_key, language, given)
    if to:
        said = _addressed(said, str(to), 1 if not text_key else entry(text_key, language).segments)
    if not said.text.strip():
        raise Unspeakable("empty")
    if _CONTROL.search(said.text):
        raise Unspeakable("control characters")
    if said.measure.segments > SEGMENTS_MAX:
        raise Unspeakable(f"{said.measure.segments} segments")
    return said


def _written(values: Mapping[str, Any]) -> Said:
    text = values["text"]
    if not isinstance(text, str):
        raise Unspeakable("no text")
    return Said(text, measure(text))


def _addressed(said: Said, name: str, segments: int) -> Said:
    """The text with the name of the person before it, where a phone is shared; unnamed if no name fits."""
    spoken = tidy(plain(name)) if said.measure.encoding == "GSM-7" else tidy(name)
    for limit in NAME_LIMITS:
        named = f"{shorten(spoken, limit)}: {said.text}"
        size = measure(named)
        if spoken and size.segments <= segments:
            return Said(named, size)
    return said
