"""Whose turn it is to host, and when a community may want to become two."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cop.communities.rules import LARGE, PROPOSED_AGAIN, RESTS, Candidate, next_host, wants_to_split

AT = datetime(2026, 3, 14, 5, 0, tzinfo=UTC)
ago = st.integers(0, 900).map(lambda days: AT - timedelta(days=days))
people = st.lists(
    st.builds(Candidate, st.integers(1, 50), ago, st.none() | ago, st.none() | ago),
    max_size=9,
    unique_by=lambda each: each.person_id,
)


@given(people)
def test_who_never_hosted_comes_before_who_has_and_who_refused_lately_rests(candidates):
    chosen = next_host(candidates, AT)
    awake = [each for each in candidates if each.refused is None or AT - each.refused > RESTS]
    assert (chosen is None) == (not awake)
    if chosen is not None:
        assert chosen in awake
        assert chosen.hosted is None or all(each.hosted is not None and each.hosted >= chosen.hosted for each in awake)


@given(people)
def test_everybody_comes_round(candidates):
    turns, now = [], AT
    waiting = [Candidate(each.person_id, each.since) for each in candidates]
    for _ in candidates:
        chosen = next_host(waiting, now)
        now += timedelta(days=90)
        turns.append(chosen.person_id)
        waiting = [Candidate(chosen.person_id, chosen.since, now) if each is chosen else each for each in waiting]
    assert sorted(turns) == sorted(each.person_id for each in candidates)


def test_a_second_community_is_proposed_to_a_large_one_and_not_again_for_half_a_year():
    assert not wants_to_split(LARGE, None, AT)
    assert wants_to_split(LARGE + 1, None, AT)
    assert not wants_to_split(LARGE + 1, AT - PROPOSED_AGAIN, AT)
    assert wants_to_split(LARGE + 1, AT - PROPOSED_AGAIN - timedelta(days=1), AT)
