"""Reads of somebody's own introductions: what she was asked and said, and whom she met; never what the other said."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.modules.rules import Subject
from clusters.scope import Scope
from cop.introductions.models import Introduction
from cop.introductions.rules import Said

_OWN = text("SELECT subject, asked_at, said, name, met_at FROM own_introductions(:link, :at)")


@dataclass(frozen=True, slots=True)
class OwnIntroduction:
    """One that she was asked about; `name` is that of the other one once both were told, before that "".

    Said is None where she said nothing, and once the question is deleted.
    """

    subject: Subject | None
    asked_at: datetime
    said: Said | None
    name: str
    met_at: datetime | None


def own(db: Session, scope: Scope, link: str) -> tuple[OwnIntroduction, ...]:
    """Those of the scope's person, the latest first; nothing by a link that was not texted to her."""
    if scope.person_id is None:
        return ()
    return tuple(
        OwnIntroduction(
            Subject(row.subject) if row.subject else None,
            row.asked_at,
            Said(row.said) if row.said else None,
            row.name,
            row.met_at,
        )
        for row in db.execute(_OWN, {"link": link, "at": now(db)})
    )


def how_many(db: Session, scope: Scope, met: Collection[int]) -> int:
    """How many she was asked about that still stand, with those she `met`, by number; for the worker alone."""
    own = or_(Introduction.one_id == scope.person_id, Introduction.other_id == scope.person_id)
    asked = db.scalars(select(Introduction.id).where(Introduction.proposed_at.is_not(None), own)).all()
    return len({*asked, *met}) if scope.person_id is not None else 0
