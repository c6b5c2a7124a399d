"""Builds the world of a block in the database: people, places, training sessions, and what was said before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from clusters.cascade.rules import Level
from clusters.kernel.clock import day_of, now
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.phones import E164
from clusters.people.rules import LEARNERS, PostRole
from clusters.structure.models import Place, Placement, Programme, School
from clusters.structure.rules import PlaceKind, Tree
from clusters.training.models import Booking, Invitation, Meeting, SessionTrainer, TrainingSession
from clusters.training.rules import SessionState
from cop.replay.context import Context, Gathering, Somebody
from messaging.consent.models import OptOut
from messaging.inbound.models import InboundText

FOUNDED = timedelta(days=400)
"""Before the day of the block everything stood already."""
SEEN = timedelta(days=10)
"""Every phone wrote so long ago: none is new, none was silent for long."""
LASTS = timedelta(hours=3)
CAPACITY = 40
AREA = "KP.BANNU."
NOBODYS = "+92389"
"""No network has numbers that begin so: phones of those of whom the context says nothing but a name."""


@dataclass
class World:
    """What stands in the database, by the names that the context gives it."""

    context: Context
    people: dict[str, Person] = field(default_factory=dict)
    """By name; of several of one name the first."""
    at_phone: dict[str, list[Person]] = field(default_factory=dict)
    """By number, in the order of the letters."""
    sessions: dict[str, TrainingSession] = field(default_factory=dict)
    """By code."""
    schools: dict[str, School] = field(default_factory=dict)
    """By EMIS code."""


def build(db: Session, context: Context) -> World:
    """Everything that stands; what was asked and said before comes afterwards."""
    world = World(context)
    since = day_of(now(db)) - FOUNDED
    root = _place(db, PlaceKind.PROGRAMME, "", "Programme", None, since)
    db.add(Programme(id=1, name="Programme", invented=True, languages=["en", "ur"], founded_at=now(db) - FOUNDED))
    block = _place(db, PlaceKind.BLOCK, "B1.", "Block 1", root, since)
    circles, clusters = _circles(db, context, block, since)
    schools = _schools(db, world, list(clusters.values()), since)
    for each in context.people:
        _person(db, world, each)
    homes = _people_of_rosters(db, world, clusters, schools)
    _posts(db, world, homes, root, block, circles, schools, since)
    for gathering in context.sessions:
        _session(db, world, gathering, clusters[gathering.cluster], homes)
    db.flush()
    return world


def _place(db: Session, kind: PlaceKind, path: str, name: str, parent: Place | None, since: date) -> Place:
    row = Place(
        tree=Tree.TRAINING,
        kind=kind,
        parent_id=parent.id if parent else None,
        path=path,
        seat_path=AREA,
        name=name,
        opened_on=since,
    )
    db.add(row)
    db.flush()
    return row


def _circles(db: Session, context: Context, block: Place, since: date) -> tuple[dict[str, Place], dict[str, Place]]:
    """A circle for every trainer, by her name, and the clusters of her training sessions in it, by theirs."""
    circles: dict[str, Place] = {}
    clusters: dict[str, Place] = {}
    trainers = [each.name for each in context.people if each.post is PostRole.CIRCLE_TRAINER]
    for name in dict.fromkeys((*trainers, *(each.trainer or "" for each in context.sessions), "")):
        number = len(circles) + 1
        circles[name] = _place(db, PlaceKind.CIRCLE, f"{block.path}C{number:02}.", f"Circle {number}", block, since)
    for gathering in context.sessions:
        if gathering.cluster not in clusters:
            circle = circles[gathering.trainer or ""]
            path = f"{circle.path}L{len(clusters) + 1}."
            clusters[gathering.cluster] = _place(db, PlaceKind.CLUSTER, path, gathering.cluster, circle, since)
    if not clusters:
        circle = next(iter(circles.values()))
        clusters["LTRC"] = _place(db, PlaceKind.CLUSTER, f"{circle.path}L1.", "LTRC", circle, since)
    return circles, clusters


def _schools(db: Session, world: World, clusters: list[Place], since: date) -> dict[str, list[School]]:
    """Schools by the path of their cluster: those of the context one after another, and one more in each."""
    found: dict[str, list[School]] = {cluster.path: [] for cluster in clusters}
    for number, (code, name) in enumerate(dict(world.context.schools).items()):
        cluster = clusters[number % len(clusters)]
        world.schools[code] = _school(db, cluster, code, name)
        found[cluster.path].append(world.schools[code])
    for number, cluster in enumerate(clusters, start=1):
        found[cluster.path].append(_school(db, cluster, f"LTRC-{number}", f"GPS {cluster.name}"))
    db.flush()
    for cluster in clusters:
        cluster.host_school_id = found[cluster.path][-1].id
        for school in found[cluster.path]:
            stay = Range(since, None)
            db.add(Placement(school_id=school.id, place_id=cluster.id, tree=Tree.TRAINING, during=stay))
    return found


def _school(db: Session, cluster: Place, code: str, name: str) -> School:
    row = School(code=code, name=name, training_path=cluster.path, admin_path=AREA, invented=True)
    db.add(row)
    return row


def _person(db: Session, world: World, each: Somebody) -> Person:
    row = Person(
        name=each.name,
        name_key=each.name.lower().replace(" ", ""),
        language=each.language,
        invented=True,
        registered_at=now(db) - FOUNDED,
    )
    db.add(row)
    world.people.setdefault(each.name, row)
    if each.phone is None or not E164.fullmatch(each.phone):
        return row
    db.flush()
    shared = world.at_phone.setdefault(each.phone, [])
    shared.append(row)
    db.add(PersonNumber(person_id=row.id, number=each.phone, since=now(db) - FOUNDED))
    if len(shared) == 1:
        _was_heard(db, each.phone, now(db) - SEEN)
        if each.opted_out:
            db.add(OptOut(number=each.phone, at=now(db) - timedelta(days=1), source="text"))
    db.flush()
    return row


def _was_heard(db: Session, number: str, at: datetime) -> None:
    db.add(
        InboundText(
            channel="rehearsal",
            provider_id=f"before-{number}",
            number=number,
            body="shukriya",
            received_at=at,
            state="acknowledged",
            rule="thanks or a greeting\nnothing is asked",
            read_at=at,
        )
    )


def _people_of_rosters(
    db: Session, world: World, clusters: dict[str, Place], schools: dict[str, list[School]]
) -> dict[int, School]:
    """Who stands on a roster and is no person of the context becomes one with some phone; the school of each."""
    homes: dict[int, School] = {}
    others: list[Person] = []
    db.flush()
    for each, person in _described(world):
        if each.school in world.schools:
            homes[person.id] = world.schools[each.school]
    for gathering in world.context.sessions:
        for name in (*gathering.roster, *([gathering.trainer] if gathering.trainer else [])):
            if name not in world.people:
                row = Person(
                    name=name,
                    name_key=name.lower().replace(" ", ""),
                    invented=True,
                    registered_at=now(db) - FOUNDED,
                )
                db.add(row)
                world.people[name] = row
                others.append(row)
    db.flush()
    for number, row in enumerate(others):
        db.add(PersonNumber(person_id=row.id, number=f"{NOBODYS}{number:07}", since=now(db) - FOUNDED))
    db.flush()
    for gathering in world.context.sessions:
        there = schools[clusters[gathering.cluster].path]
        for place, name in enumerate(gathering.roster):
            homes.setdefault(world.people[name].id, there[place % len(there)])
    return homes


def _posts(
    db: Session,
    world: World,
    homes: dict[int, School],
    root: Place,
    block: Place,
    circles: dict[str, Place],
    schools: dict[str, list[School]],
    since: date,
) -> None:
    """Teachers at their schools, trainers at their circle or block, whoever manages everywhere."""
    somewhere = next(iter(schools.values()))[0]
    leaders = {each.trainer for each in world.context.sessions}
    given = [(person, each.post) for each, person in _described(world)]
    described = {person.id for person, _ in given}
    for name, person in world.people.items():
        if person.id not in described:
            given.append((person, PostRole.CIRCLE_TRAINER if name in leaders else PostRole.TEACHER))
    for person, role in given:
        post = Post(person_id=person.id, role=role, during=Range(since, None))
        if role in LEARNERS or role is PostRole.FACILITATOR:
            school = homes.get(person.id, somewhere)
            post.school_id, post.training_path, post.admin_path = school.id, school.training_path, school.admin_path
        else:
            place = root
            if role is PostRole.CIRCLE_TRAINER:
                place = circles.get(person.name, circles[""])
            elif role is PostRole.MASTER_TRAINER:
                place = block
            post.place_id, post.training_path, post.admin_path = place.id, place.path, AREA
        db.add(post)


def _described(world: World) -> Iterable[tuple[Somebody, Person]]:
    """The people of the context with their rows; several on one phone may have one name."""
    seen: dict[str, int] = {}
    for each in world.context.people:
        if each.phone in world.at_phone:
            place = seen.get(each.phone or "", 0)
            seen[each.phone or ""] = place + 1
            yield each, world.at_phone[each.phone or ""][place]
        else:
            yield each, world.people[each.name]


def _session(db: Session, world: World, gathering: Gathering, cluster: Place, homes: dict[int, School]) -> None:
    ends = gathering.start + LASTS
    row = TrainingSession(
        code=gathering.code,
        level=Level.TEACHER,
        subject=gathering.subject,
        place_id=cluster.id,
        training_path=cluster.path,
        admin_path=AREA,
        venue=gathering.venue,
        starts_at=gathering.start,
        ends_at=ends,
        capacity=max(CAPACITY, len(gathering.roster)),
        state=SessionState.PLANNED,
    )
    db.add(row)
    db.flush()
    world.sessions[gathering.code] = row
    db.add(Meeting(session_id=row.id, day=1, starts_at=gathering.start, ends_at=ends))
    if gathering.trainer:
        _lead(db, row, world.people[gathering.trainer])
    invited: set[int] = set()
    for number, name in enumerate(gathering.roster, start=1):
        person = world.people[name]
        if person.id in invited:  # two of one name are two people
            person = Person(name=name, name_key=person.name_key, invented=True, registered_at=now(db) - FOUNDED)
            db.add(person)
            db.flush()
        invited.add(person.id)
        home = homes.get(person.id)
        db.add(Invitation(session_id=row.id, person_id=person.id, school_id=home.id if home else None, row=number))
    db.flush()


def _lead(db: Session, row: TrainingSession, leader: Person) -> None:
    db.add(SessionTrainer(session_id=row.id, person_id=leader.id))
    day = day_of(row.starts_at)
    taken = select(Booking.id).where(Booking.person_id == leader.id, Booking.day == day)
    if db.scalar(taken) is None:
        db.add(Booking(session_id=row.id, person_id=leader.id, day=day))
