"""Forgets the files of lists: drafts that nobody touched, and files whose import can no longer be undone."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import delete, func, update
from sqlalchemy.orm import Session

from clusters.imports.models import Import, ImportDraft
from clusters.imports.queries import UNDO_DAYS
from clusters.kernel.clock import now
from clusters.scope import Scope

DRAFT_DAYS = 7
"""How long a list waits for its next step."""
_AS_IT_IS = {"synchronize_session": False}


def forget_lists(db: Session, scope: Scope) -> Counter[str]:
    """What was forgotten, by name: drafts whole, of imports the file alone; what they did stays known."""
    gone: Counter[str] = Counter()
    if not scope.covers("", "", ("administrator",)):
        return gone
    old = now(db) - timedelta(days=DRAFT_DAYS)
    drafts = delete(ImportDraft).where(ImportDraft.touched_at < old).returning(ImportDraft.id)
    gone["drafts"] = len(db.scalars(drafts, execution_options=_AS_IT_IS).all())
    over = now(db) - timedelta(days=UNDO_DAYS)
    files = update(Import).where(Import.applied_at < over, func.length(Import.content) > 0).values(content=b"")
    gone["files"] = len(db.scalars(files.returning(Import.id), execution_options=_AS_IT_IS).all())
    return +gone
