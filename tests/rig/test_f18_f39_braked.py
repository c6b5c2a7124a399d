"""F-18, F-39: a provider that says "too fast", one that refuses the account; one sender that several workers share."""

import pytest

from tests.rig.scenarios.braked import one_sender, refused_account, storm

pytestmark = pytest.mark.rig


@pytest.mark.parametrize("retry_after", ["0", "1"])
def test_a_storm_of_too_fast_slows_a_sender_to_a_tenth_loses_nothing_and_ends(ground, retry_after):
    assert storm(ground(30, retry_after=retry_after))["violations"] == []


def test_a_refused_account_keeps_every_text_in_the_queue_with_one_alert(ground):
    assert refused_account(ground(12))["violations"] == []


def test_four_workers_together_send_by_one_sender_no_faster_than_it_may(ground):
    told = one_sender(ground(60))
    assert told["violations"] == []
    assert told["sends"] == 60
