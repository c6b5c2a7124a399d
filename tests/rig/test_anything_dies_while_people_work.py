"""Web, worker and PostgreSQL are killed at random while people report attendance: each comes back, nothing is lost."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

KILLS = 9
SEED = 20260302

pytestmark = pytest.mark.rig


@pytest.fixture
def home():
    """A folder that the embedded server's own user may enter, too."""
    folder = Path(tempfile.mkdtemp(prefix="cop-killed-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_after_many_kills_everything_that_was_said_to_be_saved_is_there_once(home):
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("everything_dies.py")), home / "data", str(KILLS), str(SEED)],
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": os.environ["PATH"], "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert "stuck" not in told, (told, done.stderr[-3000:])
    assert sum(told["killed"].values()) == KILLS
    assert min(told["killed"].values()) > 0
    assert told["wrong"] == {}
    assert told["open"] == 0
    # A form whose answer was lost with its process was sent again, and has counted once all the same.
    assert told["said"] > KILLS
    assert 0 <= told["saved"] - told["said"] <= 1
    assert told["unheld"] == 0
