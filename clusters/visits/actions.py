"""A visit to a school is written down, completed with what the school needs, and taken back."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now, today
from clusters.kernel.errors import Invalid, NotAllowed, NotFound
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.structure.models import School
from clusters.visits.models import Visit

VISITORS = (PostRole.EDUCATION_MANAGER, PostRole.MONITOR, PostRole.ADMINISTRATOR)
"""Who visits the schools of her places for the office."""


def write_down(
    db: Session, scope: Scope, school_id: int, day: date, words: str | None = None, text_id: int | None = None
) -> int:
    """Keep that the person of this scope was at a school; its id.

    NotFound outside the scope, NotAllowed without a post that visits schools there, Invalid for a day to come.
    """
    school = db.scalar(
        select(School).where(School.id == school_id, scope.within(School.training_path, School.admin_path))
    )
    if school is None or scope.person_id is None:
        raise NotFound("school", id=school_id)
    if not scope.covers(school.training_path, school.admin_path, VISITORS):
        raise NotAllowed("may_not_visit", school=school.code)
    if day > today(db):
        raise Invalid("visit_ahead", school=school.code)
    visit = Visit(
        school_id=school_id, person_id=scope.person_id, day=day, words=words or None, text_id=text_id, at=now(db)
    )
    db.add(visit)
    db.flush()
    record(db, "visit", "school", school_id, new={"visit": visit.id, "day": day.isoformat()})
    return visit.id


def ask_help(db: Session, scope: Scope, visit_ids: Collection[int], words: str | None) -> str | None:
    """Keep what help the visited schools need, in the visitor's words (None: nothing is said); what stood before."""
    visits = _own(db, scope, visit_ids)
    before = visits[0].help
    for visit in visits:
        visit.help = words or None
        record(db, "help asked", "school", visit.school_id, new={"visit": visit.id, "said": bool(words)})
    db.flush()
    return before


def strike_off(db: Session, scope: Scope, visit_ids: Collection[int]) -> None:
    """Take visits back as if they had not been written down; the audit trail keeps both."""
    for visit in _own(db, scope, visit_ids):
        record(db, "visit undone", "school", visit.school_id, old={"visit": visit.id, "day": visit.day.isoformat()})
    db.execute(delete(Visit).where(Visit.id.in_(visit_ids)))


def _own(db: Session, scope: Scope, visit_ids: Collection[int]) -> list[Visit]:
    """Visits of the person of this scope, locked; NotFound when one is gone."""
    found = list(
        db.scalars(
            select(Visit)
            .where(Visit.id.in_(visit_ids), Visit.person_id == scope.person_id)
            .order_by(Visit.id)
            .with_for_update()
        )
    )
    if not found or len(found) < len(set(visit_ids)):
        raise NotFound("visit", ids=sorted(visit_ids))
    return found
