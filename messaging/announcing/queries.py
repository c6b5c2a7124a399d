"""Whom an announcement would reach, what it would say there, how far it has come; everything through the scope."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, and_, cast, exists, func, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from clusters.kernel.clock import now, today
from clusters.kernel.errors import NotAllowed, NotFound
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.queries import held_on, seen_posts
from clusters.scope import Scope
from clusters.structure.models import Place, School
from clusters.structure.queries import place
from clusters.structure.rules import Tree
from clusters.training.models import Invitation, SessionTrainer
from clusters.training.queries import training_session
from messaging.announcing.hearing import heard_and_not
from messaging.announcing.models import Announcement
from messaging.announcing.rules import (
    ANNOUNCERS,
    COUNTED,
    Outcome,
    Recipient,
    Standing,
    Target,
    Whom,
    Wording,
    fingerprint,
    lapsed,
    needs_second,
    starts_at,
)
from messaging.outbox.models import Message, Subject
from messaging.outbox.queries import FAILED, GONE, IN_DOUBT, WAITING, counted, seen_by
from messaging.outbox.rules import State
from messaging.texts.catalogue import DEFAULT_LANGUAGE
from messaging.texts.segments import Measure, costly, measure

SURELY_NOT = (State.REJECTED, State.EXPIRED)
"""No channel ever took such a text, and nobody took it back: these are the rest that may be sent anew."""
SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody among those addressed; `at` is her school or place."""

    person_id: int
    name: str
    at: str
    number: str | None
    language: str
    invented: bool


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody addressed, in an order that stays, and the places that decide who may see the announcement."""

    named: tuple[Named, ...]
    training_path: str | None
    admin_path: str | None
    until: datetime | None = None
    """When a text to them is of no more use."""

    @property
    def without_phone(self) -> int:
        """Persons whom no number reaches."""
        return sum(1 for each in self.named if each.number is None)

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Phones with the persons they reach, by number."""
        at: defaultdict[str, list[Named]] = defaultdict(list)
        for each in self.named:
            if each.number is not None:
                at[each.number].append(each)
        return tuple(
            Recipient(
                number,
                tuple(sorted({each.person_id for each in some})),
                min(some, key=lambda each: each.person_id).language,
                all(each.invented for each in some),
            )
            for number, some in sorted(at.items())
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One wording of an announcement with the phones that get it; `dear` characters make it the long alphabet."""

    language: str
    text: str
    phones: int
    size: Measure
    dear: tuple[str, ...]

    @property
    def segments(self) -> int:
        """What is paid for."""
        return self.phones * self.size.segments


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go out, and whom it would not reach; `fingerprint` stands for who, what and when."""

    parts: tuple[Part, ...]
    people: int
    without_phone: int
    silent: int
    """Persons who asked for silence, or whose phone did: nothing goes there."""
    invented: int
    """Phones of invented people, which no real route takes."""
    samples: tuple[Named, ...]
    starts_at: datetime
    fingerprint: str
    texted_alone: int
    """Texts that the author sent alone shortly before."""

    @property
    def texts(self) -> int:
        """Phones that get one."""
        return sum(part.phones for part in self.parts)

    @property
    def segments(self) -> int:
        """What is paid for."""
        return sum(part.segments for part in self.parts)

    @property
    def needs_second(self) -> bool:
        """Must somebody else approve it?"""
        return needs_second(self.texts, self.texted_alone)


@dataclass(frozen=True, slots=True)
class Known:
    """An announcement as it stands."""

    id: int
    subject: tuple[str, int]
    author_id: int | None
    author: str | None
    asked_at: datetime
    whom: Whom
    wording: Wording
    not_before: datetime | None
    fingerprint: str
    people: int
    texts: int
    segments: int
    standing: Standing
    released_at: datetime | None
    starts_at: datetime | None
    decided_by: int | None
    decider: str | None
    decided_at: datetime | None
    why: str | None
    undone_at: datetime | None
    training_path: str | None
    admin_path: str | None

    def held(self, at: datetime) -> bool:
        """Is its hold not over yet, so that undoing it leaves no trace with anybody?"""
        return self.standing is Standing.RELEASED and self.starts_at is not None and at < self.starts_at

    def lapsed(self, at: datetime) -> bool:
        """Did nobody decide on it in time?"""
        return self.standing is Standing.WAITING and lapsed(self.asked_at, at)


def audience(db: Session, scope: Scope, whom: Whom) -> Audience:
    """Who is addressed; NotFound outside the scope, NotAllowed to who may not text many there."""
    if whom.target is Target.SESSION:
        return _list_of(db, scope, whom.id)
    if whom.target is Target.PLACE:
        return _people_in(db, scope, whom)
    return _rest_of(db, scope, whom.id)


def before_sending(
    db: Session, scope: Scope, whom: Whom, wording: Wording, not_before: datetime | None = None
) -> Preview:
    """What goes out when this is announced now; nothing is written."""
    found = audience(db, scope, whom)
    recipients = found.recipients
    loud, quiet = heard_and_not(db, recipients)
    parts = []
    for language, text in wording.texts.items():
        phones = sum(1 for each in loud if wording.language_for(each.language) == language)
        parts.append(Part(language, text, phones, measure(text), costly(text)))
    return Preview(
        parts=tuple(parts),
        people=len({person for each in loud for person in each.person_ids}),
        without_phone=found.without_phone,
        silent=len(quiet),
        invented=sum(1 for each in loud if each.invented),
        samples=_samples(found.named),
        starts_at=starts_at(now(db), not_before),
        fingerprint=fingerprint(recipients, wording, not_before),
        texted_alone=texted_alone(db, scope, not_before),
    )


def texted_alone(db: Session, scope: Scope, not_before: datetime | None = None) -> int:
    """How many texts the scope's person let go within a day without a second one, or lets go within a day of what
    goes not before an hour; nobody is the command line.

    What was undone before anything of it could go does not count.
    """
    author, starts = Announcement.author_id, starts_at(now(db), not_before)
    return (
        db.scalar(
            select(cast(func.sum(Announcement.texts), BigInteger)).where(
                author.is_(None) if scope.person_id is None else author == scope.person_id,
                Announcement.alone,
                or_(
                    Announcement.standing == Standing.RELEASED,
                    and_(Announcement.standing == Standing.UNDONE, Announcement.undone_at >= Announcement.starts_at),
                ),
                or_(
                    Announcement.released_at > now(db) - COUNTED,
                    and_(Announcement.starts_at > starts - COUNTED, Announcement.starts_at < starts + COUNTED),
                ),
            )
        )
        or 0
    )


def announcement(db: Session, scope: Scope, announcement_id: int) -> Known:
    """One announcement; NotFound outside the scope."""
    row = db.execute(_known(scope).where(Announcement.id == announcement_id)).one_or_none()
    if row is None:
        raise NotFound("announcement_not_found", id=announcement_id)
    return _read(row)


def announcements(db: Session, scope: Scope, limit: int = 10) -> list[Known]:
    """The latest announcements inside the scope, newest first."""
    rows = db.execute(_known(scope).order_by(Announcement.asked_at.desc(), Announcement.id.desc()).limit(limit))
    return [_read(row) for row in rows]


def outcome(db: Session, scope: Scope, known: Known) -> Outcome:
    """What became of the texts of an announcement; nothing of one outside the scope."""
    kind, number = known.subject
    row = db.execute(
        select(
            counted(GONE),
            counted(IN_DOUBT),
            counted(tuple(state for state in FAILED if state not in SURELY_NOT)),
            counted(SURELY_NOT),
            counted(WAITING),
            counted((State.SUPPRESSED,)),
            counted((State.CANCELLED,)),
        )
        .join(Subject, (Subject.kind == Message.subject_kind) & (Subject.id == Message.subject_id))
        .where(Message.subject_kind == kind, Message.subject_id == number, seen_by(scope))
    ).one()
    return Outcome(*row)


def may_announce(scope: Scope, training_path: str | None, admin_path: str | None) -> bool:
    """May the holder of this scope text many at these paths?"""
    return scope.covers(training_path, admin_path, ANNOUNCERS)


def _list_of(db: Session, scope: Scope, session_id: int) -> Audience:
    """Everybody invited to a training session."""
    found = training_session(db, scope, session_id)
    if not may_announce(scope, found.training_path, found.admin_path) and not _leads(db, scope, session_id):
        raise NotAllowed("may_not_announce")
    rows = db.execute(
        _addressed(Invitation, Invitation.person_id, func.coalesce(School.name, ""))
        .outerjoin(School, School.id == Invitation.school_id)
        .where(Invitation.session_id == session_id)
        .order_by(Invitation.row)
    )
    until = found.starts_at if found.starts_at > now(db) else None
    return Audience(_named(rows), found.training_path, found.admin_path, until)


def _people_in(db: Session, scope: Scope, whom: Whom) -> Audience:
    """Who holds one of the posts inside a place today."""
    of = place(db, scope, whom.id)
    training = of.path if of.tree is Tree.TRAINING else None
    if not may_announce(scope, training, of.seat_path):
        raise NotAllowed("may_not_announce")
    path = Post.training_path if of.tree is Tree.TRAINING else Post.admin_path
    inside: ColumnElement[bool] = path.startswith(of.path, autoescape=True) if of.path else true()
    rows = db.execute(
        _addressed(Post, Post.person_id, func.coalesce(School.name, Place.name, ""))
        .outerjoin(School, School.id == Post.school_id)
        .outerjoin(Place, Place.id == Post.place_id)
        .where(Post.role.in_(whom.roles), held_on(today(db)), inside, seen_posts(scope))
        .order_by(Person.id, Post.id)
    )
    return Audience(_named(rows), training, of.seat_path)


def _rest_of(db: Session, scope: Scope, announcement_id: int) -> Audience:
    """Persons of an announcement, or of one to its rest, to whom surely nothing of it went."""
    first = announcement(db, scope, announcement_id)
    if not may_announce(scope, first.training_path, first.admin_path) and first.author_id != scope.person_id:
        raise NotAllowed("may_not_announce")
    other = aliased(Announcement)
    root = db.scalar(select(func.coalesce(Announcement.root_id, Announcement.id)).where(Announcement.id == first.id))
    said = (
        select(Message.person_id, Message.state)
        .join(other, and_(other.subject_kind == Message.subject_kind, other.subject_id == Message.subject_id))
        .where(or_(other.id == root, other.root_id == root), Message.person_id != 0)
        .subquery()
    )
    reached = exists().where(
        said.c.person_id == Person.id, said.c.state.not_in([*SURELY_NOT, State.CANCELLED, State.SUPPRESSED])
    )
    missed = exists().where(said.c.person_id == Person.id, said.c.state.in_(SURELY_NOT))
    rows = db.execute(select(*_columns(Person.id, literal(""))).where(missed, ~reached).order_by(Person.id))
    return Audience(_named(rows), first.training_path, first.admin_path)


def _leads(db: Session, scope: Scope, session_id: int) -> bool:
    leads = exists().where(SessionTrainer.session_id == session_id, SessionTrainer.person_id == scope.person_id)
    return scope.person_id is not None and bool(db.scalar(select(leads)))


def _addressed(
    table: type[Invitation] | type[Post], person_id: InstrumentedAttribute[int], at: ColumnElement[str]
) -> Select[*tuple[Any, ...]]:
    return select(*_columns(person_id, at)).select_from(table).join(Person, Person.id == person_id)


def _columns(person_id: InstrumentedAttribute[int], at: ColumnElement[str]) -> tuple[Any, ...]:
    """What `Named` holds, with the number that was given last."""
    latest = (
        select(PersonNumber.number)
        .where(PersonNumber.person_id == person_id, PersonNumber.until.is_(None))
        .order_by(PersonNumber.since.desc(), PersonNumber.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (cast(Person.id, BigInteger), Person.name, at, latest, Person.language, Person.invented)


def _named(rows: Iterable[Any]) -> tuple[Named, ...]:
    """Each person once, at the first of her posts."""
    found: dict[int, Named] = {}
    for row in rows:
        person_id, name, at, number, language, invented = row
        found.setdefault(person_id, Named(person_id, name, at, number, language or DEFAULT_LANGUAGE, invented))
    return tuple(found.values())


def _samples(named: Sequence[Named]) -> tuple[Named, ...]:
    """A few of them, spread over the whole list."""
    step = max(1, len(named) // SAMPLES)
    return tuple(named[::step][:SAMPLES])


def _known(scope: Scope) -> Select[*tuple[Any, ...]]:
    author, decider = aliased(Person), aliased(Person)
    return (
        select(
            Announcement,
            author.name.label("author"),
            decider.name.label("decider"),
            Subject.training_path,
            Subject.admin_path,
        )
        .join(Subject, and_(Subject.kind == Announcement.subject_kind, Subject.id == Announcement.subject_id))
        .outerjoin(author, author.id == Announcement.author_id)
        .outerjoin(decider, decider.id == Announcement.decided_by)
        .where(_seen(scope))
    )


def _seen(scope: Scope) -> ColumnElement[bool]:
    """Inside the places, or her own."""
    inside = seen_by(scope)
    return inside if scope.person_id is None else or_(inside, Announcement.author_id == scope.person_id)


def _read(row: Row[Any]) -> Known:
    made: Announcement = row.Announcement
    return Known(
        id=made.id,
        subject=(made.subject_kind, made.subject_id),
        author_id=made.author_id,
        author=row.author,
        asked_at=made.asked_at,
        whom=Whom.of(made.whom),
        wording=Wording.of(made.wording),
        not_before=made.not_before,
        fingerprint=made.fingerprint,
        people=made.people,
        texts=made.texts,
        segments=made.segments,
        standing=made.standing,
        released_at=made.released_at,
        starts_at=made.starts_at,
        decided_by=made.decided_by,
        decider=row.decider,
        decided_at=made.decided_at,
        why=made.why,
        undone_at=made.undone_at,
        training_path=row.training_path,
        admin_path=row.admin_path,
    )
