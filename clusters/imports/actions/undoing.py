"""Takes an import back: everything is as before, except what somebody changed since and what other things hang on."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.imports.actions.buckets import Left, Undone
from clusters.imports.actions.schools import Did
from clusters.imports.actions.taking_back_areas import take_back_areas
from clusters.imports.actions.taking_back_schools import take_back_schools
from clusters.imports.actions.taking_back_staff import take_back_staff
from clusters.imports.models import Import, ImportedRow
from clusters.imports.queries import UNDO_DAYS, import_, may_import
from clusters.imports.steps import Stage, Tell, silently
from clusters.imports.vocabulary import ListKind
from clusters.kernel.audit import record
from clusters.kernel.clock import day_of, now
from clusters.kernel.errors import Conflict
from clusters.kernel.facts import note
from clusters.people.facts import PostsChanged
from clusters.scope import Scope
from clusters.structure.actions.founding import ONE_AT_A_TIME

__all__ = ["Left", "Undone", "undo"]


def undo(db: Session, scope: Scope, import_id: int, tell: Tell = silently) -> Undone:
    """Take one import back within 30 days; what is kept is named with its reason. A second time is a Conflict."""
    may_import(scope)
    db.execute(ONE_AT_A_TIME)
    until = import_(db, scope, import_id).undo_until
    done = db.get_one(Import, import_id, with_for_update=True, populate_existing=True)
    if done.undone_at is not None:
        raise Conflict("import_undone_already", id=import_id, on=day_of(done.undone_at).isoformat())
    if now(db) > until:
        raise Conflict("import_too_old", id=import_id, on=day_of(done.applied_at).isoformat(), days=UNDO_DAYS)
    query = (
        select(ImportedRow.row, ImportedRow.target_kind, ImportedRow.target_id, ImportedRow.before, ImportedRow.after)
        .where(ImportedRow.import_id == import_id)
        .order_by(ImportedRow.row)
    )
    did = [Did(*row) for row in db.execute(query)]
    rows = [each for each in did if each.row]
    tell(Stage.TAKING_BACK, 0, len(rows))
    if done.kind == ListKind.SCHOOLS.value:
        undone = take_back_schools(db, rows)
        grown = [place for each in did if not each.row for place in each.after["places"]]
        undone = take_back_areas(db, grown, undone)
    else:
        undone = take_back_staff(db, rows)
    done.undone_at, done.undone = now(db), undone.summary()
    db.flush()
    note(db, PostsChanged(None))
    record(db, "took back", "import", import_id, new=undone.counts())
    return undone
