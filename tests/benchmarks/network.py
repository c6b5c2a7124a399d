"""Whole networks by networkx, by numpy and scipy and by numba, and by what one pass over the arrays costs.

As a case of `make bench` it compares nine measures with networkx. As a program it prints one JSON object for each goal
of `goals.toml`: python -m tests.benchmarks.network [--size 22000] [--pairs 3] [--check]
Sides run in fresh processes by turns. A first call, in which code is compiled or loaded, does not count.
"""

import argparse
import functools
import gc
import importlib
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from cop.network.arrays import Events, Places, Ties
from cop.network.engine import CopDiGraph, Engine, Kernels, kernels, leiden
from cop.network.whole import betweenness_from_pivots, cores, counts
from tests.networks import Province, province

SAYS = "CPU of nine measures of 22,000 teachers with numba over networkx's"
CLOCK = "cpu_s"
PAIRS = 3
SIZE = 22_000
SEED = 1
PLAIN_UP_TO = 22_000
"""networkx is asked no larger networks: minutes and gigabytes."""
REACH_UP_TO = 350_000
SEVEN = ("components", "pagerank", "constraint", "clustering", "reciprocity", "assortativity", "brokerage")
NINE = (*SEVEN, "core", "arrival")
DRAWN = "NETWORK_DRAWN"
GOALS = Path(__file__).with_name("goals.toml")
SIDES = ("networkx", "default", "fast", "night-default", "night-fast", "nine-fast")
HELD: dict[str, Any] = {}
"""What a side made ready before the clock ran."""


@contextmanager
def prepare(_folder: Path) -> Iterator[dict[str, Any]]:
    """Both sides draw the same province."""
    yield {"size": SIZE}


def ready_ours(prepared: dict[str, Any]) -> None:
    """Arrays, and code loaded."""
    made = _loaded(prepared["size"])
    HELD["run"] = functools.partial(_all, our_measures(made, kernels(Engine.FAST)))
    HELD["run"]()


def ours(_prepared: dict[str, Any]) -> dict[str, Any]:
    """Nine measures."""
    return {"measures": HELD["run"]()}


def ready_baseline(prepared: dict[str, Any]) -> None:
    """Graphs of networkx."""
    HELD["run"] = functools.partial(_all, plain_measures(_loaded(prepared["size"])))


def baseline(_prepared: dict[str, Any]) -> dict[str, Any]:
    """The same by networkx, and by plain Python where it has none."""
    return {"measures": HELD["run"]()}


def _all(measures: dict[str, Callable[[], object]]) -> int:
    return sum(measure() is not None for measure in measures.values())


@functools.cache
def _loaded(size: int) -> Province:
    """The province, from the file that the parent wrote where it did: drawing it takes more memory than it needs."""
    file = Path(os.environ.get(DRAWN, ""))
    if not file.is_file():
        return province(size, SEED)
    with np.load(file) as kept:
        events = Events(kept["src"], kept["dst"], kept["at"], kept["kind"])
        return Province(size, Places(kept["clusters"]), Places(kept["circles"]), events, events.ties(size))


def _draw(size: int, file: Path) -> None:
    made = province(size, SEED)
    columns = {name: getattr(made.events, name) for name in ("src", "dst", "at", "kind")}
    np.savez(file, clusters=made.clusters.start, circles=made.circles.start, **columns)


def _built(ties: Ties) -> Ties:
    """What all measures share: the transpose, the pairs, degrees."""
    _ = ties.back, ties.both, ties.out_degree, ties.in_degree, ties.src, ties.ones.back
    return ties


def our_measures(made: Province, by: Kernels) -> dict[str, Callable[[], object]]:
    """Nine measures on arrays."""
    ties, even = _built(made.ties), np.full(made.persons, 1 / made.persons)
    return {
        "components": lambda: by.components(ties),
        "pagerank": lambda: by.pagerank(ties, 0.85, even, even, even, 1e-8, 250),
        "constraint": lambda: by.constraint(ties, False),
        "clustering": lambda: by.clustering(ties, False),
        "reciprocity": lambda: by.mutual(ties),
        "assortativity": lambda: by.assortativity(ties, ties.out_degree, ties.in_degree),
        "brokerage": lambda: by.brokerage(ties, made.clusters.group),
        "core": lambda: by.core_number(ties, False),
        "arrival": lambda: by.arrival(made.events, made.persons, 5, 0),
    }


