"""Finds persons of a scope by name, number, code or post, page by page; and everything about one of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import Session, aliased

from clusters.kernel.clock import today
from clusters.kernel.errors import NotFound
from clusters.modules.rules import Subject
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.names import without_titles
from clusters.people.phones import Phone, read
from clusters.people.queries import PostRow, posts_seen_as, seen_people, seen_posts
from clusters.people.rules import Gender, Language, PostRole
from clusters.scope import Scope
from clusters.structure.models import Place, School
from clusters.structure.naming import folded
from clusters.structure.queries import PlaceRow
from clusters.structure.rules import Tree

ROWS = 50
"""Persons on one page."""


@dataclass(frozen=True, slots=True)
class FoundPost:
    """A post that somebody holds now or from a coming day."""

    role: PostRole
    subject: Subject | None
    at: str


@dataclass(frozen=True, slots=True)
class Found:
    """A person of a list, with the number that reaches her now and her posts inside the scope."""

    id: int
    name: str
    name_key: str
    number: str | None
    posts: tuple[FoundPost, ...]

    @property
    def mark(self) -> str:
        """Where the next page begins when this person is the last one of a page."""
        return f"{self.name_key}.{self.id}"


@dataclass(frozen=True, slots=True)
class KnownNumber:
    """A number that reaches or reached a person; `shared_with` are others of the scope at it now, `hidden` the rest."""

    id: int
    number: str
    since: datetime
    until: datetime | None
    wrong: bool
    shared_with: tuple[tuple[int, str], ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Known:
    """Everything the house knows of a person but for what others say of her."""

    id: int
    name: str
    gender: Gender | None
    language: Language | None
    personal_no: str | None
    invented: bool
    registered_at: datetime
    posts: tuple[PostRow, ...]
    numbers: tuple[KnownNumber, ...]

    @property
    def number(self) -> KnownNumber | None:
        """The one that reaches her now."""
        return next((each for each in reversed(self.numbers) if each.until is None), None)


def page_of(
    db: Session,
    scope: Scope,
    words: str = "",
    *,
    role: PostRole | None = None,
    where: PlaceRow | None = None,
    after: str = "",
    by_number: bool = True,
    limit: int = ROWS,
) -> tuple[Found, ...]:
    """Persons inside the scope in the order of their names, from behind `after` (the `mark` of a row).

    `words` are a name in either script or spelling, a phone number, an EMIS code or a personal number; `by_number`
    False finds nobody by phone. `role` and `where` leave those who hold such a post, or one there.
    """
    day = today(db)
    wanted = [_called(scope, day, words, by_number=by_number)] if words.strip() else []
    if role is not None or where is not None:
        wanted.append(
            exists()
            .where(
                Post.person_id == Person.id,
                _lasting(day),
                seen_posts(scope),
                *([] if role is None else [Post.role == role]),
                *([] if where is None else [_inside(where)]),
            )
            .correlate(Person)
        )
    else:
        wanted.append(seen_people(scope, day))
    key, _, last = after.rpartition(".")
    if last.isdecimal():
        wanted.append(tuple_(Person.name_key, Person.id) > tuple_(literal(key), literal(int(last))))
    page = (
        select(Person.id, Person.name, Person.name_key)
        .where(*wanted)
        .order_by(Person.name_key, Person.id)
        .limit(limit)
        .subquery()
    )
    rows = db.execute(
        select(
            page.c.id, page.c.name, page.c.name_key, _number_now(page.c.id), _posts_now(scope, day, page.c.id)
        ).order_by(page.c.name_key, page.c.id)
    )
    return tuple(Found(row[0], row[1], row[2], row[3], _posts(row[4])) for row in rows)


def alike(db: Session, scope: Scope, name: str, *, written: str = "", personal_no: str = "") -> tuple[Found, ...]:
    """Persons of the scope who may be meant by a name, a number or a personal number; at most five."""
    found: dict[int, Found] = {}
    for words in (personal_no, written, name):
        if words.strip():
            found |= {each.id: each for each in page_of(db, scope, words, limit=5)}
    return tuple(found.values())[:5]


def known(db: Session, scope: Scope, person_id: int) -> Known:
    """One person with her posts inside the scope and her numbers; NotFound outside it."""
    day = today(db)
    other, theirs = aliased(Person), aliased(PersonNumber)
    seen_other = exists().where(Post.person_id == other.id, _lasting(day), seen_posts(scope)).correlate(other)
    sharing = (
        select(
            func.jsonb_agg(
                aggregate_order_by(func.jsonb_build_array(other.id, other.name, seen_other), theirs.since, theirs.id)
            )
        )
        .join(other, other.id == theirs.person_id)
        .where(theirs.number == PersonNumber.number, theirs.until.is_(None), theirs.person_id != Person.id)
        .correlate(Person, PersonNumber)
        .scalar_subquery()
    )
    numbers = (
        select(
            func.jsonb_agg(
                aggregate_order_by(
                    func.jsonb_build_object(
                        "id", PersonNumber.id, "number", PersonNumber.number, "since", PersonNumber.since,
                        "until", PersonNumber.until, "wrong", PersonNumber.wrong, "sharing", sharing,
                    ),
                    PersonNumber.id,
                )
            )
        )
        .where(PersonNumber.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )  # fmt: skip
    row = db.execute(
        select(
            Person.id,
            Person.name,
            Person.gender,
            Person.language,
            Person.personal_no,
            Person.invented,
            Person.registered_at,
            posts_seen_as(scope, Person.id, own=scope.person_id == person_id),
            numbers,
        ).where(Person.id == person_id, seen_people(scope, day))
    ).one_or_none()
    if row is None:
        raise NotFound("person_not_found", person=person_id)
    posts, numbers_held = (tuple(row[at] or ()) for at in (7, 8))
    return Known(
        id=row.id,
        name=row.name,
        gender=row.gender,
        language=row.language,
        personal_no=row.personal_no,
        invented=row.invented,
        registered_at=row.registered_at,
        posts=tuple(_post(each) for each in posts),
        numbers=tuple(_number(each) for each in numbers_held),
    )


def _called(scope: Scope, day: date, words: str, *, by_number: bool) -> ColumnElement[bool]:
    phone, typed = read(words), words.strip()
    if isinstance(phone, Phone):
        if not by_number:
            return false()
        return Person.id.in_(
            select(PersonNumber.person_id).where(PersonNumber.number == phone.e164, PersonNumber.until.is_(None))
        )
    plain = folded(typed).replace(" ", "")
    if plain.isdigit():
        teaches = select(Post.person_id).join(School, School.id == Post.school_id)
        at_code = teaches.where(School.code == plain, _lasting(day), seen_posts(scope))
        return or_(Person.personal_no.in_((typed, plain)), Person.id.in_(at_code))
    named = Person.search.op("@@")(func.name_query(without_titles(typed)))
    return or_(named, Person.personal_no == typed)


def _lasting(day: date) -> ColumnElement[bool]:
    return func.coalesce(func.upper(Post.during) > literal(day), True)


def _inside(where: PlaceRow) -> ColumnElement[bool]:
    path = Post.training_path if where.tree is Tree.TRAINING else Post.admin_path
    return path.startswith(where.path, autoescape=True) if where.path else path.is_not(None)


def _number_now(person_id: ColumnElement[int]) -> ColumnElement[str | None]:
    return (
        select(PersonNumber.number)
        .where(PersonNumber.person_id == person_id, PersonNumber.until.is_(None))
        .order_by(PersonNumber.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _posts_now(scope: Scope, day: date, person_id: ColumnElement[int]) -> ColumnElement[Any]:
    each = func.jsonb_build_array(Post.role, Post.subject, func.coalesce(School.name, Place.name))
    query: Select[*tuple[Any, ...]] = (
        select(func.jsonb_agg(aggregate_order_by(each, func.lower(Post.during).desc(), Post.id.desc()), type_=JSONB))
        .select_from(Post)
        .outerjoin(School, School.id == Post.school_id)
        .outerjoin(Place, Place.id == Post.place_id)
        .where(Post.person_id == person_id, _lasting(day), seen_posts(scope))
    )
    return query.scalar_subquery()


def _posts(rows: Collection[Any] | None) -> tuple[FoundPost, ...]:
    return tuple(FoundPost(PostRole(role), subject and Subject(subject), at) for role, subject, at in rows or ())


def _post(row: dict[str, Any]) -> PostRow:
    return PostRow(
        **{
            **row,
            "role": PostRole(row["role"]),
            "subject": row["subject"] and Subject(row["subject"]),
            "since": date.fromisoformat(row["since"]),
            "until": row["until"] and date.fromisoformat(row["until"]),
        }
    )


def _number(row: dict[str, Any]) -> KnownNumber:
    sharing = row.pop("sharing") or ()
    return KnownNumber(
        **{
            **row,
            "since": datetime.fromisoformat(row["since"]),
            "until": row["until"] and datetime.fromisoformat(row["until"]),
        },
        shared_with=tuple((person_id, name) for person_id, name, seen in sharing if seen),
        hidden=sum(not seen for _, _, seen in sharing),
    )
