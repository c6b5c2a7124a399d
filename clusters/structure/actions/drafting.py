"""Keeps a plan of clusters as a draft that nobody else sees, or throws it away."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.bulk import add
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid, NotAllowed
from clusters.scope import Scope
from clusters.structure.models import ClusterDraft, ClusterDraftRow, Place, School
from clusters.structure.proposal import Formation
from clusters.structure.queries import ACCEPTED, DISCARDED, MAY_PLAN, WAITING, Draft, draft, seen_schools, standing
from clusters.structure.rules import Tree
from clusters.structure.succession import ClusterKey, Planned, moved_by, succeed


def save_draft(db: Session, scope: Scope, name: str, formation: Formation, rules: Mapping[str, Any]) -> int:
    """Keep a plan; returns the draft's id. `rules` are those it was made with, checked again when it is accepted.

    Their keys: min, max, circle_min, circle_max, strata (names of fields), seed, waive (a reason or None).
    """
    if not formation.clusters:
        raise Invalid("draft_is_empty", name=name)
    codes = [member.code for cluster in formation.clusters for member in cluster.members]
    known = {
        code: (school_id, scope.covers(training, admin, MAY_PLAN))
        for school_id, code, training, admin in db.execute(
            select(School.id, School.code, School.training_path, School.admin_path).where(
                School.code.in_(codes), seen_schools(scope)
            )
        )
    }
    gone = [code for code in codes if code not in known]
    if gone:
        raise Conflict("draft_schools_gone", schools=len(gone), first=gone[0])
    if not all(allowed for _, allowed in known.values()):
        raise NotAllowed("may_not_plan")
    kept = ClusterDraft(
        name=name,
        author_id=scope.person_id,
        made_at=now(db),
        rules={**rules, "exempt": sorted(formation.exempt)},
        summary={**formation.document(), "schools_moved": _moved(db, scope, formation, known)},
    )
    db.add(kept)
    db.flush()
    add(
        db,
        ClusterDraftRow,
        ("draft_id", "school_id", "block", "circle", "cluster", "host", "km", "price"),
        [
            {
                "draft_id": kept.id,
                "school_id": known[member.code][0],
                "block": cluster.block,
                "circle": cluster.circle,
                "cluster": cluster.number,
                "host": member.code == cluster.host,
                "km": member.km,
                "price": formation.prices.get(member.code),
            }
            for cluster in formation.clusters
            for member in cluster.members
        ],
    )
    record(db, "drafted", "cluster_draft", kept.id, new={"schools": len(codes), "clusters": len(formation.clusters)})
    return kept.id


def _moved(db: Session, scope: Scope, formation: Formation, known: Mapping[str, tuple[int, bool]]) -> int:
    """How many schools would leave the LTRC they stand in today; 0 where none stands."""
    members: defaultdict[ClusterKey, set[int]] = defaultdict(set)
    hosts: dict[ClusterKey, int] = {}
    for cluster in formation.clusters:
        key = cluster.block, cluster.circle, cluster.number
        members[key] = {known[member.code][0] for member in cluster.members}
        hosts[key] = known[cluster.host][0]
    planned = [Planned(key, hosts[key], frozenset(schools)) for key, schools in sorted(members.items())]
    stand = standing(db, scope)
    used = db.scalars(select(Place.path).where(Place.tree == Tree.TRAINING)) if stand else ()
    return len(moved_by(planned, stand, succeed(planned, stand, used)))


def held_draft(db: Session, scope: Scope, draft_id: int) -> Draft:
    """A draft as it stands once nobody else can change, accept or discard it any more; NotFound where it is not seen.

    What was read before the lock may be of before somebody else's change.
    """
    draft(db, scope, draft_id)
    db.get_one(ClusterDraft, draft_id, with_for_update=True, populate_existing=True)
    return draft(db, scope, draft_id)


def discard_draft(db: Session, scope: Scope, draft_id: int) -> None:
    """Throw a draft away; what was accepted stays, what waits for its day has to be taken back first."""
    seen = held_draft(db, scope, draft_id)
    if seen.state in (ACCEPTED, WAITING):
        raise Conflict("draft_not_open", draft=draft_id, state=seen.state)
    db.get_one(ClusterDraft, draft_id).state = DISCARDED
    record(db, "discarded", "cluster_draft", draft_id)
