"""`cop export`: the schools or the staff as a file that opens right, and that the import reads back as it is."""

from importlib.metadata import version
from pathlib import Path

import rich_click as click

from clusters.imports.exports import schools_listed, staff_listed
from clusters.imports.tables import may_be_written, written
from clusters.imports.vocabulary import ListKind
from clusters.kernel.audit import Actor, record
from clusters.kernel.clock import KARACHI, now
from clusters.kernel.errors import Invalid
from clusters.scope import Scope
from cop.commands.opening import opened
from cop.commands.speaking import Exit, answering, as_json, say, talk

ACTOR = Actor("command line")
LEFT_OUT = {
    "further_posts": "posts are left out, because a list holds one post a person",
    "without_a_school": "posts are left out, because they are held at no school",
}


@click.command(name="export")
@click.argument("kind", type=click.Choice([kind.value for kind in ListKind]))
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to; .xlsx or .csv.",
)
@click.option("--machine", is_flag=True, help="CSV without the mark by which spreadsheets know UTF-8.")
@as_json
def export(kind: str, out: Path, machine: bool, as_json: bool) -> None:
    """Write a list of everything that is known, one line a school or a person; it is never cut.

    Example: cop export schools --out schools.xlsx
    """
    with answering(as_json, Exit.USAGE):
        may_be_written(out.name)
    with opened(as_json) as house, answering(as_json):
        with house.unit(ACTOR) as db:
            everywhere = Scope.everywhere()
            listed = (schools_listed if kind == ListKind.SCHOOLS else staff_listed)(db, everywhere)
            about = (
                ("Rows", str(len(listed.rows))),
                ("Filter", "none: the whole programme"),
                ("Made at", f"{now(db).astimezone(KARACHI):%Y-%m-%d %H:%M}"),
                ("By", "the command line"),
                ("Version", f"cop {version('cop')}"),
            )
            record(db, "exported", kind, new={"rows": len(listed.rows), "format": out.suffix})
        content = written(listed, out.name, about, machine=machine)
        try:
            out.write_bytes(content)
        except OSError as error:
            raise Invalid("folder_unwritable", folder=str(out), why=error.strerror or "unknown") from None
    if as_json:
        say({"file": str(out), "rows": len(listed.rows), "left_out": listed.left_out})
        return
    talk.print(f"{len(listed.rows)} rows are in {out}.", markup=False, soft_wrap=True)
    for why, many in listed.left_out.items():
        talk.print(f"{many} {LEFT_OUT[why]}.", style="yellow", markup=False, soft_wrap=True)
