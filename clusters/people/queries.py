"""Reads of persons: what each may see, who answers at a number, who teaches and trains in a place."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from clusters.kernel.clock import today
from clusters.kernel.errors import NotFound
from clusters.modules.rules import Subject
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.names import name_key
from clusters.people.phones import Phone, read
from clusters.people.rules import LEARNERS, TRAINERS, Gender, Language, PostRole
from clusters.scope import Held, Scope
from clusters.structure.models import Place, School
from clusters.structure.queries import PlaceRow, place
from clusters.structure.rules import Tree

MOST_FOUND = 50
"""A search shows no more than this many persons."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person with the number that reaches her now."""

    id: int
    name: str
    gender: Gender | None
    language: Language | None
    personal_no: str | None
    invented: bool
    number: str | None


@dataclass(frozen=True, slots=True)
class AtNumber:
    """Somebody who answers at a number; the letter tells those who share it apart, the longest there being A."""

    person_id: int
    name: str
    letter: str
    language: Language | None
    invented: bool = False


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post of a person, with the name of its school or place; `until` is the first day after it."""

    id: int
    person_id: int
    role: PostRole
    subject: Subject | None
    school_id: int | None
    place_id: int | None
    at: str
    training_path: str | None
    admin_path: str | None
    since: date
    until: date | None

    def holds_on(self, day: date) -> bool:
        """Is it held on that day?"""
        return self.since <= day and (self.until is None or self.until > day)


@dataclass(frozen=True, slots=True)
class TeacherRow:
    """A teacher or head teacher at her school today."""

    person_id: int
    name: str
    role: PostRole
    subject: Subject | None
    gender: Gender | None
    language: Language | None
    school_id: int
    school_code: str
    school: str
    training_path: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class TrainerRow:
    """A core team member, master trainer or circle trainer at her place today."""

    person_id: int
    name: str
    role: PostRole
    subject: Subject | None
    place_id: int
    training_path: str
    since: date
    number: str | None


def seen_posts(scope: Scope) -> ColumnElement[bool]:
    """The predicate of every post this scope may see."""
    return scope.within(Post.training_path, Post.admin_path)


def held_on(day: date) -> ColumnElement[bool]:
    """The predicate of every post held on a day."""
    return Post.during.op("@>")(literal(day, Date))


def seen_people(scope: Scope, day: date) -> ColumnElement[bool]:
    """The predicate of every person this scope may see: herself, and who holds a post inside it now or later."""
    if any(held.tree == "T" and not held.path for held in scope.places):
        return true()
    lasting = func.coalesce(func.upper(Post.during) > literal(day, Date), True)
    inside = exists().where(Post.person_id == Person.id, lasting, seen_posts(scope)).correlate(Person)
    return inside if scope.person_id is None else or_(Person.id == scope.person_id, inside)


def _now_at() -> ColumnElement[Any]:
    """The number that reaches a person now, as a scalar."""
    return (
        select(PersonNumber.number)
        .where(PersonNumber.person_id == Person.id, PersonNumber.until.is_(None))
        .order_by(PersonNumber.id.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )


def scope_of(db: Session, person_id: int) -> Scope:
    """What a person may see: the places of today's posts. Teaching at a school opens nothing but her own affairs."""
    held = held_by(literal(person_id), literal(today(db), Date))
    return scope_from(person_id, (tuple(row)[1:] for row in db.execute(held.order_by(held.selected_columns.id))))


def held_by(person_id: SQLColumnExpression[int], day: ColumnElement[date]) -> Select[*tuple[Any, ...]]:
    """The places that a person's posts of a day open to her: `id` of the post, `tree`, `path`, `role`, as texts."""
    teaches = and_(School.training_path.is_not(None), Post.role.not_in(LEARNERS))
    return (
        select(
            Post.id.label("id"),
            func.coalesce(cast(Place.tree, Text), Tree.TRAINING.value).label("tree"),
            func.coalesce(Place.path, School.training_path).label("path"),
            cast(Post.role, Text).label("role"),
        )
        .outerjoin(Place, and_(Place.id == Post.place_id, Place.closed_on.is_(None)))
        .outerjoin(School, School.id == Post.school_id)
        .where(Post.person_id == person_id, Post.during.op("@>")(day), or_(Place.path.is_not(None), teaches))
    )


