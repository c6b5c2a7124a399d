"""A list on its way in: how it was read, which column is which, what the check says, applied or discarded."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from clusters.imports import actions
from clusters.imports.actions import Choices
from clusters.imports.drafts import DraftRow, import_draft, problem_rows_of
from clusters.imports.queries import latest_imports
from clusters.imports.steps import Step, Work
from clusters.imports.vocabulary import FIELDS, IGNORE, REQUIRED, ListKind
from clusters.kernel.errors import Conflict, CopError, Invalid, NotFound
from cop.sentences import sentence
from cop.settings import Settings
from cop.web.answers import Again, Answer, Done, File, Shown
from cop.web.edge import act, page
from cop.web.forms import Nothing
from cop.web.i18n import Language
from cop.web.mistakes import said
from cop.web.pages.imports import ANY, step_of
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError, Tone
from cop.web.views.imports import (
    Cause,
    Change,
    Check,
    Column,
    Counts,
    Heed,
    ImportDraftPage,
    ImportStep,
    LeftOut,
    ListField,
    Preset,
    ProblemRow,
    Problems,
    Reading,
    Remarked,
    Repaired,
    Skipped,
    Touched,
    Working,
)
from cop.web.words import word

CSV = "text/csv; charset=utf-8"
REFRESH_SECONDS = 2
PRESETS = 5
_CALLED = {"post": "designation"}
"""Changes whose column is called otherwise."""


@dataclass(frozen=True)
class ReadAs:
    """How the file is to be read; `preset` is an earlier import whose columns hold."""

    kind: ListKind
    bounds: str = ""
    sheet: str | None = None
    encoding: str | None = None
    preset: int | None = None


@dataclass(frozen=True)
class NamedColumns:
    """Place of a column -> what it stands for; empty is not read."""

    field: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HowMuch:
    """All rows, or the good ones alone."""

    rows: str = "all"


@page(paths.import_draft("{draft_id}"), here=Area.IMPORTS)
def show(db: Session, viewer: Viewer, draft_id: int, at: str = "") -> Answer:
    """The step at which the list stands, or its columns once more; while a worker is at it the page comes anew."""
    row = import_draft(db, viewer.scope, draft_id)
    if row.step is Step.APPLIED and row.wanted is None and row.error is None:
        return Done(paths.import_(row.import_id or 0))
    shown = _draft(db, viewer, row, back=at == "columns")
    return Shown(shown, refresh_seconds=REFRESH_SECONDS if row.wanted else None)


@page(paths.import_draft("{draft_id}", "problems"), here=Area.IMPORTS, proved=True)
def download_problems(db: Session, viewer: Viewer, draft_id: int) -> File:
    """The rows with problems, each with its reasons."""
    rows = problem_rows_of(db, viewer.scope, draft_id)
    if not rows:
        raise NotFound("import_draft_not_found", id=draft_id)
    return File(rows, CSV, f"problems-{draft_id}.csv")


@act(paths.import_draft("{draft_id}", "read"), here=Area.IMPORTS)
def read(db: Session, viewer: Viewer, settings: Settings, draft_id: int, form: ReadAs) -> Done:
    """Read the file anew as a person says."""
    named = _preset(db, viewer, form)
    choices = Choices(ANY if form.bounds == ANY else settings.bounds, form.sheet, form.encoding, named)
    _go_on(db, viewer, draft_id, lambda: actions.read_again(db, viewer.scope, draft_id, form.kind, choices))
    return Done(paths.import_draft(draft_id))


@act(paths.import_draft("{draft_id}", "check"), here=Area.IMPORTS)
def check(db: Session, viewer: Viewer, draft_id: int, form: NamedColumns) -> Done:
    """Take the columns as they were named, and check the list."""
    row = import_draft(db, viewer.scope, draft_id)
    errors = _wrongly_named(row, form, viewer)
    if errors:
        raise Again(_draft(db, viewer, row, back=True, errors=errors, named=form.field))
    columns = {f"#{place + 1}": name or IGNORE for place, name in sorted(form.field.items())}
    _go_on(db, viewer, draft_id, lambda: actions.check_draft(db, viewer.scope, draft_id, columns))
    return Done(paths.import_draft(draft_id))


@act(paths.import_draft("{draft_id}", "apply"), here=Area.IMPORTS, proved=True)
def apply(db: Session, viewer: Viewer, draft_id: int, form: HowMuch) -> Done:
    """Write the list, or let a worker write it; nobody is texted."""
    found: list[int | None] = []
    only_good = form.rows == "good"
    _go_on(
        db,
        viewer,
        draft_id,
        lambda: found.append(actions.apply_draft(db, viewer.scope, draft_id, only_good=only_good)),
    )
    if found[0] is None:
        return Done(paths.import_draft(draft_id))
    return Done(paths.import_(found[0]), viewer.say.gettext("The list is in. Nobody was texted."))


@act(paths.import_draft("{draft_id}", "discard"), here=Area.IMPORTS)
def discard(db: Session, viewer: Viewer, draft_id: int, form: Nothing) -> Done:
    """Throw the list away."""
    actions.discard_import(db, viewer.scope, draft_id)
    return Done(paths.IMPORTS, viewer.say.gettext("The list is gone; nothing of it was written."), Tone.GOOD)


def _go_on(db: Session, viewer: Viewer, draft_id: int, do: Any) -> None:
    """Do it, or show the step again with the reason why it cannot be done."""
    try:
        with db.begin_nested():
            do()
    except (Invalid, Conflict) as error:
        row = import_draft(db, viewer.scope, draft_id)
        raise Again(_draft(db, viewer, row, refused=_words(error, viewer.language))) from error


def _words(error: CopError, language: Language) -> str:
    return said(error, language) or sentence(error)


def _preset(db: Session, viewer: Viewer, form: ReadAs) -> dict[str, str]:
    """Header -> field, as an earlier import had them."""
    if form.preset is None:
        return {}
    for row, _ in latest_imports(db, viewer.scope, most=200):
        if row.id == form.preset and row.kind is form.kind:
            return {header: name for name, header in row.columns["columns"].items()}
    raise NotFound("import_not_found", id=form.preset)


def _wrongly_named(row: DraftRow, form: NamedColumns, viewer: Viewer) -> tuple[FieldError, ...]:
    """A field may stand over one column alone, and some must stand over one."""
    say = viewer.say
    given = Counter(name for name in form.field.values() if name)
    errors = []
    for name, many in given.items():
        if name not in FIELDS[row.kind]:
            raise Invalid("field_unknown", given=name, kind=row.kind, listed=", ".join(FIELDS[row.kind]))
        if many > 1:
            place = [at for at, said in form.field.items() if said == name][-1]
            told = say.gettext("Only one column can be this: %(field)s.") % {
                "field": say.gettext(word(ListField(name)))
            }
            errors.append(FieldError(f"field-{place}", told))
    for name in REQUIRED[row.kind]:
        if name not in given:
            told = say.gettext("Say which column is this: %(field)s.") % {"field": say.gettext(word(ListField(name)))}
            errors.append(FieldError("field-0", told))
    return tuple(errors)


def _draft(
    db: Session,
    viewer: Viewer,
    row: DraftRow,
    *,
    back: bool = False,
    refused: str | None = None,
    errors: tuple[FieldError, ...] = (),
    named: dict[int, str] | None = None,
) -> ImportDraftPage:
    step = step_of(row)
    if back and row.step in (Step.COLUMNS, Step.CHECKED):
        step = ImportStep.COLUMNS
    if row.wanted is Work.APPLY:
        step = ImportStep.APPLY
    if refused is None and row.error is not None:
        error = Invalid(row.error["key"], **row.error["values"])
        refused = _words(error, viewer.language)
    return ImportDraftPage(
        draft_id=row.id,
        file_name=row.file_name,
        kind=row.kind,
        kilobytes=max(1, round(row.size / 1000)),
        made_at=row.made_at,
        step=step,
        working=None if row.wanted is None else Working(row.stage, row.done, row.of),
        reading=_reading(db, viewer, row, named) if step in (ImportStep.FILE, ImportStep.COLUMNS) else None,
        check=_check(row.checked) if row.checked is not None and step is ImportStep.CHECK else None,
        refused=refused,
        errors=errors,
    )


def _reading(db: Session, viewer: Viewer, row: DraftRow, named: dict[int, str] | None) -> Reading | None:
    read = row.read
    if read is None or row.wanted is not None:
        return None
    return Reading(
        sheet=read["sheet"],
        sheets=tuple(read["sheets"]),
        rows=read["rows"],
        header_row=read["header_row"],
        delimiter=read["delimiter"],
        encoding=read["encoding"],
        encoding_sure=read["encoding_sure"],
        bounds=ANY if row.choices.get("bounds") == ANY else "",
        columns=tuple(_column(place, each, named) for place, each in enumerate(read["columns"])),
        fields=tuple(ListField(name) for name in FIELDS[row.kind]),
        presets=_presets(db, viewer, row.kind),
    )


def _column(place: int, each: dict[str, Any], named: dict[int, str] | None) -> Column:
    name = each["field"] if named is None else named.get(place) or None
    return Column(place, each["header"], tuple(each["samples"]), ListField(name) if name else None, each["sure"])


def _presets(db: Session, viewer: Viewer, kind: ListKind) -> tuple[Preset, ...]:
    """The latest imports of this kind whose columns differ."""
    found: dict[str, Preset] = {}
    for row, _ in latest_imports(db, viewer.scope, most=50):
        if row.kind is kind and len(found) < PRESETS:
            found.setdefault(str(sorted(row.columns["columns"].items())), Preset(row.id, row.file_name, row.applied_at))
    return tuple(found.values())


def _check(told: dict[str, Any]) -> Check:
    return Check(
        counts=Counts(told["new"], told["changed"], told["unchanged"], told["duplicates"], told["problem_rows"]),
        problems=tuple(
            Problems(
                Cause(each["cause"]),
                each["rows"],
                tuple(ProblemRow(one["row"], one["column"], one["value"], one["proposal"]) for one in each["first"]),
            )
            for each in told["causes"]
        ),
        new=tuple(Touched(each["row"], each["code"] or "", each["name"]) for each in told["new_rows"]),
        changed=tuple(
            Touched(
                each["row"],
                each["code"] or "",
                each["name"],
                tuple(Change(ListField(_CALLED.get(name, name)), old, new) for name, old, new in each["changes"]),
            )
            for each in told["changed_rows"]
        ),
        repaired=told["repaired"],
        repairs=tuple(Repaired(**each) for each in told["repairs"]),
        without_coordinates=told["without_coordinates"],
        names_missing=told["names_missing"],
        remarks=tuple(
            Remarked(Heed(each["cause"]), each["column"], each["word"], each["row"], each["rows"])
            for each in told["remarks"]
        ),
        left_out=tuple(LeftOut(Skipped(each["reason"]), each["rows"], each["row"]) for each in told["skipped"]),
    )


handlers = [show, download_problems, read, check, apply, discard]
