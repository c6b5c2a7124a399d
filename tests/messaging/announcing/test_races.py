"""Whatever commits first wins: one author twice at once, an undo against the sending."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random
from threading import Barrier, Event

import pytest
from sqlalchemy import func, select

from clusters.kernel.clock import Clock
from clusters.kernel.database import connect, sessions
from clusters.kernel.errors import Conflict
from clusters.kernel.unit import UnitOfWork
from cop.reactions import REACTIONS
from messaging.announcing.actions import announce, approve, undo
from messaging.announcing.models import Announcement
from messaging.announcing.queries import announcement, outcome
from messaging.announcing.rules import Group, Standing, Target, Whom, Wording
from messaging.channels.models import PhoneText
from messaging.channels.rehearsal import RehearsalChannel
from messaging.outbox.models import Attempt, Message
from messaging.outbox.rules import ALWAYS, Pace
from messaging.outbox.sender import Dispatcher
from tests import build

NOON = datetime.fromisoformat("2026-03-02T12:00+05:00")
PAUSE = Event()
"""Never set: waiting for it is a pause."""


@pytest.fixture
def at(new_database):
    """Units that commit for real, in a database of their own, from any thread; `at(minutes)` after noon."""
    engine = connect(new_database(), pool=24)
    yield lambda minutes=0: UnitOfWork(sessions(engine), REACTIONS, Clock(NOON + timedelta(minutes=minutes)))
    engine.dispose()


@pytest.fixture
def scene(at):
    """An LTRC with 40 teachers, its author and a second person."""
    with at()() as db:
        ltrc = build.cluster(db, 1)
        for _ in range(40):
            build.teacher(db, build.schools_of(db, ltrc)[0])
        root = build.programme(db)
        people = [build.scope_at(root, build.manager(db, root)) for _ in range(2)]
        return Whom(Target.PLACE, ltrc.id, (Group.TEACHERS,)), *people


def test_ten_at_once_let_no_author_text_more_than_the_limit_alone(at, scene):
    whom, author, _ = scene
    unit, together = at(), Barrier(10)

    def one(n):
        together.wait()
        with unit() as db:
            announce(db, author, whom, Wording.of({"en": f"Part {n}"}))

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(one, range(10)))
    with unit() as db:
        standing = list(db.scalars(select(Announcement.standing)))
        assert standing.count(Standing.RELEASED) == 5
        assert db.scalar(select(func.count()).select_from(Message)) == 200


def test_two_who_approve_at_once_release_it_once(at, scene):
    whom, author, second = scene
    unit, together = at(), Barrier(2)
    with unit() as db:
        made = announce(db, author, whom, Wording.of({"en": "Come"}))
        row = db.get_one(Announcement, made)
        undo(db, author, made)
        row.standing, row.subject_id, row.alone = Standing.WAITING, row.subject_id, False
        seen = row.fingerprint

    def one(_):
        together.wait()
        try:
            with unit() as db:
                approve(db, second, made, seen)
        except Conflict:
            return 0
        return 1

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(one, range(2))) == 1


class Hesitant(Dispatcher):
    """Takes its time between judging a text and committing its attempt."""

    def _worded(self, *given):
        PAUSE.wait(0.001)
        return super()._worded(*given)


@pytest.mark.parametrize("seed", range(6))
def test_after_an_undo_is_committed_no_text_is_submitted(at, scene, seed):
    whom, author, _ = scene
    early, late = at(), at(6)
    with early() as db:
        made = announce(db, author, whom, Wording.of({"en": "Come"}))
    worker = Hesitant(late, {"rehearsal": RehearsalChannel(late)}, ALWAYS, pace=Pace(in_flight=2, batch=10))
    moment = Random(seed).random() * 0.25
    seen = []

    def send():
        while worker.tick():
            pass

    def take_back():
        PAUSE.wait(moment)
        try:
            with late() as db:
                undo(db, author, made)
                seen.append(db.scalar(select(func.count()).select_from(Attempt)))
        except Conflict:  # all had gone
            seen.append(None)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda do: do(), (send, take_back)))
    send()
    with late() as db:
        gone = db.scalar(select(func.count()).select_from(Attempt))
        assert seen[0] in (gone, None)
        told = outcome(db, author, announcement(db, author, made))
        assert (told.sent, told.sent + told.withdrawn) == (gone, 40)
        assert db.scalar(select(func.count()).select_from(PhoneText)) == gone
