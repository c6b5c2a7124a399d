"""PostgreSQL is restarted as by a power cut, and its processes are killed, while texts go: none is lost or doubled."""

import pytest

pytestmark = pytest.mark.rig


def test_restarts_kills_and_cuts_of_the_database_lose_and_double_nothing(play):
    told = play("restarts", 3)
    assert told["violations"] == []
    assert told["restarts"] == 3
    assert told["duplicates"] == told["workers_that_failed"] == 0
    assert told["sends_again_after_seconds"] <= 10
    assert told["pool_back_after_seconds"] <= 5
