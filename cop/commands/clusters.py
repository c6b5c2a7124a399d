"""`cop clusters`: plan LTRCs from a list or the database, accept a draft from a day, score a plan."""

import csv
import os
import resource
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import rich_click as click
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from clusters.imports.columns import override
from clusters.imports.coordinates import bounds_of
from clusters.kernel.errors import Conflict, Invalid
from clusters.scope import Scope
from clusters.structure import queries
from clusters.structure.actions import Accepted, accept_draft
from clusters.structure.proposal import Formation
from clusters.structure.queries import STRATA_FIELDS, WAITING
from clusters.structure.rules import SCHOOLS_MAX, SCHOOLS_MIN, Band, PlanRow
from cop.commands.interrupting import interruptible
from cop.commands.opening import opened
from cop.commands.speaking import Exit, answering, as_json, leave, say, talk
from cop.compute.clusters import (
    ACTOR,
    Listed,
    Planned,
    Wish,
    listed_in,
    plan_list,
    plan_stored,
    score_plan,
    stored_official,
    stored_sites,
)
from cop.compute.tightening import SECONDS, tighten
from cop.settings import Settings
from messaging.reminders.touching import Touched, touched_by

PLAN_COLUMNS = ("code", "cluster", "host", "circle", "block", "km")
SHOWN = 5
"""Exceptions of one kind that are told to people one by one; the JSON has all."""

from_list = click.option(
    "--from",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A list of schools (XLSX, ODS, CSV); without it the stored schools.",
)
columns_named = click.option(
    "--column", "columns", multiple=True, metavar="HEADER=FIELD", help="Which column is which, where it is not guessed."
)
bounds_given = click.option(
    "--bounds", default="", metavar="S,W,N,E", help="Edges of the country in degrees, or any, to judge coordinates by."
)
smallest = click.option("--min", "smallest", default=SCHOOLS_MIN, show_default=True, help="Fewest schools of an LTRC.")
largest = click.option("--max", "largest", default=SCHOOLS_MAX, show_default=True, help="Most schools of an LTRC.")


@click.group()
def clusters() -> None:
    """Plan clusters of schools (LTRCs) around a host school, and put them in place.

    Example: cop clusters plan
    """


@clusters.command(name="plan")
@from_list
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the plan to this CSV file.")
@columns_named
@smallest
@largest
@click.option("--strata", default="", metavar="A,B", help=f"Keep schools apart by: {', '.join(STRATA_FIELDS)}.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="The same schools and seed make the same plan.",
)
@click.option("--seconds", type=float, help="Take the plan as good as it is after so many seconds.")
@click.option("--max-km", type=float, help="Ways beyond it count tenfold and are listed.")
@click.option("--waive", metavar="REASON", help="Plan also where the sizes cannot be kept, for this reason.")
@bounds_given
@click.option("--sheet", help="Which sheet of the file.")
@click.option("--encoding", help="How the file writes letters, where it is not certain.")
@click.option("--name", default="", help="What the draft is called.")
@as_json
def plan_(
    source: Path | None,
    out: Path | None,
    columns: Sequence[str],
    smallest: int,
    largest: int,
    strata: str,
    seed: int,
    seconds: float | None,
    max_km: float | None,
    waive: str | None,
    bounds: str,
    sheet: str | None,
    encoding: str | None,
    name: str,
    as_json: bool,
) -> None:
    """Plan LTRCs of 25-35 schools. Stored schools become a draft; a list is planned without storing anything.

    Ctrl-C takes the best plan found so far, a second one ends at once and changes nothing.

    Example: cop clusters plan --from schools.xlsx --out PLAN.csv
    """
    began = time.perf_counter()
    with answering(as_json, Exit.CONFIGURATION):
        engine = Settings.from_env(os.environ).engine
    with answering(as_json, Exit.USAGE):
        wish = Wish(_band(smallest, largest), _fields(strata), seed, _reason(waive), name, max_km, engine)
        named = dict(override(column) for column in columns)

    def late() -> bool:
        return heard.asked or (seconds is not None and time.perf_counter() - began > seconds)

    with interruptible() as heard, _progress() as progress:
        task = progress.add_task("Reading the schools", total=1.0)

        def tell(done: float, doing: str) -> None:
            ending = "Ending with the best plan found so far"
            progress.update(task, completed=done, description=ending if heard.asked else doing.capitalize())

        if source is not None:
            with answering(as_json, Exit.CONFIGURATION):
                settings = Settings.from_env(os.environ)
            with answering(as_json):
                listed = listed_in(
                    source,
                    bounds_of(bounds or settings.bounds),
                    named=named,
                    sheet=sheet,
                    encoding=encoding,
                    strata=wish.strata,
                    insist=bool(bounds),
                )
                planned = plan_list(listed, wish, on_progress=tell, out_of_time=late)
        else:
            with opened(as_json) as house:
                planned = plan_stored(house.unit, wish, on_progress=tell, out_of_time=late)
    if out is not None and planned.formation.clusters:
        with answering(as_json):
            write_plan(out, planned.formation.rows())
    _answer(planned, out, time.perf_counter() - began, as_json)


