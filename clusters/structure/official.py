"""The clusters that the department's own list names: every school with its cluster, and who hosts each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, fsum, radians

from clusters.structure.naming import folded
from clusters.structure.rules import PlanRow, Site, great_circle_km

WORDS = frozenset(["yes", "y", "true", "1", "x", "host", "h", "ltrc", "haan", "han", "ji", "ہاں", "جی", "میزبان"])
"""What stands in the host column of the school that hosts, where the column names nobody."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the list says of one school: its cluster, and the host by code, by name, or by a mark on its own row."""

    name: str
    cluster: str
    host: str = ""


def official_rows(sites: Iterable[Site], entries: Mapping[str, Entry]) -> list[PlanRow]:
    """The list's clusters as a plan, by code of the school; circles and blocks are not known and stay blank.

    Where the list does not say who hosts, the school hosts that is nearest to all others of those that can.
    """
    known = {site.code: site for site in sites}
    members: dict[str, list[str]] = defaultdict(list)
    for code in sorted(entries):
        name = " ".join(entries[code].cluster.split())
        if name and code in known:
            members[name].append(code)
    rows = []
    for name in sorted(members):
        codes = members[name]
        host = _said(codes, entries) or _middle([known[code] for code in codes])
        for code in codes:
            here, there = known[code].spot, known[host].spot
            km = 0.0 if code == host else great_circle_km(here, there) if here and there else None
            rows.append(PlanRow(code, name, host, "", "", None if km is None else round(km, 3)))
    return rows


def _said(codes: Sequence[str], entries: Mapping[str, Entry]) -> str | None:
    """The member that the list names as host, if it names one of them plainly."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        by_name[folded(entries[code].name)].append(code)
    votes: dict[str, int] = defaultdict(int)
    for code in codes:
        said = entries[code].host.strip()
        named = by_name.get(folded(said), [])
        if said in codes:
            votes[said] += 1
        elif len(named) == 1:
            votes[named[0]] += 1
        elif said.casefold() in WORDS:
            votes[code] += 1
    most = max(votes.values(), default=0)
    best = [code for code, many in votes.items() if many == most]
    return best[0] if len(best) == 1 else None


def _middle(members: Sequence[Site]) -> str:
    """The member nearest to the middle of all, of those that can host and whose place is known, as far as there are."""
    spots = [site.spot for site in members if site.spot]
    if not spots:
        return members[0].code
    lat, lon = fsum(spot[0] for spot in spots) / len(spots), fsum(spot[1] for spot in spots) / len(spots)
    squeeze = cos(radians(lat))

    def off(site: Site) -> tuple[bool, bool, float, str]:
        if site.spot is None:
            return not site.can_host, True, 0.0, site.code
        far = (site.spot[0] - lat) ** 2 + ((site.spot[1] - lon) * squeeze) ** 2
        return not site.can_host, False, far, site.code

    return min(members, key=off).code
