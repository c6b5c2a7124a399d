"""Checks a plan of clusters against every rule, from its rows alone and without a line of the planner."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from clusters.structure.rules import CIRCLE_BAND, CLUSTER_BAND, Band, PlanRow, Site, great_circle_km

ROUNDING_KM = 0.001
"""How far a written distance may be from the true one: three decimals, and a hair for the arithmetic."""


class Rule(StrEnum):
    """The rules of a plan."""

    SCHOOL_UNKNOWN = "school_unknown"
    SCHOOL_TWICE = "school_twice"
    SCHOOL_MISSING = "school_missing"
    CLUSTER_SIZE = "cluster_size"
    CLUSTER_TORN = "cluster_torn"
    STRATA_MIXED = "strata_mixed"
    HOST_NOT_ONE = "host_not_one"
    HOST_NOT_MEMBER = "host_not_member"
    HOST_UNFIT = "host_unfit"
    CIRCLE_SIZE = "circle_size"
    CIRCLE_TORN = "circle_torn"
    DISTANCE = "distance"
    WAY_TOO_LONG = "way_too_long"


SENTENCES: Mapping[str, str] = {
    "school_unknown": "School {code} is in the plan but not in the list.",
    "school_twice": "School {code} is in the plan {times} times.",
    "school_left_out_too": "School {code} is in the plan and among the unplaced.",
    "school_missing": "School {code} is in the list but not in the plan.",
    "cluster_size": "Cluster {cluster} has {size} schools, not {smallest} to {largest}.",
    "cluster_torn": "Cluster {cluster} lies in more than one circle or block.",
    "strata_mixed": "Cluster {cluster} mixes schools of {strata}.",
    "host_not_one": "Cluster {cluster} has {hosts} hosts, not one.",
    "host_not_member": "The host {code} is not a school of cluster {cluster}.",
    "host_unfit": "School {code} cannot host cluster {cluster}.",
    "host_nowhere": "Nobody knows where the host {code} of cluster {cluster} is.",
    "circle_size": "Circle {circle} has {size} clusters, not {smallest} to {largest}.",
    "circle_torn": "Circle {circle} lies in more than one block.",
    "distance": "School {code} of cluster {cluster} is given {said} to its host; it is {counted}.",
    "way_too_long": "School {code} of cluster {cluster} has {km:.1f} km to its host, more than {longest:g} km.",
}
"""What is said of a broken rule, by key; pages say the same in their reader's language."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: where, and what is said of it, as a key with its values."""

    rule: Rule
    place: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The same in English."""
        return SENTENCES[self.key].format_map(self.values)


def check(
    sites: Iterable[Site],
    rows: Iterable[PlanRow],
    *,
    band: Band = CLUSTER_BAND,
    circle_band: Band = CIRCLE_BAND,
    unplaced: Collection[str] = (),
    exempt: Collection[str] = (),
    longest: float | None = None,
    far: Collection[str] = (),
) -> list[Violation]:
    """Every broken rule, or nothing.

    `unplaced` are the codes the plan lists as left out; `exempt` the clusters and circles that may miss their size or
    have a host that cannot host, because somebody gave a reason. Nobody goes farther than `longest` kilometres but the
    schools (codes) that the plan itself lists as `far`.
    """
    schools = {site.code: site for site in sites}
    lines = list(rows)
    clusters: dict[str, list[PlanRow]] = defaultdict(list)
    for row in lines:
        clusters[row.cluster].append(row)
    found = _each_school_once(schools, lines, unplaced)
    for name, members in clusters.items():
        known = [schools[row.code] for row in members if row.code in schools]
        found += _one_cluster(name, members, known, None if name in exempt else band)
        found += _its_host(name, members, known, name in exempt)
        found += _distances(name, members, schools)
        if longest is not None:
            found += _long_ways(name, [row for row in members if row.code not in far], schools, longest)
    return found + _circles(lines, circle_band, exempt)


def _each_school_once(schools: dict[str, Site], rows: Sequence[PlanRow], unplaced: Collection[str]) -> list[Violation]:
    times = Counter(row.code for row in rows)
    found = []
    for code, many in times.items():
        if code not in schools:
            found.append(Violation(Rule.SCHOOL_UNKNOWN, code, "school_unknown", {"code": code}))
        if many > 1:
            found.append(Violation(Rule.SCHOOL_TWICE, code, "school_twice", {"code": code, "times": many}))
        if code in unplaced:
            found.append(Violation(Rule.SCHOOL_TWICE, code, "school_left_out_too", {"code": code}))
    for code in schools:
        if code not in times and code not in unplaced:
            found.append(Violation(Rule.SCHOOL_MISSING, code, "school_missing", {"code": code}))
    return found


def _one_cluster(name: str, members: Sequence[PlanRow], known: Sequence[Site], band: Band | None) -> list[Violation]:
    found = []
    if band and not band.smallest <= len(members) <= band.largest:
        values = {"cluster": name, "size": len(members), "smallest": band.smallest, "largest": band.largest}
        found.append(Violation(Rule.CLUSTER_SIZE, name, "cluster_size", values))
    if len({(row.circle, row.block) for row in members}) > 1:
        found.append(Violation(Rule.CLUSTER_TORN, name, "cluster_torn", {"cluster": name}))
    strata = {site.stratum for site in known}
    if len(strata) > 1:
        said = " and ".join(sorted(" / ".join(stratum) or "none" for stratum in strata))
        found.append(Violation(Rule.STRATA_MIXED, name, "strata_mixed", {"cluster": name, "strata": said}))
    return found


def _its_host(name: str, members: Sequence[PlanRow], known: Sequence[Site], exempt: bool) -> list[Violation]:
    hosts = {row.host for row in members}
    if len(hosts) != 1:
        return [Violation(Rule.HOST_NOT_ONE, name, "host_not_one", {"cluster": name, "hosts": len(hosts)})]
    code = hosts.pop()
    values = {"cluster": name, "code": code}
    host = next((site for site in known if site.code == code), None)
    if host is None:
        return [Violation(Rule.HOST_NOT_MEMBER, name, "host_not_member", values)]
    if exempt:
        return []
    if not host.can_host:
        return [Violation(Rule.HOST_UNFIT, name, "host_unfit", values)]
    if host.spot is None and any(site.can_host and site.spot for site in known):
        return [Violation(Rule.HOST_UNFIT, name, "host_nowhere", values)]
    return []


def _distances(name: str, members: Sequence[PlanRow], schools: dict[str, Site]) -> list[Violation]:
    found = []
    for row in members:
        here, there = (schools[code].spot if code in schools else None for code in (row.code, row.host))
        true = 0.0 if row.code == row.host else great_circle_km(here, there) if here and there else None
        if (row.km is None) != (true is None) or (
            row.km is not None and true is not None and not abs(row.km - true) <= ROUNDING_KM
        ):
            said, counted = ("no distance" if km is None else f"{km:.3f} km" for km in (row.km, true))
            values = {"code": row.code, "cluster": name, "said": said, "counted": counted}
            found.append(Violation(Rule.DISTANCE, row.code, "distance", values))
    return found


def _long_ways(name: str, members: Sequence[PlanRow], schools: dict[str, Site], longest: float) -> list[Violation]:
    """Counted anew, whatever the rows say."""
    found = []
    for row in members:
        here, there = (schools[code].spot if code in schools else None for code in (row.code, row.host))
        km = great_circle_km(here, there) if here and there and row.code != row.host else 0.0
        if km > longest + ROUNDING_KM:
            values = {"code": row.code, "cluster": name, "km": km, "longest": longest}
            found.append(Violation(Rule.WAY_TOO_LONG, row.code, "way_too_long", values))
    return found


def _circles(rows: Sequence[PlanRow], band: Band, exempt: Collection[str]) -> list[Violation]:
    found = []
    clusters: dict[str, set[str]] = defaultdict(set)
    blocks: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        clusters[row.circle].add(row.cluster)
        blocks[row.circle].add(row.block)
    for name, held in clusters.items():
        if name not in exempt and not band.smallest <= len(held) <= band.largest:
            values = {"circle": name, "size": len(held), "smallest": band.smallest, "largest": band.largest}
            found.append(Violation(Rule.CIRCLE_SIZE, name, "circle_size", values))
        if len(blocks[name]) > 1:
            found.append(Violation(Rule.CIRCLE_TORN, name, "circle_torn", {"circle": name}))
    return found
