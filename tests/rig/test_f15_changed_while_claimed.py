"""Training sessions move and are called off while their rows are claimed: nothing goes after the commit."""

import pytest

pytestmark = pytest.mark.rig

INTERLEAVINGS = 40


def test_after_a_change_is_committed_nothing_of_before_goes_out(play):
    told = play("changes", INTERLEAVINGS)
    assert told["violations"] == []
    assert told["workers_that_failed"] == 0
    assert told["changed_while_some_were_on_the_way"] > 5, "no change met a sending"
    assert told["changed_before_any_was_tried"] > 5
