"""F-17, F-21: 500 before and after acceptance, 502, 503, 201 without an id, with a wrong one, with half the JSON."""

import pytest

from tests.rig.scenarios.answered import IN_DOUBT, doubtful_answers

pytestmark = pytest.mark.rig


def test_after_an_answer_in_doubt_nothing_is_sent_before_the_provider_was_asked(ground):
    told = doubtful_answers(ground(64))
    assert told["violations"] == []
    assert told["answers"] == 2 * len(IN_DOUBT)
    assert told["states"] == {"accepted": 48, "unresolved": 16}
