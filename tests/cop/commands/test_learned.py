"""What persons settled in the inbox is printed as a replay takes it, and names nobody."""

import json

from click.testing import CliRunner

from cop.commands.learned import CONTEXT, MANAGER, TEACHER, TRAINER, line
from cop.commands.sms import sms
from cop.replay.corpus import read_corpus
from messaging.inbound.models import CorpusLine
from tests.build import SINCE


def test_every_settled_text_is_a_line_that_a_replay_takes(house):
    with house.unit() as db:
        db.add(CorpusLine(normal="mojood 4814 3 7", expect={"do": "attend"}, at=SINCE))
        db.add(CorpusLine(normal="naam nahi", expect={"do": "rsvp", "answer": "no"}, at=SINCE))
    lines = [json.dumps({"context": CONTEXT}), *(json.dumps(line(*each)) for each in settled(house))]
    [block] = read_corpus(lines, "learned.jsonl")
    assert [each.text for each in block.lines] == ["mojood 4814 3 7", "naam nahi"]


def settled(house):
    with house.unit() as db:
        return [(row.normal, row.expect) for row in db.query(CorpusLine).order_by(CorpusLine.id)]


def test_who_texts_is_somebody_who_may():
    asked = {"attend": TRAINER, "challenge": TRAINER, "visit": MANAGER, "rsvp": TEACHER, "ask": TEACHER}
    assert {do: line("x", {"do": do})["from"] for do in asked} == asked


def test_the_command_is_offered():
    assert "learned" in CliRunner().invoke(sms, ["--help"]).output
