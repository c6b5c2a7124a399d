"""F-20: no answer, one at a few bytes a second, one that is half closed."""

import pytest

from tests.rig.scenarios.unanswered import TOO_SLOW, too_slow

pytestmark = pytest.mark.rig


def test_a_slow_answer_holds_nobody_up_for_longer_than_a_request_may_take(ground):
    told = too_slow(ground(0))
    assert told["violations"] == []
    assert told["sends"] == 4 * len(TOO_SLOW)
