"""F-33: yesterday's backup is restored and started."""

import pytest

from tests.rig.scenarios.restored import restored

pytestmark = pytest.mark.rig


def test_nothing_goes_before_it_is_reconciled_and_nothing_twice_after(ground):
    told = restored(ground(50))
    assert told["violations"] == []
    assert (told["before"], told["duplicates"]) == (0, 0)
    assert told["orphans"] == 10
    assert told["sends"] == 100


def test_whoever_releases_it_without_looking_sends_again_what_went(ground):
    told = restored(ground(10, blind="yes"))
    assert told["duplicates"] > 0
    assert told["before"] == 0
