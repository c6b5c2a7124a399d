"""Reads of the figures of the cascade, each in one statement over the tallies."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from clusters.cascade.rules import Level
from clusters.modules.rules import Subject
from clusters.progress.models import Tally
from clusters.scope import Scope


@dataclass(frozen=True, slots=True)
class Reach:
    """How many of the teachers of a scope a subject has reached in a school year."""

    trained: int
    people: int
    absent: int


def reach(db: Session, scope: Scope, year: int) -> tuple[dict[Subject, Reach], datetime | None]:
    """Teachers reached by each subject in a school year, and as of when; empty and None before anything was counted."""
    rows = db.execute(
        select(
            Tally.subject,
            cast(func.sum(Tally.trained), BigInteger).label("trained"),
            cast(func.sum(Tally.people), BigInteger).label("people"),
            cast(func.sum(Tally.absent), BigInteger).label("absent"),
            func.max(Tally.as_of).label("as_of"),
        )
        .where(Tally.year == year, Tally.level == Level.TEACHER, scope.within(Tally.training_path, Tally.admin_path))
        .group_by(Tally.subject)
    ).all()
    found = {row.subject: Reach(row.trained, row.people, row.absent) for row in rows}
    return found, max((row.as_of for row in rows), default=None)
