"""`cop import`: check a list of schools or staff, apply it, take it back."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from clusters.imports.actions import Applied, Refused, Undone, apply, undo
from clusters.imports.actions.buckets import by_cause, clause
from clusters.imports.columns import override
from clusters.imports.coordinates import bounds_of
from clusters.imports.given import GivenList, open_list
from clusters.imports.outcome import Checked, Outcome, Problem
from clusters.imports.queries import UNDO_DAYS, check
from clusters.imports.steps import Stage
from clusters.imports.vocabulary import ListKind
from clusters.kernel.audit import Actor
from clusters.scope import Scope
from cop.commands.opening import opened
from cop.commands.speaking import Exit, answering, as_json, leave, say, talk
from cop.sentences import sentence
from cop.settings import Settings

ACTOR = Actor("command line")
SHOWN = 10
"""Problems of one cause that are told to people one by one; the JSON has all."""

Command = TypeVar("Command", bound=Callable[..., Any])


class Showing:
    """What a bar on the terminal hears: what is being done, and how many rows of how many."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("Reading the file", total=None)

    def __call__(self, doing: str) -> None:
        self._bar.update(self._task, description=doing, total=None, completed=0)

    def rows(self, stage: Stage, done: int, of: int) -> None:
        """So many rows are done."""
        self._bar.update(self._task, description=f"{stage.capitalize()} {of} rows", total=of, completed=done)


def _of_a_list(command: Command) -> Command:
    """The file and how it is to be read, the same for checking and applying."""
    for option in reversed(
        (
            click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
            click.option(
                "--kind", required=True, type=click.Choice([kind.value for kind in ListKind]), help="What it lists."
            ),
            click.option(
                "--column",
                "columns",
                multiple=True,
                metavar="HEADER=FIELD",
                help="Which column is which, where it is not guessed; the field `ignore` leaves one out.",
            ),
            click.option("--sheet", help="Which sheet of the file."),
            click.option("--encoding", help="How the file writes letters, where it is not certain."),
            click.option(
                "--bounds",
                default="",
                metavar="S,W,N,E",
                help="Edges of the country in degrees, or any, to judge coordinates by.",
            ),
            as_json,
        )
    ):
        command = option(command)
    return command


@click.group(name="import")
def import_() -> None:
    """Lists of schools and staff: check, apply, take back. Nothing is ever sent by an import.

    Example: cop import check schools.xlsx --kind schools
    """


@import_.command(name="check")
@_of_a_list
def check_(
    file: Path,
    kind: str,
    columns: Sequence[str],
    sheet: str | None,
    encoding: str | None,
    bounds: str,
    as_json: bool,
) -> None:
    """Say what a list would do, and what is wrong with it; nothing is written.

    Example: cop import check staff.csv --kind staff --column "Ph=mobile_no"
    """
    with _progress() as tell:
        given = _given(file, kind, columns, sheet, encoding, bounds, tell, as_json)
        with opened(as_json) as house, answering(as_json):
            tell("Looking at what is stored")
            with house.unit(ACTOR) as db:
                checked = check(db, Scope.everywhere(), given, tell.rows)
    if as_json:
        say(checked.document() | given.reading())
    else:
        _tell_file(given)
        _tell_checked(checked, "would be new", "would change")
        _tell_next(file, given, checked)
    leave(Exit.DONE if checked.good else Exit.PROBLEMS)


