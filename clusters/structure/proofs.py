"""Reads what proves a draft's bound: its schools, its rows, and the price of each school."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.scope import Scope
from clusters.structure.models import ClusterDraft, ClusterDraftRow, School
from clusters.structure.queries import ACCEPTED, OPEN, WAITING, Draft, draft, schools_to_plan
from clusters.structure.rules import Band, PlanRow, Site


@dataclass(frozen=True, slots=True)
class Proof:
    """A draft's bound as it is written, and everything it can be worked out from."""

    draft_id: int
    sites: tuple[Site, ...]
    rows: Sequence[PlanRow]
    prices: Mapping[str, float]
    band: Band
    exempt: tuple[str, ...]
    lower_bound_km: float | None


def proof_of(db: Session, scope: Scope, draft_id: int) -> Proof | None:
    """The proof of a draft; None where it has none."""
    return proof_of_plan(db, draft(db, scope, draft_id))


def proof_of_plan(db: Session, plan: Draft) -> Proof | None:
    """The same of a draft that was read already."""
    found = db.execute(
        select(School.code, ClusterDraftRow.price)
        .join(School, School.id == ClusterDraftRow.school_id)
        .where(ClusterDraftRow.draft_id == plan.id, ClusterDraftRow.price.is_not(None))
    )
    prices: dict[str, float] = {row.code: row.price for row in found}
    if not prices:
        return None
    codes = [school.code for school in plan.schools]
    sites = tuple(school.site(plan.rules["strata"]) for school in schools_to_plan(db, Scope.everywhere(), codes=codes))
    return Proof(
        plan.id,
        sites,
        plan.plan(),
        prices,
        Band(plan.rules["min"], plan.rules["max"]),
        tuple(plan.rules.get("exempt", ())),
        plan.summary.get("lower_bound_km"),
    )


def unconfirmed(db: Session) -> list[int]:
    """Drafts that stand with a bound that nobody has worked out again since it was written; the newest first."""
    query = (
        select(ClusterDraft.id)
        .where(
            ClusterDraft.state.in_((OPEN, WAITING, ACCEPTED)),
            ClusterDraft.summary["lower_bound_km"].as_float().is_not(None),
            ClusterDraft.summary["bound_confirmed"].as_boolean().is_(None),
        )
        .order_by(ClusterDraft.id.desc())
    )
    return list(db.scalars(query))