def plain_measures(made: Province) -> dict[str, Callable[[], object]]:
    """The same by networkx; PageRank converged as ours."""
    directed = made.ties.graph()
    undirected = directed.to_undirected()
    group = made.clusters.group.tolist()
    return {
        "components": lambda: list(nx.weakly_connected_components(directed)),
        "pagerank": lambda: nx.pagerank(directed, tol=1e-8 / made.persons, max_iter=300),
        "constraint": lambda: nx.constraint(directed),
        "clustering": lambda: nx.clustering(undirected),
        "reciprocity": lambda: nx.reciprocity(directed, directed.nodes),
        "assortativity": lambda: nx.degree_assortativity_coefficient(directed),
        "brokerage": lambda: plain_brokerage(directed, group),
        "core": lambda: nx.core_number(undirected),
        "arrival": lambda: plain_arrival(made.events, made.persons, 5),
    }


def plain_brokerage(directed: "nx.DiGraph[int]", group: list[int]) -> dict[int, list[int]]:
    """Gould and Fernandez's roles over sets."""
    after = {node: set(directed.successors(node)) for node in directed}
    found = {}
    for ego in directed:
        roles = [0] * 5
        own = group[ego]
        for first in directed.predecessors(ego):
            for second in after[ego] - after[first] - {first}:
                a, c = group[first], group[second]
                roles[(0 if c == own else 2) if a == own else 3 if c == own else 1 if a == c else 4] += 1
        found[ego] = roles
    return found


def plain_arrival(events: Events, persons: int, source: int) -> list[float]:
    """One loop over the events."""
    reached = [float("inf")] * persons
    reached[source] = -1
    for first, second, at in zip(events.src.tolist(), events.dst.tolist(), events.at.tolist(), strict=True):
        if reached[first] < at < reached[second]:
            reached[second] = at
    return reached


def exactly(ties: Ties, by: Kernels) -> list[object]:
    """Eight measures of one cluster or circle, betweenness included."""
    everyone, even = np.arange(ties.persons), np.full(ties.persons, 1 / ties.persons)
    group = np.zeros(ties.persons, np.int32)
    return [
        by.components(ties),
        by.pagerank(ties, 0.85, even, even, even, 1e-8, 250),
        by.constraint(ties, False),
        by.clustering(ties, False),
        by.mutual(ties),
        by.assortativity(ties, ties.out_degree, ties.in_degree),
        by.core_number(ties, False),
        by.betweenness(ties, everyone, np.ones(ties.persons), group, 1),
    ]


def plainly(directed: "nx.DiGraph[int]") -> list[object]:
    """The same by networkx."""
    undirected = directed.to_undirected()
    return [
        list(nx.weakly_connected_components(directed)),
        nx.pagerank(directed),
        nx.constraint(directed),
        nx.clustering(undirected),
        nx.reciprocity(directed, directed.nodes),
        nx.degree_assortativity_coefficient(directed),
        nx.core_number(undirected),
        nx.betweenness_centrality(directed, normalized=False),
    ]


def seconds(run: Callable[[], object], times: int, of: Callable[[list[float]], float] = statistics.median) -> float:
    """Median CPU of a call, the first not counted when there are several."""
    if times > 1:
        run()
    found = []
    for _ in range(times):
        begin = time.process_time()
        run()
        found.append(time.process_time() - begin)
    return of(found)


def peak_mb() -> float:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def side_networkx(size: int) -> dict[str, float]:
    """CPU of each measure by networkx, once."""
    made = _loaded(size)
    found = {name: seconds(run, 1) for name, run in plain_measures(made).items()}
    parts = [made.ties.part(*places.bounds(0)).graph() for places in (made.clusters, made.circles)]
    found["tie"] = seconds(lambda: [plainly(part) for part in parts], 3)
    return found


def side_engine(size: int, engine: Engine) -> dict[str, float]:
    """CPU of each measure by ours."""
    made, by = _loaded(size), kernels(engine)
    found = {name: seconds(run, 5) for name, run in our_measures(made, by).items()}
    graph = CopDiGraph(made.ties, engine)
    found["nx.constraint"] = seconds(lambda: nx.constraint(graph), 5)
    found["nx.pagerank"] = seconds(lambda: nx.pagerank(graph), 5)

    def one_tie() -> None:
        for places in (made.clusters, made.circles):
            exactly(made.ties.part(*places.bounds(0)), by)

    found["tie"] = seconds(one_tie, 9)
    found["dispatch"] = seconds(lambda: nx.pagerank(graph), 15, min) - seconds(
        our_measures(made, by)["pagerank"], 15, min
    )
    if size <= PLAIN_UP_TO and engine is Engine.FAST:
        plain, mine = nx.constraint(made.ties.graph()), nx.constraint(graph)
        found["difference"] = max(abs(mine[node] - value) for node, value in plain.items() if value == value)
    if engine is Engine.FAST:
        found |= _against_passes(made, by)
    return found


