"""What the office says to suggestions, remembered for the place and the month without a name; it can be taken back."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Invalid, NotAllowed, NotFound
from clusters.people.rules import PLANNERS
from clusters.scope import Scope
from clusters.structure.queries import place
from clusters.structure.rules import Tree
from cop.network.gardening import Misfit, Suggestion, Verdict
from cop.network.models import Watered

KIND = "suggestion"


def may_water(scope: Scope) -> bool:
    """May its person say what becomes of a suggestion?"""
    return scope.person_id is None or bool(scope.roles & {str(role) for role in PLANNERS})


def remember(
    db: Session, scope: Scope, month: date, suggestion: Suggestion, verdict: Verdict, why: Misfit | None = None
) -> int:
    """Keep what was said to a suggestion, in place of what was said to it before; its id, to take it back by.

    Invalid when it does not fit and no reason is given; NotFound outside the scope.
    """
    _allowed(db, scope, suggestion.places)
    if verdict is Verdict.DOES_NOT_FIT and why is None:
        raise Invalid("misfit_without_reason")
    key = {
        "month": month.replace(day=1),
        "kind": suggestion.kind,
        "places": " ".join(suggestion.places),
        "subject": suggestion.subject,
    }
    row = db.scalar(select(Watered).filter_by(**key).with_for_update())
    old = None if row is None else str(row.verdict)
    if row is None:
        row = Watered(**key)
        db.add(row)
    row.verdict, row.why, row.at = verdict, why if verdict is Verdict.DOES_NOT_FIT else None, now(db)
    db.flush()
    said = {"kind": str(row.kind), "places": row.places, "subject": row.subject, "said": str(verdict)}
    record(db, "answered", KIND, row.id, old={"said": old} if old else None, new=said, why=row.why)
    return row.id


def take_back(db: Session, scope: Scope, watered_id: int) -> None:
    """Let a suggestion stand open again; NotFound outside the scope, and when it was taken back already."""
    row = watered(db, scope, watered_id)
    _allowed(db, scope, tuple(row.places.split()))
    record(db, "taken back", KIND, row.id, old={"said": str(row.verdict)})
    db.delete(row)
    db.flush()


def watered(db: Session, scope: Scope, watered_id: int) -> Watered:
    """What was said to one suggestion; NotFound outside the scope."""
    row = db.get(Watered, watered_id)
    if row is None:
        raise NotFound("suggestion_not_found")
    for path in row.places.split():
        place(db, scope, f"{Tree.TRAINING}/{path}")
    return row


def _allowed(db: Session, scope: Scope, places: tuple[str, ...]) -> None:
    if not may_water(scope):
        raise NotAllowed("suggestion_not_allowed")
    for path in places:
        place(db, scope, f"{Tree.TRAINING}/{path}")
