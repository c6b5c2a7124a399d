"""Reads of notes that travel, for those whose places they reached: how far each came, what grew from it.

What people did is counted up to the first of this month, so that no single trial can be told from two looks.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Text,
    and_,
    any_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY as PG_ARRAY
from sqlalchemy.orm import Session, aliased

from clusters.kernel.clock import midnight, today
from clusters.kernel.errors import NotFound
from clusters.modules.rules import Subject
from clusters.people.models import Person, Post
from clusters.people.queries import held_on
from clusters.people.rules import LEARNERS
from clusters.scope import Scope
from clusters.structure.models import Place
from clusters.structure.queries import seen_places
from clusters.structure.rules import PlaceKind, Tree
from cop.knowledge.models import MaterialProposal, Passing, PracticeNote, Trial
from cop.knowledge.queries import PASSERS
from cop.knowledge.rules import SOME, Audience, NoteKind, Proposal, Standing
from cop.knowledge.travels import Event, EventKind, Travel, month_of, travel_of

SCHOOLS = 3
"""Where there are fewer schools, or fewer teachers than `SOME`, it is not told that somebody there wrote or tried."""
PATHS = PG_ARRAY(Text)


@dataclass(frozen=True, slots=True)
class Proposed:
    """The proposal that a note should change the material or the plan."""

    id: int
    at: datetime
    material: str
    reason: str
    standing: Proposal
    decided_at: datetime | None
    version: str
    answer: str


@dataclass(frozen=True, slots=True)
class Followed:
    """A note that travels; `tried` counts whole months, and `author` is there only where she wants to be named."""

    id: int
    number: str
    title: str
    words: str
    kind: NoteKind
    subject: Subject | None
    audience: Audience
    author: str | None
    at: datetime
    parent_id: int | None
    origin: str
    own: bool
    tried: int
    travel: Travel
    proposals: tuple[Proposed, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceOf:
    """A cluster that a note came to: its name, that of its circle, whether the scope sees it, whether it is too small
    to be told as the place where somebody wrote."""

    path: str
    name: str
    circle: str
    seen: bool
    small: bool


@dataclass(frozen=True, slots=True)
class OpenCluster:
    """A cluster that a note might go to, with its circle."""

    path: str
    name: str
    circle_path: str
    circle: str


@dataclass(frozen=True, slots=True)
class Around:
    """The clusters of some paths, and how many others of the scope there are that a note might still go to."""

    places: Mapping[str, PlaceOf]
    further: int


def notes_that_travel(db: Session, scope: Scope, limit: int, before: int | None = None) -> list[Followed]:
    """Notes that reached the scope or were written there, the newest first; below the id `before` if given."""
    statement = _followed(db, scope).where(_visible(scope)).order_by(PracticeNote.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(PracticeNote.id < before)
    return [_row(row) for row in db.execute(statement)]


def family_of(db: Session, scope: Scope, number: str) -> tuple[Followed, list[Followed]]:
    """A note by its number, with the notes around it: those that it grew from, and all that grew from the first.

    NotFound where the scope does not see it. A note taken back is not there, and nothing leads over it.
    """
    travels = PracticeNote.standing == Standing.PASSED_ON
    up = select(PracticeNote.id, PracticeNote.parent_id).where(PracticeNote.number == number, travels).cte("up", True)
    above = aliased(PracticeNote)
    up = up.union_all(
        select(above.id, above.parent_id)
        .join(up, up.c.parent_id == above.id)
        .where(above.standing == Standing.PASSED_ON)
    )
    down = select(up.c.id).cte("down", True)
    below = aliased(PracticeNote)
    down = down.union(
        select(below.id).join(down, below.parent_id == down.c.id).where(below.standing == Standing.PASSED_ON)
    )
    statement = _followed(db, scope).where(
        PracticeNote.id.in_(select(down.c.id)), or_(_visible(scope), PracticeNote.audience == Audience.SUBJECT)
    )
    seen = func.bool_or(_visible(scope)).filter(PracticeNote.number == number).over().label("seen")
    rows = db.execute(statement.add_columns(seen).order_by(PracticeNote.id)).all()
    found = [_row(row) for row in rows]
    own = next((each for each in found if each.number == number), None)
    if own is None or not rows[0].seen:
        raise NotFound("note_not_found", note=number)
    return own, found


def travelling(db: Session, scope: Scope, number: str) -> PracticeNote:
    """A note that travels and that the scope sees, by its number; NotFound else."""
    found = db.scalar(
        select(PracticeNote).where(
            PracticeNote.number == number, PracticeNote.standing == Standing.PASSED_ON, _visible(scope)
        )
    )
    if found is None:
        raise NotFound("note_not_found", note=number)
    return found


def travels_of(db: Session, note_ids: Collection[int]) -> dict[int, Travel]:
    """How far notes that travel came, by id; for what goes on behind the pages."""
    everywhere = Scope.everywhere()
    rows = db.execute(_followed(db, everywhere).where(PracticeNote.id.in_(note_ids)))
    return {each.id: each.travel for each in map(_row, rows)}


def around(db: Session, scope: Scope, paths: Collection[str], *, further: bool = False) -> Around:
    """The clusters of these paths, closed ones too, by their names; and how many others of the scope are open."""
    wanted = any_(literal(sorted(paths), PATHS))
    circle = aliased(Place)
    few = (
        select(or_(func.count(Post.person_id.distinct()) < SOME, func.count(Post.school_id.distinct()) < SCHOOLS))
        .where(Post.training_path == Place.path, Post.role.in_(LEARNERS), held_on(today(db)))
        .correlate(Place)
        .scalar_subquery()
    )
    others = (
        select(func.count())
        .select_from(Place)
        .where(
            Place.kind == PlaceKind.CLUSTER,
            Place.closed_on.is_(None),
            ~(Place.path == wanted),
            seen_places(scope),
        )
        .scalar_subquery()
        if further
        else literal(0)
    )
    rows = db.execute(
        select(Place.path, Place.name, circle.name, seen_places(scope).label("seen"), few.label("few"), others)
        .outerjoin(circle, circle.id == Place.parent_id)
        .where(Place.tree == Tree.TRAINING, Place.path == wanted)
    ).all()
    found = {row[0]: PlaceOf(row[0], row[1], row[2] or "", bool(row[3]), bool(row[4])) for row in rows}
    return Around(found, rows[0][5] if rows else 0)


def further(db: Session, scope: Scope, travel: Travel) -> list[OpenCluster]:
    """The open clusters of the scope that do not have a note yet and where she may pass it on, in the tree's order."""
    return from_and_to(db, scope, travel)[1]


