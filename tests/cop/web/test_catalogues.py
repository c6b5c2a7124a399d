"""The Urdu catalogue: whole, nothing left over, the same placeholders, and read without a step of building."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from cop.web import catalogues
from cop.web.catalogues import catalogue, translations
from cop.web.i18n import Language, languages, speech

ROOT = Path(__file__).parents[3]
PERCENT, BRACES = re.compile(r"%\(\w+\)s|%%|%"), re.compile(r"\{\{|\}\}|\{[^{}]*\}")
TAGS = re.compile(r"</?\w+>")


@pytest.fixture(scope="module")
def urdu() -> Catalog:
    """The Urdu catalogue as it stands."""
    with catalogue("ur").open("rb") as source:
        return read_po(source, locale="ur")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What templates, pages and sentences say now, collected by the command of `make words`."""
    template = tmp_path_factory.mktemp("words") / "words.pot"
    collect = f"pybabel -q extract -F {ROOT}/pyproject.toml -k N_ -k say --omit-header -o {template} {ROOT}/cop"
    CommandLineInterface().run(collect.split())
    with template.open("rb") as source:
        return read_po(source)


def told(message: Message) -> tuple[str, ...]:
    """Every sentence of a message: one, or one for each number."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def source(message: Message) -> tuple[str, ...]:
    """Every English sentence of a message."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def test_everything_that_is_said_is_said_in_urdu_and_nothing_is_left_over(urdu: Catalog, said: Catalog) -> None:
    """`make words` collects what is missing here; its empty sentences are to be written."""
    wanted = {message.id for message in said if message.id}
    known = {message.id for message in urdu if message.id and all(told(message))}
    assert sorted(map(str, wanted - known)) == []
    assert sorted(map(str, {message.id for message in urdu if message.id} - wanted)) == []
    assert not urdu.obsolete


def test_an_urdu_sentence_is_never_a_guess(urdu: Catalog) -> None:
    assert [message.id for message in urdu if message.id and message.fuzzy] == []


def test_placeholders_and_tags_are_those_of_the_source(urdu: Catalog) -> None:
    for message in urdu:
        if not message.id or not all(told(message)):
            continue
        many = source(message)[-1]
        for number, sentence in enumerate(told(message)):
            form = source(message)[min(number, len(source(message)) - 1)]
            for kind in (PERCENT, BRACES, TAGS):
                wanted, there = sorted(kind.findall(many)), sorted(kind.findall(sentence))
                assert there in (wanted, sorted(kind.findall(form))), message.id
        assert many.endswith(" ") == told(message)[-1].endswith(" "), message.id


def test_both_numbers_of_a_plural_are_said(urdu: Catalog) -> None:
    assert urdu.num_plurals == 2
    for message in urdu:
        assert not message.id or isinstance(message.id, str) == isinstance(message.string, str), message.id


def test_urdu_ends_its_sentences_and_asks_as_urdu_does(urdu: Catalog) -> None:
    for message in urdu:
        for sentence in told(message) if message.id else ():
            assert not re.search(r"[؀-ۿ]\s*[,;?]|[؀-ۿ]\.(\s|$)", sentence), sentence
            assert not re.search(r"[يكى]", sentence), f"Arabic letters instead of ی and ک: {sentence}"


def test_the_header_of_the_catalogue_names_nobody() -> None:
    head = catalogue("ur").read_text(encoding="utf-8").split("\n\n", 1)[0]
    assert "@" not in head
    assert '"Last-Translator: \\n"' in head


def test_pages_speak_urdu_from_the_source_of_the_catalogue_alone() -> None:
    assert languages() == tuple(Language)
    assert not list(catalogues.LOCALE_DIR.rglob("*.mo"))
    say = speech(Language.URDU)
    assert say.gettext("Attendance") == "حاضری"
    assert [say.ngettext("%(num)s day", "%(num)s days", n) % {"num": n} for n in (1, 2)] == ["1 دن", "2 دن"]


def test_a_sentence_or_a_language_without_a_catalogue_is_said_in_english() -> None:
    assert translations("ps").gettext("Attendance") == "Attendance"
    assert speech(Language.URDU).gettext("nobody wrote this") == "nobody wrote this"
