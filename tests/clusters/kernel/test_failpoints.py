"""Points where the rig may strike: nothing without being told, and exactly what was told otherwise."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from clusters.kernel.errors import Invalid
from clusters.kernel.failpoints import Failed, arm, fp

ROOT = Path(__file__).parents[3]
TWELVE = {
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
    "webhook.after_insert",
}


@pytest.fixture(autouse=True)
def disarmed():
    yield
    arm("")


def process(specification, then="print('on')"):
    """A process that passes one armed point, and then lives for two seconds at most."""
    program = f"from clusters.kernel.failpoints import *; arm({specification!r}); fp('here'); {then}"
    return subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE)


def test_points_that_nobody_armed_do_nothing():
    arm("elsewhere=raise")
    fp("here")


def test_a_point_raises_and_says_where():
    told = []
    arm("here=raise", striking=told.append)
    with pytest.raises(Failed, match="here"):
        fp("here")
    assert told == ["here"]


def test_a_kill_strikes_at_once_or_while_the_process_goes_on():
    at_once, later = process("here=kill9"), process("here=kill9:50-60ms", "print('on', flush=True); time.sleep(2)")
    assert (at_once.communicate()[0], at_once.returncode) == (b"", -signal.SIGKILL)
    assert (later.communicate()[0], later.returncode) == (b"on\n", -signal.SIGKILL)


def test_a_stopped_process_goes_on_when_it_is_woken():
    stopped = process("here=stop")
    os.waitpid(stopped.pid, os.WUNTRACED)
    stopped.send_signal(signal.SIGCONT)
    assert stopped.communicate()[0] == b"on\n"
    assert stopped.returncode == 0


def test_a_sleep_lasts_as_long_as_it_was_told():
    arm("here=sleep:20-30ms")
    began = time.monotonic()
    fp("here")
    assert time.monotonic() - began >= 0.02


def test_equal_seeds_strike_at_equal_times():
    def struck(seed):
        times = []
        arm("here=raise@0.3", seed)
        for turn in range(200):
            with suppress(Failed):
                fp("here")
                times.append(turn)
        return times

    assert struck(7) == struck(7) != struck(8)
    assert 100 < len(struck(7)) < 180


@pytest.mark.parametrize("wrong", ["here", "here=die", "=stop", "here=sleep:3ms", "here=kill9@often"])
def test_what_cannot_be_read_arms_nothing(wrong):
    arm("here=raise")
    with pytest.raises(Invalid):
        arm(wrong)
    with pytest.raises(Failed):
        fp("here")


def test_every_point_of_the_catalogue_stands_in_the_code():
    files = [each for floor in ("clusters", "messaging", "cop") for each in (ROOT / floor).rglob("*.py")]
    files += (ROOT / "tests/rig").glob("*.py")
    passed = {name for file in files for name in re.findall(r'\bfp\("([\w.]+)"\)', file.read_text())}
    assert passed >= TWELVE, TWELVE - passed
