"""A list that was applied: what it did, and how it is taken back."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.imports import actions, queries
from clusters.imports.steps import SHORT_ROWS
from clusters.kernel.clock import now
from clusters.people.models import Person
from cop.web.answers import Done
from cop.web.edge import act, page
from cop.web.forms import Nothing
from cop.web.pages.imports import import_row
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area, Tone
from cop.web.views.imports import ImportPage, ListField, StayedRow, Stays, TakenBack

_KNOWN = frozenset(Stays)


@page(paths.import_("{import_id}"), here=Area.IMPORTS)
def show(db: Session, viewer: Viewer, import_id: int) -> ImportPage:
    """What it did, and what came of taking it back."""
    row = queries.import_(db, viewer.scope, import_id)
    by = None if row.by_person_id is None else db.scalar(select(Person.name).where(Person.id == row.by_person_id))
    return ImportPage(
        row=import_row(row, by, row.undoable(now(db))),
        columns=tuple((ListField(name), header) for name, header in row.columns.get("columns", {}).items()),
        taken_back=None if row.undone_at is None or row.undone is None else _taken_back(row),
    )


@act(paths.import_("{import_id}", "undo"), here=Area.IMPORTS, proved=True)
def undo(db: Session, viewer: Viewer, import_id: int, form: Nothing) -> Done:
    """Take it back, a long one by a worker; what people edited since is kept and named."""
    row = queries.import_(db, viewer.scope, import_id)
    if row.counts.get("new", 0) + row.counts.get("changed", 0) > SHORT_ROWS:
        return Done(paths.import_draft(actions.undo_later(db, viewer.scope, import_id)))
    undone = actions.undo(db, viewer.scope, import_id)
    told = viewer.say.gettext("The import was taken back.")
    if not undone.whole:
        told = viewer.say.gettext("The import was taken back, but for what is named below.")
    return Done(paths.import_(import_id), told, Tone.GOOD if undone.whole else Tone.WARN)


def _taken_back(row: queries.ImportRow) -> TakenBack | None:
    said = row.undone
    if said is None or row.undone_at is None:
        return None
    return TakenBack(
        at=row.undone_at,
        reversed=said["reversed"],
        kept_edited=said["kept_edited"],
        could_not=said["could_not"],
        edited=tuple(map(_stayed, said["edited"])),
        stuck=tuple(map(_stayed, said["stuck"])),
    )


def _stayed(some: dict[str, Any]) -> StayedRow:
    why = tuple(Stays(cause) if cause in _KNOWN else Stays.OTHER for cause in some["causes"])
    return StayedRow(tuple(dict.fromkeys(why)), some["many"], tuple(some["names"]), tuple(some["fields"]))


handlers = [show, undo]