@import_.command(name="apply")
@_of_a_list
@click.option("--only-good", is_flag=True, help="Write the rows without problems and leave the others out.")
@click.option("--yes", is_flag=True, help="For scripts; no command asks anything of a list that it can apply.")
def apply_(
    file: Path,
    kind: str,
    columns: Sequence[str],
    sheet: str | None,
    encoding: str | None,
    bounds: str,
    as_json: bool,
    only_good: bool,
    yes: bool,
) -> None:
    """Write a list, all of it or nothing; with --only-good the rows without problems.

    Example: cop import apply schools.xlsx --kind schools
    """
    with _progress() as tell:
        given = _given(file, kind, columns, sheet, encoding, bounds, tell, as_json)
        with opened(as_json) as house, answering(as_json):
            tell("Writing")
            try:
                with house.unit(ACTOR) as db:
                    applied = apply(db, Scope.everywhere(), given, only_good=only_good, tell=tell.rows)
            except Refused as refused:
                _refuse(refused, file, given, as_json)
    checked = applied.checked
    if as_json:
        say(checked.document() | {"import_id": applied.import_id} | given.reading())
    else:
        _tell_file(given)
        _tell_checked(checked, "new", "changed")
        _tell_applied(applied, given)
    leave(Exit.DONE if checked.good else Exit.PARTLY)


@import_.command(name="undo")
@click.argument("number", metavar="ID", type=int)
@as_json
@click.option("--yes", is_flag=True, help="For scripts; the command asks nothing.")
def undo_(number: int, as_json: bool, yes: bool) -> None:
    """Take an import back: everything is as before, except what somebody changed since.

    Example: cop import undo 1
    """
    with opened(as_json) as house, answering(as_json), house.unit(ACTOR) as db:
        undone = undo(db, Scope.everywhere(), number)
    if as_json:
        say({"import_id": number, **undone.document()})
    else:
        _tell_undone(number, undone)
    leave(Exit.DONE if undone.whole else Exit.PARTLY)


