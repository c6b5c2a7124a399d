"""Send a list of texts, and see how it went."""

import csv
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import rich_click as click
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor, record
from clusters.kernel.clock import KARACHI, now
from clusters.kernel.errors import Invalid, NotFound
from clusters.people.phones import Phone, PhoneProblem, read
from clusters.people.queries import persons_at_numbers
from clusters.scope import Scope
from cop.commands.explaining import by, templates, why
from cop.commands.opening import opened
from cop.commands.speaking import Exit, as_json, leave, local, say, talk
from cop.hours import goes_from_to, takes_seconds
from cop.house import House
from messaging.announcing.actions import Line, announce_lines
from messaging.announcing.queries import announcement, texted_alone
from messaging.announcing.rules import ALONE_MAX, HOLD, Standing, needs_second
from messaging.consent.queries import silent
from messaging.outbox import queries
from messaging.outbox.actions import open_subject
from messaging.outbox.rules import SEGMENTS_MAX, State
from messaging.texts.segments import costly, measure

BATCH = "batch"
"""Kind of the subject of texts sent by a list."""
EVERYWHERE = Scope.everywhere()

from_file = click.option(
    "--from",
    "file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV file with the columns phone and text.",
)


class Numbered(NamedTuple):
    """A line of a list with its row as a person sees the file, its header being row 1."""

    row: int
    line: Line


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
                f"{seen['texts']} texts, {seen['segments']} segments, about {seen['rupees']:,.0f} rupees at the price"
                f" that is set; they go from {_local(seen['goes_at'])} to {_local(seen['done_by'])}.",
                soft_wrap=True,
            )
            _tell(problems)
    leave(Exit.PROBLEMS if problems else Exit.DONE)


@messages.command()
@from_file
@as_json
def send(file: Path, as_json: bool) -> None:
    """Queue the texts of a list; the worker sends them in the hours in which texts may go.

    A list with a bad row is not queued at all. On a real route every number must be somebody's, the list is held for
    five minutes, and above 200 texts a day somebody approves it on the pages; a rehearsal does without.

    Example: cop messages send --from texts.csv --json
    """
    with opened(as_json) as house:
        lines, problems = lines_of(file)
        held = not house.settings.routes.rehearsing
        if held:
            with house.unit() as db:
                lines, unknown = _known(db, lines)
            problems += unknown
        if problems:
            _tell(problems)
            raise Invalid("texts_with_problems", rows=len(problems), problems=problems)
        with house.unit(Actor("command line")) as db:
            batch, queued, waits = queue(db, lines, held=held)
            begins = now(db) + HOLD
        if as_json:
            more = {"waits_for_approval": waits, "held_until": begins.isoformat()} if held else {}
            say({"batch": batch, "queued": queued} | more)
        elif waits:
            talk.print(
                f"Batch {batch}: {len(lines)} texts wait until somebody approves them on the page of announcements:"
                f" {ALONE_MAX} a day is what the command line sends alone."
            )
        else:
            when = f" They are held until {begins.astimezone(KARACHI):%H:%M}." if held else ""
            talk.print(f"Batch {batch}: {queued} texts queued.{when} How they do: cop messages status --batch {batch}")


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
            strange = queries.strange(db, EVERYWHERE) if batch is None and not as_json else []
        if as_json:
            say({state.value: found.get(state, 0) for state in State})
        else:
            for state, number in sorted(found.items(), key=lambda pair: -pair[1]):
                talk.print(f"{number:>8} {state.value}")
            if not found:
                talk.print("There are no messages yet.")
            for each in strange:
                what = "went twice" if each.message_id else "was sent by nobody here"
                at = each.at.astimezone(KARACHI)
                talk.print(f"{at:%Y-%m-%d %H:%M} {each.number} {each.sid} {what}", markup=False, soft_wrap=True)


messages.add_command(why)
messages.add_command(by)
messages.add_command(templates)


def lines_of(file: Path) -> tuple[list[Numbered], list[dict[str, Any]]]:
    """The texts of a list, and what is wrong with the rows that cannot be taken."""
    lines: list[Numbered] = []
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


def queue(db: Session, lines: list[Numbered], *, held: bool) -> tuple[int, int, bool]:
    """Queue a list as one batch: its number, how many texts are queued, and whether it waits for a second person.

    A number may stand in a list more than once: each line is a text of its own.
    """
    batch = open_subject(db, BATCH)
    announced = announce_lines(db, (BATCH, batch), [each.line for each in lines], held=held)
    waits = announced is not None and announcement(db, EVERYWHERE, announced).standing is Standing.WAITING
    queued = 0 if waits else len(lines)
    record(db, "queued texts", BATCH, batch, new={"texts": queued})
    return batch, queued, waits


def _known(db: Session, lines: list[Numbered]) -> tuple[list[Numbered], list[dict[str, Any]]]:
    """The lines with the persons they reach, and those whose number is nobody's."""
    people = persons_at_numbers(db, EVERYWHERE, {each.line.number for each in lines})
    found, unknown = [], []
    for each in lines:
        there = people.get(each.line.number, ())
        if there:
            invented = all(one.invented for one in there)
            found.append(Numbered(each.row, each.line._replace(person_id=there[0].person_id, invented=invented)))
        else:
            message = "The number is nobody's that is registered here. Register the person first."
            unknown.append({"row": each.row, "column": "phone", "cause": "phone_not_registered", "message": message})
    return found, unknown


def require_batch(db: Session, batch: int) -> None:
    """NotFound when no list was ever queued under this number."""
    if not queries.has_subject(db, EVERYWHERE, BATCH, batch):
        raise NotFound("batch", id=batch)


def _read_line(row: int, phone: str, text: str, lines: list[Numbered], problems: list[dict[str, Any]]) -> None:
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
        lines.append(Numbered(row, Line(read_phone.e164, text)))


def _preview(db: Session, house: House, lines: list[Numbered], problems: list[dict[str, Any]]) -> dict[str, Any]:
    sizes = [measure(each.line.text) for each in lines]
    segments = sum(size.segments for size in sizes)
    numbers = {each.line.number for each in lines}
    settings, held = house.decided.now, not house.settings.routes.rehearsing
    goes_at, done_by = goes_from_to(settings, now(db) + HOLD if held else now(db), segments)
    second = {"needs_second_person": needs_second(len(lines), texted_alone(db, EVERYWHERE))} if held else {}
    return {
        "rows": len(lines) + len(problems),
        "texts": len(lines),
        "numbers": len(numbers),
        "segments": segments,
        "in_unicode": sum(1 for size in sizes if size.encoding == "UCS-2"),
        "dear_characters": sorted({char for each in lines for char in costly(each.line.text)})[:20],
        "rupees": float(segments * Decimal(str(settings.segment_price))),
        "asked_for_silence": len(silent(db, numbers)),
        "goes_at": goes_at.isoformat(),
        "takes_seconds": round(takes_seconds(settings, segments), 1),
        "done_by": done_by.isoformat(),
        **second,
        "problems": problems,
    }


def _local(written: str) -> str:
    return local(datetime.fromisoformat(written))


def _tell(problems: list[dict[str, Any]]) -> None:
    for problem in problems[:20]:
        talk.print(f"Row {problem['row']}, {problem['column']}: {problem['message']}", markup=False)
    if len(problems) > 20:
        talk.print(f"and {len(problems) - 20} more rows")
