"""The plain reader does what keyword-and-positions readers do: it stores what it happened to read, and asks nothing."""

import re
from pathlib import Path

import pytest

from cop.replay.context import read_context
from cop.replay.corpus import read_corpus
from tests.benchmarks.plain_reader import Outcome, compare, figures, plain

BUILD = Path(__file__).parents[2] / "corpus" / "build.jsonl"
PHONE = "+923005550001"
CONTEXT = read_context(
    {
        "people": [{"phone": PHONE, "name": "Zakir", "post": "circle_trainer"}],
        "training_sessions": [{"code": "4814", "trainer": "Zakir", "roster": 31}],
        "open_questions": [{"phone": PHONE, "kind": "rsvp", "session": "4814"}],
    },
    "x.jsonl",
    1,
)


@pytest.mark.parametrize(
    ("text", "did"),
    [
        ("HAZRI 4814 3 7", {"do": "attend", "session": "4814", "absent": [3, 7]}),
        ("حاضری ۴۸۱۴ ۳ ۷", {"do": "attend", "session": "4814", "absent": [3, 7]}),
        ("hazri#4814#3#7", {"do": "attend", "session": "4814", "absent": [3, 7]}),
        ("HAZRI 4814 3 1O", {"do": "attend", "session": "4814", "absent": [3]}),
        ("HAZRI 4814 4 se 9 tak", {"do": "attend", "session": "4814", "absent": [4, 9]}),
        ("HAZRI 9999 3", {"do": "none"}),
        ("HAZR 4814 3 7", {"do": "none"}),
        ("Salam hazri 4814 3 7", {"do": "none"}),
        ("1", {"do": "rsvp", "session": "4814", "answer": "yes"}),
        ("haan magar bimar hun", {"do": "rsvp", "session": "4814", "answer": "yes"}),
        ("band karo", {"do": "none"}),
        ("note stop ka khel", {"do": "note", "text": "stop ka khel"}),
        ("", {"do": "none"}),
    ],
)
def test_the_first_word_decides_and_what_is_no_number_is_dropped(text, did):
    assert plain(text, PHONE, CONTEXT) == did


def test_it_stores_half_of_what_ours_asks_about_on_the_same_lines():
    blocks = read_corpus(BUILD.read_text(encoding="utf-8").split("\n"), BUILD.name)
    counted = figures(compare(blocks, BUILD.name))
    for counts in counted.values():
        assert counts["lines"] == sum(counts[each.value] for each in Outcome)
    assert counted["attend"]["half_stored"] > 0
    assert counted["ask"]["wrong_store"] > 0
    assert counted["all"]["lines"] >= 350


def test_the_page_of_the_reference_has_the_plain_readers_figures_of_today():
    blocks = read_corpus(BUILD.read_text(encoding="utf-8").split("\n"), BUILD.name)
    counted = figures(compare(blocks, BUILD.name))
    told = (Path(__file__).parents[3] / "docs" / "reference" / "understood.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"(?m)^\| ([a-z_]+) \| (.+) \|$", told))
    for name, counts in counted.items():
        cells = [int(cell) for cell in rows[name.removeprefix("script ")].split(" | ")]
        assert cells[0] == counts["lines"]
        assert cells[6:] == [counts[each.value] for each in Outcome], name
