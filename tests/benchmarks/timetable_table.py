"""Timetables of the same rounds by several methods in one run: the end, what is proved of it, CPU and memory.

Usage: python -m tests.benchmarks.timetable_table [--rounds district,province] [--repeats 3] [--seconds 120] [--check]
Rounds: a district of 200 training sessions of teachers, a province of 5,000, the same with six local closures a circle
(`province_closed`), 80,000, and `chain`: 22,000 teachers from the list of schools to the last date. Each method runs in
a process of its own with one thread, in turns; its clock begins when the round and its libraries are loaded. CP-SAT has
the whole round as one model for so many seconds; it comes from the dependency group `bench`, and without it its row is
left out.
"""

import argparse
import importlib.util
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clusters.cascade import search
from clusters.cascade.checker import check
from clusters.cascade.knots import Knot
from clusters.cascade.rules import CascadeRequest
from clusters.cascade.timetable import CascadePlan, plan_cascade
from clusters.structure.formation import form
from tests.benchmarks.rounds import a_round, a_round_of
from tests.benchmarks.settlements import schools
from tests.benchmarks.timetable_whole import solved

HERE = Path(__file__).parent
CLUSTERS = {"district": 20, "province": 500, "province_closed": 500, "80000": 8_000}
CLOSURES = {"province_closed": 6}
CHAIN_SCHOOLS, CHAIN_TEACHERS = 15_000, 22_000
METHODS = {
    "district": ("once", "lists", "ours", "cp_sat"),
    "province": ("once", "lists", "ours", "cp_sat"),
    "province_closed": ("once", "lists", "ours", "cp_sat"),
    "80000": ("ours", "apart"),
    "chain": ("ours",),
}
SAID = {
    "once": "one list",
    "lists": "30 lists, no proof",
    "ours": "ours",
    "apart": "ours, equal circles one by one",
    "cp_sat": "CP-SAT on the whole round",
}
LONG = {"cp_sat", "apart"}
"""Run once, however often the others are."""


def main() -> None:
    """Print the table, then one JSON document with a row for each round and method."""
    parser = argparse.ArgumentParser(description="Plan the same rounds by every method.")
    parser.add_argument("--rounds", default="district,province,province_closed")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=120, help="how long CP-SAT may think")
    parser.add_argument("--check", action="store_true", help="a missed goal is an exit code")
    parser.add_argument("--json", type=Path, help="write the rows to this file as well")
    parser.add_argument("--one", nargs=2, metavar=("ROUND", "METHOD"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measured(*asked.one, asked.seconds)))
        return
    load, rows = os.getloadavg()[0], []
    for name in asked.rounds.split(","):
        of_round = compared(name, asked.repeats, asked.seconds)
        for method, row in of_round.items():
            row["goals"] = judged(name, method, row, of_round.get("cp_sat"))
            rows.append(row)
            print(_line(row), flush=True)
    document = {
        "load_at_start": round(load, 2),
        "noisy": load > (os.cpu_count() or 1),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "rows": rows,
    }
    print(json.dumps(document))
    if asked.json:
        asked.json.write_text(json.dumps(document, indent=1))
    if asked.check and not all(goal["met"] for row in rows for goal in row["goals"].values()):
        sys.exit(1)


def compared(name: str, repeats: int, seconds: float) -> dict[str, dict[str, Any]]:
    """Every method on a round, in turns; figures are medians, of a long one the only ones."""
    methods = [
        method for method in METHODS[name] if method != "cp_sat" or importlib.util.find_spec("ortools") is not None
    ]
    found: dict[str, list[dict[str, Any]]] = {method: [] for method in methods}
    for turn in range(repeats):
        for method in methods:
            if turn == 0 or method not in LONG:
                found[method].append(in_a_fresh_process(name, method, seconds))
    return {
        method: {
            **rows[-1],
            **{key: statistics.median(row[key] for row in rows) for key in ("cpu_s", "wall_s", "load")},
        }
        for method, rows in found.items()
    }


def in_a_fresh_process(name: str, method: str, seconds: float) -> dict[str, Any]:
    """One round by one method in a child with one thread."""
    quiet = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.timetable_table", "--one", name, method, "--seconds", str(seconds)],
        env={**os.environ, **quiet},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{method} on {name} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measured(name: str, method: str, seconds: float) -> dict[str, Any]:
    """CPU seconds, peak memory above what the loaded round takes, the end, and what is proved of it."""
    load = os.getloadavg()[0]
    work = _whole_chain() if name == "chain" else _method(method, _round(name), seconds)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, wall = time.process_time(), time.perf_counter()
    told = work()
    cpu, wall = time.process_time() - began, time.perf_counter() - wall
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) / 1024
    figures = told if isinstance(told, dict) else _figures(told, _round(name))
    return {
        "round": name,
        "method": method,
        "cpu_s": round(cpu, 3),
        "wall_s": round(wall, 3),
        "peak_mb": round(peak, 1),
        "process_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "load": round(load, 2),
        **figures,
    }