def _answer(planned: Planned, out: Path | None, seconds: float, as_json: bool) -> None:
    infeasible = not planned.formation.clusters
    if as_json:
        listed = planned.listed
        document = {
            **planned.document(),
            "problems": [
                {"row": problem.row, "column": problem.column, "cause": problem.cause, "message": problem.message}
                for problem in listed.problems
            ],
            "swapped_repaired": listed.repaired,
            "notes": list(listed.notes),
            "seconds": round(seconds, 2),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        }
        if infeasible:
            document["error"] = {"key": "strata_infeasible", "sentence": _infeasible(planned.formation)}
        say(document)
    else:
        _tell_list(planned.listed)
        if infeasible:
            talk.print(_infeasible(planned.formation), style="red", markup=False, soft_wrap=True)
        else:
            _tell_plan(planned, out, seconds)
    if infeasible:
        leave(Exit.PROBLEMS)


@clusters.command(name="tighten")
@click.argument("draft", type=int)
@click.option("--seconds", default=SECONDS, show_default=True, help="How long it may take at most.")
@as_json
def tighten_(draft: int, seconds: float, as_json: bool) -> None:
    """Go on looking how short a plan like this draft could be at best; the draft itself stays as it is.

    Example: cop clusters tighten 1 --seconds 60
    """
    with interruptible() as heard, _progress() as progress, opened(as_json) as house, answering(as_json):
        task = progress.add_task("Looking for a tighter figure", total=1.0)
        found = tighten(
            house.unit,
            Scope.everywhere(),
            draft,
            actor=ACTOR,
            seconds=seconds,
            engine=house.settings.engine,
            stopped=lambda: heard.asked,
            told=lambda db, gap, share: progress.update(task, completed=share),
        )
    if as_json:
        say(
            {
                "draft": draft,
                "before": {"lower_bound_km": found.before_km, "gap_percent": found.gap_before_percent},
                "lower_bound_km": found.lower_bound_km,
                "gap_percent": found.gap_percent,
            }
        )
        return
    if found.gap_percent is None:
        talk.print(f"For this number of clusters no plan is shorter than {found.lower_bound_km:.2f} km on average.")
    else:
        talk.print(
            f"For this number of clusters no plan is shorter than {found.lower_bound_km:.2f} km on average; "
            f"this one is at most {found.gap_percent:.2f} % longer (before: {found.gap_before_percent:.2f} %).",
            soft_wrap=True,
        )


