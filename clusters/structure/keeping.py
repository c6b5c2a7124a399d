"""Plans between today's clusters and the best one: the fewer schools change their cluster, the longer the ways."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import dist

import numpy as np

from clusters.structure.assignment import assign
from clusters.structure.candidates import Real, Whole
from clusters.structure.proposal import Formation
from clusters.structure.rules import Band, PlanRow, Site
from clusters.structure.strata import Stratum, point, strata_of

WORTH = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 20.0)
"""How many mean ways it has to save that a school changes its cluster: from the best plan towards today's."""


SHARES = (0.1, 0.25, 0.5, 0.75)
"""How many of today's hosts are replaced on the way, those first whose schools gain most."""
WORTHWHILE = 0.001
"""Share of the mean way that one more plan on the way has to save."""
LONG = 6_000
"""Above so many schools fewer plans are tried."""


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

    A school that stands in no cluster today changes none.

    Each stratum keeps today's hosts or takes those of the best plan, whichever is worth more. Schools without
    coordinates stand in their area and are no part of the kilometres; strata without distances are left out.
    """
    listed = list(sites)
    cluster_of, host_of = {row.code: row.cluster for row in today}, {row.cluster: row.host for row in today}
    strata = [stratum for stratum in strata_of(listed) if stratum.spots is not None]
    known = sum(len(stratum.sites) - len(stratum.stand_ins) for stratum in strata)
    if not known or best.km is None:
        return []
    choices = [_host_sets(stratum, cluster_of, host_of, best, band) for stratum in strata]
    found: dict[int, Between] = {}
    for worth in WORTH if known <= LONG else WORTH[2::3]:
        tried = [
            _parts(stratum, sets, cluster_of, band, worth * best.km.mean)
            for stratum, sets in zip(strata, choices, strict=True)
        ]
        if not all(tried):
            continue
        for number in range(-1, max(map(len, choices))):
            whole = [_chosen(parts, number, worth * best.km.mean) for parts in tried]
            changed = sum(part.changed for part in whole)
            hosts = {code: host for part in whole for code, host in part.hosts.items()}
            plan = Between(changed, sum(part.km for part in whole) / known, hosts)
            if changed not in found or plan.km < found[changed].km:
                found[changed] = plan
    front: list[Between] = []
    for changed in sorted(found):
        if not front or found[changed].km < front[-1].km - WORTHWHILE * best.km.mean:
            front.append(found[changed])
    return front


def _chosen(parts: Mapping[int, _Part], number: int, worth: float) -> _Part:
    """A stratum's plan with one set of hosts, or the one that is worth most."""
    return parts.get(number) or min(parts.values(), key=lambda part: part.km + worth * part.changed)


def _host_sets(
    stratum: Stratum, cluster_of: Mapping[str, str], host_of: Mapping[str, str], best: Formation, band: Band
) -> list[list[tuple[int, str]]]:
    """Today's hosts, where so many clusters can keep the band, those of the best plan, and mixtures of both; each with
    today's name."""
    number = {site.code: i for i, site in enumerate(stratum.sites)}
    names = sorted({cluster_of[code] for code in number if code in cluster_of})
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
            shared.update((cluster.host, cluster_of[m.code]) for m in cluster.members if m.code in cluster_of)
    heir: dict[str, str] = {}
    for (host, name), _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
        if host not in heir and name not in heir.values():
            heir[host] = name
    if sets and len(number) <= LONG:
        ways = {member.code: member.km or 0.0 for cluster in best.clusters for member in cluster.members}
        sets += _mixtures(stratum, now, {name: number[host] for host, name in heir.items()}, cluster_of, ways)
    sets.append([(number[host], heir.get(host, "")) for host in hosts])
    return sets


def _mixtures(
    stratum: Stratum,
    now: Sequence[tuple[int, str]],
    then: Mapping[str, int],
    cluster_of: Mapping[str, str],
    ways: Mapping[str, float],
) -> list[list[tuple[int, str]]]:
    """Today's hosts with those replaced first whose schools have most to gain."""
    host = {name: index for index, name in now}
    points = [point(site.spot) if site.spot else spot for site, spot in _placed(stratum)]
    gain: dict[str, float] = defaultdict(float)
    for index, site in enumerate(stratum.sites):
        name = cluster_of.get(site.code, "")
        if name in then:
            gain[name] += dist(points[index], points[host[name]]) - ways.get(site.code, 0.0)
    order = [name for name in sorted(gain, key=lambda name: (-gain[name], name)) if then[name] != host[name]]
    found = []
    for share in SHARES:
        first = frozenset(order[: round(share * len(order))])
        mixed = [(then[name] if name in first else index, name) for index, name in now]
        if len({index for index, _ in mixed}) == len(mixed):
            found.append(mixed)
    return found


def _parts(
    stratum: Stratum, sets: Sequence[Sequence[tuple[int, str]]], cluster_of: Mapping[str, str], band: Band, worth: float
) -> dict[int, _Part]:
    """The plan of one stratum with the least kilometres for each set of hosts, each change counted as so many more."""
    points: Real = np.array([point(site.spot) if site.spot else spot for site, spot in _placed(stratum)])
    counts = np.array([site.code not in stratum.stand_ins for site in stratum.sites])
    stood = np.array([site.code in cluster_of for site in stratum.sites])
    found = {}
    for which, hosts in enumerate(sets):
        centres: Whole = np.array([host for host, _ in hosts], dtype=np.int64)
        place = {name: g for g, (_, name) in enumerate(hosts) if name}
        home: Whole = np.array([place.get(cluster_of.get(site.code, ""), -1) for site in stratum.sites])
        owner = None
        for arcs in (8, 32):
            owner = assign(points, centres, None, band, arcs=arcs, home=home, worth=worth)
            if owner is not None:
                break
        if owner is None:
            continue
        way = np.linalg.norm(points - points[centres[owner]], axis=1)
        mine = {site.code: stratum.sites[centres[g]].code for site, g in zip(stratum.sites, owner, strict=True)}
        found[which] = _Part(float(way[counts].sum()), int(((owner != home) & stood).sum()), mine)
    return found


def _placed(stratum: Stratum) -> list[tuple[Site, tuple[float, float, float]]]:
    return list(zip(stratum.sites, stratum.spots or (), strict=True))


def groups_of(hosts: Mapping[str, str]) -> dict[str, list[str]]:
    """The schools of each host, in order."""
    groups = defaultdict(list)
    for code in sorted(hosts):
        groups[hosts[code]].append(code)
    return dict(groups)
