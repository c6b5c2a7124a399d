"""F-24: of the texts that the provider takes, the answer to one in twenty is lost."""

import pytest

from tests.rig.scenarios.ghosts import ghosts

pytestmark = pytest.mark.rig


@pytest.mark.parametrize("unheard", ["no", "yes"])
def test_a_text_whose_answer_was_lost_comes_home_by_its_report_or_is_found_in_the_list(ground, unheard):
    told = ghosts(ground(100, unheard=unheard))
    assert told["violations"] == []
    assert told["sends"] == 100
