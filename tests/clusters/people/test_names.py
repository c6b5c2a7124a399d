"""Spellings of one person's name come to one form."""

import pytest

from clusters.people.names import name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zakir Ullah", "ZAKIRULLAH"),
        ("Mohd. Ali", "Muhammad Ali"),
        ("Mst. Gul Bibi", "gulbibi"),
        ("ڈاکٹر ذاكر", "ذاکر"),
        ("Abdul-Haq", "Abdul Haq"),
    ],
)
def test_spellings_of_one_name_have_one_key(one, other):
    assert name_key(one) == name_key(other)


def test_a_name_that_is_nothing_but_a_title_keeps_it():
    assert name_key("Dr") == "dr"
    assert name_key("  ") == ""
