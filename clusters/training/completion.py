"""Which courses a person has completed, and the certificates she asked for; one person at a time, never a list."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from clusters.cascade.models import Round
from clusters.cascade.rules import Level
from clusters.kernel.clock import day_of
from clusters.kernel.errors import NotFound
from clusters.modules.rules import Subject
from clusters.people.models import Person
from clusters.scope import Scope
from clusters.training.models import Certificate, Invitation, TrainingSession
from clusters.training.presence import WHOLE, outcomes
from clusters.training.queries import seen_by
from clusters.training.rules import Outcome


@dataclass(frozen=True, slots=True)
class Course:
    """What a person attended of one subject at one level in one round: days of how many, when the last ended."""

    round_id: int | None
    subject: Subject
    level: Level
    days: int
    attended: int
    ahead: int
    last: datetime

    def completed(self, share: float = WHOLE) -> bool:
        """Did she attend all of its days, or the share that is asked for, with nothing still ahead?"""
        return not self.ahead and self.days > 0 and self.attended >= share * self.days


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate as whoever may see the person reads it."""

    number: str
    person_id: int
    name: str
    subject: Subject
    level: Level
    round: str | None
    completed_on: date
    days: int
    asked_at: datetime
    asked_by: str | None


def courses_of(db: Session, person_id: int, session_id: int) -> list[Course]:
    """What a person attended of the course to which a training session belongs; make-ups count."""
    one = select(
        TrainingSession.round_id, TrainingSession.subject, TrainingSession.level, TrainingSession.makes_up_id
    ).where(TrainingSession.id == session_id)
    row = db.execute(one).one_or_none()
    if row is None:
        return []
    each = outcomes(
        Invitation.person_id == person_id,
        TrainingSession.subject == row.subject,
        TrainingSession.level == row.level,
        TrainingSession.round_id.is_not_distinct_from(row.round_id),
    ).subquery()
    statement: Select[*tuple[Any, ...]] = select(
        each.c.days, each.c.here, each.c.outcome, func.coalesce(each.c.made_up_at, each.c.ends_at)
    )
    seats = [tuple(seat) for seat in db.execute(statement)]
    if not seats:
        return []
    return [
        Course(
            row.round_id,
            row.subject,
            row.level,
            sum(days for days, _, _, _ in seats),
            sum(days if outcome == Outcome.MADE_UP.value else here for days, here, outcome, _ in seats),
            sum(outcome == Outcome.AHEAD.value for _, _, outcome, _ in seats),
            max(ends_at for _, _, _, ends_at in seats),
        )
    ]


def exists_certificate(db: Session, number: str) -> bool:
    """Is a certificate of this number valid? Anybody may ask; nothing else is told."""
    return db.scalar(select(Certificate.id).where(_valid(number))) is not None


def certificate(db: Session, scope: Scope, number: str) -> CertificateRow:
    """A valid certificate; NotFound unless it is the viewer's own or of a course in her scope."""
    asker = select(Person.name).where(Person.id == Certificate.asked_by).correlate(Certificate).scalar_subquery()
    mine = scope.within(Certificate.training_path, Certificate.admin_path)
    if scope.person_id is not None:
        mine = mine | (Certificate.person_id == scope.person_id)
    statement: Select[*tuple[Any, ...]] = (
        select(
            Certificate.number,
            Person.id,
            Person.name,
            Certificate.subject,
            Certificate.level,
            Round.name,
            Certificate.completed_on,
            Certificate.days,
            Certificate.asked_at,
            asker,
        )
        .join(Person, Person.id == Certificate.person_id)
        .outerjoin(Round, Round.id == Certificate.round_id)
        .where(_valid(number), mine)
    )
    found = db.execute(statement).one_or_none()
    if found is None:
        raise NotFound("certificate")
    return CertificateRow(*found)


def last_day(course: Course) -> date:
    """The day on which a course was completed."""
    return day_of(course.last)


def session_of(db: Session, scope: Scope, session_id: int) -> TrainingSession:
    """The training session whose course is asked about; NotFound outside the scope, but for who was invited to it."""
    invited = exists().where(Invitation.session_id == TrainingSession.id, Invitation.person_id == scope.person_id)
    found = db.scalar(select(TrainingSession).where(TrainingSession.id == session_id, or_(seen_by(scope), invited)))
    if found is None:
        raise NotFound("training_session", id=session_id)
    return found


def _valid(number: str) -> Any:
    return (Certificate.number == number.strip().upper()) & Certificate.withdrawn_at.is_(None)
