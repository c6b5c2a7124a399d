"""Send a list of texts, and see how it went."""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import rich_click as click
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor, record
from clusters.kernel.clock import now
from clusters.kernel.errors import Invalid, NotFound
from clusters.people.phones import Phone, PhoneProblem, read
from clusters.scope import Scope
from cop.commands.opening import opened
from cop.commands.speaking import Exit, as_json, leave, say, talk
from cop.hours import texting_hours, window
from cop.house import House
from messaging.consent.queries import silent
from messaging.outbox import queries
from messaging.outbox.actions import Draft, enqueue, open_subject
from messaging.outbox.rules import State, TextClass
from messaging.outbox.wording import SEGMENTS_MAX
from messaging.texts.catalogue import DEFAULT_LANGUAGE
from messaging.texts.segments import costly, measure

BATCH = "batch"
"""Kind of the subject of texts sent by a list."""
USEFUL = timedelta(days=3)
"""A text of a list that could not go within this time goes no more."""
EVERYWHERE = Scope.everywhere()

from_file = click.option(
    "--from",
    "file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV file with the columns phone and text.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One text of a list; `row` counts as a person sees the file, its header being row 1."""

    row: int
    number: str
    text: str


@click.group()
def messages() -> None:
    """Send a list of texts, and see how it went.

    Example: cop messages status --json
    """


@messages.command()
@from_file
@as_json
def preview(file: Path, as_json: bool) -> None:
    """Say what a list would send, to how many, when and at what price; nothing is sent.

    Example: cop messages preview --from texts.csv --json
    """
    with opened(as_json) as house:
        lines, problems = lines_of(file)
        with house.unit() as db:
            seen = _preview(db, house, lines, problems)
        if as_json:
            say(seen)
        else:
            talk.print(
                f"{seen['rows']} texts, {seen['segments']} segments, about {seen['rupees']} rupees at the example"
                f" price; they go from {seen['goes_at']}."
            )
            _tell(problems)
    leave(Exit.PROBLEMS if problems else Exit.DONE)


@messages.command()
@from_file
@as_json
def send(file: Path, as_json: bool) -> None:
    """Queue the texts of a list; the worker sends them in the hours in which texts may go.

    A list with a bad row is not queued at all.

    Example: cop messages send --from texts.csv --json
    """
    with opened(as_json) as house:
        lines, problems = lines_of(file)
        if problems:
            _tell(problems)
            raise Invalid("texts_with_problems", rows=len(problems), problems=problems)
        with house.unit(Actor("command line")) as db:
            batch, queued = queue(db, lines)
        if as_json:
            say({"batch": batch, "queued": queued})
        else:
            talk.print(f"Batch {batch}: {queued} texts queued. How they do: cop messages status --batch {batch}")


@messages.command()
@click.option("--batch", type=int, help="Only the texts of one list.")
@as_json
def status(batch: int | None, as_json: bool) -> None:
    """Count messages by state.

    Example: cop messages status --json
    """
    with opened(as_json) as house:
        with house.unit() as db:
            if batch is not None:
                require_batch(db, batch)
            found = queries.counts(db, EVERYWHERE, subject_kind=None if batch is None else BATCH, subject_id=batch)
        if as_json:
            say({state.value: found.get(state, 0) for state in State})
        else:
            for state, number in sorted(found.items(), key=lambda pair: -pair[1]):
                talk.print(f"{number:>8} {state.value}")
            if not found:
                talk.print("There are no messages yet.")


def lines_of(file: Path) -> tuple[list[Line], list[dict[str, Any]]]:
    """The texts of a list, and what is wrong with the rows that cannot be taken."""
    lines: list[Line] = []
    problems: list[dict[str, Any]] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened)
            names = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
            if not {"phone", "text"} <= set(names):
                raise Invalid("texts_without_columns", file=file.name)
            for number, row in enumerate(rows, start=2):
                _read_line(number, row.get(names["phone"]) or "", row.get(names["text"]) or "", lines, problems)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid("texts_unreadable", file=file.name) from error
    return lines, problems


def queue(db: Session, lines: list[Line]) -> tuple[int, int]:
    """Queue a list as one batch; its number, and how many texts are queued.

    A number may stand in a list more than once: each line is a text of its own.
    """
    batch = open_subject(db, BATCH)
    before: Counter[str] = Counter()
    drafts = []
    for line in lines:
        drafts.append(
            Draft(
                subject_kind=BATCH,
                subject_id=batch,
                revision=1,
                person_id=0,
                number=line.number,
                kind="announcement",
                text_class=TextClass.BULK,
                text_key="",
                text_values={"text": line.text},
                language=DEFAULT_LANGUAGE,
                send_after=now(db),
                send_by=now(db) + USEFUL,
                again=before[line.number],
            )
        )
        before[line.number] += 1
    queued = enqueue(db, drafts)
    record(db, "queued texts", BATCH, batch, new={"texts": queued})
    return batch, queued


def require_batch(db: Session, batch: int) -> None:
    """NotFound when no list was ever queued under this number."""
    if not queries.has_subject(db, EVERYWHERE, BATCH, batch):
        raise NotFound("batch", id=batch)


def _read_line(row: int, phone: str, text: str, lines: list[Line], problems: list[dict[str, Any]]) -> None:
    read_phone = read(phone)
    if read_phone is None:
        problems.append({"row": row, "column": "phone", "cause": "phone_missing", "message": "There is no number."})
    elif isinstance(read_phone, PhoneProblem):
        cause, why = read_phone.cause.value, read_phone.why
        problems.append({"row": row, "column": "phone", "cause": cause, "message": f"Not taken: {why}."})
    elif not text.strip():
        problems.append({"row": row, "column": "text", "cause": "text_missing", "message": "There is no text."})
    elif measure(text).segments > SEGMENTS_MAX:
        message = f"The text has more than {SEGMENTS_MAX} segments. Shorten it."
        problems.append({"row": row, "column": "text", "cause": "text_too_long", "message": message})
    elif isinstance(read_phone, Phone):
        lines.append(Line(row, read_phone.e164, text))


def _preview(db: Session, house: House, lines: list[Line], problems: list[dict[str, Any]]) -> dict[str, Any]:
    sizes = [measure(line.text) for line in lines]
    segments = sum(size.segments for size in sizes)
    numbers = {line.number for line in lines}
    return {
        "rows": len(lines) + len(problems),
        "texts": len(lines),
        "numbers": len(numbers),
        "segments": segments,
        "in_unicode": sum(1 for size in sizes if size.encoding == "UCS-2"),
        "dear_characters": sorted({char for line in lines for char in costly(line.text)})[:20],
        "rupees": float(segments * Decimal(str(house.decided.now.segment_price))),
        "asked_for_silence": len(silent(db, numbers)),
        "goes_at": window(texting_hours(house.decided.now)).next_open(now(db)).isoformat(),
        "problems": problems,
    }


def _tell(problems: list[dict[str, Any]]) -> None:
    for problem in problems[:20]:
        talk.print(f"Row {problem['row']}, {problem['column']}: {problem['message']}", markup=False)
    if len(problems) > 20:
        talk.print(f"and {len(problems) - 20} more rows")
