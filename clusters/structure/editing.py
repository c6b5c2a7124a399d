"""What a change by hand does to a plan of clusters: a school that goes to another one, or another host chosen."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from clusters.structure.checker import Rule, Violation, check
from clusters.structure.rules import CLUSTER_BAND, Band, PlanRow, Site, great_circle_km

NEAREST = 3
"""Clusters that are offered to a school, and schools that are offered as host."""
OF_CIRCLES = frozenset({Rule.CIRCLE_SIZE, Rule.CIRCLE_TORN})
"""Rules that a change of one school or host cannot touch."""

Sites = Mapping[str, Site]


@dataclass(frozen=True, slots=True)
class Measures:
    """What a plan was made under: sizes, the clusters excused from them, the longest way and who may exceed it."""

    band: Band = CLUSTER_BAND
    exempt: Collection[str] = ()
    longest: float | None = None
    far: Collection[str] = ()

    @classmethod
    def of(cls, rules: Mapping[str, object], far: Collection[str] = ()) -> "Measures":
        """As a draft keeps them."""
        smallest, largest, exempt, longest = (rules.get(name) for name in ("min", "max", "exempt", "max_km"))
        return cls(
            Band(smallest, largest) if isinstance(smallest, int) and isinstance(largest, int) else CLUSTER_BAND,
            frozenset(exempt) if isinstance(exempt, list) else (),
            float(longest) if isinstance(longest, int | float) else None,
            far,
        )


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does; every pair is before and after."""

    sizes: Mapping[str, tuple[int, int]]
    """Schools of each cluster it touches, by name."""
    km: tuple[float | None, float | None]
    """The way of the school that moves; the mean way of the cluster whose host changes."""
    added_km: float
    """Kilometres more in all."""
    ways: int
    """Ways that are known after it, less those known before."""
    broken: tuple[Violation, ...]
    """Rules that it breaks."""
    mended: tuple[Violation, ...]
    """Rules that are broken now and would not be any more."""


def moved(rows: Sequence[PlanRow], sites: Sites, code: str, to: str) -> list[PlanRow]:
    """The rows with one school in another cluster; the school is no host, and the other cluster has rows."""
    there = next(row for row in rows if row.cluster == to)
    km = way(sites, code, there.host)
    return [
        replace(row, cluster=to, host=there.host, circle=there.circle, block=there.block, km=km)
        if row.code == code
        else row
        for row in rows
    ]


def hosted(rows: Sequence[PlanRow], sites: Sites, cluster: str, host: str) -> list[PlanRow]:
    """The rows with another host of one cluster; its ways are counted anew."""
    return [replace(row, host=host, km=way(sites, row.code, host)) if row.cluster == cluster else row for row in rows]


def way(sites: Sites, code: str, host: str) -> float | None:
    """Kilometres to a host; None where either place is unknown."""
    if code == host:
        return 0.0
    here, there = (sites[each].spot if each in sites else None for each in (code, host))
    return great_circle_km(here, there) if here and there else None


def effect(
    rows: Sequence[PlanRow], after: Sequence[PlanRow], sites: Sites, measures: Measures, of: str | None = None
) -> Effect:
    """What changes between two plans of the same schools; `of` is the code of the school whose way is looked at.

    Only the clusters that differ are looked at, so that a plan of any length costs the same.
    """
    differing = {
        name
        for one, other in zip(rows, after, strict=True)
        if one.cluster != other.cluster or one.host != other.host
        for name in (one.cluster, other.cluster)
    }
    before, now = ([row for row in plan if row.cluster in differing] for plan in (rows, after))
    ways_before, ways_now = _known(before, sites), _known(now, sites)
    was, will = (_broken(plan, sites, measures) for plan in (before, now))
    if of is None:
        km = _mean(ways_before), _mean(ways_now)
    else:
        km = next(row.km for row in before if row.code == of), next(row.km for row in now if row.code == of)
    return Effect(
        {name: (_size(before, name), _size(now, name)) for name in sorted(differing)},
        km,
        sum(ways_now) - sum(ways_before),
        len(ways_now) - len(ways_before),
        tuple(each for key, each in will.items() if key not in was),
        tuple(each for key, each in was.items() if key not in will),
    )


def nearest_clusters(rows: Iterable[PlanRow], sites: Sites, code: str, many: int = NEAREST) -> list[str]:
    """Clusters to which the school could go, nearest host first: those of its own stratum, its own left out."""
    here = sites[code]
    home, hosts = "", {}
    for row in rows:
        if row.code == code:
            home = row.cluster
        if row.code == row.host:
            hosts[row.cluster] = row.host
    others = [
        name for name, host in hosts.items() if name != home and host in sites and sites[host].stratum == here.stratum
    ]
    return sorted(others, key=lambda name: (_or_far(way(sites, code, hosts[name])), name))[:many]


def best_hosts(rows: Sequence[PlanRow], sites: Sites, cluster: str, many: int = NEAREST) -> list[str]:
    """Members that could host instead of the present one, the least kilometres in all first."""
    members = [row for row in rows if row.cluster == cluster]
    fit = [
        row.code
        for row in members
        if row.code != row.host and row.code in sites and sites[row.code].can_host and sites[row.code].spot
    ]

    def whole(code: str) -> tuple[float, str]:
        return sum(way(sites, row.code, code) or 0.0 for row in members), code

    return sorted(fit, key=whole)[:many]


def all_broken(rows: Sequence[PlanRow], sites: Sites, measures: Measures, circle_band: Band) -> list[Violation]:
    """Every rule that a whole plan breaks, as accepting it would find."""
    return check(
        sites.values(),
        rows,
        band=measures.band,
        circle_band=circle_band,
        unplaced=sites.keys() - {row.code for row in rows},
        exempt=measures.exempt,
        longest=measures.longest,
        far=measures.far,
    )


def _broken(rows: Sequence[PlanRow], sites: Sites, measures: Measures) -> dict[tuple[str, str], Violation]:
    known = {row.code: sites[row.code] for row in rows if row.code in sites}
    found = all_broken([replace(row, km=way(sites, row.code, row.host)) for row in rows], known, measures, CLUSTER_BAND)
    return {(each.key, each.place): each for each in found if each.rule not in OF_CIRCLES}


def _known(rows: Sequence[PlanRow], sites: Sites) -> list[float]:
    """The ways that count: those to hosts whose place is known."""
    placed = {row.host for row in rows if row.host in sites and sites[row.host].spot}
    return [row.km for row in rows if row.km is not None and row.host in placed]


def _mean(ways: Sequence[float]) -> float | None:
    return sum(ways) / len(ways) if ways else None


def _size(rows: Iterable[PlanRow], cluster: str) -> int:
    return sum(row.cluster == cluster for row in rows)


def _or_far(km: float | None) -> float:
    return float("inf") if km is None else km
