"""Real workers are killed at every point of sending: nothing is lost, and no phone gets anything twice."""

import pytest

from tests.rig.killer import POINTS, WEBHOOK

pytestmark = pytest.mark.rig

KILLS = 5 * (len(POINTS) + 1)
CARELESS_KILLS, LAGGING_KILLS = 4, 26


def test_killed_at_every_point_nothing_is_lost_and_nothing_comes_twice(play):
    told = play("kills", KILLS, mixed=0)
    assert told["violations"] == []
    assert (told["duplicates"], told["workers_that_failed_otherwise"]) == (0, 0)
    assert sorted(told["kills_by_point"]) == sorted((*POINTS, WEBHOOK))


@pytest.mark.long
def test_behind_a_list_that_lags_more_than_anybody_waits_every_duplicate_is_found_and_counted(play):
    told = play("kills", LAGGING_KILLS, loss=1, lag=30)
    assert told["violations"] == []
    assert told["known_to_the_database"] == told["duplicates"]


def test_the_rig_shows_the_duplicates_of_a_sender_that_does_not_ask_first(play):
    told = play("blind", CARELESS_KILLS)
    assert told["duplicates"] > 0
    assert any(each.startswith("I3") for each in told["violations"])
