"""Asks for a plan, and takes that back."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import NotAllowed, NotFound
from clusters.scope import Scope
from clusters.structure.queries import MAY_PLAN
from cop.planning.models import PlanJob
from cop.planning.rules import UNDER_WAY, PlanKind, PlanState


def ask_for_plan(db: Session, scope: Scope, kind: PlanKind, wish: Mapping[str, Any]) -> tuple[int, bool]:
    """Let a worker make a plan: its number, and whether it is a new one.

    Of one person one plan of a kind is made at a time; who asks again is led to the one that is under way.
    """
    if not scope.roles & {*MAY_PLAN, "house"}:
        raise NotAllowed("may_not_plan")
    db.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"plan_job {scope.person_id}"))))
    running = db.scalar(
        select(PlanJob.id)
        .where(
            PlanJob.kind == kind,
            PlanJob.by_person_id.is_not_distinct_from(scope.person_id),
            PlanJob.state.in_(UNDER_WAY),
            PlanJob.draft_id.is_(None),
        )
        .limit(1)
    )
    if running is not None:
        return running, False
    job = PlanJob(
        kind=kind, wish=dict(wish), by_person_id=scope.person_id, asked_at=now(db), state=PlanState.WAITING, share=0.0
    )
    db.add(job)
    db.flush()
    record(db, "asked for", "plan_job", job.id, new={"kind": kind.value, "wish": dict(wish)})
    return job.id, True


def cancel_plan(db: Session, scope: Scope, job_id: int) -> PlanState:
    """Want it no longer, whoever makes it: nothing of it is written from now on, but a draft that stands, stays."""
    mine = PlanJob.id == job_id
    if scope.person_id is not None:
        mine &= PlanJob.by_person_id == scope.person_id
    job = db.scalar(select(PlanJob).where(mine).with_for_update())
    if job is None:
        raise NotFound("plan_job_not_found", id=job_id)
    if job.state in UNDER_WAY:
        job.state = PlanState.CANCELLED if job.draft_id is None else PlanState.DONE
        job.token, job.leased_until, job.ended_at, job.stage = job.token + 1, None, func.clock_timestamp(), None
        record(db, "cancelled", "plan_job", job.id)
        db.flush()
    return job.state
