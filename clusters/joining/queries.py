"""Reads of requests: one, and those that wait in a scope."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from clusters.joining.models import JoinRequest
from clusters.joining.rules import RequestState
from clusters.kernel.errors import NotFound
from clusters.scope import Scope
from clusters.structure.models import School


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request with its school."""

    id: int
    number: str
    name: str
    moves: bool
    person_id: int | None
    language: str
    asked_at: datetime
    state: RequestState
    school_id: int
    code: str
    school: str
    training_path: str | None
    admin_path: str


def request(db: Session, scope: Scope, request_id: int) -> RequestRow:
    """One request; NotFound outside the scope."""
    row = db.execute(_requests(scope).where(JoinRequest.id == request_id)).one_or_none()
    if row is None:
        raise NotFound("join_request", id=request_id)
    return RequestRow(*row)


def requests(db: Session, scope: Scope, limit: int = 50) -> tuple[RequestRow, ...]:
    """Requests of the scope that their senders said yes to and nobody has settled, the oldest first."""
    query = (
        _requests(scope).where(JoinRequest.state == RequestState.WAITS).order_by(JoinRequest.asked_at, JoinRequest.id)
    )
    return tuple(RequestRow(*row) for row in db.execute(query.limit(limit)))


def _requests(scope: Scope) -> Select[*tuple[Any, ...]]:
    return (
        select(
            JoinRequest.id,
            JoinRequest.number,
            JoinRequest.name,
            JoinRequest.moves,
            JoinRequest.person_id,
            JoinRequest.language,
            JoinRequest.asked_at,
            JoinRequest.state,
            School.id,
            School.code,
            School.name,
            School.training_path,
            School.admin_path,
        )
        .join(School, School.id == JoinRequest.school_id)
        .where(scope.within(School.training_path, School.admin_path))
    )
