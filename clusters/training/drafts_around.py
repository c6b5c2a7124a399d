"""Reads which drafts of rounds touch what a page shows; nobody but who may plan them hears of any."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Date, cast, exists, func, select, tuple_
from sqlalchemy.orm import Session

from clusters.cascade.models import Round
from clusters.kernel.clock import KARACHI
from clusters.people.rules import PLANNERS
from clusters.scope import Held, Scope
from clusters.training.models import TrainingSession
from clusters.training.rounds import planned_by

NAMED = 3
"""Drafts that a page names, the newest."""


@dataclass(frozen=True, slots=True)
class DraftMark:
    """A draft of a round by its number and name."""

    id: int
    name: str


def drafts_between(db: Session, scope: Scope, first: date, days: int) -> tuple[DraftMark, ...]:
    """Drafts with a training session that begins on one of so many days."""
    begins = cast(func.timezone(KARACHI.key, TrainingSession.starts_at), Date)
    return _touching(db, scope, (begins >= first, begins < first + timedelta(days=days)))


def drafts_in(db: Session, scope: Scope, tree: str, path: str) -> tuple[DraftMark, ...]:
    """Drafts with a training session in a place of either tree."""
    inside = Scope(None, (Held(tree, path, "house"),)).within(TrainingSession.training_path, TrainingSession.admin_path)
    return _touching(db, scope, (inside,))


def drafts_beside(db: Session, scope: Scope, session_id: int) -> tuple[DraftMark, ...]:
    """Drafts that plan the same for the same place as a training session."""
    mine = select(TrainingSession.place_id, TrainingSession.level, TrainingSession.subject).where(
        TrainingSession.id == session_id
    )
    same = tuple_(TrainingSession.place_id, TrainingSession.level, TrainingSession.subject).in_(mine)
    return _touching(db, scope, (same,))


def _touching(db: Session, scope: Scope, which: Sequence[ColumnElement[bool]]) -> tuple[DraftMark, ...]:
    if not scope.roles & {*PLANNERS, "house"}:
        return ()
    touched = exists().where(TrainingSession.round_id == Round.id, *which).correlate(Round)
    statement = (
        select(Round.id, Round.name)
        .where(Round.state == "draft", touched, planned_by(scope))
        .order_by(Round.id.desc())
        .limit(NAMED)
    )
    return tuple(DraftMark(row.id, row.name) for row in db.execute(statement))