def scope_from(person_id: int, held: Iterable[Sequence[str]]) -> Scope:
    """The scope of a person from rows of `held_by` in the order of her posts, each without its id."""
    return Scope(person_id, tuple(dict.fromkeys(Held(*place) for place in held)))


def persons_at_number(db: Session, scope: Scope, number: str) -> tuple[AtNumber, ...]:
    """Who answers at a number (E.164) now, in an order that stays: the longest there first."""
    return persons_at_numbers(db, scope, [number]).get(number, ())


def persons_at_numbers(db: Session, scope: Scope, numbers: Collection[str]) -> dict[str, tuple[AtNumber, ...]]:
    """The same for several numbers; one that reaches nobody is not among them."""
    query: Select[*tuple[Any, ...]] = (
        select(PersonNumber.number, Person.id, Person.name, Person.language, Person.invented)
        .join(PersonNumber, PersonNumber.person_id == Person.id)
        .where(PersonNumber.number.in_(numbers), PersonNumber.until.is_(None), seen_people(scope, today(db)))
        .order_by(PersonNumber.since, PersonNumber.id)
    )

    found: dict[str, tuple[AtNumber, ...]] = {}
    for number, person_id, name, language, invented in db.execute(query):
        before = found.get(number, ())
        found[number] = (*before, AtNumber(person_id, name, _letter(len(before)), language, invented))
    return found


def _letter(index: int) -> str:
    return ascii_uppercase[index] if index < len(ascii_uppercase) else str(index + 1)


def scope_of_phone(db: Session, number: str) -> list[tuple[AtNumber, Scope]]:
    """Everybody who answers at a number, each with what she may see."""
    return [(row, scope_of(db, row.person_id)) for row in persons_at_number(db, Scope.everywhere(), number)]


def numbers_of(db: Session, scope: Scope, person_ids: Iterable[int]) -> dict[int, str]:
    """The number that reaches each person now; who has none is not among them."""
    query = (
        select(PersonNumber.person_id, PersonNumber.number)
        .join(Person, Person.id == PersonNumber.person_id)
        .where(
            PersonNumber.person_id.in_(list(person_ids)),
            PersonNumber.until.is_(None),
            seen_people(scope, today(db)),
        )
        .order_by(PersonNumber.id)
    )
    return {row.person_id: row.number for row in db.execute(query)}


def person(db: Session, scope: Scope, person_id: int) -> PersonRow:
    """One person; NotFound outside the scope."""
    found = persons(db, scope, [person_id])
    if person_id not in found:
        raise NotFound("person_not_found", person=person_id)
    return found[person_id]


def persons(db: Session, scope: Scope, person_ids: Iterable[int]) -> dict[int, PersonRow]:
    """Persons inside the scope by id."""
    query = _persons().where(Person.id.in_(list(person_ids)), seen_people(scope, today(db)))
    return {row.id: PersonRow(*row) for row in db.execute(query)}


def search(db: Session, scope: Scope, words: str) -> tuple[PersonRow, ...]:
    """Persons inside the scope whose name or school contains these words, or whom this number reaches."""
    phone, key = read(words), name_key(words)
    if isinstance(phone, Phone):
        wanted: ColumnElement[bool] = (
            exists()
            .where(PersonNumber.person_id == Person.id, PersonNumber.number == phone.e164, PersonNumber.until.is_(None))
            .correlate(Person)
        )
    elif key:
        teaches_there = (
            exists()
            .where(
                Post.person_id == Person.id,
                School.id == Post.school_id,
                func.lower(School.name).contains(words.strip().lower(), autoescape=True),
                held_on(today(db)),
                seen_posts(scope),
            )
            .correlate(Person)
        )
        wanted = or_(Person.name_key.contains(key, autoescape=True), Person.personal_no == words.strip(), teaches_there)
    else:
        return ()
    query = _persons().where(wanted, seen_people(scope, today(db))).order_by(Person.name_key, Person.id)
    return tuple(PersonRow(*row) for row in db.execute(query.limit(MOST_FOUND)))


