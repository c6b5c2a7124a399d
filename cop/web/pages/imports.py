"""Lists in: what was imported, what waits for its next step, a form for the next file, filled examples."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from clusters.imports import actions
from clusters.imports.actions import Choices
from clusters.imports.drafts import DraftRow, drafts
from clusters.imports.examples import example
from clusters.imports.queries import ImportRow, latest_imports
from clusters.imports.steps import Step
from clusters.imports.vocabulary import ListKind
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid
from cop.sentences import sentence
from cop.settings import Settings
from cop.web.answers import Again, Done, File
from cop.web.edge import page, take
from cop.web.mistakes import said
from cop.web.uploads import Upload
from cop.web.viewers import Viewer
from cop.web.views import imports as views
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError
from cop.web.views.imports import Counts, ImportsPage, ImportStep, UploadForm, WaitingRow

A_PAGE = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ANY = "any"


@dataclass(frozen=True)
class NewList:
    """What the list holds, and where its places lie: the programme's country or any."""

    kind: ListKind
    bounds: str = ""


@page(paths.IMPORTS, here=Area.IMPORTS)
def show(db: Session, viewer: Viewer, before: int | None = None) -> ImportsPage:
    """The imports the viewer may see, twenty at a time, and her lists on their way in."""
    return _imports(db, viewer, UploadForm(), before)


@take(paths.IMPORTS, here=Area.IMPORTS)
def upload(db: Session, viewer: Viewer, settings: Settings, form: NewList, upload: Upload) -> Done:
    """Take a file in; a short one is read at once, a long one by a worker."""
    bounds = ANY if form.bounds == ANY else settings.bounds
    try:
        with db.begin_nested():
            draft_id = actions.keep_draft(db, viewer.scope, form.kind, upload.name, upload.content, Choices(bounds))
    except (Invalid, Conflict) as error:
        wrong = FieldError("file", said(error, viewer.language) or sentence(error))
        raise Again(_imports(db, viewer, UploadForm(form.kind, form.bounds, (wrong,)))) from error
    return Done(paths.import_draft(draft_id))


@page(paths.import_example("{kind}"), here=Area.IMPORTS)
def download_example(viewer: Viewer, kind: ListKind) -> File:
    """A filled example, its codes and numbers typed as text."""
    return File(example(kind), XLSX, f"{kind.value}-example.xlsx")


def _imports(db: Session, viewer: Viewer, form: UploadForm, before: int | None = None) -> ImportsPage:
    rows = latest_imports(db, viewer.scope, before=before, most=A_PAGE + 1)
    at = now(db)
    return ImportsPage(
        imports=tuple(import_row(row, by, row.undoable(at)) for row, by in rows[:A_PAGE]),
        waiting=tuple(_waiting(row) for row in drafts(db, viewer.scope)) if before is None else (),
        form=form,
        more=paths.imports(rows[A_PAGE - 1][0].id) if len(rows) > A_PAGE else None,
    )


def import_row(row: ImportRow, by: str | None, undoable: bool) -> views.ImportRow:
    """A list that was applied, as pages show it."""
    names = ("new", "changed", "unchanged", "duplicates", "problem_rows")
    return views.ImportRow(
        import_id=row.id,
        file_name=row.file_name,
        kind=row.kind,
        at=row.applied_at,
        by=by,
        counts=Counts(*(int(row.counts.get(name, 0)) for name in names)),
        undone_at=row.undone_at,
        undo_until=row.undo_until if undoable else None,
    )


def _waiting(row: DraftRow) -> WaitingRow:
    return WaitingRow(row.id, row.file_name, row.kind, row.made_at, step_of(row), row.wanted is not None)


def step_of(row: DraftRow) -> ImportStep:
    """Where a list on its way in stands."""
    return {
        Step.FILE: ImportStep.FILE,
        Step.COLUMNS: ImportStep.COLUMNS,
        Step.CHECKED: ImportStep.CHECK,
        Step.APPLIED: ImportStep.DONE,
    }[row.step]


handlers = [show, upload, download_example]
