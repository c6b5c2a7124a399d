"""Groups stand where they stood, near those they share ties with, and never on top of one another."""

from itertools import combinations, pairwise
from math import dist

from hypothesis import given, settings
from hypothesis import strategies as st

from cop.network.layout import spots

GROUPS = [f"B1.C{number:02}." for number in range(1, 13)]
TIES = dict.fromkeys(pairwise(GROUPS), 10.0) | {(GROUPS[0], GROUPS[2]): 50.0}


def test_the_same_figures_give_the_same_picture():
    assert spots(GROUPS, TIES, {}) == spots(GROUPS, TIES, {})


def test_no_group_no_picture_and_one_stands_in_the_middle():
    assert spots([], {}, {}) == {}
    assert spots(["B1."], {}, {}) == {"B1.": (0.5, 0.5)}


def test_tied_groups_stand_nearer_than_others():
    found = spots(GROUPS, TIES, {})
    tied = [dist(found[one], found[other]) for one, other in TIES]
    others = [dist(found[one], found[other]) for one, other in combinations(GROUPS, 2) if (one, other) not in TIES]
    assert sum(tied) / len(tied) < 0.7 * sum(others) / len(others)


def test_next_month_everybody_stands_where_she_stood():
    before = spots(GROUPS, TIES, {})
    ties = TIES | {(GROUPS[3], GROUPS[9]): 25.0}
    after = spots([*GROUPS, "B1.C13."], ties, before)
    assert max(dist(before[group], after[group]) for group in GROUPS) < 0.15
    assert max(dist(before[group], spots(GROUPS, TIES, before)[group]) for group in GROUPS) < 0.1


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=60))
def test_every_group_has_a_spot_in_the_picture_of_its_own(many, pairs):
    groups = [f"B{number}." for number in range(many)]
    found = spots(groups, {(f"B{one}.", f"B{other}."): 10.0 for one, other in pairs if one != other}, {})
    assert list(found) == groups
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in found.values())
    assert len(set(found.values())) == many
