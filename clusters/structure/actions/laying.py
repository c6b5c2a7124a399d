"""Keeps what is laid beside a draft of clusters, and makes a plan on the way to it a draft of its own."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from clusters.kernel.errors import NotFound
from clusters.scope import Scope
from clusters.structure.actions.drafting import save_draft
from clusters.structure.models import ClusterDraft, ClusterDraftStep
from clusters.structure.proofs import Proof, proof_of_plan
from clusters.structure.proposal import Cluster, Exemption, Formation, Member
from clusters.structure.queries import Draft, draft, schools_to_plan
from clusters.structure.rules import Band, Site, great_circle_km, kilometres


def keep_beside(db: Session, draft_id: int, said: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> None:
    """Keep figures in what a draft says of itself, and the plans between; for the unit that has saved the draft."""
    kept = db.get_one(ClusterDraft, draft_id)
    kept.summary = {**kept.summary, **said}
    db.flush()
    rows = [{"draft_id": draft_id, "number": number, **step} for number, step in enumerate(steps, 1)]
    if rows:
        db.execute(insert(ClusterDraftStep), rows)


def draft_of_step(db: Session, scope: Scope, draft_id: int, number: int, name: str) -> int:
    """Make a plan between the clusters of before and a draft a draft of its own, under the same rules."""
    of = draft(db, scope, draft_id)
    step = db.scalar(
        select(ClusterDraftStep).where(ClusterDraftStep.draft_id == draft_id, ClusterDraftStep.number == number)
    )
    if step is None:
        raise NotFound("draft_step_not_found", step=number)
    codes = [code for _, _, _, _, members in step.clusters for code in members]
    sites = {each.code: each.site(of.rules["strata"]) for each in schools_to_plan(db, scope, codes=codes)}
    rules = {key: value for key, value in of.rules.items() if key != "exempt"}
    made = save_draft(db, scope, name, _formed(of, step.clusters, sites, proof_of_plan(db, of)), rules)
    keep_beside(db, made, {"from_draft": draft_id}, ())
    return made


def _formed(of: Draft, planned: Sequence[Sequence[Any]], sites: Mapping[str, Site], proof: Proof | None) -> Formation:
    """The plan with the bound of the draft it leads to, which holds for as many clusters in each stratum, and with the
    prices that prove it."""
    rules = of.rules
    circle_band = Band(rules["circle_min"], rules["circle_max"])
    clusters, ways = [], []
    for block, circle, number, host, codes in planned:
        spot = sites[host].spot if host in sites else None
        members = tuple(Member(code, _km(sites.get(code), host, spot)) for code in sorted(codes))
        stratum = sites[host].stratum if host in sites else ()
        clusters.append(Cluster(block, circle, number, stratum, host, members, by_list_order=False))
        ways += [each.km for each in members if each.km is not None and spot]
    everybody = {school.code for school in of.schools} | set(of.summary["unplaced"])
    km, longest = kilometres(ways), rules.get("max_km")
    hosts = [sites[school.code].stratum for school in of.schools if school.host and school.code in sites]
    proved = proof is not None and km is not None and Counter(hosts) == Counter(each.stratum for each in clusters)
    whole = Formation(
        schools=len(everybody),
        seed=rules["seed"],
        clusters=tuple(clusters),
        unplaced=tuple(sorted(everybody - {each.code for cluster in clusters for each in cluster.members})),
        stand_ins=tuple(each.code for cluster in clusters for each in cluster.members if each.km is None),
        km=km,
        lower_bound_km=proof.lower_bound_km if proof is not None and proved else None,
        prices=proof.prices if proof is not None and proved else {},
        longest=longest,
        far=tuple(
            sorted(m.code for cluster in clusters for m in cluster.members if longest and m.km and m.km > longest)
        ),
    )
    why = f"{len(clusters)} clusters cannot be cut into circles of {circle_band}."
    odd = tuple(Exemption(name, size, why) for name, size in whole.circles.items() if size not in circle_band)
    return Formation(**{**_fields(whole), "circles_outside_band": odd})


def _fields(formation: Formation) -> dict[str, Any]:
    return {name: getattr(formation, name) for name in Formation.__dataclass_fields__}


def _km(site: Site | None, host: str, spot: tuple[float, float] | None) -> float | None:
    if site is None:
        return None
    if site.code == host:
        return 0.0
    return great_circle_km(site.spot, spot) if site.spot and spot else None
