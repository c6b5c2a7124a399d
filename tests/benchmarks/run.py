"""`make bench`: each case against a baseline of the same run, side by side in fresh processes, as ratios.

Usage: python -m tests.benchmarks.run [CASE ...] [--pairs 5]
A case is a module of this folder with `prepare(folder)`, which may return a dict for both sides, and two functions
`ours(prepared)` and `baseline(prepared)`; each returns what is to be printed beside the times. A function
`ready_ours` or `ready_baseline` is called before the clock runs. The clock of a
side runs around its function alone: imports and preparation are not counted.
"""

import argparse
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
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CASES = (
    "formation",
    "timetable",
    "network",
    "outbox",
    "district",
    "province",
    "pages",
    "restore",
    "hostile",
    "lists",
    "claiming",
    "peer",
    "reading",
    "sending",
    "sending_raw",
    "sending_threads",
    "webhooks",
)


def measure_side(case: str, side: str, prepared: dict[str, Any]) -> dict[str, Any]:
    """Run one side here; CPU and wall seconds of the function, peak memory of the process above what it held before."""
    module = importlib.import_module(f"tests.benchmarks.{case}")
    getattr(module, f"ready_{side}", lambda _prepared: None)(prepared)
    held = _peak_mb()
    wall, cpu = time.perf_counter(), time.process_time()
    told = getattr(module, side)(prepared)
    return {
        "wall_s": round(time.perf_counter() - wall, 4),
        "cpu_s": round(time.process_time() - cpu, 4),
        "peak_mb": round(_peak_mb() - held, 1),
        "told": told,
    }


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_a_fresh_process(case: str, side: str, prepared: dict[str, Any]) -> dict[str, Any]:
    """The same in a child, with one thread for every numeric library."""
    quiet = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.run", "--side", case, side, json.dumps(prepared)],
        env={**os.environ, **quiet},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{case} {side} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def run_case(case: str, pairs: int | None) -> dict[str, Any]:
    """Alternate the two sides; the ratio is ours / baseline by the case's own clock (`CLOCK`)."""
    module = importlib.import_module(f"tests.benchmarks.{case}")
    clock, pairs = module.CLOCK, pairs or getattr(module, "PAIRS", 5)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as folder, module.prepare(Path(folder)) as prepared:
        runs = [
            (in_a_fresh_process(case, "ours", prepared), in_a_fresh_process(case, "baseline", prepared))
            for _ in range(pairs)
        ]
    ratios = sorted(ours[clock] / max(baseline[clock], 1e-6) for ours, baseline in runs)
    return {
        "case": case,
        "says": module.SAYS,
        "clock": clock,
        "ratio": {
            "median": round(statistics.median(ratios), 3),
            "low": round(ratios[0], 3),
            "high": round(ratios[-1], 3),
        },
        "ours": _median_of([ours for ours, _ in runs]),
        "baseline": _median_of([baseline for _, baseline in runs]),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_at_start": round(load, 2),
        "noisy": load > (os.cpu_count() or 1),
    }


def _median_of(sides: list[dict[str, Any]]) -> dict[str, Any]:
    figures = {name: statistics.median(side[name] for side in sides) for name in ("wall_s", "cpu_s", "peak_mb")}
    return {**figures, "told": sides[-1]["told"]}


def main() -> None:
    """Run the named cases, or all, and print one JSON object a case."""
    parser = argparse.ArgumentParser(description="Measure, as ratios against a baseline of the same run.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--pairs", type=int)
    parser.add_argument("--side", nargs=3, metavar=("CASE", "SIDE", "PREPARED"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        case, side, prepared = asked.side
        print(json.dumps(measure_side(case, side, json.loads(prepared))))
        return
    for case in asked.cases or CASES:
        print(json.dumps(run_case(case, asked.pairs), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
