"""Founds the programme, and grows the administrative tree from the names that school lists use."""

from collections.abc import Iterable, Sequence

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now, today
from clusters.kernel.errors import Conflict, Invalid, NotAllowed
from clusters.scope import Scope
from clusters.structure.models import Place, Programme
from clusters.structure.naming import area_key, slug, unlike
from clusters.structure.queries import AREA_KINDS
from clusters.structure.rules import PlaceKind, Tree

UNNAMED = "Unnamed programme"
"""What a programme is called that came into being with its first list; founding it gives it its name."""
LANGUAGES = ("ur", "en")
"""Of the pages, unless the programme chooses."""
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(4814000001)")
"""Places are made and moved by one transaction at a time."""

Area = tuple[str | None, str | None, str | None, str | None]
"""Province, district, tehsil and union council by name, as far as they are known."""


def found_programme(
    db: Session, scope: Scope, name: str, invented: bool = False, languages: Sequence[str] = LANGUAGES
) -> int:
    """Found the one programme of this installation, or name the unnamed one; returns the id of its root place."""
    if not scope.covers("", "", ("administrator",)):
        raise NotAllowed("may_not_found")
    name = " ".join(name.split())
    if not name:
        raise Invalid("programme_name_missing")
    db.execute(ONE_AT_A_TIME)
    there = db.get(Programme, 1)
    if there is not None and there.name != UNNAMED:
        raise Conflict("programme_founded", name=there.name)
    if there is None:
        root = _found(db, name, invented, languages)
    else:
        there.name, there.invented, there.languages = name, invented, list(languages)
        root = root_place(db)
        root.name = name
    db.flush()
    record(db, "founded", "programme", 1, new={"name": name, "invented": invented})
    return root.id


def root_place(db: Session) -> Place:
    """The programme's own place; a programme nobody founded yet comes into being unnamed."""
    root = db.scalar(select(Place).where(Place.tree == Tree.TRAINING, Place.path == ""))
    return root if root is not None else _found(db, UNNAMED, invented=False, languages=LANGUAGES)


def _found(db: Session, name: str, invented: bool, languages: Sequence[str]) -> Place:
    db.add(Programme(id=1, name=name, invented=invented, languages=list(languages), founded_at=now(db)))
    root = Place(tree=Tree.TRAINING, kind=PlaceKind.PROGRAMME, path="", seat_path="", name=name, opened_on=today(db))
    db.add(root)
    db.flush()
    return root


def grow_areas(db: Session, scope: Scope, rows: Iterable[Area]) -> list[str]:
    """The administrative path of each row, in order, with every place on the way made if it is new.

    Spellings that fold alike are one place. A level that is not known is left out; where the levels above are unknown,
    an area of that kind and name is taken if there is exactly one.
    """
    db.execute(ONE_AT_A_TIME)
    tree = _Areas(db)
    wanted = [tuple(" ".join(name.split()) if name else "" for name in row) for row in rows]
    found = dict.fromkeys(wanted, "")
    for rank, kind in enumerate(AREA_KINDS):
        new = tree.planned(kind, [(path, row[rank], row[:rank]) for row, path in sorted(found.items()) if row[rank]])
        tree.grow(db, kind, new)
        found = {row: tree.at(kind, path, row[rank], row[:rank]) if row[rank] else path for row, path in found.items()}
    if tree.grown:
        record(db, "grew", "area", new={"places": tree.grown})
    return [found[row] for row in wanted]


class _Areas:
    """The administrative tree by kind and folded name."""

    def __init__(self, db: Session) -> None:
        self.ids: dict[str, int] = {}
        self.grown = 0
        self._known: dict[tuple[PlaceKind, str, str], str] = {}
        self._alone: dict[tuple[PlaceKind, str], list[str]] = {}
        query = select(Place.id, Place.kind, Place.path, Place.name).where(Place.tree == Tree.ADMINISTRATIVE)
        for place_id, kind, path, name in db.execute(query.order_by(Place.path)):
            self._remember(place_id, kind, path, name)

    def _remember(self, place_id: int, kind: PlaceKind, path: str, name: str) -> None:
        self.ids[path] = place_id
        parent = path[: path.rstrip(".").rfind(".") + 1]
        self._known[kind, parent, area_key(name)] = path
        self._alone.setdefault((kind, area_key(name)), []).append(path)

    def at(self, kind: PlaceKind, parent: str, name: str, above: Sequence[str] = ()) -> str:
        """The path of an area, "" if there is none."""
        found = self._known.get((kind, parent, area_key(name)), "")
        if found or any(above):
            return found
        alone = self._alone.get((kind, area_key(name)), [])
        return alone[0] if len(alone) == 1 else ""

    def planned(self, kind: PlaceKind, wanted: Iterable[tuple[str, str, Sequence[str]]]) -> list[tuple[str, str, str]]:
        """Parent path, path and name of every area that is missing; the first spelling in order names it."""
        new: dict[tuple[str, str], tuple[str, str, str]] = {}
        taken = {path.removesuffix(".") for path in self.ids}
        for parent, name, above in wanted:
            key = parent, area_key(name)
            if key in new or self.at(kind, parent, name, above):
                continue
            path = unlike(parent + slug(name), taken)
            taken.add(path)
            new[key] = (parent, f"{path}.", name)
        return list(new.values())

    def grow(self, db: Session, kind: PlaceKind, new: Sequence[tuple[str, str, str]]) -> None:
        """Make these areas in one statement."""
        if not new:
            return
        rows = [
            {
                "tree": Tree.ADMINISTRATIVE,
                "kind": kind,
                "parent_id": self.ids.get(parent),
                "path": path,
                "seat_path": path,
                "name": name,
                "opened_on": today(db),
            }
            for parent, path, name in new
        ]
        made = db.scalars(insert(Place).returning(Place.id, sort_by_parameter_order=True), rows)
        for place_id, (_, path, name) in zip(made, new, strict=True):
            self._remember(place_id, kind, path, name)
        self.grown += len(new)
