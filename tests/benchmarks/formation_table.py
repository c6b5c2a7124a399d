"""Plans of clusters by several methods on the same lists in one run: mean way, CPU, memory, and the gap that is proved.

Usage: python -m tests.benchmarks.formation_table [--sizes 300,3000] [--check] [--json FILE]
Lists: invented ones of each size from a seed, and real ones from the folder COP_SHARED_DATA where it is there. Each
method runs in a process of its own with one thread; its clock begins when the list and its libraries are loaded.
k-means-constrained (BSD-3) is a baseline here only, from the dependency group `bench`; without it its row is left out.
"""

import argparse
import csv
import importlib.util
import json
import os
import platform
import resource
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from clusters.structure.assignment import recentred
from clusters.structure.formation import form
from clusters.structure.grouping import group, split
from clusters.structure.rules import CLUSTER_BAND, Site, clusters_for, great_circle_km
from clusters.structure.strata import point
from tests.benchmarks.settlements import schools

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("COP_SHARED_DATA", HERE.parents[1] / "../shared/data"))
SIZES = (300, 3_000, 16_000, 27_000)
MOST_FOR_K_MEANS = 16_000
"""Above this many schools k-means-constrained wants more memory and minutes than a run has."""
METHODS = ("kd", "flow", "kmeans", "default", "fast")
SAID = {
    "kd": "k-d split, medoids",
    "flow": "k-d split, flow and medoid in turn",
    "kmeans": "k-means-constrained, medoids",
    "default": "ours, numpy and scipy",
    "fast": "ours, cop[fast]",
}


def main() -> None:
    """Print the table, then one JSON object a row."""
    parser = argparse.ArgumentParser(description="Plan the same lists by every method.")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--check", action="store_true", help="a missed goal is an exit code")
    parser.add_argument("--json", type=Path, help="write the rows to this file as well")
    parser.add_argument("--one", nargs=2, metavar=("LIST", "METHOD"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measured(*asked.one)))
        return
    lists = [*asked.sizes.split(","), *(("karnataka",) if _karnataka().exists() else ())]
    rows = []
    for name in lists:
        of_list = {method: in_a_fresh_process(name, method) for method in METHODS if _possible(name, method)}
        for method, row in of_list.items():
            row["goals"] = judged(name, method, row, of_list.get("kmeans"))
            rows.append(row)
            print(_line(row), flush=True)
    document = {"load": os.getloadavg()[0], "cores": os.cpu_count(), "python": platform.python_version(), "rows": rows}
    print(json.dumps(document))
    if asked.json:
        asked.json.write_text(json.dumps(document, indent=1))
    if asked.check and not all(goal["met"] for row in rows for goal in row["goals"].values()):
        sys.exit(1)


def _possible(name: str, method: str) -> bool:
    if method == "kmeans":
        small = not name.isdigit() or int(name) <= MOST_FOR_K_MEANS
        return small and importlib.util.find_spec("k_means_constrained") is not None
    return method != "fast" or importlib.util.find_spec("numba") is not None


def in_a_fresh_process(name: str, method: str) -> dict[str, Any]:
    """One list by one method in a child with one thread."""
    quiet = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.formation_table", "--one", name, method],
        env={**os.environ, **quiet},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{method} on {name} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measured(name: str, method: str) -> dict[str, Any]:
    """CPU seconds, peak memory above what the loaded list takes, mean kilometres, the certified gap if there is one."""
    sites = _listed(name)
    plan = _method(method)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, wall = time.process_time(), time.perf_counter()
    owner_of, bound = plan(sites)
    cpu, wall = time.process_time() - began, time.perf_counter() - wall
    ways = [great_circle_km(_spot(sites[i]), _spot(sites[host])) for i, host in enumerate(owner_of)]
    loads = np.unique(owner_of, return_counts=True)[1]
    mean = sum(ways) / len(ways)
    return {
        "list": name,
        "schools": len(sites),
        "method": method,
        "clusters": len(loads),
        "sizes": [int(loads.min()), int(loads.max())],
        "km": round(mean, 4),
        "bound_km": None if bound is None else round(bound, 4),
        "certified_percent": None if bound is None else round(100 * (mean / bound - 1), 2),
        "cpu_s": round(cpu, 2),
        "wall_s": round(wall, 2),
        "peak_mb": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) / 1024, 1),
    }