def from_and_to(db: Session, scope: Scope, travel: Travel) -> tuple[list[OpenCluster], list[OpenCluster]]:
    """The open clusters of the scope where she may pass notes on: those that have this one, and those that do not."""
    known = {each.cluster for each in travel.arrivals}
    circle = aliased(Place)
    rows = db.execute(
        select(Place.path, Place.seat_path, Place.name, circle.path, circle.name)
        .outerjoin(circle, circle.id == Place.parent_id)
        .where(Place.kind == PlaceKind.CLUSTER, Place.closed_on.is_(None), seen_places(scope))
        .order_by(Place.path)
    )
    found = [
        OpenCluster(path, name, above or "", circle_name or "")
        for path, seat, name, above, circle_name in rows
        if scope.covers(path, seat, PASSERS)
    ]
    return [each for each in found if each.path in known], [each for each in found if each.path not in known]


def events_of(
    number: int, written: tuple[datetime, str | None], passed: Iterable[Any], tried: Iterable[Any], grown: Iterable[Any]
) -> list[Event]:
    """A note's events from its rows as JSON gives them: its passings, its first trials by cluster, its children."""
    events = [Event(written[0], EventKind.WRITTEN, written[1] or "", number)]
    events += (Event(_at(at), EventKind.PASSED_ON, source or "", key, tuple(to)) for key, at, source, to in passed)
    events += (Event(_at(at), EventKind.TRIED, path, key) for key, at, path in tried)
    events += (Event(_at(at), EventKind.ADAPTED, path or "", key) for key, at, path in grown)
    return events


