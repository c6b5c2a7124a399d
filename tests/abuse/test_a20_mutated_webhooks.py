"""A-20: what differs in anything from what the provider signed is refused; its own is taken, however it is spelt."""

from tests.rig.scenarios.forged import mutated


def test_what_was_changed_after_it_was_signed_is_refused_and_every_genuine_form_is_taken():
    figures = mutated(5_000, seed=20)
    assert figures["violations"] == []
    assert figures["mutated"] >= 5_000
    assert figures["genuine"] >= 1_000
