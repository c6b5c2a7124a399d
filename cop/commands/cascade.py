"""`cop cascade`: plan a round of training sessions as a draft, and accept it."""

import csv
import resource
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import rich_click as click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.orm import Session

from clusters.cascade.rules import (
    ORDER,
    PARTICIPANT_COLUMNS,
    SESSION_COLUMNS,
    TRAINER_COLUMNS,
    CascadeRules,
    participant_line,
    session_line,
    trainer_line,
)
from clusters.cascade.timetable import CascadePlan
from clusters.kernel.audit import Actor
from clusters.kernel.clock import day_of
from clusters.kernel.errors import Invalid
from clusters.scope import Scope
from clusters.training.actions import replace_round, take_round_back
from clusters.training.round_sessions import sessions_of
from clusters.training.rounds import RoundRow, drafts_of, round_of
from cop.commands.away import close, leave
from cop.commands.capacity import capacity, subjects_of
from cop.commands.opening import opened
from cop.commands.replanning import replan_
from cop.commands.speaking import Exit, answering, as_json, only_the_document, say, talk
from cop.compute.cascade import Accepted, Planned, Wish, accept, plan_round, save, summary
from cop.hours import reminder_rules
from cop.settings import Settings
from messaging.reminders.telling import Telling, before_accepting, before_mending

PATIENCE_SECONDS = 1_800
"""A guard: after this long the best plan found so far stands, and says so; ordinary districts take a few seconds."""
PEOPLE = {"master": "master trainers", "circle": "circle trainers", "teacher": "teachers"}


@click.group()
def cascade() -> None:
    """Plan who trains whom, from the core team down to the teachers.

    Example: cop cascade plan --subjects maths
    """


cascade.add_command(capacity)


cascade.add_command(replan_)
cascade.add_command(leave)
cascade.add_command(close)


