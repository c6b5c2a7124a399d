"""Keeps a better bound of a draft, and takes away one that its prices do not prove."""

from collections.abc import Mapping
from math import floor

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.structure.confirming import bound_km, confirms
from clusters.structure.models import ClusterDraft, ClusterDraftRow
from clusters.structure.proofs import Proof
from clusters.structure.queries import DISCARDED

_PRICED = text(
    "UPDATE cluster_draft_row SET price = given.price"
    " FROM unnest(CAST(:codes AS text[]), CAST(:prices AS float8[])) AS given (code, price)"
    " JOIN school ON school.code = given.code"
    " WHERE cluster_draft_row.draft_id = :draft_id AND cluster_draft_row.school_id = school.id"
)


def keep_bound(db: Session, draft_id: int, lower_bound_km: float, prices: Mapping[str, float]) -> bool:
    """Write down a higher bound with the prices that prove it; False when it is not higher, or the draft is gone."""
    kept = db.get(ClusterDraft, draft_id, with_for_update=True)
    if kept is None or kept.state == DISCARDED or kept.summary.get("lower_bound_km") is None:
        return False
    bound = floor(lower_bound_km * 1e4) / 1e4
    if bound <= kept.summary["lower_bound_km"]:
        return False
    mean = db.scalar(select(func.avg(ClusterDraftRow.km)).where(ClusterDraftRow.draft_id == draft_id))
    db.execute(_PRICED, {"codes": list(prices), "prices": list(prices.values()), "draft_id": draft_id})
    summary = {name: value for name, value in kept.summary.items() if name != "bound_confirmed"}
    if mean is not None and summary.get("gap_percent") is not None:
        summary["gap_percent"] = round(100 * max(float(mean) / lower_bound_km - 1, 0.0), 2)
    kept.summary = {**summary, "lower_bound_km": bound}
    return True


def judge_bound(db: Session, proof: Proof) -> bool:
    """Work a bound out again from its prices; one that they do not prove is taken away, and that is written down."""
    if proof.lower_bound_km is None:
        return True
    found = bound_km(proof.sites, proof.rows, proof.prices, proof.band, proof.exempt)
    proved = confirms(found, proof.lower_bound_km)
    kept = db.get_one(ClusterDraft, proof.draft_id, with_for_update=True)
    if kept.summary.get("lower_bound_km") != proof.lower_bound_km:
        return True  # it was written anew meanwhile
    kept.summary = {**kept.summary, "bound_confirmed": proved}
    if not proved:
        kept.summary = {**kept.summary, "lower_bound_km": None, "gap_percent": None}
        record(
            db,
            "refuted",
            "cluster_draft",
            proof.draft_id,
            old={"lower_bound_km": proof.lower_bound_km},
            new={"proved_km": found},
        )
    return proved
