"""The sample pages in Urdu: every word said in Urdu, and what people wrote kept apart from it."""

import re
from dataclasses import replace

import pytest

from cop.web.i18n import Language
from cop.web.punctuation import marked
from cop.web.templating import Page, render
from cop.web.views.frame import Frame
from tests.markup import Tag, bare_latin, read

Samples = dict[str, tuple[Page, Frame]]
STANDS_FOR_WHAT_PAGES_SAY = {
    "Circle", "by subject", "by tier", "by boys' and girls' schools", "by circle and LTRC", "by district",
    "عہدہ لکھیں، جیسے PST یا Circle Trainer۔", "PST، CT، SST، Head Teacher، Circle Trainer یا ASDEO لکھیں۔",
}  # fmt: skip
"""Sentences that samples hold and real pages take from the catalogue, and words that lists hold."""


def in_urdu(samples: Samples, name: str) -> Tag:
    """A sample page as an Urdu reader gets it."""
    page, frame = samples[name]
    return read(render(page, replace(frame, language=Language.URDU, languages=tuple(Language))))


def not_a_sentence(text: str) -> bool:
    """Not one of the sentences that a sample holds where real pages take theirs from the catalogue."""
    return text not in STANDS_FOR_WHAT_PAGES_SAY and not re.search(r"[A-Z'].* .*[a-z0-9]\.", text)


def test_no_english_word_is_left_and_no_name_stands_bare(samples: Samples) -> None:
    bare = {name: set(filter(not_a_sentence, bare_latin(in_urdu(samples, name)))) for name in samples}
    assert {name: words for name, words in bare.items() if words} == {}


def test_urdu_names_stand_apart_in_english_sentences(samples: Samples) -> None:
    page, frame = samples["session"]
    shown = render(replace(page, place="ککی"), frame)  # type: ignore[call-arg]  # a session's page has a place
    assert "LTRC \u2068ککی\u2069" in shown


def test_urdu_pages_are_punctuated_as_urdu_is(samples: Samples) -> None:
    for name in samples:
        for tag in in_urdu(samples, name).every("#text"):
            assert not re.search(r"[؀-ۿ]\s*[,;?](\s|$)", tag.text), (name, tag.text)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("</b>, <i title='a, b'>", "</b>، <i title='a, b'>"),
        ("a&nbsp; b; c?", "a&nbsp; b؛ c؟"),
        ("1,000 and 2?x", "1,000 and 2?x"),
    ],
)
def test_marks_change_between_values_and_never_inside_tags(written: str, read_as: str) -> None:
    assert marked(written, in_tag=False) == (read_as, False)
    assert marked('<a href="', in_tag=False)[1]
    assert marked('?q=1, 2">,', in_tag=True) == ('?q=1, 2">،', False)
