"""Whatever commits first wins: workers against workers, a move or a wish for silence against a submission."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from random import Random

import pytest
from sqlalchemy import func, select

from clusters.kernel.clock import Clock
from clusters.kernel.database import connect, sessions
from clusters.kernel.unit import UnitOfWork
from cop.reactions import REACTIONS
from messaging.channels.models import PhoneText
from messaging.channels.rehearsal import RehearsalChannel
from messaging.consent.actions import opt_out
from messaging.outbox.actions import enqueue, raise_revision
from messaging.outbox.models import Attempt, Message
from messaging.outbox.rules import ALWAYS, Pace
from messaging.outbox.sender import Dispatcher
from tests.messaging.voice import Voice, draft, number, subject

TEXTS = 2000
INTERLEAVINGS = 25
PAUSE = threading.Event()
"""Never set: waiting for it is a pause."""


@pytest.fixture
def committing(new_database):
    """Units that commit for real, in a database of their own, from any thread."""
    engine = connect(new_database(), pool=24)
    yield UnitOfWork(sessions(engine), REACTIONS, Clock(datetime.fromisoformat("2026-03-02T12:00+05:00")))
    engine.dispose()


def work(worker):
    """One worker, until nothing is due."""
    counts = Counter()
    while batch := worker.tick():
        counts += batch
    return counts


def test_two_workers_at_once_send_nothing_twice(committing):
    with committing() as db:
        subject(db)
        enqueue(db, [draft(db, n) for n in range(TEXTS)])
    workers = [Voice(committing, RehearsalChannel(committing), pace=Pace()) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        shares = list(threads.map(work, workers))
    assert sum(share["accepted"] for share in shares) == TEXTS
    with committing() as db:
        assert db.scalar(select(func.count()).select_from(PhoneText)) == TEXTS
        assert db.scalar(select(func.count(PhoneText.message_id.distinct()))) == TEXTS
        assert db.scalars(select(Message.state).distinct()).all() == ["accepted"]


def test_two_planners_at_once_plan_everything_once(committing):
    with committing() as db:
        subject(db)

    def plan(_):
        with committing() as db:
            return enqueue(db, [draft(db, n) for n in range(TEXTS)])

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(plan, range(4))) == TEXTS


class Hesitant(Dispatcher):
    """Takes its time between judging a text and committing its attempt, where a careless sender would be overtaken."""

    def _worded(self, db, row, way):
        PAUSE.wait(0.002)
        return super()._worded(db, row, way)


def _attempts(db):
    return db.scalar(select(func.count()).select_from(Attempt))


def _against_sending(committing, interrupt, seed):
    """Send ten texts while another unit interrupts: the attempts just before that commits, and at last."""
    channels = {"rehearsal": RehearsalChannel(committing)}
    worker = Hesitant(committing, channels, ALWAYS, pace=Pace(in_flight=2, batch=10))
    moment = Random(seed).random() * 0.06
    seen = []

    def interrupting():
        PAUSE.wait(moment)
        with committing() as db:
            interrupt(db)
            seen.append(_attempts(db))

    thread = threading.Thread(target=interrupting)
    thread.start()
    work(worker)
    thread.join()
    work(worker)
    with committing() as db:
        return seen[0], _attempts(db)


def _ends(committing):
    """Messages by state, and copies on phones."""
    with committing() as db:
        states = dict(db.execute(select(Message.state, func.count()).group_by(Message.state)).all())
        return {state.value: count for state, count in states.items()}, db.scalar(
            select(func.count()).select_from(PhoneText)
        )


@pytest.mark.parametrize("seed", range(0, INTERLEAVINGS, 5))
def test_no_text_of_an_old_date_is_submitted_once_the_move_commits(committing, seed):
    for turn in range(5):
        with committing() as db:
            subject(db, turn)
            enqueue(db, [draft(db, n, subject_id=turn) for n in range(10)])
        then, at_last = _against_sending(
            committing,
            partial(raise_revision, subject_kind="training_session", subject_id=turn, why="moved"),
            seed + turn,
        )
        assert at_last == then
    states, copies = _ends(committing)
    assert states.get("accepted", 0) == copies
    assert states.get("accepted", 0) + states.get("cancelled", 0) == 50


@pytest.mark.parametrize("seed", range(0, INTERLEAVINGS, 5))
def test_no_text_is_submitted_once_the_wish_for_silence_commits(committing, seed):
    for turn in range(5):
        with committing() as db:
            subject(db, turn)
            enqueue(db, [draft(db, n, subject_id=turn, number=number(turn)) for n in range(10)])
        then, at_last = _against_sending(committing, partial(opt_out, number=number(turn), source="text"), seed + turn)
        assert at_last == then
    states, copies = _ends(committing)
    assert states.get("accepted", 0) == copies
    assert states.get("accepted", 0) + states.get("suppressed", 0) == 50
