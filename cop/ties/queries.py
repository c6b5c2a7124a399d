"""Reads of ties: a person's own alone, whoever asks."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.modules.rules import Subject
from clusters.scope import Scope
from cop.ties.models import Nomination, Tie


def own_ties(db: Session, scope: Scope) -> list[Tie]:
    """Whom the scope's person named, the latest first."""
    own = select(Tie).where(Tie.from_id == scope.person_id, Tie.removed_at.is_(None)).order_by(Tie.id.desc())
    return list(db.scalars(own)) if scope.person_id is not None else []


def nomination(db: Session, scope: Scope, term: str, subject: Subject | None) -> Nomination | None:
    """What she answered in a term for a subject."""
    return db.scalar(
        select(Nomination).where(
            Nomination.person_id == scope.person_id,
            Nomination.term == term,
            Nomination.subject.is_not_distinct_from(subject),
            Nomination.removed_at.is_(None),
        )
    )
