"""A-72: requests that never end hold up nobody, and are given up after ten seconds."""

import pytest

pytestmark = pytest.mark.rig


def test_fifty_requests_that_never_end_hold_up_nobody(play):
    told = play("slow_senders", 50)
    assert told["violations"] == []
