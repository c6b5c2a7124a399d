"""The half of the corpus that reading was built on is understood, and nothing in it is stored in silence."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cop.replay.corpus import Block, read_corpus
from cop.replay.running import run
from cop.replay.scratch import scratch_database
from cop.replay.sharing import run_shared
from cop.replay.tallying import report, script_of
from cop.settings import Settings
from cop.words import book_of

BUILD = Path(__file__).parent / "build.jsonl"
LEAST_UNDERSTOOD, MOST_SEGMENTS = 0.97, 1.1
EVERY = 12
"""Of so many lines the daily test reads one."""


def built_on() -> list[Block]:
    return read_corpus(BUILD.read_text(encoding="utf-8").split("\n"), BUILD.name)


def judge(figures: Mapping[str, Any]) -> None:
    wrong = [(each["line"], each["text"], each["got"]) for each in figures["wrong"]]
    assert figures["silent_wrong"] == 0, wrong
    assert figures["right"] + figures["resolved_by_question"] >= LEAST_UNDERSTOOD * figures["lines"], wrong
    assert figures["segments_mean"] <= MOST_SEGMENTS


def test_it_holds_lines_in_three_scripts():
    lines = [line for block in built_on() for line in block.lines]
    assert len(lines) >= 350
    scripts = [script_of(line.text) for line in lines]
    assert min(scripts.count("roman"), scripts.count("urdu")) >= 100
    assert scripts.count("pashto") >= 3


def test_a_part_of_the_lines_is_understood_or_asked_about_once(engine):
    blocks = [replace(block, lines=block.lines[::EVERY]) for block in built_on()]
    with engine.connect() as connection:
        judge(report(list(run(connection, blocks, BUILD.name, book_of(Settings())))))


@pytest.mark.long
def test_every_line_is_understood_or_asked_about_once():
    with scratch_database() as url:
        judge(report(run_shared(url, built_on(), BUILD.name)))
