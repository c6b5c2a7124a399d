"""Real workers are killed at every point of sending: nothing is lost, and no phone gets anything twice."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

POINTS = (
    "plan.before_commit",
    "plan.after_commit",
    "claim.before_commit",
    "claim.after_commit",
    "submit.before_commit",
    "submit.after_commit",
    "http.mid",
    "http.after_response",
    "outcome.before_commit",
    "outcome.after_commit",
    "reconcile.after_list",
)
KILLS = 2
TEXTS_EACH = 24

pytestmark = pytest.mark.rig


def run(url, *arguments):
    """A scenario of the killer, in a process of its own."""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("killer.py")), url, *arguments],
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def ledger(url):
    """Messages by state, and how many copies reached how many messages' phones."""
    engine = create_engine(url)
    with engine.connect() as connection:
        states = dict(connection.execute(text("SELECT state, count(*) FROM message GROUP BY state")).all())
        copies, messages = connection.execute(text("SELECT count(*), count(DISTINCT message_id) FROM phone_text")).one()
        known = connection.execute(text("SELECT count(*) FROM provider_message")).scalar_one()
    engine.dispose()
    return states, copies, messages, known


def test_killed_at_every_point_nothing_is_lost_and_nothing_comes_twice(new_database):
    url = new_database()
    told = run(url, "killing", str(KILLS), ",".join(POINTS))
    assert told.pop("failed") == 0
    planned = len(POINTS) * KILLS * TEXTS_EACH
    assert ledger(url) == ({"accepted": planned}, planned, planned, planned)
    assert [point for point, kills in told.items() if not kills] == []


def test_a_worker_that_wakes_up_after_its_lease_begins_no_request(new_database):
    url = new_database()
    assert run(url, "standing") == {"failed": 0}
    assert ledger(url) == ({"accepted": 2 * TEXTS_EACH}, *[2 * TEXTS_EACH] * 3)


def test_the_rig_shows_the_duplicates_of_a_sender_that_does_not_ask_first(new_database):
    url = new_database()
    run(url, "blind", "3", "http.after_response")
    _, copies, messages, _ = ledger(url)
    assert messages == 3 * TEXTS_EACH
    assert copies > messages
