"""Reads of practice notes: by number, near a slip, one's own, those that wait for a trainer, and how far one came."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, distinct, exists, func, or_, select, true
from sqlalchemy.orm import Session

from clusters.cascade.rules import Level
from clusters.kernel.clock import now, today
from clusters.kernel.errors import NotFound
from clusters.modules.rules import Subject
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.queries import held_on, posts_of, seen_posts
from clusters.people.rules import LEARNERS, OFFICE, TRAINERS
from clusters.scope import Scope
from clusters.structure.models import Place
from clusters.structure.rules import Tree
from clusters.training.models import Invitation, Meeting, SessionTrainer, TrainingSession
from clusters.training.rules import SessionState
from cop.knowledge.models import Passing, PracticeNote, ShowingWish, Trial
from cop.knowledge.rules import GATHERED_WITHIN, OFFERED_FOR, TAUGHT_WITHIN, Audience, Standing, slips
from messaging.consent.queries import silent, silent_people
from messaging.texts.catalogue import DEFAULT_LANGUAGE

EVERYWHERE = Scope.everywhere()
PASSERS = (*OFFICE, *TRAINERS)
"""Who reads notes before they travel, inside their places."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody teaches or trains today, and her subject as far as it is known."""

    training_path: str | None
    admin_path: str | None
    subject: Subject | None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a note came: clusters whose teachers it went to, and teachers who wrote that they tried it."""

    clusters: int
    tried: int


@dataclass(frozen=True, slots=True)
class WaitingNote:
    """A note that waits for a trainer; the author's name only where she wants to be named."""

    id: int
    number: str
    subject: Subject | None
    words: str
    audience: Audience
    author: str | None
    author_id: int | None
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingWish:
    """Somebody of a cluster, whose name nobody needs, wants it to see a note that another one has."""

    id: int
    number: str
    title: str
    words: str
    cluster: str
    training_path: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """A phone that a note goes to; one of two who share it stands for both."""

    person_id: int
    number: str
    language: str
    cluster: str
    invented: bool


def home_of(db: Session, scope: Scope, person_id: int) -> Home:
    """Her post of today, and her subject: of her post, else of the training session she was last invited to."""
    if scope.person_id not in (None, person_id):
        raise NotFound("person", id=person_id)
    day = today(db)
    posts = [post for post in posts_of(db, Scope(person_id, ()), person_id) if post.holds_on(day)]
    subject = next((post.subject for post in posts if post.subject is not None), None)
    if subject is None:
        subject = db.scalar(
            select(TrainingSession.subject)
            .join(Invitation, Invitation.session_id == TrainingSession.id)
            .where(Invitation.person_id == person_id, TrainingSession.starts_at > now(db) - TAUGHT_WITHIN)
            .order_by(TrainingSession.starts_at.desc())
            .limit(1)
        )
    if not posts:
        return Home(None, None, subject)
    return Home(posts[0].training_path, posts[0].admin_path, subject)


def _open_to(scope: Scope) -> ColumnElement[bool]:
    """The predicate of every note that somebody may name: those that travel, and her own."""
    travels = PracticeNote.standing == Standing.PASSED_ON
    return travels if scope.person_id is None else or_(travels, PracticeNote.author_id == scope.person_id)


def by_number(db: Session, scope: Scope, number: str) -> PracticeNote | None:
    """The note of a number that the scope's person may name."""
    return db.scalar(select(PracticeNote).where(PracticeNote.number == number, _open_to(scope)))


def note_of(db: Session, scope: Scope, note_id: int) -> PracticeNote:
    """The same by its id; NotFound when she may not name it any more."""
    found = db.scalar(select(PracticeNote).where(PracticeNote.id == note_id, _open_to(scope)))
    if found is None:
        raise NotFound("note_not_found", note=note_id)
    return found


def own_note(db: Session, scope: Scope, note_id: int) -> PracticeNote:
    """A note by its author; NotFound to everybody else."""
    found = db.get(PracticeNote, note_id)
    if found is None or scope.person_id is None or found.author_id != scope.person_id:
        raise NotFound("note_not_found", note=note_id)
    return found


