"""A certificate is written because its person asked for it; who wrote her wish down and when is kept."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, NotAllowed
from clusters.people.models import Person
from clusters.scope import Scope
from clusters.training.actions.finding import leads
from clusters.training.actions.seating import LIST_KEEPERS
from clusters.training.completion import courses_of, last_day, session_of
from clusters.training.models import Certificate
from clusters.training.presence import WHOLE

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without signs that are read for one another."""


def ask_certificate(db: Session, scope: Scope, session_id: int, person_id: int, share: float = WHOLE) -> str:
    """Write a certificate for the course of a training session; returns its number, of old if there is one.

    The person asks herself, or her trainer or office writes her wish down. Conflict: the course is not completed.
    """
    session = session_of(db, scope, session_id)
    office = scope.covers(session.training_path, session.admin_path, LIST_KEEPERS) or leads(db, scope, session_id)
    if scope.person_id != person_id and not office:
        raise NotAllowed("training_session_change", code=session.code)
    found = courses_of(db, person_id, session_id)
    if not found or not found[0].completed(share):
        course = found[0] if found else None
        raise Conflict(
            "course_not_completed", attended=course.attended if course else 0, days=course.days if course else 0
        )
    course = found[0]
    # Of two who write her wish down at once the second waits here and then finds the certificate of the first.
    db.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    known = db.scalar(
        select(Certificate.number).where(
            Certificate.person_id == person_id,
            Certificate.round_id.is_not_distinct_from(course.round_id),
            Certificate.subject == course.subject,
            Certificate.level == course.level,
            Certificate.withdrawn_at.is_(None),
        )
    )
    if known is not None:
        return known
    number = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
    db.add(
        Certificate(
            number=number,
            person_id=person_id,
            round_id=course.round_id,
            subject=course.subject,
            level=course.level,
            training_path=session.training_path,
            admin_path=session.admin_path,
            completed_on=last_day(course),
            days=course.days,
            asked_at=now(db),
            asked_by=scope.person_id,
        )
    )
    db.flush()
    record(db, "certificate asked for", "person", person_id, new={"subject": course.subject.value})
    return number
