"""Small plain builders for tests: rows as they stand after a plan was accepted, and nothing else done behind them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from clusters.cascade.rules import Level
from clusters.kernel.base import Base
from clusters.kernel.clock import KARACHI, now
from clusters.modules.rules import Subject
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.rules import Gender, Language, PostRole
from clusters.scope import Held, Scope
from clusters.structure.models import Place, Placement, Programme, School
from clusters.structure.naming import common_path
from clusters.structure.rules import PlaceKind, SchoolGender, Tree
from clusters.training.code import complete
from clusters.training.models import Invitation, Meeting, SessionTrainer, TrainingSession
from clusters.training.rules import SessionState

SINCE = date(2025, 9, 1)
"""From when everything built here stands, unless a test says otherwise."""
DAY_BEGINS, DAY_ENDS = timedelta(hours=10), timedelta(hours=13)
SPACING = 0.01
"""Degrees between neighbouring schools of one cluster, about a kilometre."""


def programme(db: Session, *, name: str = "Trial", invented: bool = True) -> Place:
    """The root of the training tree, with the programme's row; the one that is there if there is one."""
    root = _at(db, Tree.TRAINING, "")
    if root is None:
        db.add(Programme(id=1, name=name, invented=invented, languages=["en", "ur"], founded_at=now(db)))
        root = _place(db, PlaceKind.PROGRAMME, "", name, None)
    return root


def block(db: Session, segment: str = "", *, name: str = "") -> Place:
    """A block `B1`; without a segment the next free number."""
    parent = programme(db)
    return _below(db, parent, PlaceKind.BLOCK, segment, "B{}", name or "Block {}")


def circle(db: Session, in_block: Place | None = None, segment: str = "", *, name: str = "") -> Place:
    """A training circle `B1.C01.`; without a block in a new one."""
    return _below(db, in_block or block(db), PlaceKind.CIRCLE, segment, "C{:02}", name or "Circle {}")


def area(db: Session, path: str = "KP.BANNU.") -> Place:
    """A place of the administrative tree with everything above it: province, district, tehsil, union council."""
    kinds = (PlaceKind.PROVINCE, PlaceKind.DISTRICT, PlaceKind.TEHSIL, PlaceKind.UNION_COUNCIL)
    parent, place = None, None
    walked = ""
    for kind, segment in zip(kinds, path.rstrip(".").split("."), strict=False):
        walked += f"{segment}."
        place = _at(db, Tree.ADMINISTRATIVE, walked) or _place(db, kind, walked, segment.title(), parent)
        parent = place
    if place is None:
        raise ValueError("an area has at least a province")
    return place


