"""A part of `make soak`: 64 people at once for a minute; a page that fails, or a stall, ends it with an error.

Usage: python -m tests.benchmarks.crowd [--people 64] [--seconds 60]; BENCH_DATA names a data folder with a province.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice, pairwise
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.pages import serving

STALL_SECONDS = 10
"""Nobody was answered for so long."""


def crowd(prepared: dict[str, Any], people: int, seconds: float) -> dict[str, Any]:
    """Everybody asks for page after page; how many came, how many failed, and the longest silence of all."""
    until = time.monotonic() + seconds
    answered: list[float] = [time.monotonic()]
    failed: list[str] = []
    lock = threading.Lock()

    def one(number: int) -> None:
        headers = {"Cookie": f"{prepared['cookie']}={prepared['ids'][number]}"}
        with httpx.Client(base_url=prepared["address"], headers=headers, timeout=60) as browser:
            for path in islice(cycle(prepared["pages"]), number % len(prepared["pages"]), None):
                if time.monotonic() > until:
                    return
                try:
                    status = str(browser.get(path).status_code)
                except httpx.TransportError as error:
                    status = type(error).__name__
                with lock:
                    answered.append(time.monotonic())
                    if status != "200":
                        failed.append(f"{path} {status}")

    with ThreadPoolExecutor(people) as everybody:
        list(everybody.map(one, range(people)))
    silence = max(later - sooner for sooner, later in pairwise(answered))
    return {
        "people": people,
        "seconds": seconds,
        "pages": len(answered) - 1,
        "failed": sorted(set(failed)),
        "failures": len(failed),
        "longest_silence_s": round(silence, 2),
    }


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description="Many people at once, and nobody waits for ever.")
    parser.add_argument("--people", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cop-crowd-") as folder, serving(Path(folder), asked.people) as prepared:
        found = crowd(prepared, asked.people, asked.seconds)
    print(json.dumps(found))
    sys.exit(bool(found["failures"] or found["longest_silence_s"] > STALL_SECONDS))


if __name__ == "__main__":
    main()