@clusters.command(name="accept")
@click.argument("draft", type=int)
@click.option(
    "--from-date",
    type=click.DateTime(["%Y-%m-%d"]),
    help="From which day it holds; today unless given. A later day waits.",
)
@click.option("--waive", metavar="REASON", help="Accept although a size is not kept, for this reason.")
@click.option("--dry-run", is_flag=True, help="Only say what it would touch; nothing is changed.")
@as_json
def accept_(draft: int, from_date: datetime | None, waive: str | None, dry_run: bool, as_json: bool) -> None:
    """Check a draft once more and let it hold: blocks, circles and LTRCs are made, schools placed from the day.

    Example: cop clusters accept 1 --from-date 2026-04-01
    """
    if dry_run:
        with opened(as_json) as house, house.unit(ACTOR) as db:
            found = touched_by(db, queries.draft(db, Scope.everywhere(), draft))
        _tell_touched(draft, found, as_json)
        return
    with answering(as_json, Exit.USAGE):
        reason = _reason(waive)
    with opened(as_json) as house, house.unit(ACTOR) as db:
        done = accept_draft(db, Scope.everywhere(), draft, from_date.date() if from_date else None, reason)
    if as_json:
        say(
            {
                "draft": done.draft_id,
                "state": done.state,
                "from_date": done.from_date.isoformat(),
                "schools": done.schools,
                "clusters": done.clusters,
                "circles": done.circles,
                "blocks": done.blocks,
                "kept": done.kept,
                "closed": done.closed,
                "moved": done.moved,
            }
        )
    else:
        _tell_accepted(done)


