"""Reading the ties of 22,000 teachers as arrays, against the server's own sorting of them without any transfer.

Run as a program it makes such a programme and measures in it: a night, a month, and a refresh of one changed cluster.
Usage: python -m tests.benchmarks.ties [PEOPLE] [EVENTS]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from clusters.kernel.clock import now, today
from cop.house import open_house
from cop.network.graph import _PAGE, Span, _rows, happened, people
from cop.network.reading import AT_ONCE
from cop.settings import Settings

PEOPLE, EVENTS = 22_000, 465_601
A_CLUSTER, A_CIRCLE, A_BLOCK = 44, 3, 42
"""Teachers of a cluster, clusters of a circle, circles of a block."""

PLACED = """
    SET LOCAL session_replication_role = replica;
    INSERT INTO programme (id, name, invented, languages, founded_at) VALUES (1, 'Benchmark', true, '["en"]', now());
    CREATE TEMP TABLE spot ON COMMIT DROP AS
    SELECT n, 'B' || 1 + n / :cluster / :circle / :block || '.C'
        || lpad((1 + n / :cluster / :circle %% :block)::text, 2, '0')
        || '.L' || 1 + n / :cluster %% :circle || '.' AS path
    FROM generate_series(0, :people - 1) AS n;
    INSERT INTO place (tree, kind, path, seat_path, name, opened_on)
    SELECT DISTINCT 'T', (ARRAY['programme', 'block', 'circle', 'cluster'])[1 + steps],
        coalesce(array_to_string((string_to_array(path, '.'))[1:steps], '.') || left('.', steps), ''),
        'KP.', 'Place', CAST('2025-09-01' AS date)
    FROM spot, generate_series(0, 3) AS steps;
    INSERT INTO school (id, code, name, training_path, admin_path, invented) OVERRIDING SYSTEM VALUE
    SELECT DISTINCT ON (n * 2 / 3) 1 + n * 2 / 3, n::text, 'School', path, 'KP.', true FROM spot ORDER BY n * 2 / 3, n;
    INSERT INTO person (id, name, name_key, gender, invented, registered_at) OVERRIDING SYSTEM VALUE
    SELECT n + 1, 'Teacher', 'teacher', CASE WHEN n %% 3 = 0 THEN 'woman' ELSE 'man' END, true, now() FROM spot;
    INSERT INTO post (person_id, role, school_id, training_path, admin_path, during)
    SELECT n + 1, 'teacher', 1 + n * 2 / 3, path, 'KP.', daterange('2025-09-01', NULL) FROM spot;
    INSERT INTO consent_decision (person_id, purpose, about, granted, at, source)
    SELECT n + 1, 'ties', 0, true, now() - interval '500 days', 'text' FROM spot;
    INSERT INTO nomination (person_id, term, subject, consent_id, source, answered_at)
    SELECT person_id, '2026-1', 'maths', id, 'text', now() - interval '200 days' FROM consent_decision
    WHERE person_id %% 5 > 0;
    INSERT INTO tie (from_id, to_id, kind, subject, term, event_id, at)
    SELECT one, 1 + CASE WHEN far < 0.7 THEN (one - 1) / :cluster * :cluster + floor(where_to * :cluster)::int
            WHEN far < 0.9 THEN (one - 1) / (:cluster * :circle) * :cluster * :circle
                + floor(where_to * :cluster * :circle)::int
            ELSE floor(where_to * :people)::int END %% :people,
        CASE WHEN one %% 5 = 0 OR n %% 3 = 0 THEN 'exchanged' ELSE 'nominated' END,
        CASE n %% 3 WHEN 0 THEN 'maths' WHEN 1 THEN 'science' END, '2026-1', n,
        now() - interval '1 minute' * floor(50000 + whenever * 900000)
    FROM (SELECT n, 1 + floor(random() * :people)::int AS one, random() AS far, random() AS where_to,
            random() AS whenever FROM generate_series(1, :events) AS n) AS drawn;
"""


@contextmanager
def programme(folder: Path, people: int, events: int):
    """A house of so many people who gave so much, in a folder."""
    settings = Settings(data_dir=folder, now=None)
    with open_house(settings) as house:
        with house.unit() as db:
            if not db.scalar(text("SELECT count(*) FROM person")):
                told = {"cluster": A_CLUSTER, "circle": A_CIRCLE, "block": A_BLOCK, "people": people, "events": events}
                db.execute(text("SELECT setseed(0.5)"))
                for statement in PLACED.replace("%%", "%").split(";\n"):
                    if statement.strip():
                        for name, value in told.items():
                            statement = statement.replace(f":{name}", str(value))
                        db.execute(text(statement.replace("::", "\\:\\:")))
        with house.unit() as db:
            db.execute(text("ANALYZE"))
        yield house


def prepare(folder: Path) -> dict[str, Any]:
    """The programme."""
    with programme(folder, PEOPLE, EVENTS):
        return {"folder": str(folder)}


def ours(prepared: dict[str, Any]) -> dict[str, int]:
    """Every tie as arrays."""
    with open_house(Settings(data_dir=Path(prepared["folder"]))) as house, house.measure_unit() as db:
        began = time.perf_counter()
        found = happened(db, Span(now(db), today(db)))
        return {"events": len(found), "milliseconds": round(1000 * (time.perf_counter() - began))}


def baseline(prepared: dict[str, Any]) -> dict[str, int]:
    """The same query, sorted, of which the server sends one number."""
    with open_house(Settings(data_dir=Path(prepared["folder"]))) as house, house.measure_unit() as db:
        told = Span(now(db), today(db)).parameters() | {"at_once": AT_ONCE, "after_at": -(2**31), "after_id": 0}
        began = time.perf_counter()
        [row] = _rows(db, f"SELECT count(*) AS events, max(src + dst + at + kind) AS most FROM ({_PAGE}) AS page", told)
        return {"events": row.events, "milliseconds": round(1000 * (time.perf_counter() - began))}


def main(many: int, events: int) -> None:
    """Measure in a programme of this size, by children as the worker starts them."""
    with tempfile.TemporaryDirectory() as folder, programme(Path(folder), many, events) as house:
        for repeat in range(3):
            said = {"repeat": repeat, "ours": ours({"folder": folder}), "baseline": baseline({"folder": folder})}
            print(json.dumps(said), flush=True)
        with house.measure_unit() as db:
            began = time.process_time()
            who = people(db, Span(now(db), today(db)))
            print(json.dumps({"people": len(who), "cpu_s": round(time.process_time() - began, 3)}), flush=True)
        with house.unit() as db:
            db.execute(text("INSERT INTO measure_mark (path) SELECT path FROM place WHERE kind = 'cluster' LIMIT 1"))
        for what in (["--night"], ["--refresh"], []):
            before = os.times()
            around = {"COP_ENGINE": "default", **os.environ, "COP_DATABASE_URL": house.url}
            command = [sys.executable, "-m", "cop.cli", "network", "measure", "--json", *what]
            said = subprocess.run(command, env=around, capture_output=True, text=True)
            spent = os.times()
            cpu = spent.children_user + spent.children_system - before.children_user - before.children_system
            print(json.dumps({"measured": what, "cpu_s": round(cpu, 2), "said": said.stdout}), flush=True)


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]) if len(sys.argv) > 2 else (PEOPLE, EVENTS))