def cluster(
    db: Session,
    schools: int = 28,
    *,
    in_circle: Place | None = None,
    segment: str = "",
    name: str = "",
    admin_path: str = "KP.BANNU.",
    gender: SchoolGender = SchoolGender.BOYS,
    near: tuple[float, float] | None = None,
) -> Place:
    """A cluster with so many schools in rows of six around `near` (degrees); its first school is the host."""
    place = _below(
        db, in_circle or circle(db), PlaceKind.CLUSTER, segment, "L{}", name or "LTRC {}", seat_path=admin_path
    )
    lat, lon = near or (32.6 + 0.1 * (place.id % 20), 70.4 + 0.1 * (place.id // 20 % 20))
    members = [
        school(
            db,
            in_cluster=place,
            admin_path=admin_path,
            gender=gender,
            at=(lat + SPACING * (number // 6), lon + SPACING * (number % 6)),
        )
        for number in range(schools)
    ]
    if members:
        place.host_school_id = members[0].id
        db.flush()
    _seat_above(db, place)
    return place


def school(
    db: Session,
    *,
    in_cluster: Place | None = None,
    code: str = "",
    name: str = "",
    admin_path: str = "KP.BANNU.",
    gender: SchoolGender = SchoolGender.BOYS,
    at: tuple[float, float] | None = (32.99, 70.6),
) -> School:
    """A school with its placements since SINCE; `at` is latitude and longitude, None for an unknown place."""
    number = _next(db, School)
    row = School(
        code=code or str(40000 + number),
        name=name or f"GPS Village {number}",
        gender=gender,
        level="Primary",
        lat=at[0] if at else None,
        lon=at[1] if at else None,
        training_path=in_cluster.path if in_cluster else None,
        admin_path=area(db, admin_path).path if admin_path else "",
        invented=True,
    )
    db.add(row)
    db.flush()
    for place in filter(None, (in_cluster, _at(db, Tree.ADMINISTRATIVE, row.admin_path) if admin_path else None)):
        db.add(Placement(school_id=row.id, place_id=place.id, tree=place.tree, during=Range(SINCE, None)))
    db.flush()
    return row


def schools_of(db: Session, place: Place) -> Sequence[School]:
    """The schools that stand in a place today, by code."""
    path = School.training_path if place.tree is Tree.TRAINING else School.admin_path
    return db.scalars(select(School).where(path.startswith(place.path)).order_by(School.code)).all()


def person(
    db: Session,
    name: str = "",
    *,
    number: str | None = "",
    gender: Gender | None = Gender.MAN,
    language: Language | None = Language.ROMAN_URDU,
) -> Person:
    """Somebody without a post; `number` None means no phone, "" the next free one of +923005550001 and on."""
    count = _next(db, Person)
    name = name or f"Person {count}"
    row = Person(
        name=name,
        name_key=name.lower().replace(" ", ""),
        gender=gender,
        language=language,
        invented=True,
        registered_at=now(db),
    )
    db.add(row)
    db.flush()
    if number is not None:
        db.add(PersonNumber(person_id=row.id, number=number or f"+92300555{count:04}", since=now(db)))
        db.flush()
    return row


def teacher(db: Session, at_school: School, name: str = "", *, number: str | None = "") -> Person:
    """A teacher of a school."""
    row = person(db, name or f"Teacher {_next(db, Person)}", number=number)
    post(db, row, PostRole.TEACHER, at_school=at_school)
    return row


def trainer(
    db: Session,
    place: Place,
    name: str = "",
    *,
    role: PostRole = PostRole.CIRCLE_TRAINER,
    subject: Subject | None = None,
    number: str | None = "",
) -> Person:
    """A trainer of a circle, a block (role MASTER_TRAINER) or the programme (role CORE_TEAM)."""
    row = person(db, name or f"Trainer {_next(db, Person)}", number=number)
    post(db, row, role, at_place=place, subject=subject)
    return row


def manager(db: Session, place: Place, name: str = "", *, role: PostRole = PostRole.EDUCATION_MANAGER) -> Person:
    """An education manager of a place of either tree; other office roles on request."""
    row = person(db, name or f"Manager {_next(db, Person)}")
    post(db, row, role, at_place=place)
    return row


def post(
    db: Session,
    who: Person,
    role: PostRole,
    *,
    at_school: School | None = None,
    at_place: Place | None = None,
    subject: Subject | None = None,
    since: date = SINCE,
) -> Post:
    """A role held at a school or a place since a day."""
    training, admin = None, None
    if at_school is not None:
        training, admin = at_school.training_path, at_school.admin_path
    if at_place is not None:
        training = at_place.path if at_place.tree is Tree.TRAINING else None
        admin = at_place.seat_path
    row = Post(
        person_id=who.id,
        role=role,
        subject=subject,
        school_id=at_school.id if at_school else None,
        place_id=at_place.id if at_place else None,
        training_path=training,
        admin_path=admin,
        during=Range(since, None),
    )
    db.add(row)
    db.flush()
    return row


def scope_at(place: Place, who: Person | None = None, role: PostRole = PostRole.EDUCATION_MANAGER) -> Scope:
    """What somebody who holds one place may see."""
    return Scope(who.id if who else None, (Held(place.tree.value, place.path, role.value),))


def training_session(
    db: Session,
    place: Place,
    *,
    day: date | None = None,
    days: int = 1,
    subject: Subject = Subject.MATHS,
    level: Level = Level.TEACHER,
    state: SessionState = SessionState.PLANNED,
    led_by: Iterable[Person] = (),
    invited: Iterable[Person] = (),
    code: str = "",
) -> TrainingSession:
    """A training session of a place at its host school, 10:00-13:00, in ten days unless a day is given.

    Those invited get the rows 1, 2, ... in the order given. Nothing is booked, nothing is texted.
    """
    first = day or (now(db) + timedelta(days=10)).astimezone(KARACHI).date()
    host = db.get(School, place.host_school_id) if place.host_school_id else None
    meetings = [
        (midnight + DAY_BEGINS, midnight + DAY_ENDS)
        for midnight in (_midnight(first + timedelta(days=number)) for number in range(days))
    ]
    row = TrainingSession(
        code=code or complete(100 + _next(db, TrainingSession) % 900),
        level=level,
        subject=subject,
        place_id=place.id,
        training_path=place.path,
        admin_path=place.seat_path,
        venue_school_id=host.id if host else None,
        venue=host.name if host else place.name,
        starts_at=meetings[0][0],
        ends_at=meetings[-1][1],
        capacity=40,
        state=state,
    )
    db.add(row)
    db.flush()
    for number, (starts, ends) in enumerate(meetings, 1):
        db.add(Meeting(session_id=row.id, day=number, starts_at=starts, ends_at=ends))
    for leader in led_by:
        db.add(SessionTrainer(session_id=row.id, person_id=leader.id))
    for number, guest in enumerate(invited, 1):
        home = db.scalar(select(Post.school_id).where(Post.person_id == guest.id, Post.school_id.is_not(None)))
        db.add(Invitation(session_id=row.id, person_id=guest.id, school_id=home, row=number))
    db.flush()
    return row


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=KARACHI).astimezone(UTC)


def _next(db: Session, table: type[Base]) -> int:
    return 1 + (db.scalar(select(func.count()).select_from(table)) or 0)


def _at(db: Session, tree: Tree, path: str) -> Place | None:
    return db.scalar(select(Place).where(Place.tree == tree, Place.path == path))


def _below(
    db: Session, parent: Place, kind: PlaceKind, segment: str, pattern: str, name: str, seat_path: str = ""
) -> Place:
    siblings = db.scalar(select(func.count()).where(Place.kind == kind, Place.parent_id == parent.id)) or 0
    overall = 1 + (db.scalar(select(func.count()).where(Place.kind == kind)) or 0)
    path = f"{parent.path}{segment or pattern.format(siblings + 1)}."
    return _place(db, kind, path, name.format(overall), parent, seat_path=seat_path)


def _seat_above(db: Session, place: Place) -> None:
    """Circles, blocks and the programme lie where all their clusters lie."""
    above = db.get(Place, place.parent_id) if place.parent_id else None
    while above is not None:
        seats = db.scalars(
            select(Place.seat_path).where(Place.kind == PlaceKind.CLUSTER, Place.path.startswith(above.path))
        )
        above.seat_path = common_path(seats)
        above = db.get(Place, above.parent_id) if above.parent_id else None
    db.flush()


def _place(
    db: Session, kind: PlaceKind, path: str, name: str, parent: Place | None, *, seat_path: str | None = None
) -> Place:
    training = kind in (PlaceKind.PROGRAMME, PlaceKind.BLOCK, PlaceKind.CIRCLE, PlaceKind.CLUSTER)
    row = Place(
        tree=Tree.TRAINING if training else Tree.ADMINISTRATIVE,
        kind=kind,
        parent_id=parent.id if parent else None,
        path=path,
        seat_path=path if not training else seat_path or "",
        name=name,
        opened_on=SINCE,
    )
    db.add(row)
    db.flush()
    return row
