"""Which training session of one plan is which of another."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clusters.cascade.matching import matched

START = datetime(2026, 4, 6, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Some:
    """A training session of a plan."""

    id: int
    what: str
    people: frozenset[int]
    starts_at: datetime


def plans():
    return st.lists(
        st.builds(
            Some,
            st.integers(1, 99),
            st.sampled_from("ab"),
            st.frozensets(st.integers(1, 5)),
            st.integers(0, 3).map(lambda days: START + timedelta(days=days)),
        ),
        max_size=6,
        unique_by=lambda each: each.id,
    )


@given(plans(), plans())
def test_every_session_of_both_plans_stands_in_one_pair_and_only_with_one_that_teaches_the_same(old, new):
    pairs = matched(old, new)
    key = lambda each: each.id  # noqa: E731 (short, and used twice)
    assert sorted((one for one, _ in pairs if one), key=key) == sorted(old, key=key)
    assert sorted((two for _, two in pairs if two), key=key) == sorted(new, key=key)
    assert all(one.what == two.what for one, two in pairs if one and two)
    assert not any(one and not two for one, two in pairs) or not any(
        two and not one and two.what in {a.what for a, b in pairs if a and not b} for one, two in pairs
    ), "nobody stays alone where somebody else of the same does"


def test_of_two_groups_the_one_with_the_same_people_is_meant_whatever_its_day():
    one = Some(1, "a", frozenset({1, 2, 3}), START)
    two = Some(2, "a", frozenset({4, 5, 6}), START + timedelta(days=1))
    swapped = Some(3, "a", frozenset({4, 5, 7}), START), Some(4, "a", frozenset({1, 2}), START + timedelta(days=9))
    assert set(matched([one, two], swapped)) == {(one, swapped[1]), (two, swapped[0])}