def judged(name: str, method: str, row: dict[str, Any], k_means: dict[str, Any] | None) -> dict[str, Any]:
    """Each goal of this row with whether it was met."""
    goals = tomllib.loads((HERE / "formation_goals.toml").read_text()).get(name, {}).get(method, {})
    figures = {"cpu_s": row["cpu_s"], "certified": row["certified_percent"], "peak_mb": row["peak_mb"]}
    found = {
        goal: {"at_most": limit, "is": figures[goal], "met": figures[goal] is not None and figures[goal] <= limit}
        for goal, limit in goals.items()
        if goal in figures
    }
    if k_means is not None and "shorter" in goals:
        shorter = round(100 * (1 - row["km"] / k_means["km"]), 2)
        found["shorter"] = {"at_least": goals["shorter"], "is": shorter, "met": shorter >= goals["shorter"]}
        share = round(row["cpu_s"] / k_means["cpu_s"], 3)
        found["of_its_cpu"] = {"at_most": goals["of_its_cpu"], "is": share, "met": share <= goals["of_its_cpu"]}
    return found


def _line(row: dict[str, Any]) -> str:
    gap = "-" if row["certified_percent"] is None else f"{row['certified_percent']:.2f} %"
    missed = [goal for goal, found in row["goals"].items() if not found["met"]]
    verdict = "" if not row["goals"] else "goals met" if not missed else f"missed: {', '.join(missed)}"
    return (
        f"{row['list']:>10}  {SAID[row['method']]:<36} {row['km']:.3f} km  {row['cpu_s']:>7.2f} s CPU  "
        f"{row['peak_mb']:>6.0f} MB  certified {gap:>8}  {verdict}"
    )


Plan = Callable[[list[Site]], tuple[Any, float | None]]


def _method(name: str) -> Plan:
    """Its libraries are loaded, and compiled where they are, before the clock runs."""
    if name == "kmeans":
        return _k_means(importlib.import_module("k_means_constrained").KMeansConstrained)
    if name == "fast":
        engine = importlib.import_module("clusters.structure.kernels")
        form(schools(120), engine=engine)
        return lambda sites: _ours(sites, engine)
    if name == "default":
        form(schools(120), steps=20)
        return lambda sites: _ours(sites, None)
    return _split if name == "kd" else _flow


def _ours(sites: list[Site], engine: Any) -> tuple[Any, float | None]:
    found = form(sites, seed=1, engine=engine)
    number = {site.code: i for i, site in enumerate(sites)}
    hosts = {member.code: number[cluster.host] for cluster in found.clusters for member in cluster.members}
    return np.array([hosts[site.code] for site in sites]), found.lower_bound_km


def _split(sites: list[Site]) -> tuple[Any, None]:
    points = _points(sites)
    return _with_medoids(points, split(points, clusters_for(len(sites)) or 1)), None


def _flow(sites: list[Site]) -> tuple[Any, None]:
    points = _points(sites)
    found = group(points, [True] * len(points), clusters_for(len(sites)) or 1, CLUSTER_BAND, steps=0)
    owner = np.empty(len(points), dtype=int)
    for host, members in zip(found.centres, found.groups, strict=True):
        owner[list(members)] = host
    return owner, None


def _k_means(fitted: Any) -> Plan:
    def plan(sites: list[Site]) -> tuple[Any, None]:
        points = np.array(_points(sites))
        count = clusters_for(len(sites)) or 1
        rounds = 300 if len(sites) < MOST_FOR_K_MEANS else 5
        found = fitted(
            n_clusters=count, size_min=25, size_max=35, n_init=1, max_iter=rounds, random_state=1
        ).fit_predict(points - points.mean(axis=0))
        return _with_medoids(_points(sites), [np.flatnonzero(found == g).tolist() for g in range(count)]), None

    return plan


def _with_medoids(points: list[Any], groups: list[list[int]]) -> Any:
    owner = np.empty(len(points), dtype=int)
    for number, members in enumerate(groups):
        owner[members] = number
    every = np.ones(len(points))
    return recentred(np.array(points), owner, len(groups), every > 0, every)[owner]


def _points(sites: list[Site]) -> list[Any]:
    return [point(_spot(site)) for site in sites]


def _spot(site: Site) -> tuple[float, float]:
    if site.spot is None:
        raise ValueError(f"School {site.code} has no place; a benchmark's list gives each one.")
    return site.spot


def _karnataka() -> Path:
    return SHARED / "schools" / "karnataka_16k_latlong.csv"


def _listed(name: str) -> list[Site]:
    if name.isdigit():
        return schools(int(name))
    with _karnataka().open(newline="") as file:
        places = {row["school_code"]: (float(row["latitude"]), float(row["longitude"])) for row in csv.DictReader(file)}
    return [Site(code, *place) for code, place in sorted(places.items())]


if __name__ == "__main__":
    main()
