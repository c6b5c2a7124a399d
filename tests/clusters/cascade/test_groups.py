"""Groups of teachers fit their room and empty no school."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from clusters.cascade.groups import fewest_groups, split_into_groups
from clusters.cascade.rules import Member, may_be_away


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 4)), min_size=1, max_size=30), st.integers(1, 40))
def test_everybody_sits_once_and_no_school_is_emptied(schools: list[tuple[int, int]], capacity: int) -> None:
    person = iter(range(1, 1000))
    takers = [Member(next(person), "", f"s{code}") for code, (taking, _) in enumerate(schools) for _ in range(taking)]
    staff = {f"s{code}": taking + others for code, (taking, others) in enumerate(schools)}
    groups = split_into_groups(takers, staff, capacity)
    assert Counter(member for group in groups for member in group) == Counter(takers)
    assert len(groups) >= fewest_groups(Counter(member.school for member in takers), staff, capacity)
    for group in groups:
        assert 1 <= len(group) <= capacity
        for school, away in Counter(member.school for member in group).items():
            assert away <= may_be_away(staff[school]) <= 2
            assert away < staff[school] or staff[school] == 1


def test_groups_are_even_and_colleagues_are_apart() -> None:
    takers = [Member(2 * school + each, "", f"s{school}") for school in range(16) for each in range(2)]
    groups = split_into_groups(takers, {f"s{school}": 2 for school in range(16)}, 40)
    assert [len(group) for group in groups] == [16, 16]


def test_a_cluster_that_fits_one_room_meets_as_one_group() -> None:
    takers = [Member(school, "", f"s{school}") for school in range(31)]
    assert len(split_into_groups(takers, Counter(member.school for member in takers), 40)) == 1
    assert len(split_into_groups(takers, Counter(member.school for member in takers), 30)) == 2


def test_a_large_school_sends_two_at_a_time() -> None:
    takers = [Member(person, "", "large") for person in range(6)]
    assert [len(group) for group in split_into_groups(takers, {"large": 9}, 40)] == [2, 2, 2]


def test_nobody_makes_no_group() -> None:
    assert split_into_groups([], {}, 40) == ()
