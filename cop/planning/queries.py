"""Reads of plans that are being made: nobody but the person who asked for one sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from clusters.kernel.errors import NotFound
from clusters.scope import Scope
from cop.planning.models import PlanJob
from cop.planning.rules import UNDER_WAY, PlanKind, PlanStage, PlanState


@dataclass(frozen=True, slots=True)
class JobRow:
    """A plan that was asked for."""

    id: int
    kind: PlanKind
    wish: dict[str, Any]
    asked_at: datetime
    state: PlanState
    stage: PlanStage | None
    about: str
    share: float
    draft_id: int | None
    found: dict[str, Any] | None
    error: dict[str, Any] | None
    tries: int

    @property
    def under_way(self) -> bool:
        """Will it still change by itself?"""
        return self.state in UNDER_WAY


def plan_job(db: Session, scope: Scope, job_id: int) -> JobRow:
    """One plan; NotFound for everybody but whoever asked for it."""
    row = db.execute(select(*_columns()).where(PlanJob.id == job_id, _mine(scope))).one_or_none()
    if row is None:
        raise NotFound("plan_job_not_found", id=job_id)
    return _row(row)


def plans_under_way(db: Session, scope: Scope) -> tuple[JobRow, ...]:
    """The plans that she asked for and that are not ended, the newest first."""
    query = select(*_columns()).where(PlanJob.state.in_(UNDER_WAY), _mine(scope)).order_by(PlanJob.id.desc())
    return tuple(_row(row) for row in db.execute(query))


def being_tightened(db: Session, scope: Scope, kind: PlanKind, draft_id: int) -> bool:
    """Is a better bound of a draft that she asked for looked for at this moment?"""
    query = select(PlanJob.id).where(
        PlanJob.kind == kind, PlanJob.draft_id == draft_id, PlanJob.state == PlanState.TIGHTENING, _mine(scope)
    )
    return db.execute(query.limit(1)).first() is not None


def _columns() -> list[Any]:
    return [getattr(PlanJob, each.name) for each in fields(JobRow)]


def _row(row: Sequence[Any]) -> JobRow:
    return JobRow(*row)


def _mine(scope: Scope) -> ColumnElement[bool]:
    return true() if scope.person_id is None else PlanJob.by_person_id == scope.person_id
