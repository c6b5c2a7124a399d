"""Takes a list in and carries it from step to step: kept, read, its columns named, checked, applied or discarded."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clusters.imports.actions.applying import MOST_A_DAY, Applied, Refused, apply
from clusters.imports.actions.undoing import undo
from clusters.imports.coordinates import bounds_of
from clusters.imports.drafts import import_draft
from clusters.imports.findings import problem_rows, reading_of, result_of
from clusters.imports.given import GivenList, given_list, guessed_list
from clusters.imports.models import ImportDraft
from clusters.imports.outcome import Checked
from clusters.imports.queries import check, import_, may_import
from clusters.imports.reading import MAX_BYTES
from clusters.imports.refusals import refused
from clusters.imports.steps import SHORT_BYTES, SHORT_ROWS, Step, Tell, Work, silently
from clusters.imports.vocabulary import ListKind
from clusters.kernel.audit import acting
from clusters.kernel.clock import midnight, now, today
from clusters.kernel.errors import Conflict, CopError
from clusters.scope import Scope

Values = dict[str, Any]
"""What a piece of work leaves in the row of the list."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person said of a list: `columns` are fields by place, such as #3, the others as on the command line."""

    bounds: str
    sheet: str | None = None
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        """As the row keeps it."""
        return {"bounds": self.bounds, "sheet": self.sheet, "encoding": self.encoding, "columns": dict(self.columns)}


