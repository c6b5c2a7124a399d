"""Reads of lists on their way in: nobody but the person who uploaded one sees it."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from clusters.imports.models import ImportDraft
from clusters.imports.steps import Stage, Step, Work
from clusters.imports.vocabulary import ListKind
from clusters.kernel.errors import NotFound
from clusters.scope import Scope


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A list on its way in, without its file."""

    id: int
    kind: ListKind
    file_name: str
    size: int
    choices: dict[str, Any]
    step: Step
    read: dict[str, Any] | None
    checked: dict[str, Any] | None
    error: dict[str, Any] | None
    only_good: bool
    import_id: int | None
    made_at: datetime
    wanted: Work | None
    leased_until: datetime | None
    stage: Stage | None
    done: int
    of: int


def drafts(db: Session, scope: Scope, most: int = 20) -> tuple[DraftRow, ...]:
    """What waits to go on, the newest first; lists that were applied are imports."""
    query = select(*_columns()).where(_mine(scope), ImportDraft.step != Step.APPLIED)
    return tuple(_row(row) for row in db.execute(query.order_by(ImportDraft.id.desc()).limit(most)))


def import_draft(db: Session, scope: Scope, draft_id: int) -> DraftRow:
    """One list on its way in; NotFound where `drafts` would not name it."""
    row = db.execute(select(*_columns()).where(ImportDraft.id == draft_id, _mine(scope))).one_or_none()
    if row is None:
        raise NotFound("import_draft_not_found", id=draft_id)
    return _row(row)


def problem_rows_of(db: Session, scope: Scope, draft_id: int) -> bytes:
    """The rows with problems as CSV; empty where there are none."""
    row = db.execute(select(ImportDraft.problem_rows).where(ImportDraft.id == draft_id, _mine(scope))).one_or_none()
    if row is None:
        raise NotFound("import_draft_not_found", id=draft_id)
    return zlib.decompress(row.problem_rows) if row.problem_rows else b""


def _columns() -> list[Any]:
    return [getattr(ImportDraft, each.name) for each in fields(DraftRow)]


def _row(row: Sequence[Any]) -> DraftRow:
    return DraftRow(*row)


def _mine(scope: Scope) -> ColumnElement[bool]:
    return true() if scope.person_id is None else ImportDraft.by_person_id == scope.person_id
