"""Answers that come at one moment: the trainer reads how many come in all."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from sqlalchemy import select

from clusters.kernel.clock import Clock
from clusters.kernel.database import connect, sessions
from clusters.kernel.facts import note
from clusters.kernel.unit import UnitOfWork
from clusters.scope import Scope
from clusters.training.actions import answer
from clusters.training.facts import SessionsScheduled
from clusters.training.rules import Answer
from cop.reactions import REACTIONS
from messaging.outbox.models import Message
from messaging.reminders.rules import LEAD_REMINDER
from tests import build

AT_ONCE = 12


@pytest.fixture
def committing(new_database):
    """Units that commit for real, in a database of their own, from any thread."""
    engine = connect(new_database(), pool=AT_ONCE)
    yield UnitOfWork(sessions(engine), REACTIONS, Clock(datetime.fromisoformat("2026-03-02T12:00+05:00")))
    engine.dispose()


def test_answers_that_come_at_one_moment_are_all_counted_for_the_trainer(committing):
    with committing() as db:
        cluster = build.cluster(db, AT_ONCE)
        teachers = [build.teacher(db, school) for school in build.schools_of(db, cluster)]
        trainer = build.trainer(db, cluster, "Zakir")
        session = build.training_session(db, cluster, day=date(2026, 4, 16), led_by=[trainer], invited=teachers)
        note(db, SessionsScheduled((session.id,)))
    together = threading.Barrier(AT_ONCE)

    def say_yes(teacher):
        with committing() as db:
            together.wait()
            answer(db, Scope.everywhere(), session.id, teacher.id, Answer.YES, "text")

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(say_yes, teachers))
    with committing() as db:
        (reminder,) = db.scalars(select(Message).where(Message.text_key == LEAD_REMINDER)).all()
        assert reminder.text_values["coming"] == AT_ONCE