@cascade.command(name="plan")
@click.option("--subjects", required=True, metavar="A,B", help="Of maths, languages, science, pedagogy, parents.")
@click.option("--round", "name", default="", metavar="NAME", help="What the round is called.")
@click.option(
    "--from-date", type=click.DateTime(["%Y-%m-%d"]), help="First day it may begin; in two weeks unless given."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for sessions.csv, participants.csv and trainers.csv.",
)
@click.option("--seed", default=0, show_default=True, help="The same seed makes the same plan.")
@click.option("--instead-of", type=int, metavar="ROUND", help="Plan anew what this round has not held yet.")
@click.option("--women-apart", is_flag=True, help="Women and men among the teachers meet in sessions of their own.")
@click.option("--last-working-day", is_flag=True, help="Teachers meet on the last working day of a month.")
@click.option("--return-after", type=click.IntRange(1, 366), metavar="DAYS", help="Teachers come back so much later.")
@click.option("--teacher-days", type=click.IntRange(1, 31), help="Most days a month for a teacher; 4 unless given.")
@click.option("--trainer-days", type=click.IntRange(1, 31), help="Most days a month for a trainer; 16 unless given.")
@click.option("--pause", type=click.IntRange(1, 31), help="Longest pause in days inside a module; 4 unless given.")
@click.option(
    "--travel-km", type=click.FloatRange(min=0), help="Farthest a circle trainer goes; no limit unless given."
)
@as_json
def plan_(
    subjects: str,
    name: str,
    from_date: datetime | None,
    out: Path | None,
    seed: int,
    instead_of: int | None,
    women_apart: bool,
    last_working_day: bool,
    return_after: int | None,
    teacher_days: int | None,
    trainer_days: int | None,
    pause: int | None,
    travel_km: float | None,
    as_json: bool,
) -> None:
    """Plan a round and save it as a draft; nobody is told before it is accepted.

    Example: cop cascade plan --subjects maths,science --from-date 2026-04-06 --out plan
    """
    with answering(as_json, Exit.USAGE):
        wish = Wish(subjects_of(subjects), from_date.date() if from_date else None, name, seed, instead_of)
    began, usual = time.perf_counter(), CascadeRules()
    with opened(as_json) as house, _progress() as progress, only_the_document():
        task = progress.add_task("Trying orders of the subjects", total=None)
        planned = plan_round(
            house.unit,
            wish,
            house.decided.now.calendar,
            rules=CascadeRules(
                longest_pause=pause or usual.longest_pause,
                trainer_days_a_month=trainer_days or usual.trainer_days_a_month,
                teacher_days_a_month=teacher_days or usual.teacher_days_a_month,
                return_after=return_after,
                women_apart=women_apart,
                last_working_day=last_working_day,
                travel_km=travel_km,
            ),
            on_progress=lambda done, of: progress.update(task, completed=done, total=of),
            out_of_time=lambda: time.perf_counter() - began > PATIENCE_SECONDS,
        )
        if out is not None and not planned.violations:
            write_tables(out, planned.plan)
        draft = save(house.unit, planned)
    seconds = time.perf_counter() - began
    document: dict[str, Any] = {
        "draft": draft,
        "round": planned.name,
        **summary(planned.plan),
        "violations": [],
        "seconds": round(seconds, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
    if as_json:
        say(document)
    else:
        _tell_plan(draft, planned, out, seconds)


@cascade.command(name="accept")
@click.argument("draft", type=int)
@click.option("--from-date", type=click.DateTime(["%Y-%m-%d"]), help="Only what begins on this day or later.")
@click.option("--what-fits", is_flag=True, help="Leave out what no longer fits, instead of refusing all of it.")
@click.option("--dry-run", is_flag=True, help="Change nothing: say who would be told, and what it would cost.")
@as_json
def accept_(draft: int, from_date: datetime | None, what_fits: bool, dry_run: bool, as_json: bool) -> None:
    """Check a draft once more and plan all of it: days booked, codes given, texts put in line.

    Example: cop cascade accept 1
    """
    day = from_date.date() if from_date else None
    if dry_run:
        _foretell(draft, day, as_json=as_json)
        return
    with opened(as_json) as house:
        done = accept(house.unit, draft, house.decided.now.calendar, from_date=day, what_fits=what_fits)
        price = house.decided.now.segment_price
    if as_json:
        say(
            {
                "round": done.round_id,
                "name": done.name,
                "sessions": done.sessions,
                "invitations": done.invitations,
                "texts": done.texts,
                "segments": done.segments,
                "tell_by_hand": done.by_hand,
                "left_out": done.newcomers,
                "sessions_left_out": done.left_out,
            }
        )
    else:
        _tell_accepted(done, price)


@cascade.command(name="take-back")
@click.argument("round_id", metavar="ROUND", type=int)
@as_json
def take_back_(round_id: int, as_json: bool) -> None:
    """Make an accepted round a draft again, as long as nobody was told of it and nothing was held.

    Example: cop cascade take-back 1
    """
    with opened(as_json) as house, house.unit(Actor("command line")) as db:
        sessions = take_round_back(db, Scope.everywhere(), round_id)
    if as_json:
        say({"draft": round_id, "sessions": sessions})
    else:
        talk.print(f"Round {round_id} is a draft again; its {sessions} sessions left the calendar, nobody was told.")


def _foretell(draft: int, from_date: date | None, *, as_json: bool) -> None:
    """Say who would be told; nothing is written."""
    with opened(as_json) as house:
        price = house.settings.segment_price
        with house.unit(Actor("command line")) as db:
            scope = Scope.everywhere()
            row = round_of(db, scope, draft)
            told = (
                _replacing(db, scope, row, house.settings, from_date)
                if "instead_of" in row.summary
                else before_accepting(db, scope, drafts_of(db, scope, draft, from_date), reminder_rules(house.settings))
            )
    if as_json:
        lines = [{**asdict(line), "first": line.first.isoformat()} for line in told.lines]
        say(
            {
                "round": draft,
                "name": row.name,
                "people": told.people,
                "texts": told.texts,
                "segments": told.segments,
                "rupees": round(told.segments * price),
                "tell_by_hand": told.by_hand,
                "silent": told.silent,
                "lines": lines,
            }
        )
        return
    cost = f"about Rs {round(told.segments * price):,} at Rs {price:g} each"
    said = [f"{row.name}: {told.people} people would get {told.texts} texts, {told.segments} segments, {cost}."]
    said += [
        f"{each.kind}, {each.language}: {each.people} people, {each.segments} segments from {_said(day_of(each.first))}"
        for each in told.lines
    ]
    if told.by_hand:
        said.append(f"{told.by_hand} have no phone and are told by hand.")
    if told.silent:
        said.append(f"{told.silent} asked for silence and get nothing.")
    said.append("Nothing was changed.")
    for line in said:
        talk.print(line, markup=False, soft_wrap=True)


def _replacing(db: Session, scope: Scope, row: RoundRow, settings: Settings, from_date: date | None) -> Telling:
    """Whom a round would tell that replaces another: it is done, counted and undone."""
    sessions = [each.id for each in sessions_of(db, scope, int(row.summary["instead_of"]))]

    def replace() -> None:
        replace_round(db, scope, row.id, calendar=settings.calendar, from_date=from_date)

    return before_mending(db, scope, sessions, replace, reminder_rules(settings))


def write_tables(folder: Path, plan: CascadePlan) -> None:
    """Write a plan as the three tables of the contract; Invalid when the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "sessions.csv", SESSION_COLUMNS, map(session_line, plan.meeting_rows()))
        _write(folder / "participants.csv", PARTICIPANT_COLUMNS, map(participant_line, plan.seat_rows()))
        _write(folder / "trainers.csv", TRAINER_COLUMNS, map(trainer_line, plan.trainers))
    except OSError as error:
        raise Invalid("folder_unwritable", folder=str(folder), why=error.strerror or "unknown") from error


def _write(file: Path, columns: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened_file:
        writer = csv.writer(opened_file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(lines)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=talk, transient=True, disable=not talk.is_terminal)


def _tell_plan(draft: int, planned: Planned, out: Path | None, seconds: float) -> None:
    plan = planned.plan
    counts = plan.by_level()
    lines = [
        (
            f"Draft {draft}, {planned.name}: {len(plan.sessions)} sessions from {_said(plan.start_date)} "
            f"to {_said(plan.end_date)}, {plan.makespan_days} training days. It breaks no rule. ({seconds:.1f} s)"
        ),
        "; ".join(f"for {PEOPLE[level]}: {counts[level]}" for level in ORDER).capitalize() + ".",
    ]
    if plan.proved:
        lines.append("No plan that keeps the rules ends earlier.")
    elif plan.earliest_end:
        lines.append(f"No plan that keeps the rules ends before {_said(plan.earliest_end)}.")
        if plan.settled:
            lines.append("Once the trainers are trained on these days, no plan ends earlier than this one.")
    if plan.hangs_on:
        lines.append(plan.hangs_on.sentence)
    lines += [remark.sentence for remark in plan.remarks]
    if out is not None:
        lines.append(f"The tables stand in {out}.")
    lines.append(f"Nobody has been told. Next: cop cascade accept {draft}")
    for line in lines:
        talk.print(line, markup=False, soft_wrap=True)


def _tell_accepted(done: Accepted, price: float) -> None:
    lines = [
        (
            f"{done.name}: {done.sessions} sessions from {_said(done.first_day)} to {_said(done.last_day)} are in the "
            f"calendar, with {done.invitations} invitations."
        )
    ]
    if done.texts:
        cost = round(done.segments * price)
        lines.append(
            f"{done.texts} texts wait for their day: invitations, then reminders. In all at most {done.segments} "
            f"segments, about Rs {cost:,} at Rs {price:g} each. `cop worker` sends them; `cop messages status` counts."
        )
    if done.by_hand:
        lines.append(f"{done.by_hand} of the invited and their trainers have no phone and are told by hand.")
    if done.left_out:
        lines.append(f"{done.left_out} sessions were left out and stay drafts that nobody sees.")
    if done.newcomers:
        lines.append(f"{done.newcomers} people came since the draft was made and are in no session of it.")
    for line in lines:
        talk.print(line, markup=False, soft_wrap=True)


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