def near(db: Session, scope: Scope, written: str, most: int = 3) -> list[PracticeNote]:
    """Notes that she may name and whose number is one slip away from what was written."""
    tried = list(slips(written))
    if not tried:
        return []
    found = select(PracticeNote).where(PracticeNote.number.in_(tried), _open_to(scope)).order_by(PracticeNote.number)
    return list(db.scalars(found.limit(most)))


def own_notes(db: Session, scope: Scope) -> list[PracticeNote]:
    """Everything the scope's person wrote, the latest first."""
    own = select(PracticeNote).where(PracticeNote.author_id == scope.person_id)
    return list(db.scalars(own.order_by(PracticeNote.id.desc()))) if scope.person_id is not None else []


def may_read(db: Session, scope: Scope, note: PracticeNote) -> bool:
    """May the scope's person read it? What is for one cluster is read there, and by its author."""
    if note.audience is Audience.SUBJECT or note.author_id == scope.person_id:
        return True
    path = home_of(db, scope, scope.person_id).training_path if scope.person_id is not None else None
    return bool(path and note.training_path and path.startswith(note.training_path))


def draft_of(db: Session, scope: Scope, parent_id: int) -> PracticeNote | None:
    """What the scope's person wrote to grow from a note and has shown to nobody yet."""
    return db.scalar(
        select(PracticeNote)
        .where(
            PracticeNote.author_id == scope.person_id,
            PracticeNote.parent_id == parent_id,
            PracticeNote.standing.in_((Standing.WRITTEN, Standing.KEPT)),
        )
        .order_by(PracticeNote.id.desc())
        .limit(1)
    )


def gathering_of(db: Session, scope: Scope) -> TrainingSession | None:
    """The training session that the scope's person led in the last days, at which people told what they had tried."""
    return db.scalar(
        select(TrainingSession)
        .join(Meeting, Meeting.session_id == TrainingSession.id)
        .join(SessionTrainer, SessionTrainer.session_id == TrainingSession.id)
        .where(
            SessionTrainer.person_id == scope.person_id,
            TrainingSession.level == Level.TEACHER,
            TrainingSession.state.in_((SessionState.PLANNED, SessionState.HELD)),
            Meeting.starts_at.between(now(db) - OFFERED_FOR, now(db)),
        )
        .order_by(Meeting.starts_at.desc())
        .limit(1)
    )


