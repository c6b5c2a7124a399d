"""26 hostile files, each refused in a process of its own, against reading an honest list of 100,000 rows."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clusters.imports.reading import read
from tests.clusters.imports.test_reading import HOSTILE

SAYS = "wall time of the slowest refusal and memory of the hungriest (told), over one honest list of 100,000 rows"
CLOCK = "wall_s"
CHILD = """
import json, pathlib, resource, sys, time
from clusters.imports.given import given_list, open_list
from clusters.imports.vocabulary import ListKind
from clusters.kernel.errors import Invalid
given_list(b"EMIS Code,Name\\n1,a\\n", "warm.csv", ListKind.SCHOOLS)
path = pathlib.Path(sys.argv[1])
held, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
try:
    open_list(path, ListKind.SCHOOLS)
    key = "read"
except Invalid as refused:
    key = refused.key
took, grown = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held
print(json.dumps({"key": key, "ms": round(1000 * took), "mb": round(grown / 1024, 1)}))
"""


@contextmanager
def prepare(folder: Path) -> Iterator[dict[str, Any]]:
    """The files on disk."""
    for name, (_, write) in HOSTILE.items():
        (folder / name).write_bytes(write())
    yield {"folder": str(folder)}


def ours(prepared: dict[str, Any]) -> dict[str, Any]:
    """Each file refused; the slowest and the hungriest by name, and how many were not refused as they should be."""
    told = {name: _refused(Path(prepared["folder"]) / name) for name in HOSTILE}
    slowest = max(told, key=lambda name: told[name]["ms"])
    hungriest = max(told, key=lambda name: told[name]["mb"])
    return {
        "files": len(told),
        "slowest": [slowest, told[slowest]["ms"]],
        "hungriest": [hungriest, told[hungriest]["mb"]],
        "over_1_s": sorted(name for name, one in told.items() if one["ms"] > 1000),
        "over_100_mb": sorted(name for name, one in told.items() if one["mb"] > 100),
        "otherwise": sorted(name for name, one in told.items() if one["key"] != HOSTILE[name][0]),
    }


def _refused(path: Path) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", CHILD, str(path)], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def baseline(prepared: dict[str, Any]) -> dict[str, Any]:
    """An honest list as long as one may be."""
    sheet = read(b"EMIS Code,School Name\n" + b"".join(b"%d,GPS Kakki\n" % row for row in range(100_000)))
    return {"rows": len(sheet.rows)}
