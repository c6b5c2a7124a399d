"""Who is heard is checked of whole groups, with its doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from cop.network.power import Balance, Power, balance, difference, ratio


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_share_lies_in_its_interval_and_that_in_nought_to_one(a, b) -> None:
    found = ratio(min(a, b), max(a, b))
    assert 0 <= found.low <= found.share <= found.high <= 1


@given(st.integers(1, 300), st.data())
def test_the_interval_is_wilson_s(of, data) -> None:
    count = data.draw(st.integers(0, of))
    theirs = binomtest(count, of).proportion_ci(0.9, "wilson")
    assert (ratio(count, of).low, ratio(count, of).high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@pytest.mark.parametrize("of", [20, 50, 200])
def test_the_interval_holds_the_true_share_in_about_nine_of_ten_cases(of) -> None:
    covered = []
    for truth in [each / 40 for each in range(2, 39)]:
        held = [count for count in range(of + 1) if ratio(count, of).low <= truth <= ratio(count, of).high]
        covered.append(sum(binom.pmf(held, of, truth)))
    assert 0.88 <= sum(covered) / len(covered) <= 0.92


def test_of_nothing_any_share_may_be_and_a_part_is_never_more_than_the_whole() -> None:
    assert (ratio(0, 0).share, ratio(0, 0).low, ratio(0, 0).high) == (0, 0, 1)
    with pytest.raises(ValueError, match="5 of 3"):
        ratio(5, 3)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_more_of_one_is_less_of_the_other(one, other, data) -> None:
    a, b = ratio(data.draw(st.integers(0, one)), one), ratio(data.draw(st.integers(0, other)), other)
    low, high = difference(a, b)
    assert low <= a.share - b.share <= high
    assert difference(b, a) == pytest.approx((-high, -low))
    turned = {Balance.LESS: Balance.MORE, Balance.MORE: Balance.LESS}
    assert balance(b, a) is turned.get(balance(a, b), balance(a, b))


@pytest.mark.parametrize(
    ("hosted", "hosting"),
    [((2, 30), Balance.LESS), ((13, 30), Balance.ALIKE), ((29, 30), Balance.MORE), ((0, 0), Balance.UNKNOWN)],
)
def test_women_s_part_in_hosting_is_held_against_their_part_of_the_group(hosted, hosting) -> None:
    power = Power(women=ratio(20, 44), hosted=ratio(*hosted), heard=ratio(30, 40), others_heard=ratio(31, 40))
    assert power.hosting is hosting
    assert power.hearing is Balance.ALIKE
