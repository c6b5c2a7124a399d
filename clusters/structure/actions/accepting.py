"""Accepts a draft of clusters from a day: checked again at that moment, put in place at once or when the day comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from clusters.kernel.audit import record
from clusters.kernel.clock import now, today
from clusters.kernel.errors import Conflict, CopError, NotAllowed
from clusters.scope import Scope
from clusters.structure.actions.drafting import held_draft
from clusters.structure.actions.founding import ONE_AT_A_TIME
from clusters.structure.actions.proving import judge_bound
from clusters.structure.actions.seating import ground_of, put_in_place
from clusters.structure.checker import Rule, check
from clusters.structure.models import ClusterDraft, ClusterDraftRow
from clusters.structure.proofs import proof_of_plan
from clusters.structure.queries import ACCEPTED, BLOCKED, MAY_PLAN, OPEN, WAITING, Draft, draft, schools_to_plan
from clusters.structure.rules import Band

WAIVABLE = frozenset({Rule.CLUSTER_SIZE, Rule.CIRCLE_SIZE, Rule.HOST_UNFIT, Rule.WAY_TOO_LONG})
CONFIRMED_AT_ONCE = 2_000
"""Schools of a draft whose bound is worked out again while somebody waits; half a second at most."""
SHOWN = 3
"""Broken rules that a refusal quotes; it counts the others."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an acceptance did; with a day to come it has only been promised, and the counts are those of the draft."""

    draft_id: int
    state: str
    from_date: date
    schools: int
    clusters: int
    circles: int
    blocks: int
    kept: int = 0
    """Clusters of before that go on."""
    closed: int = 0
    """Clusters of before that do not."""
    moved: int = 0
    """Schools that stood in another cluster before."""


def accept_draft(
    db: Session, scope: Scope, draft_id: int, from_date: date | None = None, waive: str | None = None
) -> Accepted:
    """Let a draft hold from a day, today unless one is given; a later day waits for `apply_due_drafts`.

    Conflict, in words, when the draft was accepted before, when what it was made from has changed, or when it breaks a
    rule that neither the draft nor `waive` excuses. Notes SchoolsPlaced.
    """
    db.execute(ONE_AT_A_TIME)
    plan = held_draft(db, scope, draft_id)
    if not all(scope.covers(school.training_path, school.admin_path, MAY_PLAN) for school in plan.schools):
        raise NotAllowed("may_not_plan")
    if plan.state in (ACCEPTED, WAITING):
        raise Conflict("draft_not_open", draft=draft_id, state=plan.state)
    day = from_date or today(db)
    _check_base(db, plan)
    _check_rules(db, plan, waive)
    _check_bound(db, plan)
    ground = ground_of(db, plan, day)
    kept = db.get_one(ClusterDraft, draft_id)
    if waive:
        kept.rules = {**plan.rules, "waive": waive}
    kept.from_date, kept.accepted_at = day, now(db)
    if day > today(db):
        kept.state = WAITING
        record(db, "accepted", "cluster_draft", draft_id, new={"from_date": day.isoformat()}, why=waive)
        return Accepted(draft_id, WAITING, day, **_sizes(plan))
    kept.state = ACCEPTED
    changes = put_in_place(db, plan, ground, day, waive)
    return Accepted(draft_id, ACCEPTED, day, **_sizes(plan), **changes)


def take_acceptance_back(db: Session, scope: Scope, draft_id: int) -> None:
    """Make a draft that waits for its day, or was stopped on it, a draft again."""
    plan = held_draft(db, scope, draft_id)
    if plan.state not in (WAITING, BLOCKED):
        raise Conflict("draft_not_waiting", draft=draft_id)
    kept = db.get_one(ClusterDraft, draft_id)
    kept.state, kept.from_date, kept.accepted_at = OPEN, None, None
    record(db, "took back", "cluster_draft", draft_id)


