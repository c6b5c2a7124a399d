"""What is stored of the schools and persons that a list speaks of, read in a few statements."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Text, any_, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from clusters.imports.outcome import Value
from clusters.kernel.clock import today
from clusters.modules.rules import Subject
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.queries import seen_people
from clusters.people.rules import PLACED, PostRole
from clusters.scope import Scope
from clusters.structure.models import Place, Placement, School
from clusters.structure.queries import AREA_KINDS, seen_schools
from clusters.structure.rules import PlaceKind, Tree

SCHOOL_FIELDS = (
    *("name", "gender", "level", "lat", "lon", "zone"),
    *("village_council", "asdeo_circle", "sdeo_office", "ddo_code"),
    *("rooms", "power", "safe_access", "can_host", "official_cluster", "official_host"),
)
"""Columns of a school that a list may fill."""
AREA_FIELDS = tuple(kind.value for kind in AREA_KINDS)
"""Fields of a list that say where a school lies, from the province down."""
PERSON_FIELDS = ("name", "personal_no", "gender")
"""Columns of a person that a list may fill."""


@dataclass(frozen=True, slots=True)
class StoredSchool:
    """A school as it is stored, with the names of its areas among the values."""

    id: int
    training_path: str | None
    admin_path: str
    seen: bool
    """Does it lie inside the scope?"""
    values: Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class StoredArea:
    """A place of the administrative tree."""

    id: int
    kind: PlaceKind
    path: str
    name: str


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A post that is held now or will be."""

    id: int
    role: PostRole
    subject: Subject | None
    school_id: int | None
    place_id: int | None
    code: str | None
    """Of the school; a post at a place has none."""
    training_path: str | None
    begins: date
    until: date | None
    """The first day after it."""


@dataclass(frozen=True, slots=True)
class SchoolAt:
    """Where a school stands in both trees."""

    id: int
    training_path: str | None
    admin_path: str


@dataclass(frozen=True, slots=True)
class ServedPlace:
    """A place of the training tree that somebody serves, and where it lies in the administrative one."""

    id: int
    path: str
    seat_path: str


@dataclass(frozen=True, slots=True)
class StoredNumber:
    """A number that reaches a person now."""

    id: int
    number: str
    since: datetime


@dataclass(slots=True)
class Known:
    """A person as stored: her fields, lasting posts and current numbers."""

    id: int
    fields: Mapping[str, str | None]
    seen: bool
    posts: list[StoredPost] = field(default_factory=list)
    numbers: list[StoredNumber] = field(default_factory=list)


def areas(db: Session) -> list[StoredArea]:
    """The administrative tree, from the top down."""
    query = select(Place.id, Place.kind, Place.path, Place.name).where(Place.tree == Tree.ADMINISTRATIVE)
    return [StoredArea(*row) for row in db.execute(query.order_by(Place.path))]


def ids(values: Collection[int]) -> ColumnElement[Any]:
    """Many ids as one value, to compare a column with."""
    return any_(literal(list(values), ARRAY(BigInteger)))


def texts(values: Collection[str]) -> ColumnElement[Any]:
    """Many texts as one value."""
    return any_(literal(list(values), ARRAY(Text)))


def schools_like(db: Session, scope: Scope, codes: Collection[str], *, lock: bool = False) -> dict[str, StoredSchool]:
    """Stored schools with these codes, also where only zeros at the beginning differ; a lock lasts to the end."""
    query = (
        select(
            School.id,
            School.code,
            School.training_path,
            School.admin_path,
            seen_schools(scope).label("seen"),
            *(getattr(School, name) for name in SCHOOL_FIELDS),
        )
        .where(func.ltrim(School.code, "0") == texts({code.lstrip("0") for code in codes}))
        .order_by(School.id)
    )
    named = named_areas(areas(db))
    found = {}
    for row in db.execute(query.with_for_update() if lock else query).mappings():
        values = {name: row[name] for name in SCHOOL_FIELDS} | named.along(row["admin_path"])
        found[row["code"]] = StoredSchool(row["id"], row["training_path"], row["admin_path"], row["seen"], values)
    return found


@dataclass(slots=True)
class NamedAreas:
    """Names of areas by path, and what was looked up."""

    names: Mapping[str, tuple[str, str]]
    along_path: dict[str, dict[str, Value | None]] = field(default_factory=dict)

    def along(self, path: str) -> dict[str, Value | None]:
        """The names of the areas on the way down to a path, by kind; those that are not known are None."""
        if path not in self.along_path:
            found: dict[str, Value | None] = dict.fromkeys(AREA_FIELDS)
            walked = ""
            for step in path.split(".")[:-1]:
                walked += f"{step}."
                if walked in self.names:
                    kind, name = self.names[walked]
                    found[kind] = name
            self.along_path[path] = found
        return self.along_path[path]