def _persons() -> Select[*tuple[Any, ...]]:
    return select(
        Person.id, Person.name, Person.gender, Person.language, Person.personal_no, Person.invented, _now_at()
    )


def posts_of(db: Session, scope: Scope, person_id: int) -> tuple[PostRow, ...]:
    """Posts of a person that lie inside the scope, or all of her own, the latest first."""
    whose = Post.person_id == person_id
    if scope.person_id != person_id:
        whose = and_(whose, seen_posts(scope))
    query: Select[*tuple[Any, ...]] = (
        select(
            Post.id,
            Post.person_id,
            Post.role,
            Post.subject,
            Post.school_id,
            Post.place_id,
            func.coalesce(School.name, Place.name),
            Post.training_path,
            Post.admin_path,
            func.lower(Post.during, type_=Date),
            func.upper(Post.during, type_=Date),
        )
        .outerjoin(School, School.id == Post.school_id)
        .outerjoin(Place, Place.id == Post.place_id)
        .where(whose)
        .order_by(func.lower(Post.during).desc(), Post.id.desc())
    )
    return tuple(PostRow(*row) for row in db.execute(query))


def posts_seen_as(scope: Scope, person_id: SQLColumnExpression[int], *, own: bool) -> ColumnElement[Any]:
    """The posts that `posts_of` lists, as one JSON value of a statement about persons."""
    listed = func.jsonb_build_object(
        "id", Post.id, "person_id", Post.person_id, "role", Post.role, "subject", Post.subject,
        "school_id", Post.school_id, "place_id", Post.place_id, "at", func.coalesce(School.name, Place.name),
        "training_path", Post.training_path, "admin_path", Post.admin_path,
        "since", func.lower(Post.during), "until", func.upper(Post.during),
    )  # fmt: skip
    query: Select[*tuple[Any, ...]] = (
        select(func.jsonb_agg(aggregate_order_by(listed, func.lower(Post.during).desc(), Post.id.desc())))
        .select_from(Post)
        .outerjoin(School, School.id == Post.school_id)
        .outerjoin(Place, Place.id == Post.place_id)
        .where(Post.person_id == person_id)
    )
    return (query if own else query.where(seen_posts(scope))).scalar_subquery()


def posted_at(db: Session, scope: Scope, person_ids: Collection[int]) -> dict[int, str]:
    """The school, or else the place, where each of some persons holds a post today, as far as the scope sees it."""
    return _posted_at(db, scope, Post.person_id.in_(person_ids))


def posted_at_numbers(db: Session, scope: Scope, numbers: Collection[str]) -> dict[int, str]:
    """The same for everybody whom one of the numbers reaches now."""
    reached = select(PersonNumber.person_id).where(PersonNumber.number.in_(numbers), PersonNumber.until.is_(None))
    return _posted_at(db, scope, Post.person_id.in_(reached))


def _posted_at(db: Session, scope: Scope, whose: ColumnElement[bool]) -> dict[int, str]:
    query: Select[*tuple[Any, ...]] = (
        select(Post.person_id, func.min(func.coalesce(School.name, Place.name)).label("at"))
        .outerjoin(School, School.id == Post.school_id)
        .outerjoin(Place, Place.id == Post.place_id)
        .where(whose, seen_posts(scope), held_on(today(db)))
        .group_by(Post.person_id)
    )
    return {row.person_id: row.at for row in db.execute(query)}


