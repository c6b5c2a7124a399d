"""Five planners and five dispatchers begin in the same second: each row is there once, and each goes once."""

import pytest

pytestmark = pytest.mark.rig

ROWS = 400


def test_planners_and_dispatchers_that_begin_together_make_one_row_and_one_send_of_each(play):
    told = play("together", ROWS)
    assert told["violations"] == []
    assert (told["planners"], told["dispatchers"]) == (5, 5)
    assert told["messages"] == told["attempts"] == told["sends"] == ROWS
    assert (told["deadlocks"], told["workers_that_failed"]) == (0, 0)
