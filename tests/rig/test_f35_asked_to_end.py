"""F-35: SIGTERM with eight requests in flight."""

import pytest

pytestmark = pytest.mark.rig


def test_a_worker_that_is_asked_to_end_finishes_what_is_on_the_wire_and_gives_back_the_rest(play):
    told = play("asked_to_end", 20)
    assert told["violations"] == []
    assert (told["went"], told["sends"]) == (8, 20)
