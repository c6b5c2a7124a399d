"""A worker stands still in the middle of a request and wakes up when its lease is long over: it touches nothing."""

import pytest

pytestmark = pytest.mark.rig

REQUESTS_AT_ONCE = 4


def test_a_worker_that_wakes_up_after_its_lease_begins_nothing_and_overwrites_nothing(play):
    told = play("stops", 3)
    assert told["violations"] == []
    assert told["stopped"] == 3
    assert (told["attempts_by_the_late"], told["duplicates"]) == (0, 0)
    assert told["sends_by_the_late"] <= REQUESTS_AT_ONCE, "more than was on the wire"
