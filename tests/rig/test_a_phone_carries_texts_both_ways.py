"""A phone with a SIM brings texts and carries the replies: each once, and every report finds its text."""

import pytest

pytestmark = pytest.mark.rig


def test_every_text_by_the_phone_has_one_reply_that_is_known_to_have_arrived(play):
    told = play("by_phone", 12)
    assert told["violations"] == []
    assert told["sent"] == 12
