"""Reads of what a cascade is planned from: who trains and who learns on a day, and where each cluster meets."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.cascade.capacity import Standing
from clusters.cascade.rules import CascadeRequest, CascadeRules, ClusterSeat, Member, Taken
from clusters.modules.models import Module
from clusters.modules.rules import Subject, TaughtModule, one_module_each
from clusters.people.models import Person, Post
from clusters.people.queries import teachers_by_cluster, trainers
from clusters.people.rules import LEARNERS, TRAINERS, Gender, PostRole
from clusters.scope import Scope
from clusters.structure.models import Place, School
from clusters.structure.rules import PlaceKind, Tree


@dataclass(frozen=True, slots=True)
class Room:
    """A school that lends its room."""

    school_id: int
    name: str


@dataclass(frozen=True)
class Ground:
    """Everything a round stands on, as it is in the database; places by their addresses (T/B2.C07.L3.).

    `places` holds ids by address, `rooms` host schools by EMIS code, `schools` id and name by EMIS code, `names` the
    names of all persons; `roomless` are the names of clusters without a host school.
    """

    programme: str
    core: tuple[Member, ...]
    masters: tuple[Member, ...]
    circle_trainers: tuple[Member, ...]
    teachers: tuple[Member, ...]
    clusters: tuple[ClusterSeat, ...]
    places: dict[str, int]
    place_names: dict[str, str]
    rooms: dict[str, Room]
    schools: dict[str, Room]
    names: dict[int, str] = field(repr=False)
    roomless: tuple[str, ...] = ()

    def request(
        self,
        modules: Iterable[TaughtModule],
        days: Iterable[date],
        taken: Iterable[Taken],
        rules: CascadeRules,
    ) -> CascadeRequest:
        """What a planner or a checker is asked with."""
        return CascadeRequest(
            core=self.core,
            masters=self.masters,
            circle_trainers=self.circle_trainers,
            teachers=self.teachers,
            clusters=self.clusters,
            modules=tuple(modules),
            days=tuple(days),
            rules=rules,
            taken=tuple(taken),
            programme=self.programme,
        )


def ground(db: Session, scope: Scope, on: date) -> Ground:
    """Who holds which post on a day, and the clusters as they stand today, inside the scope."""
    teams: dict[PostRole, list[Member]] = {role: [] for role in (*TRAINERS, *LEARNERS)}
    names: dict[int, str] = {}
    schools: dict[str, Room] = {}
    posts = (
        select(
            Post.person_id,
            Person.name,
            Person.gender,
            Post.role,
            Post.subject,
            Post.training_path,
            School.id.label("school_id"),
            School.code,
            School.name.label("school"),
            School.training_path.label("school_path"),
        )
        .join(Person, Person.id == Post.person_id)
        .outerjoin(School, School.id == Post.school_id)
        .where(
            Post.role.in_(teams),
            Post.during.contains(on),
            scope.within(Post.training_path, Post.admin_path),
        )
        .order_by(Post.person_id, Post.id)
    )
    for row in db.execute(posts):
        names[row.person_id] = row.name
        code = row.code or ""
        if code and code not in schools:
            schools[code] = Room(row.school_id, row.school)
        path = row.school_path if code else row.training_path
        home = "" if path is None else address(path)
        subjects = None if row.subject is None else frozenset({row.subject})
        teams[row.role].append(Member(row.person_id, home, code, subjects, row.gender is Gender.WOMAN))
    places, place_names, seats, rooms, roomless = _places(db, scope)
    return Ground(
        programme=address(""),
        core=tuple(teams[PostRole.CORE_TEAM]),
        masters=tuple(teams[PostRole.MASTER_TRAINER]),
        circle_trainers=tuple(teams[PostRole.CIRCLE_TRAINER]),
        teachers=tuple(member for role in LEARNERS for member in teams[role]),
        clusters=seats,
        places=places,
        place_names=place_names,
        rooms=rooms,
        schools=schools | rooms,
        names=names,
        roomless=roomless,
    )


def standing(db: Session, scope: Scope) -> Standing | None:
    """What the programme has today: teachers in clusters, circles, blocks, circle trainers; None without a cluster."""
    teachers = teachers_by_cluster(db, scope)
    teachers.pop("", None)
    if not teachers:
        return None
    circles = Counter(".".join(path.split(".")[:2]) for path in teachers)
    team = {trainer.person_id for trainer in trainers(db, scope, (PostRole.CIRCLE_TRAINER,))}
    return Standing(
        sum(teachers.values()),
        len(teachers),
        max(circles.values()),
        len(circles),
        len({circle.split(".")[0] for circle in circles}),
        len(team),
    )


def address(path: str) -> str:
    """A path of the training tree as people and files write it; "" is the whole programme."""
    return f"{Tree.TRAINING.value}/{path}"


def modules_of(db: Session, scope: Scope, subjects: Iterable[Subject]) -> tuple[TaughtModule, ...]:
    """The first module of each subject with its days; every scope may know what is taught."""
    days = {row.subject: row.days for row in db.execute(select(Module.subject, Module.days).where(Module.number == 1))}
    return tuple(
        TaughtModule(module.subject, module.number, days.get(module.subject, module.days))
        for module in one_module_each(subjects)
    )


def _places(
    db: Session, scope: Scope
) -> tuple[dict[str, int], dict[str, str], tuple[ClusterSeat, ...], dict[str, Room], tuple[str, ...]]:
    found = (
        select(
            Place.id,
            Place.kind,
            Place.path,
            Place.name,
            School.id.label("host_id"),
            School.code,
            School.name.label("host"),
            School.lat,
            School.lon,
        )
        .outerjoin(School, School.id == Place.host_school_id)
        .where(
            Place.tree == Tree.TRAINING,
            Place.closed_on.is_(None),
            scope.within(Place.path, Place.seat_path),
        )
        .order_by(Place.path)
    )
    places, names, seats, rooms, roomless = {}, {}, [], {}, []
    for row in db.execute(found):
        places[address(row.path)] = row.id
        names[address(row.path)] = row.name
        if row.kind is not PlaceKind.CLUSTER:
            continue
        if row.code is None:
            roomless.append(row.name)
            continue
        block, circle, *_ = row.path.split(".")
        spot = None if row.lat is None or row.lon is None else (row.lat, row.lon)
        seats.append(
            ClusterSeat(address(row.path), address(f"{block}.{circle}."), address(f"{block}."), row.code, spot)
        )
        rooms[row.code] = Room(row.host_id, row.host)
    return places, names, tuple(seats), rooms, tuple(roomless)