def teachers_of(db: Session, scope: Scope, where: PlaceRow | int | str) -> tuple[TeacherRow, ...]:
    """Teachers and head teachers of schools in a place today, by school and name."""
    of = where if isinstance(where, PlaceRow) else place(db, scope, where)
    path = Post.training_path if of.tree is Tree.TRAINING else Post.admin_path
    inside = path.startswith(of.path, autoescape=True) if of.path else path.is_not(None)
    query: Select[*tuple[Any, ...]] = (
        select(
            Person.id,
            Person.name,
            Post.role,
            Post.subject,
            Person.gender,
            Person.language,
            School.id,
            School.code,
            School.name,
            Post.training_path,
            _now_at(),
        )
        .join(Post, Post.person_id == Person.id)
        .join(School, School.id == Post.school_id)
        .where(Post.role.in_(LEARNERS), held_on(today(db)), inside, seen_posts(scope))
        .order_by(School.code, Person.name_key, Person.id)
    )
    return tuple(TeacherRow(*row) for row in db.execute(query))


def trainers(db: Session, scope: Scope, roles: Collection[PostRole] = TRAINERS) -> tuple[TrainerRow, ...]:
    """Who trains inside the scope today, in the order of the tree."""
    return _trainers(db, roles, seen_posts(scope))


def trainers_for(
    db: Session, scope: Scope, where: PlaceRow | int | str, roles: Collection[PostRole] = (PostRole.CIRCLE_TRAINER,)
) -> tuple[TrainerRow, ...]:
    """Who trains in a place that the scope may see, also those posted to a place above it."""
    of = where if isinstance(where, PlaceRow) else place(db, scope, where)
    steps = of.path.split(".")[:-1]
    above = ["".join(f"{step}." for step in steps[:depth]) for depth in range(len(steps) + 1)]
    return _trainers(db, roles, and_(Place.tree == Tree.TRAINING, Place.path.in_(above)))


def _trainers(db: Session, roles: Collection[PostRole], which: ColumnElement[bool]) -> tuple[TrainerRow, ...]:
    query: Select[*tuple[Any, ...]] = (
        select(
            Person.id,
            Person.name,
            Post.role,
            Post.subject,
            Place.id,
            Place.path,
            func.lower(Post.during, type_=Date),
            _now_at(),
        )
        .join(Post, Post.person_id == Person.id)
        .join(Place, Place.id == Post.place_id)
        .where(Post.role.in_(roles), held_on(today(db)), Place.tree == Tree.TRAINING, which)
        .order_by(Place.path, Person.name_key, Person.id)
    )
    return tuple(TrainerRow(*row) for row in db.execute(query))


def teachers_by_cluster(db: Session, scope: Scope, paths: Collection[str] | None = None) -> dict[str, int]:
    """How many teachers and head teachers each cluster has today, by its path, as far as the scope sees them."""
    query = (
        select(Post.training_path, func.count(Post.person_id.distinct()))
        .where(Post.role.in_(LEARNERS), held_on(today(db)), Post.training_path.is_not(None), seen_posts(scope))
        .group_by(Post.training_path)
    )
    if paths is not None:
        query = query.where(Post.training_path.in_(paths))
    return {path or "": count for path, count in db.execute(query)}


def teachers_by_school(db: Session, scope: Scope) -> dict[int, int]:
    """How many teachers and head teachers each school has today, by its id."""
    query = (
        select(Post.school_id, func.count(Post.person_id.distinct()))
        .where(Post.role.in_(LEARNERS), held_on(today(db)), Post.school_id.is_not(None), seen_posts(scope))
        .group_by(Post.school_id)
    )
    return {school_id or 0: count for school_id, count in db.execute(query)}


def readers(db: Session, scope: Scope) -> dict[Language | None, tuple[int, int]]:
    """Teachers and trainers of today by the language they read (None: the usual one): all, and those with a phone."""
    held = select(Post.person_id).where(Post.role.in_((*TRAINERS, *LEARNERS)), held_on(today(db)), seen_posts(scope))
    reached = exists().where(PersonNumber.person_id == Person.id, PersonNumber.until.is_(None)).correlate(Person)
    query = (
        select(Person.language, func.count(), func.count().filter(reached))
        .where(Person.id.in_(held))
        .group_by(Person.language)
        .order_by(Person.language)
    )
    return {language: (everybody, with_phone) for language, everybody, with_phone in db.execute(query)}
