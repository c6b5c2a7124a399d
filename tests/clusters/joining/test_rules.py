"""Codes one slip away: a wrong digit or two neighbours swapped, in both directions."""

from hypothesis import given
from hypothesis import strategies as st

from clusters.joining.rules import slips

CODES = st.text("0123456789", min_size=4, max_size=8)


@given(CODES, st.data())
def test_a_slip_can_be_slipped_back(code, data):
    slipped = data.draw(st.sampled_from(sorted(slips(code))))
    assert code in slips(slipped)
    assert len(slipped) == len(code)


@given(CODES)
def test_a_code_is_no_slip_of_itself(code):
    assert code not in slips(code)


def test_the_commonest_slips_are_among_them():
    assert {"23541", "23457", "32451"} <= slips("23451")
    assert "24351" in slips("23451")
    assert "23514" not in slips("23451")
