"""Catalogues of the pages, read from their .po files when a process first speaks: no step of building is missed."""

import io
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path
from typing import IO, Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from cop.sentences import SENTENCES
from messaging.outbox.reasons import SENTENCES as REASONS

LOCALE_DIR = Path(__file__).parent / "locale"
"""Each language but English, in which the sources are written, has `<language>/LC_MESSAGES/messages.po` here."""


def catalogue(language: str) -> Path:
    """The file of a language, there or not."""
    return LOCALE_DIR / language / "LC_MESSAGES" / "messages.po"


def translations(language: str) -> NullTranslations:
    """What a language says; without a catalogue the English of the sources. A fuzzy sentence is not said."""
    file = catalogue(language)
    if not file.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def sentences_below(
    source: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, str, list[Any]]]:
    """What `pybabel extract` calls for cop/sentences.py: the sentence of every error, and of why a text did not arrive,
    which are written on floors that know no catalogue."""
    for sentence in dict.fromkeys((*SENTENCES.values(), *REASONS.values())):
        yield 1, "gettext", sentence, []
