"""Once a term those who let ties be kept are asked whom they turned to; once ever, others are asked to take part.

Both come on a day after a training session that was held and that they were at, to phones of their own, and at most to
so many persons a day; whoever stands behind them is asked on a later day.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, aliased

from clusters.kernel.clock import midnight, now, today
from clusters.scope import Scope
from clusters.training.models import Attendance, AttendanceReport, Invitation, TrainingSession
from clusters.training.rules import Answer, Mark, SessionState
from cop.consent.models import Decision
from cop.consent.reaching import Reached, reached
from cop.consent.rules import Purpose
from cop.ties.actions import ask
from cop.ties.models import Nomination, PeerRound
from cop.ties.rules import ASKED_A_DAY, term_begins, term_of
from messaging.outbox.actions import About, Draft, about_all, enqueue
from messaging.outbox.models import Subject
from messaging.outbox.rules import TextClass

JOINING = "peer_join"
"""Kind of the subject of the text that asks somebody to take part: one for each person, which stays, so that nobody is
asked twice; it stands at no place."""
USEFUL = timedelta(days=3)
"""An invitation that could not go for so long goes no more, and is not made again."""


def ask_round(db: Session, most: int = ASKED_A_DAY) -> int:
    """Ask those whose first training session of the term in a subject was held before today; how many persons.

    One question a day and person. Who said yes today is asked tomorrow at the earliest.
    """
    due = _after_a_session(db)
    asked = (
        exists().where(
            PeerRound.person_id == Invitation.person_id,
            PeerRound.term == term_of(today(db)),
            PeerRound.subject == TrainingSession.subject,
        ),
        exists().where(
            Nomination.person_id == Invitation.person_id,
            Nomination.term == term_of(today(db)),
            Nomination.subject == TrainingSession.subject,
            Nomination.removed_at.is_(None),
        ),
    )
    willing = exists().where(
        Decision.person_id == Invitation.person_id,
        Decision.purpose == Purpose.TIES,
        Decision.about == 0,
        Decision.ended_at.is_(None),
        Decision.granted,
        Decision.at < midnight(today(db)),
    )
    rows = db.execute(
        select(Invitation.person_id, TrainingSession.id)
        .join(TrainingSession, TrainingSession.id == Invitation.session_id)
        .where(due, willing, *(~each for each in asked))
        .order_by(TrainingSession.ends_at, TrainingSession.id, Invitation.person_id)
    ).all()
    first = dict(reversed([(row[0], row[1]) for row in rows]))
    wanted = _alone(db, dict.fromkeys(row[0] for row in rows))
    put = (each for each in wanted if ask(db, Scope(each.person_id, ()), first[each.person_id]))
    return sum(1 for _ in islice(put, most))


def ask_to_join(db: Session, most: int = ASKED_A_DAY) -> int:
    """Ask, once ever, those to take part who were at a training session and never said yes or no; how many persons.

    No digit answers it, only the word itself: a reply to something else says nothing about ties.
    """
    said = exists().where(Decision.person_id == Invitation.person_id, Decision.purpose == Purpose.TIES)
    before = exists().where(Subject.kind == JOINING, Subject.id == Invitation.person_id)
    rows = db.execute(
        select(Invitation.person_id)
        .join(TrainingSession, TrainingSession.id == Invitation.session_id)
        .where(_after_a_session(db), ~said, ~before)
        .order_by(TrainingSession.ends_at, TrainingSession.id, Invitation.person_id)
    )
    people = list(islice(_alone(db, dict.fromkeys(row[0] for row in rows)), most))
    about_all(db, JOINING, [About(each.person_id) for each in people])
    return enqueue(db, (_invitation(each, now(db)) for each in people))


def _invitation(to: Reached, at: datetime) -> Draft:
    return Draft(
        JOINING,
        to.person_id,
        1,
        to.person_id,
        to.number,
        JOINING,
        TextClass.BULK,
        "peers_invited",
        {},
        to.language,
        at,
        at + USEFUL,
        invented=to.invented,
    )


def _alone(db: Session, people: Iterable[int]) -> Iterable[Reached]:
    """Those of them, in their order, whom a text reaches on a phone that nobody shares."""
    wanted = list(people)
    found = reached(db, wanted)
    return (found[each] for each in wanted if each in found and not found[each].shared)


def _after_a_session(db: Session) -> ColumnElement[bool]:
    """A training session of this term that was held before today, and at which the invited person was.

    By the report that counts; while there is none with names, everybody invited who did not say no.
    """
    report = aliased(AttendanceReport)
    named = and_(report.session_id == TrainingSession.id, report.counts, report.headcount.is_(None))
    marked = (
        exists()
        .where(Attendance.report_id == report.id, Attendance.invitation_id == Invitation.id)
        .where(named, Attendance.mark != Mark.AWAY)
    )
    reported = exists().where(named)
    came = marked | (~reported & Invitation.answer.is_distinct_from(Answer.NO))
    day = today(db)
    return and_(
        TrainingSession.state == SessionState.HELD,
        TrainingSession.ends_at >= midnight(term_begins(day)),
        TrainingSession.ends_at < midnight(day),
        came,
    )
