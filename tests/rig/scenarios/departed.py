"""F-16: people leave while their texts are claimed, made and handed over; nothing goes after that commit."""

import time
from dataclasses import replace
from random import Random

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.clock import now
from clusters.kernel.failpoints import arm
from messaging.consent.actions import opt_in, opt_out, silence
from messaging.outbox import sender
from messaging.outbox.actions import About, Draft, about_all, enqueue
from messaging.outbox.rules import Pace, TextClass
from tests.rig.forking import Stopping, end_of, ended, fork
from tests.rig.ground import Figures, Ground, judged, opened
from tests.rig.invariants import Expected
from tests.rig.scene import Scene, Worker, left, texts_of

AT_ONCE = 2
TOGETHER = 10
"""Subjects planned in one unit: their rows are claimed in one batch."""
EACH = 2
POINTS = (
    "claim.before_commit",
    "claim.after_commit",
    "submit.before_commit",
    "submit.after_commit",
    "http.mid",
    "http.after_response",
)
HESITATION = ";".join(f"{point}=sleep:0-25ms@0.4" for point in POINTS)
CLASSES = (TextClass.REMINDER, TextClass.CHANGE, TextClass.BULK)
PATIENCE = 60.0


def departures(ground: Ground) -> Figures:
    """So many interleavings of a wish for silence and a sending; with the option lock=off nobody waits for anybody."""
    pace = replace(Pace(), in_flight=8, lease=Pace().lease / 20, trust=Pace().trust / 20, request=Pace().request / 20)
    scene = Scene(ground.settings(), pace=pace, texts_each=EACH, classes=CLASSES)
    worker = Worker(scene)
    with worker.unit() as db:  # compiled before the fork
        db.execute(text("SELECT 1"))
    worker.rest()
    began = time.monotonic()
    unlocked = ground.options.get("lock") == "off"
    senders = [fork(lambda seed=seed: _send(worker, ground.seed + seed, unlocked)) for seed in range(AT_ONCE)]
    parts = [range(part, ground.size, AT_ONCE) for part in range(AT_ONCE)]
    leavers = [fork(lambda part=part: _leave(worker, part, ground.seed, noted=unlocked)) for part in parts]
    failed = sum(map(end_of, leavers))
    with opened(scene.url) as engine:
        until = time.monotonic() + PATIENCE
        while (waiting := left(engine)) and time.monotonic() < until:
            time.sleep(0.2)
    failed += ended(senders)
    with opened(scene.url) as engine, engine.connect() as db:
        kept, went = db.execute(
            text(
                "SELECT count(*) FILTER (WHERE state = 'suppressed'), count(*) FILTER (WHERE state = 'accepted')"
                " FROM message m WHERE EXISTS (SELECT FROM opt_out o WHERE o.number = m.number)"
                " OR EXISTS (SELECT FROM person_opt_out p WHERE p.person_id = m.person_id)"
            )
        ).one()
    return {
        "interleavings": ground.size,
        "left_in_time": kept,
        "left_too_late": went,
        "seconds": round(time.monotonic() - began, 1),
        "workers_that_failed": failed,
        **judged(ground, scene.url, Expected(drained=not waiting)),
    }


def _send(worker: Worker, seed: int, unlocked: bool) -> None:
    """A worker that hesitates wherever somebody could overtake it; the control does not hold the numbers."""
    if unlocked:
        sender.hold = lambda _db, _numbers: None  # type: ignore[assignment]  # the control: what the lock is for
    stopping = Stopping()
    arm(HESITATION, seed)
    while not stopping:
        time.sleep(0 if worker.turn() else 0.01)


def _leave(worker: Worker, subjects: range, seed: int, *, noted: bool) -> None:
    """A wish of a number locks the texts that wait for it too; what a clerk notes has the lock of the number alone."""
    dice = Random(seed + subjects.start)
    for first in range(0, len(subjects), TOGETHER):
        some = list(subjects[first : first + TOGETHER])
        drafts = _plan(worker, some)
        dice.shuffle(some)
        until = time.monotonic() + 1
        while not worker.has_begun(some) and time.monotonic() < until:
            time.sleep(0.003)
        for subject in some:
            time.sleep(dice.uniform(0, 0.02))
            with worker.unit(Actor("test")) as db:
                _one_wish(db, dice.choice(drafts[subject]), 2 if noted else dice.randrange(4))


def _plan(worker: Worker, subjects: list[int]) -> dict[int, list[Draft]]:
    with worker.unit() as db:
        about_all(db, "training_session", [About(subject) for subject in subjects])
        drafts = {
            subject: [
                replace(each, person_id=subject * EACH + each.person_id + 1)
                for each in texts_of(subject, worker.scene, now(db))
            ]
            for subject in subjects
        }
        enqueue(db, [each for some in drafts.values() for each in some])
    return drafts


def _one_wish(db: Session, told: Draft, what: int) -> None:
    """Her number asks for silence, once also after it had left and come back; or a clerk notes it for her."""
    if what == 0:
        opt_out(db, told.number, "text")
        opt_in(db, told.number, "text")
    if what < 2:
        opt_out(db, told.number, "text")
    else:
        silence(db, told.person_id, [told.number], "office")