def _figures(plan: CascadePlan, request: CascadeRequest) -> dict[str, Any]:
    """What a plan says of itself, and what the checker, off the clock, says of it."""
    broken = check(
        plan.meeting_rows(),
        plan.seat_rows(),
        plan.trainers,
        is_training_day=frozenset(request.days).__contains__,
        rules=request.rules,
        request=request,
    )
    return {
        "sessions": sum(session.level.value == "teacher" for session in plan.sessions),
        "days": plan.makespan_days,
        "bound": plan.lower_bound_days,
        "end": plan.end_date.isoformat(),
        "proved": bool(plan.settled),
        "proved_whatever_the_trainers_days": bool(plan.proved),
        "violations": len(broken),
    }


def _round(name: str) -> CascadeRequest:
    return a_round(CLUSTERS[name], closures=CLOSURES.get(name, 0))


def _method(method: str, request: CascadeRequest, seconds: float) -> Callable[[], Any]:
    """Its libraries are loaded before the clock runs."""
    if method == "cp_sat":
        solved(a_round(1), 1)
        return lambda: _whole(request, seconds)
    if method == "once":
        search.RESTARTS = search.TASTES = 1
        return lambda: plan_cascade(request, seed=1, tries=1, thinking=0)
    plan_cascade(a_round(4), seed=1)
    if method == "lists":
        return lambda: plan_cascade(request, seed=1, thinking=0)
    if method == "apart":
        # Without this two knots that are equal are solved once.
        Knot.__eq__, Knot.__hash__ = object.__eq__, object.__hash__  # type: ignore[method-assign]
    return lambda: plan_cascade(request, seed=1)


def _whole(request: CascadeRequest, seconds: float) -> dict[str, Any]:
    answer = solved(request, seconds)
    # Plans begin on the first training day: day numbers are counted from it.
    return {
        "days": None if answer.last is None else answer.last + 1,
        "bound": answer.bound + 1,
        "end": None if answer.last is None else request.days[answer.last].isoformat(),
        "proved": answer.proved,
        "proved_whatever_the_trainers_days": answer.proved,
    }


def _whole_chain() -> Callable[[], dict[str, Any]]:
    """From a list of schools to clusters, circles and dates."""
    sites = schools(CHAIN_SCHOOLS)
    form(schools(120), steps=20)
    plan_cascade(a_round(4), seed=1)

    def work() -> dict[str, Any]:
        began = time.process_time()
        formation = form(sites, seed=1)
        formed = time.process_time()
        request = a_round_of(formation, CHAIN_TEACHERS)
        plan = plan_cascade(request, seed=1)
        if not isinstance(plan, CascadePlan):
            raise RuntimeError(str(plan.problems))
        dated = time.process_time()
        return {
            "schools": len(sites),
            "teachers": len(request.teachers),
            "clusters": len(formation.clusters),
            "circles": len(formation.circles),
            "gap_percent": formation.gap_percent,
            "clusters_cpu_s": round(formed - began, 2),
            "dates_cpu_s": round(dated - formed, 2),
            "cpu_s": round(dated - began, 2),
            **_figures(plan, request),
        }

    return work


def judged(name: str, method: str, row: dict[str, Any], cp_sat: dict[str, Any] | None) -> dict[str, Any]:
    """Each goal of this row with whether it was met."""
    goals = tomllib.loads((HERE / "timetable_goals.toml").read_text()).get(name, {}).get(method, {})
    found = {
        goal: {"at_most": goals[goal], "is": row[goal], "met": row[goal] <= goals[goal]}
        for goal in ("cpu_s", "peak_mb")
        if goal in goals
    }
    if "violations" in row:
        found["violations"] = {"at_most": 0, "is": row["violations"], "met": row["violations"] == 0}
    if "proved" in goals:
        found["proved"] = {"wanted": goals["proved"], "is": row["proved"], "met": row["proved"] == goals["proved"]}
    if cp_sat is not None and "of_cp_sat" in goals:
        share = round(row["cpu_s"] / cp_sat["cpu_s"], 4)
        found["of_cp_sat"] = {"at_most": goals["of_cp_sat"], "is": share, "met": share <= goals["of_cp_sat"]}
        later = cp_sat["days"] is not None and row["end"] > cp_sat["end"]
        found["later_than_cp_sat"] = {"wanted": False, "is": later, "met": not later}
    return found


def _line(row: dict[str, Any]) -> str:
    missed = [goal for goal, found in row["goals"].items() if not found["met"]]
    verdict = "" if not row["goals"] else "goals met" if not missed else f"missed: {', '.join(missed)}"
    days = "no plan" if row["days"] is None else f"{row['days']} days, {row['end']}"
    proved = "proved" if row["proved_whatever_the_trainers_days"] else "settled" if row["proved"] else "open"
    return (
        f"{row['round']:>16}  {SAID[row['method']]:<31} {days:<21} bound {row['bound']:>3}  {proved:<8}"
        f"{row['cpu_s']:>8.2f} s CPU  {row['peak_mb']:>6.0f} MB  load {row['load']:.1f}  {verdict}"
    )


if __name__ == "__main__":
    main()
