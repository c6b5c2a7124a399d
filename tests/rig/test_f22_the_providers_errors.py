"""F-22: 21211, 21614, 21408, 21610, 63016, 30003-30008, 30034, and numbers of errors that nobody knows."""

import pytest

from tests.rig.scenarios.refusals import AT_ONCE, REPORTED, refusals

pytestmark = pytest.mark.rig


def test_each_number_of_an_error_means_what_the_table_says_and_what_it_tells_of_a_phone_is_kept(ground):
    told = refusals(ground(1))
    assert told["violations"] == []
    assert told["states"] == {"rejected": len(AT_ONCE), "undelivered": len(REPORTED), "queued": 1}
