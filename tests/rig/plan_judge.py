"""Judges a plan of clusters from its written rows and the rules alone; it knows nothing of how plans are made.

Schools and rows are dictionaries as they stand in the files: code, lat, lon (or None), stratum, can_host for a school;
code, cluster, host, circle, block, km for a row.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

School = Mapping[str, Any]
Row = Mapping[str, Any]


def faults(
    schools: Sequence[School],
    rows: Sequence[Row],
    sizes: tuple[int, int],
    unplaced: Iterable[str] = (),
    excused: Iterable[str] = (),
) -> list[str]:
    """Every broken rule of a plan, in words; nothing where all are kept.

    Clusters that are excused need not keep the sizes, and a school that cannot host may be their host.
    """
    found = []
    by_code = {school["code"]: school for school in schools}
    left = set(unplaced)
    seen = [row["code"] for row in rows]
    if sorted([*seen, *left]) != sorted(by_code):
        found.append("not every school stands in the plan exactly once, or is named as left out")
    if any(by_code[code]["lat"] is not None for code in left):
        found.append("a school with coordinates was left out")
    waived = set(excused)
    clusters, circles, blocks = defaultdict(list), defaultdict(set), defaultdict(set)
    for row in rows:
        clusters[row["cluster"]].append(row)
        circles[row["circle"]].add(row["cluster"])
        blocks[row["circle"]].add(row["block"])
    for name, members in clusters.items():
        found += _faults_of_cluster(name, members, by_code, sizes, name in waived)
    total = len(clusters)
    for name, inside in circles.items():
        if not 3 <= len(inside) <= 4 and total not in (1, 2, 5):
            found.append(f"circle {name} has {len(inside)} clusters")
        if len(blocks[name]) != 1:
            found.append(f"circle {name} lies in {len(blocks[name])} blocks")
    return found


def _faults_of_cluster(
    name: str, members: Sequence[Row], schools: Mapping[str, School], sizes: tuple[int, int], waived: bool
) -> list[str]:
    found = []
    if not waived and not sizes[0] <= len(members) <= sizes[1]:
        found.append(f"cluster {name} has {len(members)} schools")
    if len({schools[row["code"]]["stratum"] for row in members}) != 1:
        found.append(f"cluster {name} mixes strata")
    hosts = {row["host"] for row in members}
    if len(hosts) != 1 or not hosts <= {row["code"] for row in members}:
        return [*found, f"cluster {name} has no host of its own"]
    host = schools[hosts.pop()]
    if not waived and not host["can_host"]:
        found.append(f"the host of {name} cannot host")
    for row in members:
        school = schools[row["code"]]
        way = 0.0 if school is host else _arc(school, host)
        if (way is None) != (row["km"] is None) or (way is not None and abs(way - row["km"]) > 0.001):
            found.append(f"{row['code']} is said to have {row['km']} km, it has {way}")
    return found


def cannot_be_cut(schools: Sequence[School], sizes: tuple[int, int]) -> dict[Any, int]:
    """Strata, with their size, of which no number of clusters keeps the sizes."""
    many: dict[Any, int] = defaultdict(int)
    for school in schools:
        many[school["stratum"]] += 1
    return {
        stratum: size
        for stratum, size in many.items()
        if not any(parts * sizes[0] <= size <= parts * sizes[1] for parts in range(1, size + 1))
    }


def without_a_place(schools: Sequence[School]) -> set[str]:
    """Codes of schools that neither coordinates nor a known area place, in strata of which four fifths are known."""
    areas = {school["area"] for school in schools if school["lat"] is not None} - {""}
    return {
        school["code"]
        for school in schools
        if school["lat"] is None and school["area"] not in areas and school["stratum"] not in mostly_unknown(schools)
    }


def mostly_unknown(schools: Sequence[School]) -> set[Any]:
    """Strata of which more than every fifth school has no coordinates."""
    many, lacking = defaultdict(int), defaultdict(int)
    for school in schools:
        many[school["stratum"]] += 1
        lacking[school["stratum"]] += school["lat"] is None
    return {stratum for stratum, size in many.items() if 5 * lacking[stratum] > size}


def crowded(schools: Sequence[School]) -> set[str]:
    """Codes of schools on one spot with more than twenty in all."""
    on_spot = defaultdict(list)
    for school in schools:
        if school["lat"] is not None:
            on_spot[school["lat"], school["lon"]].append(school["code"])
    return {code for codes in on_spot.values() if len(codes) > 20 for code in codes}


def lacking_hosts(schools: Sequence[School], sizes: tuple[int, int]) -> dict[Any, int]:
    """Strata with fewer schools that can host than the fewest clusters they make, with how many are lacking.

    A school without coordinates hosts only where no distances count.
    """
    unknown = mostly_unknown(schools)
    many: dict[Any, int] = defaultdict(int)
    able: dict[Any, int] = defaultdict(int)
    for school in schools:
        many[school["stratum"]] += 1
        able[school["stratum"]] += school["can_host"] and (school["lat"] is not None or school["stratum"] in unknown)
    lacking = {stratum: math.ceil(size / sizes[1]) - able[stratum] for stratum, size in many.items()}
    return {stratum: few for stratum, few in lacking.items() if few > 0}


def smallest_widening(size: int, sizes: tuple[int, int]) -> int:
    """By how many schools the sizes have to be widened, below and above together, until this many can be cut."""
    for more in range(size + sizes[1]):
        for below in range(min(more, sizes[0] - 1) + 1):
            low, high = sizes[0] - below, sizes[1] + more - below
            if any(parts * low <= size <= parts * high for parts in range(1, size + 1)):
                return more
    raise ValueError(f"nothing cuts {size} schools")


def bound(schools: Sequence[School], parts: int, sizes: tuple[int, int], prices: Mapping[str, float]) -> float:
    """Kilometres in all that no plan of so many clusters can do without, as these prices prove it.

    Lagrange: each school pays its price once it is taken; each host takes the schools that are worth most to it.
    """
    placed = [school for school in schools if school["lat"] is not None]
    others = len(schools) - len(placed)
    low = max(sizes[0], len(schools) - (parts - 1) * sizes[1])
    high = min(sizes[1], len(schools) - (parts - 1) * sizes[0])
    worth = []
    for host in placed:
        if host["can_host"]:
            costs = [_chord(school, host) - prices[school["code"]] for school in placed if school is not host]
            costs = sorted(costs + [0.0] * others)
            taken = costs[: low - 1] + [cost for cost in costs[low - 1 : high - 1] if cost < 0]
            worth.append(math.fsum(taken) - prices[host["code"]])
    return math.fsum(prices[school["code"]] for school in placed) + math.fsum(sorted(worth)[:parts])


def shortest(schools: Sequence[School], parts: int, sizes: tuple[int, int]) -> float:
    """The kilometres of the best plan of all, by trying every choice of hosts and every way to share the schools."""
    best = math.inf
    for hosts in combinations([school for school in schools if school["can_host"]], parts):
        reached = {(0,) * parts: 0.0}
        for school in schools:
            after: dict[tuple[int, ...], float] = {}
            mine = [number for number, host in enumerate(hosts) if host is school]
            for loads, km in reached.items():
                for number in mine or range(parts):
                    if loads[number] < sizes[1]:
                        more = (*loads[:number], loads[number] + 1, *loads[number + 1 :])
                        far = km + _chord(school, hosts[number])
                        after[more] = min(after.get(more, math.inf), far)
            reached = after
        best = min(best, *(km for loads, km in reached.items() if min(loads) >= sizes[0]), math.inf)
    return best


def _arc(a: School, b: School) -> float | None:
    if a["lat"] is None or b["lat"] is None:
        return None
    return 2 * 6371.0 * math.asin(min(1.0, _chord(a, b) / 2 / 6371.0))


def _chord(a: School, b: School) -> float:
    """Kilometres through the earth; a school whose place is unknown has no way that counts."""
    if a["lat"] is None or b["lat"] is None:
        return 0.0
    return math.dist(_spot(a), _spot(b))


def _spot(school: School) -> tuple[float, float, float]:
    lat, lon = math.radians(school["lat"]), math.radians(school["lon"])
    return 6371.0 * math.cos(lat) * math.cos(lon), 6371.0 * math.cos(lat) * math.sin(lon), 6371.0 * math.sin(lat)