@contextmanager
def _progress() -> Iterator[Showing]:
    """A bar on a terminal that goes on with the rows; elsewhere nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=talk, transient=True, disable=not talk.is_terminal) as progress:
        yield Showing(progress)


def _given(
    file: Path,
    kind: str,
    columns: Sequence[str],
    sheet: str | None,
    encoding: str | None,
    bounds: str,
    tell: Showing,
    as_json: bool,
) -> GivenList:
    with answering(as_json, Exit.CONFIGURATION):
        settings = Settings.from_env(os.environ)
    with answering(as_json, Exit.USAGE):
        named = dict(override(column) for column in columns)
        edges = bounds_of(bounds or settings.bounds)
    with answering(as_json):
        given = open_list(file, ListKind(kind), named=named, sheet=sheet, encoding=encoding, bounds=edges)
    tell("Opening the database")
    return given


def _refuse(refused: Refused, file: Path, given: GivenList, as_json: bool) -> None:
    words = sentence(refused)
    if as_json:
        error = {"key": refused.key, "sentence": words, **refused.values}
        say(refused.checked.document() | given.reading() | {"error": error})
    else:
        _tell_file(given)
        _tell_checked(refused.checked, "would be new", "would change")
        talk.print(words, style="red", markup=False, soft_wrap=True)
        _tell_next(file, given, refused.checked)
    leave(Exit.PROBLEMS)


def _tell_file(given: GivenList) -> None:
    sheet = given.sheet
    where = f"headers in row {sheet.header_row}" if sheet.header_row else "without headers"
    letters = "" if sheet.encoding.name == "utf-8" else f", letters in {sheet.encoding.name}"
    _tell(f"{given.file_name}, '{sheet.name}': {where}, {_many(len(sheet.rows), 'row')} below{letters}.")
    read = ", ".join(f"{sheet.headers[place]} -> {field}" for field, place in given.columns.places.items())
    _tell(f"Columns: {read}.")
    if given.columns.unsure:
        _tell(f"Look at these, they are guessed: {', '.join(sorted(given.columns.unsure))}.", "yellow")
    if given.columns.unread:
        _tell(f"Not read: {', '.join(sheet.headers[place] for place in given.columns.unread)}.")
    for note in sheet.notes:
        _tell(note, "yellow")


def _tell_checked(checked: Checked, new: str, changed: str) -> None:
    counts = {outcome: checked.count(outcome) for outcome in Outcome}
    _tell(
        f"{_many(len(checked.rows), 'row')}: {counts[Outcome.NEW]} {new}, {counts[Outcome.CHANGED]} {changed},"
        f" {counts[Outcome.UNCHANGED]} as stored, {counts[Outcome.DUPLICATE]} repeated,"
        f" {counts[Outcome.PROBLEM]} with problems."
    )
    if checked.without_coordinates:
        _tell(f"Without coordinates: {_many(checked.without_coordinates, 'school')}.")
    if checked.names_missing:
        _tell(f"Without a name: {_many(checked.names_missing, 'school')}; a new one is called by its code.")
    if checked.repairs:
        _tell(f"Latitude and longitude were exchanged and put right: {_many(len(checked.repairs), 'school')}.")
    if checked.skipped:
        _tell(f"Left out, because they are no records: {_many(len(checked.skipped), 'row')}.")
        _tell_some([f"row {row}: {reason}" for row, reason in checked.skipped])
    for remark in checked.remarks:
        where = f"{_many(remark.rows, 'row')} from row {remark.row}, " if remark.row else ""
        _tell(f"{where}{remark.column}: {remark.message}")
    _tell_problems(checked.problems)


def _tell_problems(problems: Sequence[Problem]) -> None:
    """Grouped by cause, the most frequent first."""
    for cause, many in Counter(problem.cause for problem in problems).most_common():
        _tell(f"{cause}: {_many(many, 'row')}", "yellow")
        _tell_some(
            [
                f"row {problem.row}, {problem.column}: {problem.message}"
                + (f" Perhaps {problem.proposal}." if problem.proposal else "")
                for problem in problems
                if problem.cause == cause
            ]
        )


def _tell_next(file: Path, given: GivenList, checked: Checked) -> None:
    """The command that comes next."""
    command = f"cop import apply {file} --kind {given.kind}"
    if not given.sheet.encoding.sure:
        command += f" --encoding {given.sheet.encoding.name}"
    if checked.good:
        _tell(f"Nothing was written. Next: {command}")
    else:
        _tell(f"Nothing was written. Correct the rows, or leave them out: {command} --only-good")


def _tell_applied(applied: Applied, given: GivenList) -> None:
    following = {
        ListKind.SCHOOLS: "cop clusters plan",
        ListKind.STAFF: "cop cascade plan --subjects maths",
    }
    _tell(
        f"Import {applied.import_id} is in. For {UNDO_DAYS} days it can be undone: cop import undo {applied.import_id}"
    )
    _tell(f"Next: {following[given.kind]}")


def _tell_undone(number: int, undone: Undone) -> None:
    counts = undone.counts()
    _tell(
        f"Import {number} was taken back: {_many(counts['reversed'], 'row')} reversed,"
        f" {counts['kept_edited']} kept because they were changed since, {counts['could_not']} could not be."
    )
    for heading, left in (("Kept as they are now:", undone.edited), ("Could not be taken back:", undone.stuck)):
        if left:
            _tell(heading, "yellow")
            for some in by_cause(left):
                _tell(f"  {_left(some)}")


def _left(some: Mapping[str, Any]) -> str:
    """What stays for one reason, in one line: how many, why, and which come first."""
    names = ", ".join(some["names"])
    more = f" and {some['many'] - len(some['names'])} more" if some["many"] > len(some["names"]) else ""
    fields = f" (its {', '.join(some['fields'])})" if some["fields"] else ""
    return f"{some['many']} because {'; '.join(map(clause, some['causes']))}{fields}: {names}{more}."


def _tell_some(sentences: Sequence[str]) -> None:
    for each in sentences[:SHOWN]:
        _tell(f"  {each}")
    if len(sentences) > SHOWN:
        _tell(f"  and {len(sentences) - SHOWN} more; --json lists them all.")


def _tell(words: str, style: str | None = None) -> None:
    talk.print(words, style=style, markup=False, soft_wrap=True)


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
