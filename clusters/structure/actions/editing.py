"""Changes a draft of clusters by hand: a school goes to another cluster, another school hosts; each can be undone."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from clusters.kernel.audit import acting, record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid, NotFound
from clusters.scope import Scope
from clusters.structure import editing
from clusters.structure.actions.drafting import held_draft
from clusters.structure.editing import Measures
from clusters.structure.models import ClusterDraft, ClusterDraftChange, ClusterDraftRow, Place
from clusters.structure.queries import BLOCKED, OPEN, Draft, DraftSchool, schools_to_plan, standing
from clusters.structure.rules import Band, PlanRow, Site, Tree
from clusters.structure.scoring import score
from clusters.structure.succession import ClusterKey, moved_by, succeed

MOVED, HOSTED = "moved", "hosted"
"""Kinds of change."""
EDITABLE = frozenset({OPEN, BLOCKED})
KEPT_BROKEN = 40
"""Broken rules that a draft remembers; it counts the others."""


def move_school(db: Session, scope: Scope, draft_id: int, school_id: int, to: str, was: str = "") -> int:
    """Let a school of a draft stand in another of its clusters (B1.C01.L2); returns the change, which can be undone.

    Conflict where it hosts, or does not stand in `was` any more.
    """
    plan = _open_draft(db, scope, draft_id)
    school = _school(plan, school_id)
    target = _cluster(plan, to)
    if was and was != school.cluster_name:
        raise Conflict("draft_changed_meanwhile", school=school.name)
    if school.host:
        raise Conflict("draft_host_must_stay", school=school.name)
    if school.key == target:
        raise Invalid("draft_moved_nowhere", school=school.name)
    _rewrite(db, scope, plan, editing.moved, school.code, to)
    return _kept(db, scope, plan, MOVED, school_id, {"cluster": school.cluster_name}, {"cluster": to})


def choose_host(db: Session, scope: Scope, draft_id: int, cluster: str, school_id: int, was: int | None = None) -> int:
    """Let another school of a drafted cluster host it; `was` is the school that hosted when somebody looked."""
    plan = _open_draft(db, scope, draft_id)
    school = _school(plan, school_id)
    key = _cluster(plan, cluster)
    host = next((each for each in plan.schools if each.key == key and each.host), None)
    if school.key != key or (was is not None and (host is None or host.id != was)):
        raise Conflict("draft_changed_meanwhile", school=school.name)
    if school.host:
        raise Invalid("draft_hosts_already", school=school.name)
    _rewrite(db, scope, plan, editing.hosted, cluster, school.code)
    before = {"cluster": cluster, "host": host.id if host else None}
    return _kept(db, scope, plan, HOSTED, school_id, before, {"cluster": cluster, "host": school_id})


def undo_change(db: Session, scope: Scope, draft_id: int, change_id: int) -> None:
    """Take a change by hand back; Conflict once another one builds on it."""
    plan = _open_draft(db, scope, draft_id)
    change = db.scalar(
        select(ClusterDraftChange).where(
            ClusterDraftChange.id == change_id,
            ClusterDraftChange.draft_id == draft_id,
            ClusterDraftChange.undone_at.is_(None),
        )
    )
    if change is None:
        raise NotFound("draft_change_not_found", change=change_id)
    school = next((each for each in plan.schools if each.id == change.school_id), None)
    if school is None or not _stands(plan, change, school):
        raise Conflict("draft_change_built_on", school=school.name if school else "")
    if change.kind == MOVED:
        _rewrite(db, scope, plan, editing.moved, school.code, change.was["cluster"])
    else:
        host = _school(plan, change.was["host"])
        _rewrite(db, scope, plan, editing.hosted, change.was["cluster"], host.code)
    change.undone_at = now(db)
    record(db, "undid a change", "cluster_draft", draft_id, old=change.became, new=change.was)


def _stands(plan: Draft, change: ClusterDraftChange, school: DraftSchool) -> bool:
    """Is everything still as the change left it, and can it go back?"""
    names = {each.cluster_name for each in plan.schools}
    if change.kind == MOVED:
        here, back = school.cluster_name == change.became["cluster"], change.was["cluster"] in names
        return here and back and not school.host
    host = next((each for each in plan.schools if each.id == change.was["host"]), None)
    return school.host and host is not None and host.cluster_name == school.cluster_name == change.became["cluster"]


def _open_draft(db: Session, scope: Scope, draft_id: int) -> Draft:
    """The draft, locked, if it can still be changed."""
    plan = held_draft(db, scope, draft_id)
    if plan.state not in EDITABLE:
        raise Conflict("draft_not_open", draft=draft_id, state=plan.state)
    return plan


def _school(plan: Draft, school_id: int) -> DraftSchool:
    found = next((each for each in plan.schools if each.id == school_id), None)
    if found is None:
        raise NotFound("school_not_found", school=school_id)
    return found


def _cluster(plan: Draft, name: str) -> ClusterKey:
    found = next((each.key for each in plan.schools if each.cluster_name == name), None)
    if found is None:
        raise NotFound("draft_cluster_not_found", cluster=name)
    return found


def _rewrite(db: Session, scope: Scope, plan: Draft, change: Any, one: str, other: str) -> None:
    """Write the rows that differ after a change, and what the draft says of itself."""
    chosen = schools_to_plan(db, scope, codes=[*(each.code for each in plan.schools), *plan.summary["unplaced"]])
    sites = {each.code: each.site(plan.rules["strata"]) for each in chosen}
    before = plan.plan()
    after: list[PlanRow] = change(before, sites, one, other)
    ids = {each.code: each.id for each in plan.schools}
    keys = {each.cluster_name: each.key for each in plan.schools}
    rows = [
        {
            "school": ids[now_.code],
            "to_block": keys[now_.cluster][0],
            "to_circle": keys[now_.cluster][1],
            "to_cluster": keys[now_.cluster][2],
            "hosts": now_.code == now_.host,
            "way": now_.km,
        }
        for was, now_ in zip(before, after, strict=True)
        if was != now_
    ]
    kept = db.get_one(ClusterDraft, plan.id)
    kept.summary = {**kept.summary, **_said(plan, after, sites), "schools_moved": _moved(db, scope, plan, rows)}
    db.flush()
    db.connection().execute(
        update(ClusterDraftRow)
        .where(ClusterDraftRow.draft_id == plan.id, ClusterDraftRow.school_id == bindparam("school"))
        .values(
            block=bindparam("to_block"),
            circle=bindparam("to_circle"),
            cluster=bindparam("to_cluster"),
            host=bindparam("hosts"),
            km=bindparam("way"),
        ),
        rows,
    )


def _moved(db: Session, scope: Scope, plan: Draft, rows: Sequence[Mapping[str, Any]]) -> int:
    """How many schools would leave the LTRC they stand in today, after the rows were rewritten."""
    to = {row["school"]: ((row["to_block"], row["to_circle"], row["to_cluster"]), row["hosts"]) for row in rows}
    planned = plan.planned(to)
    stand = standing(db, scope)
    used = db.scalars(select(Place.path).where(Place.tree == Tree.TRAINING)) if stand else ()
    return len(moved_by(planned, stand, succeed(planned, stand, used)))


def _said(plan: Draft, rows: Sequence[PlanRow], sites: Mapping[str, Site]) -> dict[str, Any]:
    """What the draft says of itself once its rows are these; the bound holds for any plan of so many clusters."""
    found = score(sites.values(), rows)
    rules, summary = plan.rules, plan.summary
    measures = Measures.of(rules, summary.get("beyond_max_km", ()))
    broken = editing.all_broken(rows, sites, measures, Band(rules["circle_min"], rules["circle_max"]))
    sizes: dict[str, int] = {}
    hosts: dict[str, str] = {}
    for row in rows:
        sizes[row.cluster] = sizes.get(row.cluster, 0) + 1
        hosts[row.cluster] = row.host
    bound, km = summary.get("lower_bound_km"), found.km
    # A way that is not known any more would make the others' mean look shorter than what is proved of all.
    lost = any(sites[code].spot for code in found.without_distance if code in sites)
    gap = round(max(0.0, 100 * (km.mean / bound - 1)), 2) if bound and km and not broken and not lost else None
    return {
        "sizes": {"min": min(sizes.values()), "max": max(sizes.values())},
        "outside_band": [
            {**each, "size": sizes[each["cluster"]]}
            for each in summary["outside_band"]
            if sizes.get(each["cluster"], 0) not in measures.band
        ],
        "unfit_hosts": [
            each
            for each in summary.get("unfit_hosts", ())
            if (host := sites.get(hosts.get(each["cluster"], ""))) is not None and not (host.can_host and host.spot)
        ],
        "km": {name: None if km is None else round(getattr(km, name), 3) for name in ("mean", "p95", "max")},
        "gap_percent": gap,
        "broken": [{"rule": each.rule.value, "key": each.key, **each.values} for each in broken[:KEPT_BROKEN]],
        "broken_total": len(broken),
    }


def _kept(
    db: Session, scope: Scope, plan: Draft, kind: str, school_id: int, was: dict[str, Any], became: dict[str, Any]
) -> int:
    change = ClusterDraftChange(
        draft_id=plan.id, school_id=school_id, kind=kind, was=was, became=became,
        author_id=acting(db).person_id or scope.person_id, at=now(db),
    )  # fmt: skip
    db.add(change)
    db.flush()
    record(db, f"{kind} a school by hand", "cluster_draft", plan.id, old=was, new={"school": school_id, **became})
    return change.id