def _at(said: str) -> datetime:
    return datetime.fromisoformat(said)


def _visible(scope: Scope) -> ColumnElement[bool]:
    """The predicate of a note that the scope sees: it was written in its places, or passed on to them."""
    if any(held.tree == "T" and not held.path for held in scope.places):
        return true()
    seen = select(Place.path).where(Place.kind == PlaceKind.CLUSTER, seen_places(scope))
    reached = (
        select(Passing.id)
        .where(
            Passing.note_id == PracticeNote.id,
            Passing.clusters.op("?|")(select(func.array_agg(seen.subquery().c.path, type_=PATHS)).scalar_subquery()),
        )
        .correlate(PracticeNote)
        .exists()
    )
    return or_(scope.within(PracticeNote.training_path, PracticeNote.admin_path), reached)


def _listed(columns: Sequence[Any], *where: ColumnElement[bool]) -> ScalarSelect[Any]:
    return (
        select(func.coalesce(func.json_agg(func.json_build_array(*columns)), func.json_build_array()))
        .where(*where)
        .correlate(PracticeNote)
        .scalar_subquery()
    )


def _followed(db: Session, scope: Scope) -> Select[*tuple[Any, ...]]:
    """Notes that travel, each with its events; the statement is one, however many there are."""
    counted = midnight(month_of(today(db)))
    child = aliased(PracticeNote)
    others = and_(
        Trial.note_id == PracticeNote.id,
        Trial.at < counted,
        Trial.person_id.is_distinct_from(PracticeNote.author_id),
    )
    first = (
        select(func.min(Trial.id).label("key"), func.min(Trial.at).label("at"), Trial.training_path)
        .where(others, Trial.training_path.is_not(None))
        .group_by(Trial.training_path)
        .correlate(PracticeNote)
        .lateral("first_trial")
    )
    return (
        select(
            PracticeNote,
            case((PracticeNote.named, Person.name), else_=null()).label("author"),
            _listed(
                (Passing.id, Passing.at, Passing.from_path, Passing.clusters), Passing.note_id == PracticeNote.id
            ).label("passed"),
            _listed((first.c.key, first.c.at, first.c.training_path), true()).label("tried"),
            _listed(
                (child.id, child.at, child.training_path),
                child.parent_id == PracticeNote.id,
                child.standing == Standing.PASSED_ON,
            ).label("grown"),
            select(func.count(Trial.person_id.distinct()))
            .where(others)
            .correlate(PracticeNote)
            .scalar_subquery()
            .label("tries"),
            _listed(
                (
                    MaterialProposal.id,
                    MaterialProposal.at,
                    MaterialProposal.material,
                    MaterialProposal.reason,
                    MaterialProposal.standing,
                    MaterialProposal.decided_at,
                    MaterialProposal.version,
                    MaterialProposal.answer,
                ),
                MaterialProposal.note_id == PracticeNote.id,
            ).label("proposals"),
            (PracticeNote.author_id == literal(scope.person_id or 0)).label("own"),
        )
        .outerjoin(Person, Person.id == PracticeNote.author_id)
        .where(PracticeNote.standing == Standing.PASSED_ON)
    )


def _row(row: Any) -> Followed:
    note: PracticeNote = row[0]
    proposals = sorted(
        (
            Proposed(key, _at(at), material, reason, Proposal(standing), _at(over) if over else None, version, answer)
            for key, at, material, reason, standing, over, version, answer in row.proposals
        ),
        key=lambda each: (each.at, each.id),
    )
    return Followed(
        id=note.id,
        number=note.number,
        title=note.title,
        words=note.words,
        kind=note.kind,
        subject=note.subject,
        audience=note.audience or Audience.CLUSTER,
        author=row.author,
        at=note.at,
        parent_id=note.parent_id,
        origin=note.training_path or "",
        own=bool(row.own),
        tried=row.tries,
        travel=travel_of(events_of(note.id, (note.at, note.training_path), row.passed, row.tried, row.grown)),
        proposals=tuple(proposals),
    )
