"""The auditor finds exactly the groups that follow from what is published, and names the rows that give them away."""

import random
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.network.auditor import Finding, Interval, Row, audit, certain, family, given_away
from cop.network.figures import Table

K = 10
APART = {person: person for person in range(400)}
"""Everybody at a school of her own, so that only numbers count."""


def rows(*groups):
    return [Row(str(number), frozenset(group)) for number, group in enumerate(groups)]


def people(findings):
    return [finding.persons for finding in findings]


def test_what_one_row_has_more_than_another_is_given_away():
    assert people(audit(rows(range(40), range(37)), APART, K)) == [frozenset({37, 38, 39})]
    assert audit(rows(range(40), range(30)), APART, K) == []


def test_ten_persons_of_two_schools_are_too_few():
    two_schools = {person: person % 2 for person in range(30, 40)} | {person: person for person in range(30)}
    assert people(audit(rows(range(40), range(30)), two_schools, K)) == [frozenset(range(30, 40))]


def test_a_whole_less_its_parts_gives_away_the_part_that_is_left():
    found = audit(rows(range(50), range(15), range(15, 30), range(30, 46)), APART, K)
    assert found == [Finding(frozenset(range(46, 50)), (0, 1, 2, 3))]


def test_a_cell_of_two_months_gives_away_who_joined_and_who_did_not_when_nobody_left():
    joined = [Row("a", frozenset(range(20))), Row("a", frozenset(range(23)), fresh=True)]
    assert people(audit(joined, APART, K)) == [frozenset({20, 21, 22})]
    swapped = [Row("a", frozenset(range(20))), Row("a", frozenset(range(3, 23)), fresh=True)]
    assert audit(swapped, APART, K) == []


def test_a_combination_with_halves_is_found():
    a, b, c = (frozenset(range(start, start + 6)) for start in (0, 6, 12))
    found = audit(rows(a | b, b | c, a | c), APART, K)
    assert sorted(map(min, people(found))) == [0, 6, 12]


def test_nobody_is_published_and_nobody_given_away():
    assert audit([], APART, K) == []
    assert audit(rows(()), APART, K) == []
    assert given_away([]) == frozenset()


@pytest.mark.parametrize("size", [1, 2, 3])
def test_unions_of_small_groups_are_found_where_each_alone_is_not(size):
    parts = [frozenset({number}) for number in range(size)]
    others = [frozenset(range(start, start + 20)) for start in range(20, 20 + 20 * size, 20)]
    told_apart = [part | other for part, other in zip(parts, others, strict=True)]
    everybody = frozenset().union(*parts, *others)
    found = people(audit([*rows(*told_apart, frozenset().union(*others)), Row("all", everybody)], APART, K))
    assert frozenset(range(size)) in found


def in_row_space(groups, wanted):
    """By plain elimination over the rationals."""
    columns = sorted(frozenset().union(wanted, *groups))
    table = [[Fraction(column in group) for column in columns] for group in groups]
    aim = [Fraction(column in wanted) for column in columns]
    done = []
    for vector in [*table, aim]:
        for pivot, row in done:
            if vector[pivot]:
                vector = [mine - vector[pivot] * theirs for mine, theirs in zip(vector, row, strict=True)]
        first = next((column for column, value in enumerate(vector) if value), None)
        if first is not None:
            done.append((first, [value / vector[first] for value in vector]))
    return first is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.frozensets(st.integers(0, 7), min_size=1), min_size=1, max_size=7))
def test_it_finds_all_and_only_what_follows_from_the_rows(groups):
    """Of unions whose parts are found already, the parts are enough."""
    found = people(audit(rows(*groups), APART, 4))
    everybody = frozenset().union(*groups)
    for group in found:
        assert in_row_space(groups, group)
    for size in (1, 2, 3):
        for group in map(frozenset, combinations(sorted(everybody), size)):
            if in_row_space(groups, group):
                assert group <= frozenset().union(*(each for each in found if each <= group))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_the_rows_that_it_names_do_give_the_group_away(seed):
    chance = random.Random(seed)
    groups = [frozenset(chance.sample(range(24), chance.randint(4, 20))) for _ in range(18)]
    for finding in audit(rows(*groups), APART, 6, seed):
        assert in_row_space([groups[number] for number in finding.rows], finding.persons)


def test_bounds_leave_one_value_where_the_rounded_figure_does():
    everybody = Interval(frozenset(range(10)), 10, 14)
    assert certain([everybody]) == dict.fromkeys(range(10), 1)
    assert certain([Interval(frozenset(range(10)), 5, 9)]) == {}
    assert certain([Interval(frozenset(range(12)), 9.5, 10.5), Interval(frozenset(range(11)), 10, 11)]) == {11: 0}
    assert certain([Interval(frozenset(range(3)), 1, 3), Interval(frozenset(range(2)), 0, 0.4)]) == {0: 0, 1: 0, 2: 1}


def test_tables_that_add_up_with_one_another_are_audited_together():
    assert family(Table.WITHIN) == family(Table.BETWEEN) == family(Table.BRIDGED)
    assert family(Table.NOTES) != family(Table.TRIED)
