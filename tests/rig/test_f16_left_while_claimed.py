"""People ask for silence while their texts are on the way out: nothing goes once that wish is committed."""

import pytest

pytestmark = pytest.mark.rig

INTERLEAVINGS = 40
CONTROL = 120


def test_after_a_wish_for_silence_is_committed_no_text_goes_out(play):
    told = play("departures", INTERLEAVINGS)
    assert told["violations"] == []
    assert told["workers_that_failed"] == 0
    assert told["left_in_time"] > 5
    assert told["left_too_late"] > 5, "no wish met a sending"


def test_without_the_lock_on_a_number_texts_do_go_out_after_it(play):
    told = play("departures", CONTROL, lock="off")
    assert {violation.partition(":")[0] for violation in told["violations"]} == {"I4"}