def gatherings_named(db: Session, scope: Scope, limit: int = 12) -> list[tuple[TrainingSession, str]]:
    """Training sessions of teachers in the scope of which a day was in the last weeks, such as the periodic return;
    each with the name of its place."""
    met = (
        exists()
        .where(Meeting.session_id == TrainingSession.id, Meeting.starts_at.between(now(db) - GATHERED_WITHIN, now(db)))
        .correlate(TrainingSession)
    )
    rows = db.execute(
        select(TrainingSession, Place.name)
        .join(Place, Place.id == TrainingSession.place_id)
        .where(
            met,
            TrainingSession.level == Level.TEACHER,
            TrainingSession.state.in_((SessionState.PLANNED, SessionState.HELD)),
            scope.within(TrainingSession.training_path, TrainingSession.admin_path),
        )
        .order_by(TrainingSession.starts_at.desc(), TrainingSession.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def trial_of(db: Session, scope: Scope, note_id: int) -> Trial | None:
    """What the scope's person wrote of trying a note."""
    return db.scalar(select(Trial).where(Trial.note_id == note_id, Trial.person_id == scope.person_id))


def reach(db: Session, scope: Scope, note_id: int) -> Reach:
    """For its author alone: how far it came."""
    note = own_note(db, scope, note_id)
    went = db.scalars(select(Passing.clusters).where(Passing.note_id == note.id))
    others = Trial.person_id != scope.person_id
    tried = db.scalar(select(func.count(distinct(Trial.person_id))).where(Trial.note_id == note.id, others))
    return Reach(len({path for paths in went for path in paths}), tried or 0)


def waiting_notes(db: Session, scope: Scope, limit: int = 20) -> list[WaitingNote]:
    """Notes inside a scope that wait for somebody to read them, the oldest first."""
    statement: Select[*tuple[Any, ...]] = (
        select(PracticeNote, Person.name)
        .outerjoin(Person, Person.id == PracticeNote.author_id)
        .where(
            PracticeNote.standing == Standing.WAITS,
            scope.within(PracticeNote.training_path, PracticeNote.admin_path),
        )
        .order_by(PracticeNote.decided_at, PracticeNote.id)
        .limit(limit)
    )
    return [
        WaitingNote(
            note.id,
            note.number,
            note.subject,
            note.words,
            note.audience or Audience.CLUSTER,
            name if note.named else None,
            note.author_id,
            note.decided_at or note.at,
        )
        for note, name in db.execute(statement)
    ]


def waiting_wishes(db: Session, scope: Scope, limit: int = 20) -> list[WaitingWish]:
    """Wishes of the scope to show a note that still travels to a cluster, the oldest first."""
    rows = db.execute(
        select(
            ShowingWish.id,
            PracticeNote.number,
            PracticeNote.title,
            PracticeNote.words,
            Place.name,
            ShowingWish.training_path,
            ShowingWish.at,
        )
        .join(PracticeNote, PracticeNote.id == ShowingWish.note_id)
        .join(Place, (Place.path == ShowingWish.training_path) & (Place.tree == Tree.TRAINING))
        .where(
            ShowingWish.settled_at.is_(None),
            PracticeNote.standing == Standing.PASSED_ON,
            scope.within(ShowingWish.training_path, ShowingWish.admin_path),
        )
        .order_by(ShowingWish.at, ShowingWish.id)
        .limit(limit)
    )
    return [WaitingWish(*row) for row in rows]


def note_in(db: Session, scope: Scope, note_id: int) -> PracticeNote:
    """A note for somebody who reads it before it travels; NotFound outside the scope."""
    inside = scope.within(PracticeNote.training_path, PracticeNote.admin_path)
    found = db.scalar(select(PracticeNote).where(PracticeNote.id == note_id, inside))
    if found is None:
        raise NotFound("note_not_found", note=note_id)
    return found


def readers(db: Session, scope: Scope, note: PracticeNote, clusters: Collection[str] | None = None) -> list[Reader]:
    """The phones of its audience inside a scope, without its author and without those that want no texts.

    With `clusters` only those who teach in these.
    """
    statement: Select[*tuple[Any, ...]] = (
        select(Person.id, PersonNumber.number, Person.language, Post.training_path, Person.invented)
        .join(Post, Post.person_id == Person.id)
        .join(PersonNumber, PersonNumber.person_id == Person.id)
        .where(
            Post.role.in_(LEARNERS),
            held_on(today(db)),
            PersonNumber.until.is_(None),
            Person.id != (note.author_id or 0),
            seen_posts(scope),
            _addressed(db, note),
            true() if clusters is None else Post.training_path.in_(clusters),
        )
        .order_by(Post.training_path, Person.id)
    )
    rows = db.execute(statement).all()
    mute = silent(db, {row.number for row in rows})
    mutes = silent_people(db, {row.id for row in rows})
    author = set(db.scalars(select(PersonNumber.number).where(PersonNumber.person_id == note.author_id)))
    found: dict[str, Reader] = {}
    for row in rows:
        if row.number not in mute | author and row.id not in mutes:
            language = row.language or DEFAULT_LANGUAGE
            found.setdefault(row.number, Reader(row.id, row.number, language, row.training_path or "", row.invented))
    return list(found.values())


def clusters_of(found: Sequence[Reader]) -> list[str]:
    """The clusters that some readers teach in, in order."""
    return sorted({each.cluster for each in found if each.cluster})


def _addressed(db: Session, note: PracticeNote) -> ColumnElement[bool]:
    """Whom its author wants to show it to."""
    if note.audience is Audience.CLUSTER:
        return Post.training_path.startswith(note.training_path or "?", autoescape=True)
    if note.subject is None:
        return true()
    invited = (
        exists()
        .where(
            Invitation.person_id == Person.id,
            TrainingSession.id == Invitation.session_id,
            TrainingSession.subject == note.subject,
            TrainingSession.starts_at > now(db) - TAUGHT_WITHIN,
        )
        .correlate(Person)
    )
    return or_(Post.subject == note.subject, invited)
