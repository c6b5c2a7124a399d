"""F-15: training sessions move and are called off while their rows are claimed; nothing goes after the commit."""

import time
from dataclasses import replace
from random import Random
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict
from clusters.kernel.failpoints import arm
from clusters.scope import Scope
from messaging.outbox.actions import cancel, enqueue, raise_revision, withdraw
from messaging.outbox.rules import Pace
from tests.rig.forking import Stopping, end_of, ended, fork
from tests.rig.ground import Figures, Ground, judged, opened
from tests.rig.invariants import Expected
from tests.rig.scene import Scene, Worker, left, texts_of

AT_ONCE = 2
TOGETHER = 10
"""Subjects planned in one unit: their rows are claimed in one batch."""
POINTS = ("claim.after_commit", "submit.before_commit", "submit.after_commit", "http.mid", "http.after_response")
HESITATION = ";".join(f"{point}=sleep:0-25ms@0.4" for point in POINTS)
PATIENCE = 60.0


def changes(ground: Ground) -> Figures:
    """So many interleavings of a change and a sending."""
    scene = Scene(
        ground.settings(),
        pace=replace(
            Pace(), in_flight=8, lease=Pace().lease / 20, trust=Pace().trust / 20, request=Pace().request / 20
        ),
    )
    scene = replace(scene, texts_each=4)
    worker = Worker(scene)
    with worker.unit() as db:  # compiled before the fork
        db.execute(text("SELECT 1"))
    worker.rest()
    began = time.monotonic()
    senders = [fork(lambda seed=seed: _send(worker, ground.seed + seed)) for seed in range(AT_ONCE)]
    parts = [range(part, ground.size, AT_ONCE) for part in range(AT_ONCE)]
    changers = [fork(lambda part=part: _change(worker, part, ground.seed)) for part in parts]
    failed = sum(map(end_of, changers))
    with opened(scene.url) as engine:
        until = time.monotonic() + PATIENCE
        while (waiting := left(engine)) and time.monotonic() < until:
            time.sleep(0.2)
    failed += ended(senders)
    with opened(scene.url) as engine, engine.connect() as db:
        whole, raced = db.execute(
            text(
                "SELECT count(*) FILTER (WHERE NOT tried), count(*) FILTER (WHERE tried) FROM (SELECT bool_or(EXISTS"
                " (SELECT FROM attempt a WHERE a.message_id = m.id)) AS tried FROM message m WHERE revision = 1"
                " AND EXISTS (SELECT FROM withdrawal w WHERE w.message_id = m.id) GROUP BY subject_id) AS each"
            )
        ).one()
        untouched = ground.size - whole - raced
    return {
        "interleavings": ground.size,
        "changed_before_any_was_tried": whole,
        "changed_while_some_were_on_the_way": raced,
        "changed_when_all_had_gone": untouched,
        "seconds": round(time.monotonic() - began, 1),
        "workers_that_failed": failed,
        **judged(ground, scene.url, Expected(drained=not waiting)),
    }


def _send(worker: Worker, seed: int) -> None:
    """A worker that hesitates wherever somebody could overtake it."""
    stopping = Stopping()
    arm(HESITATION, seed)
    while not stopping:
        time.sleep(0 if worker.turn() else 0.01)


def _change(worker: Worker, subjects: range, seed: int) -> None:
    dice = Random(seed + subjects.start)
    for first in range(0, len(subjects), TOGETHER):
        some = list(subjects[first : first + TOGETHER])
        worker.plan(*some)
        dice.shuffle(some)
        until = time.monotonic() + 1
        while not worker.has_begun(some) and time.monotonic() < until:
            time.sleep(0.003)
        for subject in some:
            time.sleep(dice.uniform(0, 0.02))
            with worker.unit(Actor("test")) as db:
                _one_change(db, worker.scene, subject, dice)


def _one_change(db: Session, scene: Scene, subject: int, dice: Random) -> None:
    """Called off, moved, or one of its texts taken back."""
    what = dice.randrange(3)
    if what == 0:
        withdraw(db, "training_session", subject, "cancelled")
    elif what == 1:
        revision = raise_revision(db, "training_session", subject, "moved")
        again = texts_of(subject, scene, now(db))
        enqueue(db, (replace(each, revision=revision, text_values={"text": "It moved."}) for each in again[:1]))
    else:
        ids = db.execute(text("SELECT id FROM message WHERE subject_id = :id"), {"id": subject}).scalars().all()
        chosen: UUID = dice.choice(ids)
        try:
            cancel(db, Scope.everywhere(), chosen, "skipped")
        except Conflict:  # it was on its way already, and this unit does nothing
            db.rollback()
