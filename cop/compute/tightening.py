"""Goes on raising the bound of a draft that stands, and writes down each better one; and works bounds out again."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.errors import Conflict
from clusters.kernel.unit import UnitOfWork
from clusters.scope import Scope
from clusters.structure.actions import judge_bound, keep_bound
from clusters.structure.proofs import Proof, proof_of, unconfirmed
from clusters.structure.queries import draft
from clusters.structure.tightening import Tightened, tightened
from cop.compute.clusters import engine_for

SECONDS = 60.0
WRITTEN_EVERY = 3.0
"""Seconds between two writings of a better bound."""


@dataclass(frozen=True, slots=True)
class Tighter:
    """A draft's bound and gap before and after."""

    draft_id: int
    before_km: float
    lower_bound_km: float
    gap_before_percent: float | None
    gap_percent: float | None


def tighten(
    unit: UnitOfWork,
    scope: Scope,
    draft_id: int,
    *,
    actor: Actor,
    seconds: float = SECONDS,
    engine: str = "auto",
    stopped: Callable[[], bool] = lambda: False,
    told: Callable[[Session, float | None, float], None] = lambda db, gap, share: None,
) -> Tighter:
    """Raise a draft's bound until it gains no more, `seconds` are over or it is stopped; Conflict where it has none.

    `told` is told, in the unit that writes, the gap and the share of the time that is over.
    """
    with unit(actor) as db:
        proof = proof_of(db, scope, draft_id)
        before = draft(db, scope, draft_id).summary
    if proof is None or proof.lower_bound_km is None:
        raise Conflict("draft_without_bound", draft=draft_id)
    began = written = time.monotonic()
    best = _Best(unit, actor, proof, told)
    for found in tightened(
        proof.sites,
        proof.rows,
        proof.prices,
        proof.band,
        exempt=proof.exempt,
        engine=engine_for(engine, len(proof.sites)),
        out_of_time=lambda: stopped() or time.monotonic() - began > seconds,
    ):
        best.found = found
        if time.monotonic() - written > WRITTEN_EVERY:
            best.write(min(1.0, (time.monotonic() - began) / seconds))
            written = time.monotonic()
    best.write(1.0)
    with unit(actor) as db:
        after = draft(db, scope, draft_id).summary
    return Tighter(
        draft_id, before["lower_bound_km"], after["lower_bound_km"], before["gap_percent"], after["gap_percent"]
    )


@dataclass
class _Best:
    """The best bound found, written down now and then."""

    unit: UnitOfWork
    actor: Actor
    proof: Proof
    told: Callable[[Session, float | None, float], None]
    found: Tightened | None = None

    def write(self, share: float) -> None:
        with self.unit(self.actor) as db:
            if self.found is not None:
                keep_bound(db, self.proof.draft_id, self.found.lower_bound_km, self.found.prices)
            gap = draft(db, Scope.everywhere(), self.proof.draft_id).summary.get("gap_percent")
            self.told(db, gap, share)


def confirm(unit: UnitOfWork, actor: Actor) -> tuple[int, int]:
    """Work out again every bound that nobody has yet; how many were looked at, and how many were taken away."""
    with unit(actor) as db:
        waiting = unconfirmed(db)
    refuted = 0
    for draft_id in waiting:
        with unit(actor) as db:
            proof = proof_of(db, Scope.everywhere(), draft_id)
            refuted += proof is not None and not judge_bound(db, proof)
    return len(waiting), refuted
