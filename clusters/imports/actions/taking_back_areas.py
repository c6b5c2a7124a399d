"""Takes back the areas that a school list let grow, from the bottom up, where nothing stands in them any more."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from clusters.imports.actions.buckets import Left, Undone
from clusters.imports.actions.hanging import hanging
from clusters.imports.stored import ids
from clusters.structure.models import Place, School


def take_back_areas(db: Session, grown: Collection[int], undone: Undone) -> Undone:
    """The same with each area that others use among what could not be taken back; those of kept schools just stay."""
    if not grown:
        return undone
    rows = db.execute(select(Place.id, Place.path, Place.name).where(Place.id == ids(grown))).all()
    kept_paths = db.scalars(select(School.admin_path).where(School.id == ids(undone.kept_ids))).all()
    stuck = []
    for depth in sorted({row.path.count(".") for row in rows}, reverse=True):
        level = [row for row in rows if row.path.count(".") == depth]
        held = hanging(db, "place", [row.id for row in level])
        gone = [row.id for row in level if row.id not in held]
        if gone:
            db.execute(delete(Place).where(Place.id == ids(gone)), execution_options={"synchronize_session": False})
        stuck += [
            Left(0, row.name, tuple(held[row.id]))
            for row in level
            if row.id in held and not any(path.startswith(row.path) for path in kept_paths)
        ]
    db.expire_all()
    return replace(undone, stuck=(*undone.stuck, *stuck))
