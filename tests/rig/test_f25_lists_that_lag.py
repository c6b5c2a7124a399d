"""F-25: a list that lags by 0, 60 and 300 seconds, fails at first, and comes in pages."""

import pytest

from tests.rig.scenarios.lists import LAGS, lagging_lists

pytestmark = pytest.mark.rig


def test_nothing_is_sent_again_because_a_list_does_not_show_it_yet(ground):
    told = lagging_lists(ground(50))
    assert told["violations"] == []
    assert [each["sends"] for each in told["by_lag"].values()] == [100] * len(LAGS)
