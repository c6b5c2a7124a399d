"""Who works on a plan: held by one worker at a time, told by its child, written by nobody else.

A worker that dies leaves a lease that soon runs out; then the next one begins anew. What the first child might still
write is refused, because it no longer holds the newest token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from cop.planning.models import PlanJob
from cop.planning.rules import TRIES, UNDER_WAY, PlanKind, PlanState

LEASE = timedelta(seconds=20)
"""By the database's clock; the worker renews it every second."""


class Overtaken(Exception):
    """Somebody cancelled this plan, or another worker makes it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A plan that this worker, or its child, holds."""

    id: int
    kind: PlanKind
    token: int
    tries: int
    wish: Mapping[str, Any]
    by_person_id: int | None


def take(db: Session) -> Held | None:
    """The oldest plan that nobody makes, now held until the lease ends."""
    free = or_(PlanJob.leased_until.is_(None), PlanJob.leased_until < func.clock_timestamp())
    while True:
        job = db.scalar(
            select(PlanJob)
            .where(PlanJob.state.in_(UNDER_WAY), free)
            .order_by(PlanJob.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if job is None:
            return None
        if job.state is PlanState.TIGHTENING:
            # Its draft stands; a figure that could have become better is not worth another beginning.
            _over(job, PlanState.DONE)
        elif job.tries >= TRIES:
            _over(job, PlanState.FAILED, {"key": "plan_failed", "values": {"tries": TRIES}})
        else:
            return _held(db, job)
        db.flush()


def _held(db: Session, job: PlanJob) -> Held:
    job.state, job.stage, job.share, job.about = PlanState.WORKING, None, 0.0, ""
    job.token, job.tries = job.token + 1, job.tries + 1
    job.leased_until, job.began_at = func.clock_timestamp() + LEASE, func.clock_timestamp()
    db.flush()
    return Held(job.id, job.kind, job.token, job.tries, job.wish, job.by_person_id)


def held_as(db: Session, job_id: int, token: int) -> Held:
    """The plan that a child was started for; Overtaken when it is not to be made any more."""
    job = db.scalar(select(PlanJob).where(PlanJob.id == job_id, PlanJob.token == token, PlanJob.state.in_(UNDER_WAY)))
    if job is None:
        raise Overtaken
    return Held(job.id, job.kind, job.token, job.tries, job.wish, job.by_person_id)


def renew(db: Session, held: Held) -> bool:
    """Hold it longer; False when it is over or somebody else's."""
    return _write(db, held, {"leased_until": func.clock_timestamp() + LEASE})


def tell(db: Session, held: Held, **values: Any) -> None:
    """Write into the row how far it is; Overtaken when it is not this child's any more."""
    if not _write(db, held, values):
        raise Overtaken


def end(db: Session, held: Held, state: PlanState, **values: Any) -> None:
    """Write down what came of it, in the transaction that also saves it; Overtaken saves nothing."""
    tell(db, held, state=state, ended_at=func.clock_timestamp(), leased_until=None, stage=None, about="", **values)


def give_back(db: Session, held: Held) -> None:
    """The house closes: whoever comes next may begin at once, and it does not count as a try."""
    job = _mine(db, held)
    if job is None:
        return
    job.leased_until, job.tries = None, job.tries - 1
    if job.state is PlanState.WORKING:
        job.state = PlanState.WAITING


def settle(db: Session, held: Held, failure: str) -> None:
    """The child ended without a word of its own: it is made again, or said to have failed."""
    job = _mine(db, held)
    if job is None:
        return
    if job.state is PlanState.TIGHTENING:
        _over(job, PlanState.DONE)
    elif failure == "out_of_time":
        _over(job, PlanState.FAILED, {"key": "plan_took_too_long", "values": {}})
    elif held.tries >= TRIES:
        _over(job, PlanState.FAILED, {"key": "plan_failed", "values": {"tries": TRIES}})
    else:
        job.state, job.leased_until = PlanState.WAITING, None


def _over(job: PlanJob, state: PlanState, error: dict[str, Any] | None = None) -> None:
    job.state, job.error, job.ended_at, job.leased_until, job.stage = state, error, func.clock_timestamp(), None, None


def _mine(db: Session, held: Held) -> PlanJob | None:
    return db.scalar(
        select(PlanJob)
        .where(PlanJob.id == held.id, PlanJob.token == held.token, PlanJob.state.in_(UNDER_WAY))
        .with_for_update()
    )


def _write(db: Session, held: Held, values: Mapping[str, Any]) -> bool:
    mine = db.scalar(
        update(PlanJob)
        .where(PlanJob.id == held.id, PlanJob.token == held.token, PlanJob.state.in_(UNDER_WAY))
        .values(values)
        .returning(PlanJob.id)
        .execution_options(synchronize_session=False)
    )
    return mine is not None
