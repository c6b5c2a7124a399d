"""Texts that come while the database is away, or a hundred times at once, are kept, and each has one effect."""

import pytest

pytestmark = pytest.mark.rig


def test_a_text_brought_a_hundred_times_at_once_and_under_another_id_has_one_effect(play):
    told = play("texts_again", 1)
    assert told["violations"] == []
    assert told["effects"] == 1
    assert told["told"][1].startswith("already_recorded")


def test_texts_that_come_without_a_database_survive_the_death_of_the_pages(play):
    told = play("webhooks_without_database", 50)
    assert told["violations"] == []
    assert told["answered"]["200"] == 45
    assert told["missed_then_listed"] == 5
    assert told["left_in_spool"] == 0
