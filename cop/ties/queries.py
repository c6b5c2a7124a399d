"""Reads of ties: a person's own alone, whoever asks."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.modules.rules import Subject
from clusters.scope import Scope
from cop.ties.models import Nomination, Tie
from cop.ties.rules import TieKind

_GIVEN = text("SELECT id, kind, subject, term, name, at FROM own_ties(:link, :at)")


@dataclass(frozen=True, slots=True)
class Given:
    """A tie that somebody gave, as it is shown to herself; `name` is "" where she was not told whom it is to."""

    id: int
    kind: TieKind
    subject: Subject | None
    term: str
    name: str
    at: datetime


def given(db: Session, scope: Scope, link: str) -> tuple[Given, ...]:
    """What the scope's person gave, the latest first; nothing unless the link was texted to her and she opted in.

    Ties to her are not among them: they are what others said.
    """
    if scope.person_id is None:
        return ()
    rows = db.execute(_GIVEN, {"link": link, "at": now(db)})
    return tuple(
        Given(row.id, TieKind(row.kind), Subject(row.subject) if row.subject else None, row.term, row.name, row.at)
        for row in rows
    )


def own_ties(db: Session, scope: Scope) -> list[Tie]:
    """Whom the scope's person named, the latest first."""
    own = select(Tie).where(Tie.from_id == scope.person_id, Tie.removed_at.is_(None)).order_by(Tie.id.desc())
    return list(db.scalars(own)) if scope.person_id is not None else []


def introduced_to(db: Session, scope: Scope) -> list[int]:
    """Of what became ties to the scope's person: the introductions, by the numbers of their events."""
    to_her = select(Tie.event_id).where(
        Tie.to_id == scope.person_id, Tie.source == "introduced", Tie.removed_at.is_(None), Tie.event_id.is_not(None)
    )
    return [each for each in db.scalars(to_her) if each is not None] if scope.person_id is not None else []


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
