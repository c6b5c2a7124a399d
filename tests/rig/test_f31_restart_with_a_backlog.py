"""A worker starts on a backlog, a third of which is too late: it sends at once, and nothing that is of no use."""

import pytest

pytestmark = pytest.mark.rig

BACKLOG = 1000


def test_a_worker_that_starts_on_a_backlog_sends_what_is_of_use_and_expires_the_rest(play):
    told = play("backlog", BACKLOG)
    assert told["violations"] == []
    assert told["sent_too_late"] == 0
    assert 0.2 * BACKLOG < told["too_late"] < 0.4 * BACKLOG
    assert told["sends"] == BACKLOG - told["too_late"]
    assert told["memory_mb"] <= 300
    assert told["worker_ended_with"] == 0
