"""Whom a question is put to: who knows the subject, was not asked often lately, is near, and not one's own school
alone."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from cop.questions.rules import MOST_ASKED, OFTEN, Willing, chosen, ranked

people = st.lists(
    st.builds(Willing, st.integers(1, 99), st.booleans(), st.integers(0, 5), st.integers(0, 4), st.booleans()),
    unique_by=lambda each: each.person_id,
    max_size=12,
)


@given(people)
def test_nobody_is_lost_or_doubled_and_the_order_does_not_depend_on_who_was_named_first(willing):
    assert sorted(each.person_id for each in ranked(willing)) == sorted(each.person_id for each in willing)
    assert ranked(willing) == ranked(reversed(willing))


@given(people)
def test_the_subject_comes_before_rest_and_rest_before_the_way(willing):
    row = ranked(willing)
    for one, other in itertools.pairwise(row):
        assert one.same_subject >= other.same_subject
        if one.same_subject == other.same_subject:
            assert one.asked_lately // OFTEN <= other.asked_lately // OFTEN
            if one.asked_lately // OFTEN == other.asked_lately // OFTEN:
                assert one.steps >= other.steps


@given(people)
def test_one_of_the_own_school_at_most_unless_nobody_else_is_there(willing):
    row = ranked(willing)
    asked = chosen(row)
    assert len(asked) == min(MOST_ASKED, len(row))
    elsewhere = sum(not each.own_school for each in row)
    own = sum(each.own_school for each in asked)
    assert own <= max(1, MOST_ASKED - elsewhere)
    if elsewhere == 0 or not any(each.own_school for each in row):
        assert asked == row[:MOST_ASKED]