def _against_passes(made: Province, by: Kernels) -> dict[str, float]:
    limits = importlib.import_module("tests.benchmarks.limits")
    ties, values = made.ties, np.random.default_rng(1).random(made.persons)
    both = ties.both.ties
    even = np.full(made.persons, 1 / made.persons)
    some = np.arange(0, made.persons, max(made.persons // 32, 1))
    group = np.zeros(made.persons, np.int32)
    events = made.events
    found = {
        "pass": seconds(lambda: limits.over_ties(ties, values), 9),
        "pass_both": seconds(lambda: limits.over_ties(both, values), 9),
        "pass_events": seconds(lambda: limits.over_events(events, values), 9),
        "steps": by.pagerank(ties, 0.85, even, even, even, 1e-8, 250)[1],
        "sources": seconds(lambda: by.betweenness(ties, some, np.ones(some.size), group, 1), 3) / some.size,
        "entries": both.arcs,
        "wedges": float((np.diff(both.ptr).astype(np.float64) ** 2).sum()),
        "paths": float((ties.in_degree * ties.out_degree).sum()),
    }
    if made.persons <= REACH_UP_TO:
        by.reach(events.window(0, int(events.at[1_000])), made.persons)
        found["reach"] = seconds(lambda: by.reach(events, made.persons), 1)
        found["reach_parts"] = len(events) * -(-made.persons // 512)
    return found


def side_night(size: int, engine: Engine) -> dict[str, float]:
    """CPU and memory of all that a night measures, after code was loaded on a small network."""
    _night(province(200, SEED), engine)
    made = _loaded(size)
    made = Province(made.persons, made.clusters, made.circles, made.events, Ties.of(0, [], []))
    gc.collect()
    held, begin = peak_mb(), time.process_time()
    _night(made, engine)
    return {"cpu": time.process_time() - begin, "mb": peak_mb() - held}


def _night(made: Province, engine: Engine) -> None:
    ties = _built(made.events.ties(made.persons))
    built = Province(made.persons, made.clusters, made.circles, made.events, ties)
    _all(our_measures(built, kernels(engine)))
    betweenness_from_pivots(ties, made.clusters, SEED, engine, made.circles)
    cores(ties, made.clusters)
    counts(ties, made.clusters)
    leiden(ties.both.ties, SEED)
    kernels(engine).reach(made.events, made.persons)


def side_nine(size: int) -> dict[str, float]:
    """CPU and memory of building and nine measures."""
    small = province(200, SEED)
    _all(our_measures(small, kernels(Engine.FAST)))
    made = _loaded(size)
    gc.collect()
    held, begin = peak_mb(), time.process_time()
    ties = _built(made.events.ties(made.persons))
    _all(our_measures(Province(size, made.clusters, made.circles, made.events, ties), kernels(Engine.FAST)))
    return {"cpu": time.process_time() - begin, "mb": peak_mb() - held}


def one_side(side: str, size: int) -> dict[str, float]:
    """What a side measured, in this process."""
    if side == "networkx":
        return side_networkx(size)
    if side == "nine-fast":
        return side_nine(size)
    engine = Engine(side.removeprefix("night-"))
    return side_night(size, engine) if side.startswith("night-") else side_engine(size, engine)


def in_a_fresh_process(side: str, size: int, drawn: Path) -> dict[str, float]:
    """The same in a child with one thread."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.network", "--side", side, "--size", str(size)],
        env={**os.environ, **one, DRAWN: str(drawn)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{side} failed:\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def figures(run: dict[str, dict[str, float]]) -> dict[str, float]:
    """Every figure of `goals.toml` that a round of sides gives."""
    fast, default, plain = run["fast"], run["default"], run.get("networkx")
    arcs_pass, entry = fast["pass"], fast["pass_both"] / max(fast["entries"], 1)
    found = {
        "components_pass": fast["components"] / arcs_pass,
        "reciprocity_pass": fast["reciprocity"] / arcs_pass,
        "assortativity_pass": fast["assortativity"] / arcs_pass,
        "arrival_pass": fast["arrival"] / fast["pass_events"],
        "core_pass": fast["core"] / fast["pass_both"],
        "constraint_wedge": fast["constraint"] / fast["wedges"] / entry,
        "brokerage_path": fast["brokerage"] / fast["paths"] / entry,
        "pagerank_step": fast["pagerank"] / fast["steps"] / arcs_pass,
        "brandes_source": fast["sources"] / (2 * arcs_pass),
        "dispatch_ms": fast["dispatch"] * 1e3,
        "tie_fast_ms": fast["tie"] * 1e3,
    }
    if "reach" in fast:
        found["reach_ns"] = fast["reach"] / fast["reach_parts"] * 1e9
    for name in ("night-fast", "night-default"):
        if name in run:
            found[f"{name.replace('-', '_')}_s"] = run[name]["cpu"]
            found[f"{name.replace('-', '_')}_mb"] = run[name]["mb"]
    if "nine-fast" in run:
        found |= {"nine_with_build_s": run["nine-fast"]["cpu"], "nine_with_build_mb": run["nine-fast"]["mb"]}
    if plain is not None:
        found |= {
            "panel_fast": sum(plain[name] for name in NINE) / sum(fast[name] for name in NINE),
            "panel_default": sum(plain[name] for name in SEVEN) / sum(default[name] for name in SEVEN),
            "constraint_fast": plain["constraint"] / fast["nx.constraint"],
            "constraint_default": plain["constraint"] / default["nx.constraint"],
            "constraint_difference": fast["difference"],
            "pagerank_fast": plain["pagerank"] / fast["nx.pagerank"],
            "pagerank_default": plain["pagerank"] / default["nx.pagerank"],
            "tie_fast": plain["tie"] / fast["tie"],
        }
    return found


def judged(name: str, values: list[float], size: int, goal: dict[str, Any]) -> dict[str, Any]:
    """One line: the figure, its goal at this size, and whether it is met; None where this size has no goal."""
    from_size = {
        key: limit
        for key, limit in goal.items()
        if key.startswith("at_most_from_") and size >= int(key.rpartition("_")[2])
    }
    most = from_size[max(from_size, key=lambda key: int(key.rpartition("_")[2]))] if from_size else goal.get("at_most")
    least, value = goal.get("at_least"), statistics.median(values)
    met = value >= least if least is not None else value <= most if most is not None else None
    return {
        "case": name,
        "says": goal["says"],
        "size": size,
        "seed": SEED,
        "figure": {"median": value, "low": min(values), "high": max(values)},
        "goal": {"at_least": least} if least is not None else {"at_most": most},
        "met": met,
    }


def main() -> None:
    """Alternate the sides, then print what was measured and how it stands to the goals."""
    parser = argparse.ArgumentParser(description="Measure whole networks against networkx and against one pass.")
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--check", action="store_true", help="end with 1 when a goal is missed")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        print(json.dumps(one_side(asked.side, asked.size)))
        return
    load = os.getloadavg()[0]
    plain = asked.size <= PLAIN_UP_TO
    sides = [side for side in SIDES if (plain or side != "networkx") and (asked.size <= 156_000 or "night" not in side)]
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as folder:
        file = Path(folder) / "province.npz"
        _draw(asked.size, file)
        runs = [{side: in_a_fresh_process(side, asked.size, file) for side in sides} for _ in range(asked.pairs)]
    measured = [figures(run) for run in runs]
    goals = tomllib.loads(GOALS.read_text())
    lines = [
        judged(name, [each[name] for each in measured], asked.size, goal)
        for name, goal in goals.items()
        if name in measured[0]
    ]
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("networkx", "numpy", "scipy", "numba", "graspologic-native")},
        "load_at_start": round(load, 2),
        "noisy": load > (os.cpu_count() or 1),
    }
    for line in lines:
        print(json.dumps({**line, **machine}), flush=True)
    sums = {
        side: {name: statistics.median(run[side][name] for run in runs) for name in runs[0][side]} for side in sides
    }
    print(json.dumps({"case": "sides", "size": asked.size, "cpu_s": sums, **machine}))
    if asked.check and any(line["met"] is False for line in lines):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
