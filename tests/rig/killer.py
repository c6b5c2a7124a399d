"""Keeps workers alive that are told where to die, until all that was planned has gone; a process of its own.

It imports everything once and forks: a worker starts in a few milliseconds. It opens no connection itself.
"""

import json
import os
import signal
import sys
import time
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from clusters.kernel.clock import Clock, now
from clusters.kernel.database import connect, sessions
from clusters.kernel.failpoints import arm, fp
from clusters.kernel.unit import UnitOfWork
from messaging.channels.rehearsal import RehearsalChannel
from messaging.outbox.actions import Draft, about, enqueue
from messaging.outbox.models import Message
from messaging.outbox.reaper import reap
from messaging.outbox.reconcile import reconcile
from messaging.outbox.rules import ALWAYS, ON_THE_WIRE, WAITING, Pace, State, TextClass
from messaging.outbox.sender import Dispatcher

PACE = Pace().scaled(1 / 40)
"""A lease of a second and a half, and all else in proportion."""
TEXTS_EACH = 24
"""Planned by each worker before it works."""
AT_ONCE = 2
CHANCE = 0.7
"""That a worker dies when it passes its point; a plan is passed once only."""
CLASSES = (TextClass.REMINDER, TextClass.CHANGE, TextClass.REPLY, TextClass.BULK)


def plan(unit: UnitOfWork, share: int) -> None:
    """What every worker of this share plans, however often it is started."""
    with unit() as db:
        about(db, "training_session", share, training_path=None, admin_path=None)
        at = now(db)
        enqueue(
            db,
            [
                Draft(
                    "training_session",
                    share,
                    1,
                    n,
                    f"+923{share:04}{n:05}",
                    "T-1d",
                    CLASSES[n % len(CLASSES)],
                    "",
                    {"text": f"Text {n} of share {share}"},
                    "en",
                    at,
                    at + timedelta(days=1),
                )
                for n in range(TEXTS_EACH)
            ],
        )
        fp("plan.before_commit")
    fp("plan.after_commit")


def work(url: str, shares: list[int], failpoints: str, blind: bool) -> None:
    """A worker: plans, sends, brings back, reconciles, until nothing is left to do; armed, it dies on the way.

    A blind one does not ask the channel before it tries again.
    """
    arm(failpoints)
    engine = connect(url, pool=PACE.in_flight + 2)
    unit = UnitOfWork(sessions(engine), {}, Clock(datetime.fromisoformat("2026-03-02T12:00+05:00")), role="cop_worker")
    channels = {"rehearsal": RehearsalChannel(unit)}
    sender = Dispatcher(unit, channels, ALWAYS, pace=PACE)
    for share in shares:
        plan(unit, share)
    while True:
        moved = sender.tick() + reap(unit) + (forget(unit) if blind else reconcile(unit, channels, PACE))
        with unit() as db:
            open_states = (*WAITING, *ON_THE_WIRE)
            left = db.scalar(select(func.count()).select_from(Message).where(Message.state.in_(open_states)))
            parked = db.scalar(select(func.count()).select_from(Message).where(Message.state == State.PARKED))
        if left == parked:
            break
        if not moved:
            time.sleep(0.05)
    engine.dispose()


def forget(unit: UnitOfWork) -> Counter[str]:
    """What a careless sender does with messages in doubt: send them again."""
    with unit() as db:
        rows = db.execute(text("UPDATE message SET state = 'queued' WHERE state = 'unknown' RETURNING id")).all()
    return Counter(queued=len(rows))


def start(url: str, shares: list[int], failpoints: str, blind: bool = False) -> int:
    """Fork a worker; its process id."""
    child = os.fork()
    if child:
        return child
    try:
        work(url, shares, failpoints, blind)
    finally:
        os._exit(0 if sys.exc_info()[0] is None else 1)


def killing(url: str, points: list[str], kills: int, blind: bool) -> dict[str, int]:
    """Run so many workers of every point, told to die there; how many did. The last worker is told nothing."""
    waiting = [(share, point) for share, point in enumerate(points * kills)]
    running: dict[int, str] = {}
    died = dict.fromkeys(points, 0)
    failed = 0
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            share, point = waiting.pop(0)
            running[start(url, [share], f"{point}=kill9@{1 if point.startswith('plan') else CHANCE}", blind)] = point
        child, status = os.wait()
        point = running.pop(child)
        died[point] += os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        failed += os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0
    everything = list(range(len(points) * kills))  # what died before its plan was committed is planned now
    return {**died, "failed": failed + _end_of(start(url, everything, "", blind))}


def standing_still(url: str) -> dict[str, int]:
    """A worker is stopped between mark and request, another one does all the work, then the first wakes up."""
    sleeper = start(url, [0], "submit.after_commit=stop")
    os.waitpid(sleeper, os.WUNTRACED)
    failed = _end_of(start(url, [1], ""))
    os.kill(sleeper, signal.SIGCONT)
    # It wakes up armed and would stop again at its next batch.
    while True:
        _, status = os.waitpid(sleeper, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            break
        os.kill(sleeper, signal.SIGCONT)
    return {"failed": failed + (status != 0)}


def _end_of(child: int) -> int:
    _, status = os.waitpid(child, 0)
    return int(status != 0)


if __name__ == "__main__":
    address, scenario, *rest = sys.argv[1:]
    if scenario == "standing":
        told = standing_still(address)
    else:
        told = killing(address, rest[1].split(","), int(rest[0]), blind=scenario == "blind")
    print(json.dumps(told))