def keep_draft(db: Session, scope: Scope, kind: ListKind, file_name: str, content: bytes, choices: Choices) -> int:
    """Keep an uploaded file and read it, at once if it is short; returns the id of the draft."""
    may_import(scope)
    if len(content) > MAX_BYTES:
        raise refused("file_too_large", most=MAX_BYTES // 1024**2)
    if not content.strip():
        raise refused("file_empty")
    bounds_of(choices.bounds)
    mine = select(func.count()).where(
        ImportDraft.by_person_id == acting(db).person_id, ImportDraft.made_at >= midnight(today(db))
    )
    if (db.scalar(mine) or 0) >= MOST_A_DAY:
        raise Conflict("imports_too_many", most=MOST_A_DAY)
    row = ImportDraft(
        kind=kind,
        file_name=file_name,
        size=len(content),
        content=content,
        choices=choices.kept(),
        step=Step.FILE,
        by_person_id=acting(db).person_id,
        made_at=now(db),
        touched_at=now(db),
        wanted=Work.READ,
    )
    db.add(row)
    db.flush()
    if row.size <= SHORT_BYTES:
        _take_over(row, read_list(row))
    db.flush()
    return row.id


def read_again(db: Session, scope: Scope, draft_id: int, kind: ListKind, choices: Choices) -> None:
    """Read the file anew, as another kind of list, from another sheet, or in another encoding."""
    row = _open(db, scope, draft_id)
    bounds_of(choices.bounds)
    row.kind, row.choices = kind, choices.kept()
    _want(row, Work.READ)
    if row.size <= SHORT_BYTES:
        _take_over(row, read_list(row))
    db.flush()


def check_draft(db: Session, scope: Scope, draft_id: int, columns: Mapping[str, str]) -> None:
    """Check the list with these columns, by place; a short one at once."""
    row = _open(db, scope, draft_id)
    row.choices = {**row.choices, "columns": dict(columns)}
    _want(row, Work.CHECK)
    if _is_short(row):
        _take_over(row, check_list(db, scope, row))
    db.flush()


def apply_draft(db: Session, scope: Scope, draft_id: int, *, only_good: bool) -> int | None:
    """Apply the list, all of it or the good rows alone; the import's id, None while a worker is at it or if refused."""
    row = _open(db, scope, draft_id)
    if row.step is not Step.CHECKED:
        raise Conflict("import_draft_not_checked")
    row.only_good = only_good
    _want(row, Work.APPLY)
    if _is_short(row):
        try:
            with db.begin_nested():
                _take_over(row, apply_list(db, scope, row))
        except Refused as refusal:
            _take_over(row, after_refusal(row, refusal))
    db.flush()
    return row.import_id


def undo_later(db: Session, scope: Scope, import_id: int) -> int:
    """Let a worker take a long import back; returns the id of the draft that shows how far it is."""
    may_import(scope)
    done = import_(db, scope, import_id)
    under_way = db.scalar(
        select(ImportDraft.id).where(ImportDraft.import_id == import_id, ImportDraft.wanted == Work.UNDO)
    )
    if under_way is not None:
        return under_way
    row = ImportDraft(
        kind=done.kind,
        file_name=done.file_name,
        size=0,
        choices={},
        step=Step.APPLIED,
        import_id=import_id,
        by_person_id=acting(db).person_id,
        made_at=now(db),
        touched_at=now(db),
        wanted=Work.UNDO,
    )
    db.add(row)
    db.flush()
    return row.id


def discard_import(db: Session, scope: Scope, draft_id: int) -> None:
    """Throw a list away, its file with it; nothing of it was written."""
    db.delete(_open(db, scope, draft_id, busy=True))
    db.flush()


def _open(db: Session, scope: Scope, draft_id: int, *, busy: bool = False) -> ImportDraft:
    """The row, locked, if something can still be done with it."""
    may_import(scope)
    import_draft(db, scope, draft_id)
    row = db.get_one(ImportDraft, draft_id, with_for_update=True, populate_existing=True)
    if row.step is Step.APPLIED:
        raise Conflict("import_draft_applied")
    if row.wanted is not None and not busy:
        raise Conflict("import_draft_busy")
    row.touched_at = now(db)
    return row


def _is_short(row: ImportDraft) -> bool:
    return row.size <= SHORT_BYTES and (row.read or {}).get("rows", 0) <= SHORT_ROWS


def _want(row: ImportDraft, work: Work) -> None:
    row.wanted, row.leased_until, row.tries, row.error = work, None, 0, None
    row.stage, row.done, row.of = None, 0, 0


def _take_over(row: ImportDraft, values: Values) -> None:
    for name, value in (FINISHED | values).items():
        setattr(row, name, value)


FINISHED: Values = {"wanted": None, "leased_until": None, "tries": 0, "stage": None, "done": 0, "of": 0}
"""What is left where no work is wanted any more."""


def read_list(row: ImportDraft) -> Values:
    """Read the file; columns that are missing are for a person to name."""
    choices = row.choices
    given = guessed_list(
        row.content or b"",
        row.file_name,
        row.kind,
        named=choices.get("columns") or {},
        sheet=choices.get("sheet"),
        encoding=choices.get("encoding"),
        bounds=bounds_of(choices["bounds"]),
    )
    return {"read": reading_of(given), "checked": None, "problem_rows": None, "step": Step.COLUMNS, "error": None}


def check_list(db: Session, scope: Scope, row: ImportDraft, tell: Tell = silently) -> Values:
    """Check the list against what is stored."""
    given = _given(row)
    return _as_checked(given, check(db, scope, given, tell))


def _as_checked(given: GivenList, checked: Checked) -> Values:
    return {
        "read": reading_of(given),
        "checked": result_of(given, checked),
        "problem_rows": zlib.compress(problem_rows(given, checked)) if checked.problems else None,
        "step": Step.CHECKED,
        "error": None,
    }


def apply_list(db: Session, scope: Scope, row: ImportDraft, tell: Tell = silently) -> Values:
    """Apply the list; the file is kept by the import from then on."""
    applied: Applied = apply(db, scope, _given(row), only_good=row.only_good, tell=tell)
    return {
        "step": Step.APPLIED,
        "import_id": applied.import_id,
        "content": None,
        "problem_rows": None,
        "error": None,
    }


def undo_list(db: Session, scope: Scope, row: ImportDraft, tell: Tell = silently) -> Values:
    """Take the import of this row back."""
    undo(db, scope, row.import_id or 0, tell)
    return {"error": None}


def after_refusal(row: ImportDraft, refusal: Refused) -> Values:
    """What was stored changed since the check: the list is checked again, and nothing of it was written."""
    return _as_checked(_given(row), refusal.checked) | {"error": as_kept(refusal)}


def as_kept(error: CopError) -> dict[str, Any]:
    """An error as the row keeps it."""
    values = {
        name: value if isinstance(value, int | float | str) else str(value) for name, value in error.values.items()
    }
    return {"key": error.key, "values": values}


def _given(row: ImportDraft) -> GivenList:
    choices = row.choices
    return given_list(
        row.content or b"",
        row.file_name,
        row.kind,
        named=choices.get("columns") or {},
        sheet=choices.get("sheet"),
        encoding=choices.get("encoding"),
        bounds=bounds_of(choices["bounds"]),
    )
