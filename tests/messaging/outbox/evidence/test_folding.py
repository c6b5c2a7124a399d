"""What channels tell of a text comes late, twice and in any order; the state it gives is the same, and never falls."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.channels.base import Fault
from messaging.outbox.rules import ARRIVED, LOST, LOST_STATES, RANK, State, Told, fold
from tests.rig.scenarios.folding import as_folded, as_stored, regressions, unguarded

EVIDENCE = [state for state, rank in RANK.items() if rank >= 3]
told = st.builds(
    Told,
    sid=st.sampled_from(["SM1", "SM2"]),
    state=st.sampled_from(EVIDENCE),
    code=st.sampled_from([None, "30003", "21610"]),
    fault=st.none() | st.sampled_from(Fault),
)
histories = st.lists(told, min_size=1, max_size=10)


@given(histories, st.data())
def test_order_and_repetition_do_not_matter(history, data):
    again = data.draw(st.lists(st.sampled_from(history), max_size=20))
    assert fold(data.draw(st.permutations([*history, *again]))) == fold(history)


@given(histories)
def test_the_rank_never_falls_as_evidence_comes_in(history):
    ranks = [RANK[fold(history[: n + 1]).state] for n in range(len(history))]
    assert ranks == sorted(ranks)
    assert ranks[-1] >= 3


@given(histories, told)
def test_more_evidence_takes_no_contradiction_back(history, more):
    assert fold([*history, more]).contradicted >= fold(history).contradicted


@given(histories)
def test_a_contradiction_is_a_copy_that_was_lost_and_arrived(history):
    lost = {fact.sid for fact in history if fact.state in LOST_STATES}
    arrived = {fact.sid for fact in history if fact.state in ARRIVED}
    assert fold(history).contradicted == bool(lost & arrived)


@given(histories)
def test_only_what_was_lost_has_a_reason(history):
    folded = fold(history)
    assert (folded.why is None) == (folded.state not in LOST_STATES)
    assert folded.why is None or folded.why in LOST.values()


def test_without_evidence_there_is_nothing_to_say():
    assert fold([]) is None


def test_arrival_wins_over_a_loss_and_says_so():
    lost, arrived = Told("SM1", State.UNDELIVERED, "30003", Fault.CHANNEL), Told("SM1", State.DELIVERED)
    for history in ([lost, arrived], [arrived, lost]):
        assert fold(history) == (State.DELIVERED, None, True)


def test_a_second_copy_that_was_lost_does_not_contradict_the_first():
    assert fold([Told("SM1", State.DELIVERED), Told("SM2", State.FAILED)]) == (State.DELIVERED, None, False)


def test_a_code_that_nobody_knows_is_told_as_that():
    assert fold([Told("SM1", State.FAILED, "99999", None)]).why == "lost_unexplained"


@pytest.mark.parametrize("step", [as_folded, as_stored])
def test_no_state_falls_over_many_permuted_and_repeated_events(step):
    assert regressions(20_000, step, seed=20261122) == (0, 0)


def test_without_the_guard_of_ranks_states_do_fall():
    fell, astray = regressions(2000, unguarded, seed=20261122)
    assert fell > 100
    assert astray > 20
