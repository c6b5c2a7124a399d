"""F-23: reports ten times over, backwards, a day late, all lost, before the answer."""

import pytest

from tests.rig.scenarios.reports import strange_reports

pytestmark = pytest.mark.rig


def test_however_reports_come_a_text_stands_at_the_best_word_and_never_falls(ground):
    told = strange_reports(ground(50))
    assert told["violations"] == []
    assert told["states"] == {"delivered": 50}
