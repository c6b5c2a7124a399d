"""Scores a plan that exists, whoever made it: how far its schools have to travel, and how even its clusters are."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from clusters.structure.rules import Band, Kilometres, PlanRow, Site, great_circle_km, kilometres


@dataclass(frozen=True, slots=True)
class Score:
    """What can be said of a plan from its rows and the places of its schools."""

    schools: int
    clusters: int
    circles: int
    sizes: Band | None
    km: Kilometres | None
    without_distance: tuple[str, ...]
    """Schools whose place, or whose host's place, is unknown; they are no part of the kilometres."""


def score(sites: Iterable[Site], rows: Iterable[PlanRow]) -> Score:
    """Distances are counted anew; what the rows say about them is not read."""
    spots = {site.code: site.spot for site in sites}
    lines = list(rows)
    sizes = Counter(row.cluster for row in lines)
    distances, without = [], []
    for row in lines:
        here, there = spots.get(row.code), spots.get(row.host)
        if here and there:
            distances.append(great_circle_km(here, there))
        else:
            without.append(row.code)
    return Score(
        schools=len(lines),
        clusters=len(sizes),
        circles=len({row.circle for row in lines if row.circle}),
        sizes=Band(min(sizes.values()), max(sizes.values())) if sizes else None,
        km=kilometres(distances),
        without_distance=tuple(sorted(without)),
    )