def named_areas(tree: Collection[StoredArea]) -> NamedAreas:
    """The areas to look names up in."""
    return NamedAreas({area.path: (area.kind.value, area.name) for area in tree})


def open_placements(db: Session, school_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Where each school stands in the administrative tree from some day on: id, place and first day of that."""
    query = select(Placement.id, Placement.school_id, Placement.place_id, func.lower(Placement.during)).where(
        Placement.tree == Tree.ADMINISTRATIVE,
        Placement.school_id == ids(school_ids),
        func.upper_inf(Placement.during),
    )
    return {
        school_id: {"id": placement_id, "place": place_id, "from": begins.isoformat()}
        for placement_id, school_id, place_id, begins in db.execute(query)
    }


def people_like(
    db: Session, scope: Scope, personal_numbers: Collection[str], codes: Collection[str], *, lock: bool = False
) -> dict[int, Known]:
    """Persons with these personal numbers or a lasting post at the schools with these codes, and all who train."""
    day = today(db)
    still = lasting(day)
    there = (
        exists()
        .where(Post.person_id == Person.id, Post.school_id == School.id, School.code == texts(codes), still)
        .correlate(Person)
    )
    trains = (
        exists()
        .where(Post.person_id == Person.id, Post.place_id.is_not(None), Post.role.in_(PLACED), still)
        .correlate(Person)
    )
    query = (
        select(
            Person.id,
            seen_people(scope, day).label("seen"),
            *(getattr(Person, name) for name in PERSON_FIELDS),
        )
        .where(or_(Person.personal_no == texts(personal_numbers), there, trains))
        .order_by(Person.id)
    )
    rows = db.execute(query.with_for_update(of=Person) if lock else query).mappings()
    return _with_posts(
        db, {row["id"]: Known(row["id"], {name: row[name] for name in PERSON_FIELDS}, row["seen"]) for row in rows}
    )


def people_at(db: Session, person_ids: Collection[int]) -> dict[int, Known]:
    """These persons, locked to the end."""
    query = (
        select(Person.id, *(getattr(Person, name) for name in PERSON_FIELDS))
        .where(Person.id == ids(person_ids))
        .order_by(Person.id)
        .with_for_update()
    )
    rows = db.execute(query).mappings()
    return _with_posts(
        db, {row["id"]: Known(row["id"], {name: row[name] for name in PERSON_FIELDS}, seen=True) for row in rows}
    )


def lasting(day: date) -> ColumnElement[bool]:
    """The predicate of posts that are held on a day or later."""
    return func.coalesce(func.upper(Post.during) > literal(day, Date), True)


def _with_posts(db: Session, people: dict[int, Known]) -> dict[int, Known]:
    posts = (
        select(
            Post.person_id,
            Post.id,
            Post.role,
            Post.subject,
            Post.school_id,
            Post.place_id,
            School.code,
            Post.training_path,
            func.lower(Post.during),
            func.upper(Post.during),
        )
        .outerjoin(School, School.id == Post.school_id)
        .where(Post.person_id == ids(people), lasting(today(db)))
        .order_by(Post.id)
    )
    for person_id, *post in db.execute(posts):
        people[person_id].posts.append(StoredPost(*post))
    numbers = (
        select(PersonNumber.person_id, PersonNumber.id, PersonNumber.number, PersonNumber.since)
        .where(PersonNumber.person_id == ids(people), PersonNumber.until.is_(None))
        .order_by(PersonNumber.id)
    )
    for row in db.execute(numbers):
        people[row.person_id].numbers.append(StoredNumber(row.id, row.number, row.since))
    return people


def schools_at(db: Session, scope: Scope, codes: Collection[str]) -> dict[str, SchoolAt]:
    """The schools inside the scope that have these codes."""
    query = select(School.code, School.id, School.training_path, School.admin_path)
    rows = db.execute(query.where(School.code == texts(codes), seen_schools(scope)))
    return {row.code: SchoolAt(row.id, row.training_path, row.admin_path) for row in rows}


def places_at(db: Session, paths: Collection[str]) -> dict[str, ServedPlace]:
    """Open places of the training tree, by path."""
    query = select(Place.path, Place.id, Place.seat_path).where(
        Place.tree == Tree.TRAINING, Place.path == texts(paths), Place.closed_on.is_(None)
    )
    return {row.path: ServedPlace(row.id, row.path, row.seat_path) for row in db.execute(query)}
