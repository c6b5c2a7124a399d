"""The dialogues of the design, through the doors: texts in, the worker, texts out; each in three scripts, as a file to
read aloud. `WRITE_GOLDEN=1` writes the files anew."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.journeys.dialogues import DIALOGUES, Played
from tests.journeys.stage import MONDAY, Stage, hands, ruled, stage

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ("ur_latn", "ur", "en")
UNREAD = "Read by: nobody yet"
MEAN = 1.1


def _file(played: Played, language: str) -> Path:
    return GOLDEN / f"{played.name}.{language}.txt"


@pytest.mark.parametrize("language", [*LANGUAGES[:2], pytest.param("en", marks=pytest.mark.long)])
def test_every_dialogue_goes_as_it_is_written_down(language, house, clock, connection):
    scene = stage(house, clock, language)
    wrong = []
    for played in DIALOGUES:
        with taken_back(connection):
            told = play(scene, played, connection)
        file = _file(played, language)
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        known, _, readers = before.rpartition("Read by: ")
        same = known.strip() == told.strip()
        if os.environ.get("WRITE_GOLDEN"):
            file.parent.mkdir(exist_ok=True)
            kept = f"Read by: {readers.strip()}" if same else UNREAD
            file.write_text(f"{told}\n{kept}\n", encoding="utf-8")
        elif not same or not readers.strip():
            wrong.append((file.name, told))
    assert not wrong


@contextmanager
def taken_back(connection: Connection) -> Iterator[None]:
    """Whatever a dialogue did is undone after it, so that all of one language begin in the same world."""
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()


def play(scene: Stage, played: Played, connection: Connection) -> str:
    """A dialogue in a scene as it was at first; what was said, as it is read aloud."""
    scene.clock.at = MONDAY
    house = ruled(scene.house, connection, scene.clock, played.rules) if played.rules else scene.house
    on = replace(scene, house=house, hands=hands(house), cast={}, lines=[], sent=[])
    played.dialogue(on)
    for each in on.sent:
        assert each.measure.segments <= (1 if each.measure.encoding == "GSM-7" else 2), each.body
    return "\n".join([played.title, "", *on.lines, ""])


def test_no_dialogue_is_left_over_or_missing():
    wanted = {_file(played, language).name for played in DIALOGUES for language in LANGUAGES}
    assert {file.name for file in GOLDEN.glob("*.txt")} == wanted


def test_the_texts_of_all_dialogues_take_hardly_more_than_one_segment_each():
    sizes = [
        int(line.rsplit(", ", 1)[1].split()[0])
        for file in GOLDEN.glob("*.txt")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith("   [")
    ]
    assert sizes
    assert sum(sizes) / len(sizes) <= MEAN