def apply_due_drafts(db: Session, scope: Scope) -> dict[str, int]:
    """Put every accepted draft in place whose day has come; one that no longer fits is stopped with its reason."""
    due = db.scalars(
        select(ClusterDraft)
        .where(ClusterDraft.state == WAITING, ClusterDraft.from_date <= today(db))
        .order_by(ClusterDraft.from_date, ClusterDraft.id)
        .with_for_update(skip_locked=True)
    ).all()
    counts = {"applied": 0, "blocked": 0}
    for kept in due:
        db.execute(ONE_AT_A_TIME)
        plan, day = draft(db, scope, kept.id), kept.from_date or today(db)
        try:
            _check_base(db, plan)
            _check_rules(db, plan, plan.rules.get("waive"))
            ground = ground_of(db, plan, day)
        except CopError as error:
            kept.state = BLOCKED
            kept.summary = {**plan.summary, "blocked": {"key": error.key, **_plain(error.values)}}
            record(db, "stopped", "cluster_draft", kept.id, why=error.key)
            counts["blocked"] += 1
        else:
            kept.state = ACCEPTED
            put_in_place(db, plan, ground, day, None)
            counts["applied"] += 1
    return counts


def _plain(values: Mapping[str, object]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, int | float | str) or name == "rules" else str(value)
        for name, value in values.items()
    }


def _sizes(plan: Draft) -> dict[str, int]:
    keys = {school.key for school in plan.schools}
    return {
        "schools": len(plan.schools),
        "clusters": len(keys),
        "circles": len({key[:2] for key in keys}),
        "blocks": len({key[0] for key in keys}),
    }


def _check_base(db: Session, plan: Draft) -> None:
    """Refuse a draft whose ground has moved: schools gone, another draft accepted, a cluster torn apart."""
    planned = plan.summary["schools"] - len(plan.summary["unplaced"])
    if len(plan.schools) < planned:
        raise Conflict("draft_schools_gone", schools=planned - len(plan.schools), first="")
    mine, other = aliased(ClusterDraftRow), aliased(ClusterDraftRow)
    newer = db.execute(
        select(ClusterDraft.name, ClusterDraft.accepted_at)
        .where(
            ClusterDraft.state == ACCEPTED,
            ClusterDraft.accepted_at > plan.made_at,
            ClusterDraft.id != plan.id,
            select(mine.school_id)
            .join(other, other.school_id == mine.school_id)
            .where(mine.draft_id == plan.id, other.draft_id == ClusterDraft.id)
            .exists(),
        )
        .limit(1)
    ).first()
    if newer is not None:
        raise Conflict("draft_base_changed", other=newer.name, at=newer.accepted_at.date())


def _check_bound(db: Session, plan: Draft) -> None:
    """Say no more of how short a plan could be than its prices prove; a long list is looked at in the night."""
    if len(plan.schools) <= CONFIRMED_AT_ONCE and plan.summary.get("bound_confirmed") is None:
        proof = proof_of_plan(db, plan)
        if proof is not None:
            judge_bound(db, proof)


def _check_rules(db: Session, plan: Draft, waive: str | None) -> None:
    rules = plan.rules
    codes = [school.code for school in plan.schools]
    unplaced = plan.summary["unplaced"]
    sites = [
        school.site(rules["strata"]) for school in schools_to_plan(db, Scope.everywhere(), codes=[*codes, *unplaced])
    ]
    known = {site.code for site in sites}
    broken = check(
        sites,
        plan.plan(),
        band=Band(rules["min"], rules["max"]),
        circle_band=Band(rules["circle_min"], rules["circle_max"]),
        unplaced=[code for code in unplaced if code in known],
        exempt=rules["exempt"],
        longest=rules.get("max_km"),
        far=plan.summary.get("beyond_max_km", ()),
    )
    left = [violation for violation in broken if not (waive and violation.rule in WAIVABLE)]
    if left:
        quoted = " ".join(violation.sentence for violation in left[:SHOWN])
        said = [{"key": violation.key, **violation.values} for violation in left[:SHOWN]]
        raise Conflict("draft_breaks_rules", broken=len(left), first=quoted, rules=said)
