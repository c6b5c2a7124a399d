"""Clusters from 16,000 schools, against the same number cut by a plain median split with medoids as hosts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clusters.structure.formation import form
from clusters.structure.rules import CIRCLE_BAND, CLUSTER_BAND, Site, clusters_for, great_circle_km
from tests.benchmarks.settlements import schools

SAYS = "CPU of the planner of clusters over a plain k-d split on 16,000 schools; told: mean km to the host"
CLOCK = "cpu_s"
SIZE = 16_000


@contextmanager
def prepare(_folder: Path) -> Iterator[dict[str, Any]]:
    """Nothing: both sides draw the same schools."""
    yield {"size": SIZE}


def ours(prepared: dict[str, Any]) -> dict[str, Any]:
    """The planner with its defaults."""
    formation = form(schools(prepared["size"]), band=CLUSTER_BAND, circle_band=CIRCLE_BAND, seed=1)
    return {"km": round(formation.km.mean, 3), "clusters": len(formation.clusters)}


def baseline(prepared: dict[str, Any]) -> dict[str, Any]:
    """Halve along the longer side until each part is one cluster; the medoid is the host."""
    sites = schools(prepared["size"])
    parts = _split(sites, clusters_for(len(sites), CLUSTER_BAND) or 1)
    total = sum(min(_travel(part, host) for host in part) for part in parts)
    return {"km": round(total / len(sites), 3), "clusters": len(parts)}


def _travel(part: list[Site], host: Site) -> float:
    return sum(great_circle_km((site.lat or 0, site.lon or 0), (host.lat or 0, host.lon or 0)) for site in part)


def _split(sites: list[Site], parts: int) -> list[list[Site]]:
    if parts == 1:
        return [sites]
    tall = max(site.lat or 0 for site in sites) - min(site.lat or 0 for site in sites)
    broad = max(site.lon or 0 for site in sites) - min(site.lon or 0 for site in sites)
    ordered = sorted(sites, key=lambda site: (site.lat if tall > broad else site.lon) or 0)
    left = parts // 2
    cut = round(len(sites) * left / parts)
    return _split(ordered[:cut], left) + _split(ordered[cut:], parts - left)
