"""F-19: connection refused, no such name, no TLS on the other side."""

import pytest

from tests.rig.scenarios.unanswered import unreachable

pytestmark = pytest.mark.rig


def test_what_never_left_the_house_is_tried_again_as_often_as_it_takes_and_then_goes_once(ground):
    told = unreachable(ground(12))
    assert told["violations"] == []
    assert told["states"] == {"accepted": 12}
    assert told["sends"] == 12
