"""Fills schools and places with invented people, in bulk, wherever nobody stands yet."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import ColumnElement, Exists, exists, select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.bulk import add, fresh_ids
from clusters.kernel.clock import now, today
from clusters.kernel.errors import Invalid, NotAllowed
from clusters.kernel.facts import note
from clusters.modules.rules import Subject
from clusters.people.facts import PostsChanged
from clusters.people.inventing import MOST_AT_A_SCHOOL, Invented, Numbers, head_counts, staff, trainer
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.names import name_key
from clusters.people.queries import held_on
from clusters.people.rules import LEARNERS, PostRole
from clusters.scope import Scope
from clusters.structure.models import Place, School
from clusters.structure.rules import PlaceKind

EACH_SUBJECT: tuple[Subject | None, ...] = tuple(Subject)
TEAMS: dict[PlaceKind, tuple[PostRole, tuple[Subject | None, ...]]] = {
    PlaceKind.CIRCLE: (PostRole.CIRCLE_TRAINER, (*EACH_SUBJECT, None)),
    PlaceKind.BLOCK: (PostRole.MASTER_TRAINER, (*EACH_SUBJECT, *EACH_SUBJECT)),
    PlaceKind.PROGRAMME: (PostRole.CORE_TEAM, (None,) * 6),
}
"""Who trains at a place, by subject: None takes them all, so that there is somebody when another drops out."""


@dataclass(frozen=True, slots=True)
class Filled:
    """How many people were invented, and how many of the teachers no text reaches or share a number."""

    teachers: int
    circle_trainers: int
    master_trainers: int
    core_team: int
    without_phone: int
    sharing_a_phone: int

    @property
    def people(self) -> int:
        """All of them."""
        return self.teachers + self.circle_trainers + self.master_trainers + self.core_team


def fill(
    db: Session, scope: Scope, seed: int, teachers_per_school: float = 1.4, from_date: date | None = None
) -> Filled:
    """Invent teachers for every school without one, and trainers for every circle, block and programme without any.

    All are flagged invented; the same seed on the same schools invents the same people. Done twice it adds nobody.
    """
    if not scope.covers("", None, (PostRole.ADMINISTRATOR,)):
        raise NotAllowed("may_not_fill")
    if not 1 <= teachers_per_school <= MOST_AT_A_SCHOOL:
        raise Invalid("teachers_per_school", given=teachers_per_school, most=MOST_AT_A_SCHOOL)
    rng = Random(seed)
    numbers = Numbers(rng, frozenset(db.scalars(select(PersonNumber.number))))
    teachers = _teachers(db, rng, teachers_per_school)
    reached = numbers.for_teachers(len(teachers))
    teams = {kind: _team(db, rng, kind) for kind in TEAMS}
    trainers = [somebody for team in teams.values() for somebody in team]
    _write(db, [*teachers, *trainers], [*reached, *(numbers.new() for _ in trainers)], from_date or today(db))
    answering = Counter(reached)
    filled = Filled(
        teachers=len(teachers),
        circle_trainers=len(teams[PlaceKind.CIRCLE]),
        master_trainers=len(teams[PlaceKind.BLOCK]),
        core_team=len(teams[PlaceKind.PROGRAMME]),
        without_phone=answering.pop(None, 0),
        sharing_a_phone=sum(many for many in answering.values() if many > 1),
    )
    record(db, "filled in", "person", new=asdict(filled))
    note(db, PostsChanged(None))
    return filled


@dataclass(frozen=True, slots=True)
class _Held:
    """An invented person with the post she will hold, as columns of the table."""

    person: Invented
    post: dict[str, Any]


def _teachers(db: Session, rng: Random, mean: float) -> list[_Held]:
    """In the order of clusters and codes, so that neighbours in the list are neighbours."""
    query = (
        select(School.id, School.gender, School.training_path, School.admin_path)
        .where(~_somebody(db, Post.school_id == School.id, *LEARNERS).correlate(School))
        .order_by(School.training_path, School.code)
    )
    schools = db.execute(query).all()
    held = []
    for school, count in zip(schools, head_counts(rng, len(schools), mean), strict=True):
        post = {
            "role": PostRole.TEACHER,
            "subject": None,
            "school_id": school.id,
            "place_id": None,
            "training_path": school.training_path,
            "admin_path": school.admin_path,
        }
        held += [_Held(person, post) for person in staff(rng, school.gender, count)]
    return held


def _team(db: Session, rng: Random, kind: PlaceKind) -> list[_Held]:
    role, subjects = TEAMS[kind]
    query = (
        select(Place.id, Place.path, Place.seat_path)
        .where(
            Place.kind == kind,
            Place.closed_on.is_(None),
            ~_somebody(db, Post.place_id == Place.id, role).correlate(Place),
        )
        .order_by(Place.path)
    )
    return [
        _Held(
            trainer(rng),
            {
                "role": role,
                "subject": subject,
                "school_id": None,
                "place_id": place.id,
                "training_path": place.path,
                "admin_path": place.seat_path,
            },
        )
        for place in db.execute(query).all()
        for subject in subjects
    ]


def _somebody(db: Session, there: ColumnElement[bool], *roles: PostRole) -> Exists:
    return exists().where(there, Post.role.in_(roles), held_on(today(db)))


def _write(db: Session, held: Sequence[_Held], reached: Sequence[str | None], begins: date) -> None:
    if not held:
        return
    ids = fresh_ids(db, Person, len(held))
    rows = [
        {
            "id": person_id,
            "name": each.person.name,
            "name_key": name_key(each.person.name),
            "gender": each.person.gender,
            "language": each.person.language,
            "invented": True,
            "registered_at": now(db),
        }
        for person_id, each in zip(ids, held, strict=True)
    ]
    add(db, Person, list(rows[0]), rows)
    during = f"[{begins},)"
    posts = [{**each.post, "person_id": person_id, "during": during} for person_id, each in zip(ids, held, strict=True)]
    add(db, Post, list(posts[0]), posts)
    numbers = [
        {"person_id": person_id, "number": number, "since": now(db)}
        for person_id, number in zip(ids, reached, strict=True)
        if number is not None
    ]
    add(db, PersonNumber, ("person_id", "number", "since"), numbers)
