"""Two workers read at once: every text is read once, the texts of one number in their order."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update

from clusters.kernel.clock import Clock
from clusters.kernel.database import connect, sessions
from clusters.kernel.unit import UnitOfWork
from clusters.training.models import AttendanceReport
from cop.reactions import REACTIONS
from cop.words import BOOK
from messaging.channels.plan import REHEARSAL
from messaging.inbound.actions import keep, read_next
from messaging.inbound.models import InboundText
from messaging.outbox.models import Message
from tests import build

TEXTS = 60


@pytest.fixture
def committing(new_database):
    engine = connect(new_database(), pool=12)
    yield UnitOfWork(sessions(engine), REACTIONS, Clock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC)))
    engine.dispose()


def drain(unit):
    while read_next(unit, BOOK):
        pass


def test_two_workers_apply_each_report_once_and_in_order(committing):
    with committing() as db:
        cluster = build.cluster(db, 4)
        trainer = build.trainer(db, cluster, number="+923005550099")
        teachers = [build.teacher(db, school) for school in build.schools_of(db, cluster)]
        session = build.training_session(
            db, cluster, day=datetime(2026, 3, 2, tzinfo=UTC).date(), led_by=[trainer], invited=teachers, code="4814"
        )
        for n in range(TEXTS):
            number = "+923005550099" if n % 3 else f"+92300999{n:04}"
            keep(db, REHEARSAL, f"P{n}", number, "HAZRI 4814 SAB" if n % 2 else "HAZRI 4814 1 2")
        session_id = session.id
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(drain, [committing] * 4))
    drain(committing)
    with committing() as db:
        assert db.scalars(select(InboundText).where(InboundText.state == "received")).all() == []
        told = db.execute(
            select(Message.subject_id, func.count())
            .where(Message.subject_kind == "inbound_text")
            .group_by("subject_id")
        ).all()
        assert {count for _, count in told} == {1}
        versions = db.scalars(
            select(AttendanceReport.version).where(AttendanceReport.session_id == session_id).order_by("id")
        ).all()
        applied = db.scalars(
            select(InboundText.id).where(InboundText.state == "applied").order_by(InboundText.read_at, InboundText.id)
        ).all()
    assert list(versions) == list(range(1, len(versions) + 1))
    assert len(versions) == len(applied)
    assert applied == sorted(applied)


def test_a_text_that_is_read_by_nobody_else_is_read_by_the_next_worker(committing):
    with committing() as db:
        keep(db, REHEARSAL, "P1", "+923009990001", "hello")
    with committing() as db:
        db.execute(update(InboundText).values(body="hello"))  # another worker holds the row
        with ThreadPoolExecutor(1) as worker:
            assert worker.submit(read_next, committing, BOOK).result() is False
    assert read_next(committing, BOOK)
