"""Plans between today's clusters and the best one: the fewer schools change their cluster, the longer the ways."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from clusters.structure.assignment import assign
from clusters.structure.candidates import Real, Whole
from clusters.structure.proposal import Formation
from clusters.structure.rules import Band, PlanRow, Site
from clusters.structure.strata import Stratum, point, strata_of

WORTH = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 20.0)
"""How many mean ways it has to save that a school changes its cluster: from the best plan towards today's."""


@dataclass(frozen=True, slots=True)
class Between:
    """One plan on the way: how many schools leave today's cluster, the mean way, and who is with which host."""

    changed: int
    km: float
    hosts: Mapping[str, str]
    """The code of each school's host."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A stratum's best plan for one worth: kilometres, schools that change, and each school's host."""

    km: float
    changed: int
    hosts: Mapping[str, str]


def between(sites: Iterable[Site], today: Sequence[PlanRow], best: Formation, band: Band) -> list[Between]:
    """Plans that keep the rules, from the fewest changes to the shortest ways; none is worse than another in both.

    Each stratum keeps today's hosts or takes those of the best plan, whichever is worth more. Schools without
    coordinates stand in their area and are no part of the kilometres; strata without distances are left out.
    """
    spoken = {row.code for row in today}
    listed = [site for site in sites if site.code in spoken]
    cluster_of, host_of = {row.code: row.cluster for row in today}, {row.cluster: row.host for row in today}
    strata = [stratum for stratum in strata_of(listed) if stratum.spots is not None]
    known = sum(len(stratum.sites) - len(stratum.stand_ins) for stratum in strata)
    if not known or best.km is None:
        return []
    choices = [_host_sets(stratum, cluster_of, host_of, best, band) for stratum in strata]
    found: dict[int, Between] = {}
    for worth in WORTH:
        parts = [
            _least(stratum, sets, cluster_of, band, worth * best.km.mean)
            for stratum, sets in zip(strata, choices, strict=True)
        ]
        if any(part is None for part in parts):
            continue
        whole = [part for part in parts if part is not None]
        changed = sum(part.changed for part in whole)
        hosts = {code: host for part in whole for code, host in part.hosts.items()}
        plan = Between(changed, sum(part.km for part in whole) / known, hosts)
        if changed not in found or plan.km < found[changed].km:
            found[changed] = plan
    front: list[Between] = []
    for changed in sorted(found):
        if not front or found[changed].km < front[-1].km - 1e-9:
            front.append(found[changed])
    return front


def _host_sets(
    stratum: Stratum, cluster_of: Mapping[str, str], host_of: Mapping[str, str], best: Formation, band: Band
) -> list[list[tuple[int, str]]]:
    """Today's hosts, where so many clusters can keep the band, and those of the best plan; each with today's name."""
    number = {site.code: i for i, site in enumerate(stratum.sites)}
    names = sorted({cluster_of[code] for code in number})
    now = [(number.get(host_of[name], -1), name) for name in names]
    sets = []
    if len(names) * band.smallest <= len(number) <= len(names) * band.largest and all(
        host >= 0 and stratum.able[host] for host, _ in now
    ):
        sets.append(now)
    shared: Counter[tuple[str, str]] = Counter()
    hosts = []
    for cluster in best.clusters:
        if cluster.host in number and cluster.stratum == stratum.name:
            hosts.append(cluster.host)
            shared.update((cluster.host, cluster_of[m.code]) for m in cluster.members if m.code in number)
    heir: dict[str, str] = {}
    for (host, name), _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
        if host not in heir and name not in heir.values():
            heir[host] = name
    sets.append([(number[host], heir.get(host, "")) for host in hosts])
    return sets


def _least(
    stratum: Stratum, sets: Sequence[Sequence[tuple[int, str]]], cluster_of: Mapping[str, str], band: Band, worth: float
) -> _Part | None:
    """The plan of one stratum with the least kilometres, each change counted as so many more."""
    points: Real = np.array([point(site.spot) if site.spot else spot for site, spot in _placed(stratum)])
    counts = np.array([site.code not in stratum.stand_ins for site in stratum.sites])
    found = []
    for hosts in sets:
        centres: Whole = np.array([host for host, _ in hosts], dtype=np.int64)
        place = {name: g for g, (_, name) in enumerate(hosts) if name}
        home: Whole = np.array([place.get(cluster_of[site.code], -1) for site in stratum.sites])
        owner = None
        for arcs in (8, 32):
            owner = assign(points, centres, None, band, arcs=arcs, home=home, worth=worth)
            if owner is not None:
                break
        if owner is None:
            continue
        way = np.linalg.norm(points - points[centres[owner]], axis=1)
        changed = int((owner != home).sum())
        km = float(way[counts].sum())
        mine = {site.code: stratum.sites[centres[g]].code for site, g in zip(stratum.sites, owner, strict=True)}
        found.append((km + worth * changed, _Part(km, changed, mine)))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _placed(stratum: Stratum) -> list[tuple[Site, tuple[float, float, float]]]:
    return list(zip(stratum.sites, stratum.spots or (), strict=True))


def groups_of(hosts: Mapping[str, str]) -> dict[str, list[str]]:
    """The schools of each host, in order."""
    groups = defaultdict(list)
    for code in sorted(hosts):
        groups[hosts[code]].append(code)
    return dict(groups)
