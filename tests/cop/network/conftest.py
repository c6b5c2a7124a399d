"""A small district whose teachers give ties: two clusters of one circle, and one of another."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from clusters.kernel.clock import now, today
from clusters.kernel.unit import UnitOfWork
from clusters.people.models import Person
from clusters.structure.models import Place
from clusters.training.models import Attendance, AttendanceReport, Invitation
from clusters.training.rules import Mark, SessionState
from cop.consent.actions import decide
from cop.consent.rules import Purpose
from cop.network.graph import Span
from cop.reactions import REACTIONS
from cop.ties.models import Tie
from cop.ties.rules import TieKind, term_of
from tests import build


@dataclass
class District:
    """Its clusters, and the teachers of each, who all said yes unless told otherwise."""

    clusters: list[Place]
    teachers: list[list[Person]]


def say(db: Session, who: Person, granted: bool = True) -> None:
    """Somebody says yes or no to her ties being kept."""
    decide(db, who.id, Purpose.TIES, granted, "test")


def give(db: Session, giver: Person, taker: Person, days_ago: float = 10, kind: TieKind = TieKind.EXCHANGED) -> Tie:
    """A tie as it is kept when something happened."""
    count = db.query(Tie).count()
    tie = Tie(
        from_id=giver.id,
        to_id=taker.id,
        kind=kind,
        subject=None,
        term=term_of(today(db)),
        event_id=1000 + count,
        at=now(db) - timedelta(days=days_ago),
    )
    db.add(tie)
    db.flush()
    return tie


def meet(db: Session, place: Place, who: list[Person], days_ago: int = 30, away: int = 0) -> None:
    """A training session that was held and reported: all came but the last `away`."""
    day = today(db) - timedelta(days=days_ago)
    held = build.training_session(db, place, day=day, invited=who, state=SessionState.HELD)
    report = AttendanceReport(session_id=held.id, version=1, at=now(db), source="text", counts=True)
    db.add(report)
    db.flush()
    rows = db.query(Invitation).filter_by(session_id=held.id).order_by(Invitation.row).all()
    for number, row in enumerate(rows):
        mark = Mark.AWAY if number >= len(rows) - away else Mark.HERE
        db.add(Attendance(report_id=report.id, invitation_id=row.id, mark=mark))
    db.flush()


@pytest.fixture
def district(db) -> District:
    """Three clusters of four schools with six teachers each; all said yes."""
    circle = build.circle(db)
    clusters = [build.cluster(db, 4, in_circle=circle), build.cluster(db, 4, in_circle=circle), build.cluster(db, 4)]
    teachers = [
        [build.teacher(db, build.schools_of(db, cluster)[number % 4]) for number in range(6)] for cluster in clusters
    ]
    for cluster in teachers:
        for person in cluster:
            say(db, person)
    return District(clusters, teachers)


@pytest.fixture
def span(db) -> Span:
    """A month's end a little after everything that tests build."""
    return Span(now(db) + timedelta(hours=1), today(db))


@pytest.fixture
def measure_unit(connection, clock) -> UnitOfWork:
    """Units with the rights of what measures."""
    maker = sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
    return UnitOfWork(maker, REACTIONS, clock, role="cop_measure")
