"""What persons settled in the inbox, as lines that a replay takes: without names, long numbers and whose they were."""

import json
from collections.abc import Mapping
from typing import Any

import rich_click as click
from sqlalchemy import select

from cop.commands.opening import opened
from messaging.inbound.models import CorpusLine

TEACHER, TRAINER, MANAGER = "+923005550001", "+923005550002", "+923005550003"
"""Numbers of nobody: those who text in the invented world of the lines."""
OF_TRAINERS = frozenset({"attend", "who", "roster", "finished", "challenge"})
OF_MANAGERS = frozenset({"visit"})
ROWS = 31
CONTEXT = {
    "today": "2026-03-14",
    "people": [
        {"phone": TEACHER, "name": "Usman Khan", "post": "teacher", "language": "ur_latn"},
        {"phone": TRAINER, "name": "Zakir Ullah", "post": "circle_trainer", "language": "ur_latn"},
        {"phone": MANAGER, "name": "Sajida Begum", "post": "manager", "language": "ur_latn"},
    ],
    "schools": [{"emis": "23451", "name": "GPS Kakki"}],
    "training_sessions": [
        {
            "code": "4814", "subject": "maths", "cluster": "Kakki", "start": "2026-03-14T08:30", "venue": "GPS Kakki",
            "trainer": TRAINER, "roster": [f"Ustad {row}" for row in range(1, ROWS + 1)],
        },
        {
            "code": "5127", "subject": "science", "cluster": "Kakki", "start": "2026-03-21T10:00",
            "venue": "GPS Kakki", "trainer": TRAINER, "roster": ["Usman Khan"],
        },
    ],
    "open_questions": [{"phone": TEACHER, "kind": "rsvp", "session": "5127"}],
}  # fmt: skip
"""The invented world in which every line is read."""


@click.command()
def learned() -> None:
    """Print every text that a person settled in the inbox with how it should have been read, for cop sms replay.

    Example: cop sms learned > learned.jsonl && cop sms replay learned.jsonl
    """
    with opened(as_json=False) as house, house.unit() as db:
        lines = [(row.normal, row.expect) for row in db.scalars(select(CorpusLine).order_by(CorpusLine.id))]
    click.echo(json.dumps({"context": CONTEXT}, ensure_ascii=False))
    for normal, expect in lines:
        click.echo(json.dumps(line(normal, expect), ensure_ascii=False))


def line(normal: str, expect: Mapping[str, Any]) -> dict[str, Any]:
    """One line of a replay, sent by somebody who may do what it asks for."""
    do = expect.get("do")
    number = TRAINER if do in OF_TRAINERS else MANAGER if do in OF_MANAGERS else TEACHER
    return {"from": number, "text": normal, "expect": dict(expect)}