@clusters.command(name="score")
@click.argument("plan", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@from_list
@columns_named
@smallest
@largest
@click.option("--strata", default="", metavar="A,B", help="Fields that no LTRC may mix.")
@bounds_given
@as_json
def score_(
    plan: Path | None,
    source: Path | None,
    columns: Sequence[str],
    smallest: int,
    largest: int,
    strata: str,
    bounds: str,
    as_json: bool,
) -> None:
    """Measure a plan (code, cluster, host, circle, block), whoever made it: kilometres, sizes, broken rules.

    Without PLAN the official LTRCs are measured, which a school list names in a column (and their hosts in another).

    Example: cop clusters score PLAN.csv --from schools.xlsx
    """
    with answering(as_json, Exit.USAGE):
        wish = Wish(_band(smallest, largest), _fields(strata))
        named = dict(override(column) for column in columns)
    rows: Sequence[PlanRow] = ()
    if plan is not None:
        with answering(as_json):
            rows = read_plan(plan)
    if source is not None:
        with answering(as_json, Exit.CONFIGURATION):
            settings = Settings.from_env(os.environ)
        with answering(as_json):
            edges = bounds_of(bounds or settings.bounds)
            listed = listed_in(source, edges, named=named, strata=wish.strata, insist=bool(bounds))
            sites = listed.sites
            if plan is None:
                if listed.before is None:
                    raise Conflict("no_official_clusters")
                rows = listed.before.rows
    elif plan is None:
        with opened(as_json) as house:
            sites, rows = stored_official(house.unit, wish.strata)
    else:
        with opened(as_json) as house:
            sites = stored_sites(house.unit, wish.strata)
    scored = score_plan(sites, rows, wish.band)
    found, found_best = scored.score, scored.best
    document = {
        "schools": found.schools,
        "clusters": found.clusters,
        "circles": found.circles,
        "sizes": {"min": found.sizes and found.sizes.smallest, "max": found.sizes and found.sizes.largest},
        "km": {name: found.km and round(getattr(found.km, name), 3) for name in ("mean", "p95", "max")},
        "without_distance": list(found.without_distance),
        "unknown": list(scored.unknown),
        "optimum_km": found_best and found_best.km and round(found_best.km.mean, 3),
        "lower_bound_km": found_best and found_best.lower_bound_km,
        "between": [{"changed": step.changed, "km": round(step.km, 3)} for step in scored.between],
        "violations": [
            {"rule": broken.rule.value, "place": broken.place, "sentence": broken.sentence}
            for broken in scored.violations
        ],
    }
    if as_json:
        say(document)
        return
    if found.km:
        talk.print(
            f"{found.schools} schools in {found.clusters} LTRCs: {found.km.mean:.2f} km to the host on average, "
            f"{found.km.p95:.1f} km for one in twenty, {found.km.max:.1f} km at most.",
            soft_wrap=True,
        )
    for step in scored.between:
        talk.print(
            f"If {_many(step.changed, 'school')} of {found.schools} changed the LTRC: {step.km:.2f} km on average.",
            soft_wrap=True,
        )
    _tell_some([broken.sentence for broken in scored.violations])
    if not scored.violations:
        talk.print("It breaks no rule.")


def write_plan(file: Path, rows: Iterable[PlanRow]) -> None:
    """Write PLAN.csv; a way that is not known is left empty."""
    try:
        with file.open("w", encoding="utf-8", newline="") as opened_file:
            writer = csv.writer(opened_file, lineterminator="\n")
            writer.writerow(PLAN_COLUMNS)
            for row in rows:
                km = "" if row.km is None else f"{row.km:.3f}"
                writer.writerow((row.code, row.cluster, row.host, row.circle, row.block, km))
    except OSError as error:
        raise Invalid("plan_unwritable", file=str(file), why=error.strerror or "unknown") from error


def read_plan(file: Path) -> list[PlanRow]:
    """The lines of a plan as `cop clusters plan --out` writes it; circle, block and km may be absent."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened_file:
            lines = list(csv.DictReader(opened_file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid("plan_unreadable", file=str(file), why=str(error)) from error
    missing = [name for name in ("code", "cluster", "host") if not lines or name not in lines[0]]
    if missing:
        raise Invalid("plan_unreadable", file=str(file), why=f"it has no column {missing[0]}")
    return [_plan_row(file, number, line) for number, line in enumerate(lines, 2)]


def _plan_row(file: Path, number: int, line: dict[str, Any]) -> PlanRow:
    try:
        km = float(line["km"]) if line.get("km") else None
    except ValueError as error:
        raise Invalid("plan_unreadable", file=str(file), why=f"line {number} has {line['km']!r} for km") from error
    code, cluster, host, circle, block = (
        (line.get(name) or "").strip() for name in ("code", "cluster", "host", "circle", "block")
    )
    return PlanRow(code, cluster, host, circle, block, km)


def _band(smallest: int, largest: int) -> Band:
    if not 1 <= smallest <= largest:
        raise Invalid("band_unfit", smallest=smallest, largest=largest)
    return Band(smallest, largest)


def _fields(given: str) -> tuple[str, ...]:
    names = (name.strip().lower().replace(" ", "_").replace("-", "_") for name in given.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def _reason(waive: str | None) -> str | None:
    if waive is not None and not waive.strip():
        raise Invalid("waiver_without_reason")
    return None if waive is None else waive.strip()


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    return Progress(*columns, console=talk, transient=True, disable=not talk.is_terminal)


def _infeasible(formation: Formation) -> str:
    said = []
    for stratum in formation.infeasible:
        said.append(stratum.sentence)
        said += [f"- {choice.sentence}" for choice in stratum.choices]
    return "\n".join(["No plan was made, and nothing was saved.", *said])


def _tell_list(listed: Listed) -> None:
    for note in listed.notes:
        talk.print(note, markup=False, soft_wrap=True)
    if listed.repaired:
        talk.print(f"Latitude and longitude were exchanged for {_many(listed.repaired, 'school')} and put right.")
    if listed.problems:
        talk.print(f"{_many(len(listed.problems), 'problem')}; these rows are not planned:", style="yellow")
        _tell_some([f"row {problem.row}, {problem.column}: {problem.message}" for problem in listed.problems])


def _tell_plan(planned: Planned, out: Path | None, seconds: float) -> None:
    plan = planned.formation
    sizes, circles, km = plan.sizes, plan.circle_sizes, plan.km
    lines = []
    if sizes and circles:
        lines.append(
            f"{plan.schools - len(plan.unplaced)} schools in {len(plan.clusters)} LTRCs of {sizes} schools; "
            f"{len(plan.circles)} circles of {circles}. ({seconds:.1f} s)"
        )
    if km:
        lines.append(
            f"The way to the host school is {km.mean:.2f} km on average, at most {km.max:.1f} km (great circle)."
        )
    if plan.gap_percent is not None:
        lines.append(
            f"For this number of clusters no plan is shorter than {plan.lower_bound_km:.2f} km on average; "
            f"this one is at most {plan.gap_percent:.2f} % longer."
        )
    if plan.cut_short:
        lines.append("It was ended early, so this is the best plan found by then; another run may find another one.")
    for line in lines:
        talk.print(line, markup=False, soft_wrap=True)
    for exceptions in (plan.outside_band, plan.circles_outside_band, plan.unfit_hosts):
        _tell_some([f"{each.place} ({each.size}): {each.reason}" for each in exceptions])
    if plan.far:
        talk.print(f"Beyond {plan.longest:g} km: {_many(len(plan.far), 'school')}, {', '.join(plan.far[:SHOWN])}.")
    left = [*plan.unplaced, *planned.listed.left_out]
    if left:
        talk.print(
            f"Without a place in the plan: {_many(len(left), 'school')}, {', '.join(left[:SHOWN])}{_more(left)}."
        )
    if plan.stand_ins:
        talk.print(f"Put in the middle of their area, for want of coordinates: {_many(len(plan.stand_ins), 'school')}.")
    if out is not None:
        talk.print(f"The plan stands in {out}.", markup=False, soft_wrap=True)
    if planned.draft_id is not None:
        talk.print(
            f"Draft {planned.draft_id}; nothing is live yet. Next: cop clusters accept {planned.draft_id}", markup=False
        )
    else:
        talk.print("Nothing was stored. To keep the schools: cop import apply FILE --kind schools", markup=False)


def _tell_accepted(done: Accepted) -> None:
    what = ", ".join(
        _many(number, thing)
        for number, thing in (
            (done.clusters, "LTRC"),
            (done.circles, "circle"),
            (done.blocks, "block"),
            (done.schools, "school"),
        )
    )
    if done.state == WAITING:
        lines = [
            f"Draft {done.draft_id} is accepted and holds from {_said(done.from_date)}: {what}.",
            "Until then nothing changes. `cop worker` puts it in place when the day comes.",
        ]
    else:
        lines = [f"In place from {_said(done.from_date)}: {what}."]
        if done.kept or done.closed:
            lines.append(
                f"{done.kept} LTRCs go on, {done.closed} were closed, {done.moved} schools moved to another LTRC."
            )
        lines.append("Next: cop import apply STAFF.xlsx --kind staff, or, for a trial, cop people fill --seed 1")
    for line in lines:
        talk.print(line, markup=False, soft_wrap=True)


def _tell_touched(draft_id: int, found: Touched, as_json: bool) -> None:
    if as_json:
        torn = [{**asdict(each), "last": each.last and each.last.isoformat()} for each in found.torn]
        say({"draft": draft_id, **asdict(found), "torn": torn})
        return
    lines = [
        (
            f"Accepting draft {draft_id} would touch {_many(found.schools, 'school')} that change LTRC, "
            f"{_many(found.teachers, 'teacher')} there, {_many(found.sessions, 'planned session')}, "
            f"{_many(found.texts, 'text')} that wait, {_many(found.posts, 'post')} that end. Nothing was changed."
        )
    ]
    for each in found.torn:
        into = ", ".join(f"{name} ({many})" for name, many in each.into)
        until = f", the last until {_said(each.last)}" if each.last else ""
        lines.append(
            f"It would tear LTRC {each.name} apart: {each.left} of {each.schools} schools are not in it, the others go "
            f"to {into or 'none'}. {_many(each.sessions, 'planned session')}{until}; {_many(each.posts, 'open post')}."
        )
    if found.torn:
        lines.append(
            "An LTRC is planned as a whole: cop clusters plan. Let that hold from the day after the last planned "
            "session, or call off or move these sessions first."
        )
    if found.outdated:
        lines.append(
            f"Changed since it was made: {_many(found.added, 'school')} came to its LTRCs, {found.moved} placed anew, "
            f"{found.gone} no longer there. A fresh draft: cop clusters plan"
        )
    for line in lines:
        talk.print(line, markup=False, soft_wrap=True)


def _tell_some(sentences: Sequence[str]) -> None:
    for sentence in sentences[:SHOWN]:
        talk.print(f"  {sentence}", markup=False, soft_wrap=True)
    if len(sentences) > SHOWN:
        talk.print(f"  and {len(sentences) - SHOWN} more; --json lists them all.")


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _more(codes: Sequence[str]) -> str:
    return f" and {len(codes) - SHOWN} more" if len(codes) > SHOWN else ""


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
