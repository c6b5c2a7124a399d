"""A worker is cut off from the database and still reaches the provider: it begins nothing that another one may do."""

import pytest

pytestmark = pytest.mark.rig


def test_a_worker_without_its_database_begins_no_request_once_it_cannot_trust_its_lease(play):
    told = play("cuts", 2)
    assert told["violations"] == []
    assert (told["cuts"], told["requests_after_the_trust"], told["duplicates"]) == (2, 0, 0)
    assert told["workers_that_failed"] == 0
