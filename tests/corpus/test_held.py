"""The half of the corpus that reading was not built on: it is run at the end alone, and nothing is tuned on it."""

import json
from collections import Counter
from pathlib import Path

import pytest

from cop.replay.context import read_context
from cop.replay.corpus import read_corpus
from cop.replay.scratch import scratch_database
from cop.replay.sharing import run_shared
from cop.replay.tallying import report, script_of

FILE = Path(__file__).parent / "held.jsonl"
ENOUGH = 0.97
SEGMENTS = 1.1
KINDS = frozenset(
    {
        *("attend", "rsvp", "undo", "optout", "optin", "next", "where", "help", "human", "example", "language", "note"),
        *("tried", "question", "answer", "feedback", "visit", "join", "school", "mydata", "peers", "who", "roster"),
        *("finished", "challenge", "none", "ask"),
    }
)


def held() -> list[str]:
    return FILE.read_text(encoding="utf-8").split("\n")


def test_it_holds_every_kind_of_text_in_three_scripts_and_all_its_lines_can_be_read():
    blocks = read_corpus(held(), FILE.name)
    assert all(read_context(block.context, FILE.name, block.number) for block in blocks)
    lines = [line for block in blocks for line in block.lines]
    written = [json.loads(each) for each in held() if each]
    kinds = {each["expect"]["do"] for each in written if "expect" in each}
    assert kinds == KINDS
    assert len(lines) >= 350
    scripts = Counter(script_of(line.text) for line in lines)
    assert min(scripts[script] for script in ("roman", "urdu")) >= 100, scripts


@pytest.mark.long
def test_it_is_read_right_or_resolved_by_one_question_and_nothing_is_stored_wrong_in_silence():
    blocks = read_corpus(held(), FILE.name)
    with scratch_database() as url:
        figures = report(run_shared(url, blocks, FILE.name))
    assert figures["silent_wrong"] == 0, figures["wrong"]
    assert figures["right"] + figures["resolved_by_question"] >= ENOUGH * figures["lines"], figures["wrong"]
    assert figures["segments_mean"] <= SEGMENTS
